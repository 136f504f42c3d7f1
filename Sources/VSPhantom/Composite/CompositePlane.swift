import VSImaging

/// One thin plane of a composite while it is painted.
struct CompositePlane {
    private let geometry: ScanGeometry
    private let height: Int
    private let width: Int
    private var pixels: [Float]

    /// The width of the edge between tumour and surroundings, mm: about the sharpness of the heads.
    private static let edgeMm: Float = 0.7

    init(geometry: ScanGeometry) {
        self.geometry = geometry
        height = geometry.shape.height
        width = geometry.shape.width
        pixels = [Float](repeating: 0, count: height * width)
    }

    /// Paints the head.
    mutating func paint(_ sampler: HeadSampler, z: Float, lattice: SourceLattice) {
        let coarse = lattice.plane(at: z)
        let block = SourceLattice.block
        let columns = lattice.columns
        var line = [SIMD3<Float>](repeating: .zero, count: columns)
        for h in 0..<height {
            let r = h / block * columns
            let down = Float(h % block) / Float(block)
            for c in 0..<columns {
                line[c] = coarse[r + c] + down * (coarse[r + columns + c] - coarse[r + c])
            }
            pixels.withUnsafeMutableBufferPointer { pixels in
                for c in 0..<((width + block - 1) / block) {
                    let step = (line[c + 1] - line[c]) / Float(block)
                    var place = line[c]
                    for w in (c * block)..<min(width, (c + 1) * block) {
                        pixels[h * width + w] = sampler.value(place)
                        place += step
                    }
                }
            }
        }
    }

    /// Takes signal from the fluid of a canal.
    mutating func dim(_ canal: CanalDimming, z: Float) {
        guard z > canal.lower.z, z < canal.upper.z else { return }
        let across = Self.span(canal.lower.x, canal.upper.x, geometry.spacing.width, width)
        for h in Self.span(canal.lower.y, canal.upper.y, geometry.spacing.height, height) {
            let y = geometry.y(Float(h))
            for w in across {
                pixels[h * width + w] *= canal.factor([geometry.x(Float(w)), y, z])
            }
        }
    }

    /// Paints the tumour with its cleft and adds its share of each voxel to `occupancy`, if given.
    mutating func paint(
        _ solid: CompositeTumour, z: Float, share: Float, occupancy: inout [Float], offset: Int?
    ) {
        let painter = solid.painter
        let margin = solid.marginMm
        guard z > painter.lower.z - margin, z < painter.upper.z + margin else { return }
        let pitch = Float(geometry.spacing.width)
        let across = Self.span(
            painter.lower.x - margin, painter.upper.x + margin, geometry.spacing.width, width)
        let along = Self.span(
            painter.lower.y - margin, painter.upper.y + margin, geometry.spacing.height, height)
        for h in along {
            let y = geometry.y(Float(h))
            for w in across {
                let grid = SIMD3<Float>(geometry.x(Float(w)), y, z)
                let local = painter.local(grid)
                let distance = painter.tumour.distance(local)
                guard distance < margin else { continue }
                let at = h * width + w
                let cleft = solid.cleftShare(geometry.head(grid), distance: distance)
                pixels[at] += cleft * max(0, solid.cleftSignal - pixels[at])
                let soft = max(0, min(1, 0.5 - distance / Self.edgeMm))
                if soft > 0 {
                    let signal = solid.signal(local, depth: -distance)
                    pixels[at] += soft * (signal - pixels[at])
                }
                if let offset {
                    occupancy[offset + at] += share * max(0, min(1, 0.5 - distance / pitch))
                }
            }
        }
    }

    /// Adds this plane to a slice of an image.
    func add(to image: inout [Float], offset: Int, weight: Float) {
        image.withUnsafeMutableBufferPointer { image in
            for at in pixels.indices { image[offset + at] += weight * pixels[at] }
        }
    }

    /// The pixels between two coordinates.
    private static func span(
        _ low: Float, _ high: Float, _ spacing: Double, _ count: Int
    ) -> Range<Int> {
        let middle = 0.5 * Float(count - 1)
        let from = max(0, min(Float(count), (low / Float(spacing) + middle).rounded(.down)))
        let to = max(0, min(Float(count), (high / Float(spacing) + middle).rounded(.up) + 1))
        return Int(from)..<max(Int(from), Int(to))
    }
}

/// A tumour in a composite, ready to be painted, with the fluid between it and the brain.
struct CompositeTumour {
    let painter: TumourPainter
    let ear: CompositeEar
    let cleftSignal: Float

    /// How far from the surface anything is painted, mm.
    var marginMm: Float { max(1, painter.tumour.cleftMm + 2) }

    /// The share of cleft fluid at a point of the patient's frame, at a distance from the surface.
    func cleftShare(_ point: SIMD3<Float>, distance: Float) -> Float {
        // Fluid in places, brain against the tumour in others.
        let width = painter.tumour.cleftMm - 0.5 + 0.8 * painter.noise.value(point * 0.11)
        let share = max(0, min(1, 0.5 - (distance - min(width, 1.4)) / 0.8))
        // There is fluid towards the brain, none towards the bone.
        return share > 0 ? share * max(0, min(1, (ear.depthMm(point) - 1) / 3)) : 0
    }

    /// The tumour's signal at a point of the canal frame, softened as the heads are.
    func signal(_ local: SIMD3<Float>, depth: Float) -> Float {
        var sum: Float = 0
        for corner in Self.corners {
            sum += painter.tumour.signal(
                local + corner, depth: depth, grey: painter.grey, noise: painter.noise)
        }
        return 0.25 * sum
    }

    /// The corners of a tetrahedron, mm.
    private static let corners: [SIMD3<Float>] = [
        [0.35, 0.35, 0.35], [0.35, -0.35, -0.35], [-0.35, 0.35, -0.35], [-0.35, -0.35, 0.35],
    ]
}
