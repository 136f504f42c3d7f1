public import VSImaging
public import VSNetwork

/// Segments whole scans with one model: gate, preprocessing, windows, tumours, measurement.
///
/// Immutable and shared; each run takes its own memory.
public struct Segmenter: Sendable {
    /// The model's description.
    public let description: ModelDescription
    /// What decides a segmentation beside the model.
    public let parameters: SegmentationParameters

    private let network: PreparedUNet
    private let preprocessor: Preprocessor

    /// A segmenter; the model's own thresholds win over those given.
    public init(_ model: ModelFile, parameters: SegmentationParameters = .init()) {
        self.init(model, exactly: parameters.withThresholds(of: model.description))
    }

    /// A segmenter that takes every parameter as given, to make an old answer again.
    public init(_ model: ModelFile, exactly parameters: SegmentationParameters) {
        self.parameters = parameters
        description = model.description
        network = PreparedUNet(model)
        preprocessor = Preprocessor(model.description)
    }

    /// Segments a scan.
    ///
    /// - Parameters:
    ///   - volume: the scan in canonical order.
    ///   - subject: names the scan in errors.
    ///   - sequence: what the scan is known to be; nil where unknown.
    ///   - box: where to look; nil searches the whole field of view.
    ///   - known: the patient's tumours as earlier exams know them.
    ///   - expected: how many tumours the patient may have, and where.
    ///   - progress: told the fraction done.
    ///   - isCancelled: asked between windows.
    /// - Returns: the tumours, or the finding that there is none, with the probabilities.
    /// - Throws: ``SegmentationError`` where the gate refuses, the box misses, memory does not
    ///   suffice or the run is cancelled; `NetworkError` where memory cannot be had.
    public func segment(
        _ volume: Volume, subject: String, sequence: String? = nil, box: SearchBox? = nil,
        known: [KnownTumour] = [], expected: ExpectedTumours = .bothSides,
        progress: (Double) -> Void = { _ in },
        isCancelled: () -> Bool = { false }
    ) throws -> SegmentationResult {
        try parameters.check()
        var timings = SegmentationTimings()
        var lap = Lap()
        let verdict = try gate(volume, subject, sequence)
        timings.gate = lap.seconds()

        // The plan comes first: nothing is computed for a run that would not fit.
        let searchedScan = try box?.range(in: volume.shape, volume.affine)
        let plan = try plan(for: volume, box)
        let input = try searchedPart(of: volume, box)
        timings.preprocessing = lap.seconds()

        let map = try predict(input, plan: plan, progress: progress, isCancelled: isCancelled)
        timings.network = lap.seconds()

        let probability = try onScanGrid(map, of: volume, subject)
        let finder = TumourFinder(
            parameters,
            assignment: TumourAssignment(midline: HeadMidline(volume), known: known),
            expected: expected)
        let (tumours, dropped) = finder.tumours(in: probability, searched: searchedScan)
        timings.postprocessing = lap.seconds()
        return SegmentationResult(
            tumours: tumours, probability: probability,
            highestProbability: Double(probability.voxels.max() ?? 0), dropped: dropped,
            parameters: parameters, box: box, verdict: verdict, timings: timings,
            windows: plan.starts.count, window: plan.window,
            plannedBytes: MemoryEstimate(
                window: plan.window, searched: plan.volume, scan: volume.shape,
                architecture: description.architecture
            ).bytes)
    }

    /// The gate's verdict.
    ///
    /// - Throws: ``SegmentationError`` where it refuses, with all that it holds against the scan.
    private func gate(
        _ volume: Volume, _ subject: String, _ sequence: String?
    ) throws(SegmentationError) -> GateVerdict {
        let verdict = QualityGate().verdict(on: volume, sequence: sequence)
        guard verdict.decision == .refuse else { return verdict }
        throw SegmentationError(
            .refused, subject: subject,
            message: verdict.reasons.filter { $0.decision == .refuse }.map(\.message)
                .joined(separator: " "),
            remedy: "Give the axial high-resolution T2 series.")
    }

    private func plan(
        for volume: Volume, _ box: SearchBox?
    ) throws(SegmentationError) -> WindowPlan {
        let grid = preprocessor.grid(for: volume)
        var searched = grid.shape
        if let range = try box?.range(in: grid.shape, grid.affine) {
            let sides = range.end &- range.start
            searched = GridShape(depth: sides.x, height: sides.y, width: sides.z)
        }
        return try WindowPlan.fitting(
            searched, scan: volume.shape, architecture: description.architecture,
            limitBytes: parameters.memoryLimitBytes, overlap: parameters.overlap)
    }

    /// Normalised over the whole image, as in training, and then cut to the box.
    private func searchedPart(
        of volume: Volume, _ box: SearchBox?
    ) throws(SegmentationError) -> Volume {
        let whole = preprocessor.prepare(volume).volume
        guard let box else { return whole }
        return try box.crop(whole)
    }

    private func predict(
        _ volume: Volume, plan: WindowPlan, progress: (Double) -> Void, isCancelled: () -> Bool
    ) throws -> ProbabilityMap {
        let workspace = try network.makeWorkspace(for: plan.window)
        return try SlidingWindow(plan).run(
            volume, progress: progress, isCancelled: isCancelled
        ) { input, output in
            network.foregroundProbability(of: input, into: output, workspace: workspace)
        }
    }

    /// Probabilities, never labels, go back to the scan's own grid; outside the box they are 0.
    private func onScanGrid(
        _ map: ProbabilityMap, of volume: Volume, _ subject: String
    ) throws(SegmentationError) -> ProbabilityMap {
        guard map.voxels.allSatisfy(\.isFinite) else {
            throw SegmentationError(
                .network, subject: subject,
                message: "The network gave probabilities that are not numbers.",
                remedy: "Check the model file with 'vsdb model show', or install it again.")
        }
        guard map.shape != volume.shape || map.affine != volume.affine else { return map }
        var back = map.resampled(to: volume.shape, affine: volume.affine, outside: 0)
        // Interpolation in single precision may step past 1 by its last bit.
        for index in back.voxels.indices { back.voxels[index] = min(back.voxels[index], 1) }
        return back
    }
}

/// Seconds since the last time asked.
private struct Lap {
    private let clock = ContinuousClock()
    private var mark = ContinuousClock().now

    mutating func seconds() -> Double {
        let now = clock.now
        defer { mark = now }
        return (now - mark) / .seconds(1)
    }
}
