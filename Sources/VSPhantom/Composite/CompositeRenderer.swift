import VSImaging

/// Paints one composite scan: thin planes of the head with the tumour in it, gathered into slices.
struct CompositeRenderer {
    let head: RealHead
    let warp: HeadWarp
    let contrast: CompositeContrast
    let noise: NoiseField
    let tumour: PhantomTumour?
    let canals: CanalFluid
    let geometry: ScanGeometry
    /// Signal of the fluid between tumour and brain.
    let cleftSignal: Float

    /// The ideal image (fluid about 1) and the truth: voxels at least half filled by tumour.
    func render(profile: (Double) -> [Float]) -> (image: [Float], truth: [UInt8]) {
        let shape = geometry.shape
        let parts = max(3, Int((geometry.spacing.depth / 0.5).rounded()) | 1)
        let weights = profile(geometry.spacing.depth / Double(parts))
        let reach = weights.count / 2
        let pad = max(0, reach - parts / 2)
        let heights = (-pad..<shape.depth * parts + pad)
        let height = { (index: Int) in geometry.z((Float(index) + 0.5) / Float(parts) - 0.5) }
        let sampler = HeadSampler(head, contrast: contrast)
        let lattice = lattice(
            sampler, low: height(heights.lowerBound), high: height(heights.upperBound))
        let solid = solid()
        let dims = TumourSide.allCases.compactMap { side in
            canals.dimming(warp.ear(side, of: head.landmarks).canal, side: side, in: geometry)
        }
        var image = [Float](repeating: 0, count: shape.count)
        var occupancy = [Float](repeating: 0, count: solid == nil ? 0 : shape.count)
        var plane = CompositePlane(geometry: geometry)
        let size = shape.height * shape.width
        for index in heights {
            let z = height(index)
            plane.paint(sampler, z: z, lattice: lattice)
            for dim in dims { plane.dim(dim, z: z) }
            let slice = (index + parts) / parts - 1
            if let solid {
                let isInside = slice >= 0 && slice < shape.depth
                plane.paint(
                    solid, z: z, share: 1 / Float(parts), occupancy: &occupancy,
                    offset: isInside ? slice * size : nil)
            }
            let first = max(0, (index - reach) / parts - 1)
            let last = min(shape.depth - 1, (index + reach) / parts + 1)
            for d in first...max(first, last) where d <= last {
                let tap = index - (d * parts + parts / 2) + reach
                guard tap >= 0, tap < weights.count else { continue }
                plane.add(to: &image, offset: d * size, weight: weights[tap])
            }
        }
        let truth =
            solid == nil
            ? [UInt8](repeating: 0, count: shape.count) : occupancy.map { $0 >= 0.5 ? 1 : 0 }
        return (image, truth)
    }

    private func lattice(_ sampler: HeadSampler, low: Float, high: Float) -> SourceLattice {
        let brain = 0.5 * contrast.grey...0.5 * (contrast.grey + 1)
        let pushed = tumour.map { tumour in
            BrainDisplacement(tumour, ear: warp.ear(tumour.side, of: head.landmarks)) {
                brain.contains(sampler.value(sampler.voxel(warp.source(of: $0))))
            }
        }
        return SourceLattice(geometry: geometry, lowZ: low, highZ: high) { point in
            sampler.voxel(warp.source(of: pushed?.source(of: point) ?? point))
        }
    }

    private func solid() -> CompositeTumour? {
        guard let tumour else { return nil }
        let ear = warp.ear(tumour.side, of: head.landmarks)
        return CompositeTumour(
            painter: TumourPainter(
                tumour, ear: ear.canal, noise: noise, grey: contrast.grey, geometry: geometry),
            ear: ear, cleftSignal: cleftSignal)
    }
}
