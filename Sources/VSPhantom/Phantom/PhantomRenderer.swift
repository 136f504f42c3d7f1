import VSImaging

/// Paints one scan: thin sub-slices with soft edges, gathered into slices by the slice profile.
struct PhantomRenderer {
    let anatomy: HeadAnatomy
    let contrast: PhantomContrast
    let tubes: [Tube]
    let tumour: PhantomTumour?
    let geometry: ScanGeometry

    /// The ideal image (fluid about 1) and the truth: voxels at least half filled by tumour.
    func render(profile: (Double) -> [Float]) -> (image: [Float], truth: [UInt8]) {
        let shape = geometry.shape
        let parts = max(3, Int((geometry.spacing.depth / 0.5).rounded()) | 1)
        let step = geometry.spacing.depth / Double(parts)
        let weights = profile(step)
        let reach = weights.count / 2
        let pad = max(0, reach - parts / 2)
        let first = -pad
        let last = shape.depth * parts + pad
        let height = { (index: Int) in
            geometry.z((Float(index) + 0.5) / Float(parts) - 0.5)
        }
        let lattice = FieldLattice(
            anatomy, tumour: tumour, geometry: geometry, lowZ: height(first), highZ: height(last))
        let placed = tubes.map { tube in
            var moved = tube
            moved.start = geometry.grid(tube.start)
            moved.end = geometry.grid(tube.end)
            return moved
        }
        let solid = tumour.map {
            TumourPainter(
                $0, ear: anatomy.ear($0.side), noise: anatomy.noise, grey: contrast.grey,
                geometry: geometry)
        }
        var image = [Float](repeating: 0, count: shape.count)
        var occupancy = [Float](repeating: 0, count: tumour == nil ? 0 : shape.count)
        var plane = SubSlice(geometry: geometry, lattice: lattice)
        let size = shape.height * shape.width
        for index in first..<last {
            let z = height(index)
            plane.paint(
                z: z, lattice: lattice,
                painter: TissuePainter(
                    contrast: contrast, anatomy: anatomy,
                    edgeMm: 1.2 * Float(geometry.spacing.width)))
            plane.paint(placed, z: z)
            let slice = (index + parts) / parts - 1
            if let solid {
                let inside = slice >= 0 && slice < shape.depth
                plane.paint(
                    solid, z: z, share: 1 / Float(parts), occupancy: &occupancy,
                    offset: inside ? slice * size : nil)
            }
            for d in max(
                0, (index - reach) / parts - 1)...min(shape.depth - 1, (index + reach) / parts + 1)
            {
                let tap = index - (d * parts + parts / 2) + reach
                guard tap >= 0, tap < weights.count else { continue }
                plane.add(to: &image, offset: d * size, weight: weights[tap])
            }
        }
        return (image, occupancy.map { $0 >= 0.5 ? 1 : 0 })
    }
}
