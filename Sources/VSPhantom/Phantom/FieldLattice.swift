import VSImaging

/// All fields of a head on a coarse lattice over a scan, read out as planes between lattice planes.
struct FieldLattice {
    static let block = 4
    static let planeMm: Float = 1.5
    let columns: Int
    let rows: Int
    private let planes: Int
    private let lowZ: Float
    private var values: [Float]
    private var planeSize: Int { columns * rows }
    private let fields = HeadField.allCases.count

    /// Evaluates a head over the heights `lowZ ... highZ` of the grid frame.
    init(
        _ anatomy: HeadAnatomy, tumour: PhantomTumour?, geometry: ScanGeometry, lowZ: Float,
        highZ: Float
    ) {
        columns = geometry.shape.width / Self.block + 2
        rows = geometry.shape.height / Self.block + 2
        planes = Int((highZ - lowZ) / Self.planeMm) + 2
        self.lowZ = lowZ
        values = [Float](repeating: 0, count: fields * planes * rows * columns)
        let pushed = tumour.map {
            TumourDisplacement($0, ear: anatomy.ear($0.side), share: 0.75)
        }
        let stride = rows * columns
        values.withUnsafeMutableBufferPointer { values in
            guard let base = values.baseAddress else { return }
            for k in 0..<planes {
                let z = lowZ + Float(k) * Self.planeMm
                for j in 0..<rows {
                    let y = geometry.y(Float(j * Self.block))
                    for i in 0..<columns {
                        let point = geometry.head([geometry.x(Float(i * Self.block)), y, z])
                        let out = base + k * fields * stride + j * columns + i
                        anatomy.evaluate(
                            at: point, brainPoint: pushed?.source(of: point) ?? point, into: out,
                            stride: stride)
                        if let tumour { Self.clear(tumour, anatomy, point, out, stride) }
                    }
                }
            }
        }
    }

    /// Keeps brain off the tumour by a fluid cleft.
    private static func clear(
        _ tumour: PhantomTumour, _ anatomy: HeadAnatomy, _ point: SIMD3<Float>,
        _ out: UnsafeMutablePointer<Float>, _ stride: Int
    ) {
        let local = anatomy.ear(tumour.side).local(point)
        guard local.x < 6, local.lengthMm < 45 else { return }
        let gap =
            tumour.cleftMm + 0.6 * anatomy.noise.value(point * 0.14)
            - tumour.distance(local)
        for field in [HeadField.stem, .cerebellum] {
            let at = field.rawValue * stride
            out[at] = max(out[at], gap)
        }
    }

    /// The fields of one plane at height `z`: field after field, `rows` by `columns` each.
    func plane(at z: Float, into out: inout [Float]) {
        let position = max(0, min(Float(planes) - 1.001, (z - lowZ) / Self.planeMm))
        let k = Int(position)
        let t = position - Float(k)
        let count = fields * planeSize
        let low = k * count
        let high = low + count
        values.withUnsafeBufferPointer { values in
            out.withUnsafeMutableBufferPointer { out in
                for at in 0..<count {
                    let a = values[low + at]
                    out[at] = a + t * (values[high + at] - a)
                }
            }
        }
    }

    /// The number of floats `plane(at:into:)` writes.
    var planeCount: Int { fields * planeSize }
}
