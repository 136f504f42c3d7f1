import Foundation
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
    let preprocessor: Preprocessor

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
    ///   - verdict: the gate's, where it was asked already; nil asks it.
    ///   - box: where to look; nil searches the whole field of view.
    ///   - known: the patient's tumours as earlier exams know them.
    ///   - expected: how many tumours the patient may have, and where.
    ///   - progress: told the fraction done.
    ///   - isCancelled: asked between windows.
    /// - Returns: the tumours, or the finding that there is none, with the probabilities.
    /// - Throws: ``SegmentationError`` where the gate refuses, the box misses, memory does not
    ///   suffice or the run is cancelled; `NetworkError` where memory cannot be had.
    public func segment(
        _ volume: Volume, subject: String, sequence: String? = nil, verdict: GateVerdict? = nil,
        box: SearchBox? = nil, known: [KnownTumour] = [], expected: ExpectedTumours = .bothSides,
        progress: (Double) -> Void = { _ in },
        isCancelled: () -> Bool = { false }
    ) throws -> SegmentationResult {
        try parameters.check()
        var timings = SegmentationTimings()
        var lap = Lap()
        let verdict = verdict ?? QualityGate().verdict(on: volume, sequence: sequence)
        try verdict.check(subject, remedy: "Give the axial high-resolution T2 series.")
        timings.gate = lap.seconds()

        // The plan comes first: nothing is computed for a run that would not fit.
        let searchedScan = try box?.range(in: volume.shape, volume.affine)
        let plan = try plan(for: volume, box)
        let percentile = Preprocessor.percentile99(volume.voxels)
        let input = try searchedPart(of: volume, box, percentile99: percentile)
        let midline = HeadMidline(volume, percentile99: percentile)
        timings.preprocessing = lap.seconds()

        let assignment = TumourAssignment(midline: midline, known: known)
        let finder = TumourFinder(parameters, assignment: assignment, expected: expected)
        let run = Run(scan: volume, subject: subject, input: input, plan: plan)
        var found: Finding?
        let quick = try proposals(
            run, within: assignment.searchRange(of: input), progress: { progress(0.3 * $0) },
            isCancelled: isCancelled)
        timings.network += lap.seconds()
        if let quick {
            let map = try predict(
                run, in: quick, progress: { progress(0.3 + 0.7 * $0) }, isCancelled: isCancelled)
            timings.network += lap.seconds()
            if let map { found = try find(map, run, finder, searchedScan) }
            // What was to be found must be there; otherwise everything is looked at.
            if let tumours = found?.tumours, !isComplete(tumours, known: known) { found = nil }
            timings.postprocessing += lap.seconds()
        }
        let seenShare = found == nil ? 1 : quick?.share(of: input.shape) ?? 1
        if found == nil {
            let start = quick == nil ? 0 : 0.6
            let map = try predict(
                input, plan: plan, memory: run.memory,
                progress: { progress(start + (1 - start) * $0) },
                isCancelled: isCancelled)
            timings.network += lap.seconds()
            found = try find(map, run, finder, searchedScan)
            timings.postprocessing += lap.seconds()
        }
        guard let found else { preconditionFailure("everything was looked at") }
        return SegmentationResult(
            tumours: found.tumours, probability: found.probability,
            highestProbability: Double(max(0, IntensityExtremes(found.probability.voxels).high)),
            dropped: found.dropped, parameters: parameters, box: box, seenShare: seenShare,
            verdict: verdict, timings: timings, windows: plan.starts.count, window: plan.window,
            plannedBytes: MemoryEstimate(
                window: plan.window, searched: plan.volume, scan: volume.shape,
                architecture: description.architecture, memory: plan.memory
            ).bytes)
    }

    /// One run's scan and the network's input made of it.
    private struct Run {
        let scan: Volume
        let subject: String
        let input: Volume
        let plan: WindowPlan
        let memory = RunMemory()
    }

    /// What a probability map holds.
    private struct Finding {
        let probability: ProbabilityMap
        let tumours: [SegmentedTumour]
        let dropped: [DroppedComponent]
    }

    private func find(
        _ map: ProbabilityMap, _ run: Run, _ finder: TumourFinder,
        _ searched: (start: SIMD3<Int>, end: SIMD3<Int>)?
    ) throws(SegmentationError) -> Finding {
        let probability = try onScanGrid(map, of: run.scan, run.subject)
        let (tumours, dropped) = finder.tumours(in: probability, searched: searched)
        return Finding(probability: probability, tumours: tumours, dropped: dropped)
    }

    /// Whether there is a tumour, and one on each side where an earlier exam had one.
    private func isComplete(_ tumours: [SegmentedTumour], known: [KnownTumour]) -> Bool {
        !tumours.isEmpty
            && known.allSatisfy { earlier in tumours.contains { $0.side == earlier.side } }
    }

    /// Where the coarse levels of the network want to look; nil where everything is to be looked at.
    private func proposals(
        _ run: Run, within range: VoxelRange, progress: (Double) -> Void,
        isCancelled: () -> Bool
    ) throws -> Proposals? {
        guard !parameters.isExhaustive, description.scanRule == nil,
            PreparedUNet.canPropose(description.architecture)
        else { return nil }
        let multiple = description.architecture.multiple
        let box = range.rounded(to: multiple, in: run.input.shape)
        let window = description.architecture.window(
            covering: WindowShape(
                depth: box.shape.depth, height: box.shape.height, width: box.shape.width))
        let workspace = try run.memory.workspace {
            try network.makeProposalWorkspace(for: window, memory: run.plan.memory, reusing: $0)
        }
        try SlidingWindow.check(isCancelled)
        let input = run.input.cut(window, at: box.start)
        let (map, shape) = input.withUnsafeBufferPointer {
            network.proposals(of: $0, workspace: workspace)
        }
        progress(1)
        return Proposals(
            cells: Proposals.cells(map, shape, window: window, at: box.start),
            in: run.input.shape, multiple: multiple)
    }

    /// Runs the whole network in the proposed boxes; nil where something reaches past one of them.
    private func predict(
        _ run: Run, in proposals: Proposals, progress: (Double) -> Void,
        isCancelled: () -> Bool
    ) throws -> ProbabilityMap? {
        let shape = run.input.shape
        var whole = ProbabilityMap(
            shape: shape, affine: run.input.affine,
            voxels: [Float](count: shape.count) { _, part in part.update(repeating: 0) })
        for (number, box) in proposals.boxes.enumerated() {
            let part = run.input.part(box)
            // Beside the box: the image and the map of everything.
            let plan = try WindowPlan.whole(
                part.shape, scan: run.scan.shape, architecture: description.architecture,
                limitBytes: parameters.memoryLimitBytes - 8 * shape.count)
            let map = try predict(
                part, plan: plan, memory: run.memory, progress: { _ in },
                isCancelled: isCancelled)
            whole.set(map, at: box)
            guard !whole.reaches(Float(parameters.threshold), onFacesOf: box) else { return nil }
            progress(Double(number + 1) / Double(proposals.boxes.count))
        }
        return whole
    }

    func plan(
        for volume: Volume, _ box: SearchBox?
    ) throws(SegmentationError) -> WindowPlan {
        let grid = preprocessor.grid(for: volume)
        var searched = grid.shape
        if let range = try box?.range(in: grid.shape, grid.affine) {
            let sides = range.end &- range.start
            searched = GridShape(depth: sides.x, height: sides.y, width: sides.z)
        }
        if description.scanRule?.usesModelWindow == true {
            return try WindowPlan.fixed(
                searched, scan: volume.shape, window: description.window,
                architecture: description.architecture, limitBytes: parameters.memoryLimitBytes,
                overlap: parameters.overlap)
        }
        return try WindowPlan.whole(
            searched, scan: volume.shape, architecture: description.architecture,
            limitBytes: parameters.memoryLimitBytes)
    }

    /// Normalised over the whole image, as in training, and then cut to the box.
    private func searchedPart(
        of volume: Volume, _ box: SearchBox?, percentile99 percentile: Float
    ) throws(SegmentationError) -> Volume {
        let whole = preprocessor.prepare(
            volume, normalisedBy: nil, percentile99: percentile
        ).volume
        guard let box else { return whole }
        return try box.crop(whole)
    }

    func predict(
        _ volume: Volume, plan: WindowPlan, memory: RunMemory = RunMemory(),
        progress: (Double) -> Void, isCancelled: () -> Bool
    ) throws -> ProbabilityMap {
        let workspace = try memory.workspace {
            try network.makeWorkspace(for: plan.window, memory: plan.memory, reusing: $0)
        }
        let blendsLogits = description.scanRule?.blending == .logit
        var map = try SlidingWindow(plan).run(
            volume.padded(to: plan.volume), progress: progress, isCancelled: isCancelled
        ) { input, output in
            if blendsLogits {
                network.foregroundLogit(of: input, into: output, workspace: workspace)
            } else {
                network.foregroundProbability(of: input, into: output, workspace: workspace)
            }
        }
        if blendsLogits {
            for index in map.voxels.indices {
                map.voxels[index] = 1 / (1 + exp(-map.voxels[index]))
            }
        }
        return map.unpadded(to: volume.shape, affine: volume.affine)
    }

    /// The finest attention map, blended over windows as probabilities are.
    func attend(
        _ volume: Volume, plan: WindowPlan, isCancelled: () -> Bool
    ) throws -> ProbabilityMap {
        let workspace = try network.makeWorkspace(for: plan.window, memory: plan.memory)
        return try SlidingWindow(plan).run(
            volume.padded(to: plan.volume), progress: { _ in }, isCancelled: isCancelled
        ) { input, output in
            network.attention(of: input, into: output, workspace: workspace)
        }.unpadded(to: volume.shape, affine: volume.affine)
    }

    /// Probabilities, never labels, go back to the scan's own grid; outside the box they are 0.
    func onScanGrid(
        _ map: ProbabilityMap, of volume: Volume, _ subject: String
    ) throws(SegmentationError) -> ProbabilityMap {
        guard IntensityExtremes(map.voxels).notFinite == 0 else {
            throw SegmentationError(
                .network, subject: subject,
                message: "The network gave probabilities that are not numbers.",
                remedy: "Check the model file with 'vsdb model show', or install it again.")
        }
        let map =
            map.affine == volume.affine.turnedInPlane(volume.shape) ? map.turnedInPlane() : map
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
