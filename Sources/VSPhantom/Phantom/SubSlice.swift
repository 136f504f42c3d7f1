import VSImaging

/// One thin plane of a scan while it is painted.
struct SubSlice {
    private let geometry: ScanGeometry
    private let height: Int
    private let width: Int
    private let latticeColumns: Int
    private let latticeRows: Int
    private var pixels: [Float]
    private var lattice: [Float]
    private var line: [Float]

    init(geometry: ScanGeometry, lattice: FieldLattice) {
        self.geometry = geometry
        height = geometry.shape.height
        width = geometry.shape.width
        latticeColumns = lattice.columns
        latticeRows = lattice.rows
        pixels = [Float](repeating: 0, count: height * width)
        self.lattice = [Float](repeating: 0, count: lattice.planeCount)
        line = [Float](repeating: 0, count: HeadField.allCases.count * width)
    }

    /// Paints all tissues from the fields.
    mutating func paint(z: Float, lattice source: FieldLattice, painter: TissuePainter) {
        source.plane(at: z, into: &lattice)
        for h in 0..<height {
            readLine(h)
            let y = geometry.y(Float(h))
            line.withUnsafeBufferPointer { line in
                guard let base = line.baseAddress else { return }
                for w in 0..<width {
                    let fields = TissuePainter.Fields(values: base + w, stride: width)
                    pixels[h * width + w] = painter.signal(fields) {
                        geometry.head([geometry.x(Float(w)), y, z])
                    }
                }
            }
        }
    }

    /// The fields along one row, field after field, interpolated from the lattice.
    private mutating func readLine(_ h: Int) {
        let block = FieldLattice.block
        let r = h / block
        let down = Float(h % block) / Float(block)
        var coarse = [Float](repeating: 0, count: latticeColumns)
        line.withUnsafeMutableBufferPointer { line in
            for field in 0..<HeadField.allCases.count {
                let from = (field * latticeRows + r) * latticeColumns
                for c in 0..<latticeColumns {
                    let above = lattice[from + c]
                    coarse[c] = above + down * (lattice[from + latticeColumns + c] - above)
                }
                let to = field * width
                for w in 0..<width {
                    let c = w / block
                    let along = Float(w % block) / Float(block)
                    line[to + w] = coarse[c] + along * (coarse[c + 1] - coarse[c])
                }
            }
        }
    }

    /// Paints tubes whose points are in the grid frame, in their order.
    mutating func paint(_ tubes: [Tube], z: Float) {
        let pitch = Float(geometry.spacing.width)
        for tube in tubes {
            let reach = max(tube.startRadius, tube.endRadius) + pitch
            guard z > min(tube.start.z, tube.end.z) - reach,
                z < max(tube.start.z, tube.end.z) + reach
            else { continue }
            let low = pointwiseMin(tube.start, tube.end) - reach
            let high = pointwiseMax(tube.start, tube.end) + reach
            let across = columns(low.x, high.x)
            for h in rows(low.y, high.y) {
                let y = geometry.y(Float(h))
                for w in across {
                    let distance = tube.distance([geometry.x(Float(w)), y, z])
                    let cover = max(0, min(1, 0.5 - distance / pitch))
                    let change = tube.signal - pixels[h * width + w]
                    if change < 0, tube.onlyBrightens { continue }
                    pixels[h * width + w] += cover * change
                }
            }
        }
    }

    /// Paints the tumour and, where `offset` names a slice, adds its share of each voxel.
    mutating func paint(
        _ solid: TumourPainter, z: Float, share: Float, occupancy: inout [Float], offset: Int?
    ) {
        guard z > solid.lower.z, z < solid.upper.z else { return }
        let pitch = Float(geometry.spacing.width)
        let across = columns(solid.lower.x, solid.upper.x)
        for h in rows(solid.lower.y, solid.upper.y) {
            let y = geometry.y(Float(h))
            for w in across {
                let local = solid.local([geometry.x(Float(w)), y, z])
                let distance = solid.tumour.distance(local)
                let cover = max(0, min(1, 0.5 - distance / pitch))
                guard cover > 0 else { continue }
                let at = h * width + w
                let signal = solid.tumour.signal(
                    local, depth: -distance, grey: solid.grey, noise: solid.noise)
                pixels[at] += cover * (signal - pixels[at])
                if let offset { occupancy[offset + at] += share * cover }
            }
        }
    }

    private func columns(_ low: Float, _ high: Float) -> Range<Int> {
        Self.span(low, high, geometry.spacing.width, width)
    }

    private func rows(_ low: Float, _ high: Float) -> Range<Int> {
        Self.span(low, high, geometry.spacing.height, height)
    }

    /// The pixels between two coordinates, one more on each side.
    private static func span(
        _ low: Float, _ high: Float, _ spacing: Double, _ count: Int
    ) -> Range<Int> {
        let middle = 0.5 * Float(count - 1)
        let from = max(0, min(Float(count), (low / Float(spacing) + middle).rounded(.down)))
        let to = max(0, min(Float(count), (high / Float(spacing) + middle).rounded(.up) + 1))
        return Int(from)..<max(Int(from), Int(to))
    }

    /// Adds this plane to a slice of an image.
    func add(to image: inout [Float], offset: Int, weight: Float) {
        image.withUnsafeMutableBufferPointer { image in
            for at in pixels.indices { image[offset + at] += weight * pixels[at] }
        }
    }
}
