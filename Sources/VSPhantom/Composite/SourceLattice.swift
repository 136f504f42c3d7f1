import VSImaging

/// Where each pixel of a scan comes from in a head's file, on a coarse lattice.
///
/// Warp and displacement are smooth over some millimetres, so they are worked out every fourth pixel
/// and every 1.5 mm through the planes, and interpolated between.
struct SourceLattice {
    static let block = 4
    static let planeMm: Float = 1.5
    let columns: Int
    let rows: Int
    private let planes: Int
    private let lowZ: Float
    private var values: [SIMD3<Float>] = []

    /// The lattice over the heights `lowZ ... highZ` of the grid frame; `source` gives the place in
    /// voxels of the head for a point of the patient's frame.
    init(
        geometry: ScanGeometry, lowZ: Float, highZ: Float,
        source: (SIMD3<Float>) -> SIMD3<Float>
    ) {
        columns = geometry.shape.width / Self.block + 2
        rows = geometry.shape.height / Self.block + 2
        planes = Int((highZ - lowZ) / Self.planeMm) + 2
        self.lowZ = lowZ
        values.reserveCapacity(planes * rows * columns)
        for k in 0..<planes {
            let z = lowZ + Float(k) * Self.planeMm
            for j in 0..<rows {
                let y = geometry.y(Float(j * Self.block))
                for i in 0..<columns {
                    let grid = SIMD3<Float>(geometry.x(Float(i * Self.block)), y, z)
                    values.append(source(geometry.head(grid)))
                }
            }
        }
    }

    /// The lattice of one plane at height `z`, `rows` by `columns`.
    func plane(at z: Float) -> [SIMD3<Float>] {
        let position = max(0, min(Float(planes) - 1.001, (z - lowZ) / Self.planeMm))
        let k = Int(position)
        let t = position - Float(k)
        let count = rows * columns
        return (0..<count).map { at in
            let low = values[k * count + at]
            return low + t * (values[(k + 1) * count + at] - low)
        }
    }
}
