public import VSImaging

extension Segmenter {
    /// Measures each tumour of a result again, as ``repeatability(of:in:subject:seed:parameters:progress:isCancelled:)``
    /// does.
    ///
    /// - Parameters:
    ///   - result: this segmenter's, of this scan; takes what was found.
    ///   - scan: the scan.
    ///   - subject: names the scan in errors.
    ///   - seed: decides the changes.
    ///   - progress: told the fraction done.
    ///   - isCancelled: asked between windows.
    /// - Throws: ``SegmentationError`` where memory does not suffice or the run is cancelled.
    public func measureAgain(
        _ result: inout SegmentationResult, in scan: Volume, subject: String, seed: UInt64,
        progress: (Double) -> Void = { _ in }, isCancelled: () -> Bool = { false }
    ) throws {
        let count = Double(result.tumours.count)
        for index in result.tumours.indices {
            result.tumours[index].repeatability = try repeatability(
                of: result.tumours[index], in: scan, subject: subject, seed: seed,
                progress: { progress((Double(index) + $0) / count) }, isCancelled: isCancelled)
        }
    }

    /// Measures one tumour again on slightly changed copies of its surroundings.
    ///
    /// Each copy is resampled from the scan by a rigid shift of up to half a voxel and a small
    /// rotation, every other one mirrored, with noise of the scan's own level; intensities are
    /// normalised as the whole scan was. The tumour of a copy is what reaches the threshold in a piece
    /// that shares a voxel with the tumour as it was found. Two calls give the same bits.
    ///
    /// - Parameters:
    ///   - tumour: one that this segmenter found on this scan.
    ///   - scan: the scan.
    ///   - subject: names the scan in errors.
    ///   - seed: decides the changes.
    ///   - parameters: how large the changes are.
    ///   - progress: told the fraction done.
    ///   - isCancelled: asked between windows.
    /// - Returns: the volumes.
    /// - Throws: ``SegmentationError`` where memory does not suffice or the run is cancelled.
    public func repeatability(
        of tumour: SegmentedTumour, in scan: Volume, subject: String, seed: UInt64,
        parameters: RepeatabilityParameters = .init(),
        progress: (Double) -> Void = { _ in }, isCancelled: () -> Bool = { false }
    ) throws -> Repeatability {
        precondition(tumour.mask.shape == scan.shape, "the tumour is of this scan")
        let box = surroundings(of: tumour.mask, parameters)
        let part = scan.part(box)
        let inside = tumour.mask.part(box)
        let flipped = Perturbation.flipped(inside, part.shape)
        let statistics = preprocessor.statistics(ofScan: scan)
        let noise = NoiseLevel.sd(of: part)
        let series = Perturbation.series(parameters, noiseSD: noise, seed: seed)
        var volumes: [Double?] = []
        for (number, change) in series.enumerated() {
            let copy = change.applied(
                to: scan, shape: part.shape, affine: part.affine,
                about: tumour.measurement.centroid)
            let map = try probability(
                ofPart: copy, normalisedBy: statistics, subject: subject, isCancelled: isCancelled)
            volumes.append(
                volumeMm3(in: map, touching: change.isFlipped ? flipped : inside))
            progress(Double(number + 1) / Double(series.count))
        }
        return Repeatability(
            parameters: parameters, seed: seed, noiseSD: Double(noise), volumesMm3: volumes)
    }

    /// The probability of tumour in a part of a scan, on the part's own grid.
    func probability(
        ofPart part: Volume, normalisedBy statistics: (mean: Float, deviation: Float),
        subject: String, isCancelled: () -> Bool
    ) throws -> ProbabilityMap {
        let input = preprocessor.prepare(part, normalisedBy: statistics).volume
        let map = try predict(
            input, plan: try plan(for: part, nil), progress: { _ in }, isCancelled: isCancelled)
        return try onScanGrid(map, of: part, subject)
    }

    /// The tumour's voxels with the margin around them, as far as the scan goes; everything for none.
    func surroundings(of mask: Mask, _ changes: RepeatabilityParameters) -> VoxelRange {
        let (shape, spacing) = (mask.shape, mask.affine.spacing)
        let limit = SIMD3(shape.depth, shape.height, shape.width)
        var (low, high) = (limit, SIMD3<Int>.zero)
        for index in mask.voxels.indices where mask.voxels[index] == 1 {
            let at = SIMD3(
                index / shape.width / shape.height, index / shape.width % shape.height,
                index % shape.width)
            low = pointwiseMin(low, at)
            high = pointwiseMax(high, at &+ 1)
        }
        guard all(low .< high) else { return VoxelRange(start: .zero, end: limit) }
        let margin = SIMD3(
            Int((changes.sliceMarginMm / spacing.depth).rounded(.up)),
            Int((changes.planeMarginMm / spacing.height).rounded(.up)),
            Int((changes.planeMarginMm / spacing.width).rounded(.up)))
        return VoxelRange(
            start: pointwiseMax(low &- margin, .zero), end: pointwiseMin(high &+ margin, limit))
    }

    /// The volume of what reaches the threshold and hangs together with the tumour's voxels, mm³; nil
    /// where there is nothing.
    private func volumeMm3(in map: ProbabilityMap, touching inside: [UInt8]) -> Double? {
        let mask = Mask(
            shape: map.shape, affine: map.affine,
            voxels: map.voxels.map { $0 >= Float(parameters.threshold) ? 1 : 0 })
        let voxels = ConnectedComponents(mask).components
            .filter { component in component.voxels.contains { inside[$0] == 1 } }
            .reduce(0) { $0 + $1.count }
        return voxels > 0 ? Double(voxels) * map.affine.voxelVolumeMm3 : nil
    }
}

extension Mask {
    /// The voxels of a box, its columns fastest.
    fileprivate func part(_ box: VoxelRange) -> [UInt8] {
        var result: [UInt8] = []
        for d in box.start.x..<box.end.x {
            for h in box.start.y..<box.end.y {
                let row = shape.index(d, h, box.start.z)
                result += voxels[row..<row + box.end.z - box.start.z]
            }
        }
        return result
    }
}
