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
    private let preprocessor: Preprocessor

    /// A segmenter; the model's own thresholds win over the defaults.
    public init(_ model: ModelFile, parameters: SegmentationParameters = .init()) {
        var parameters = parameters
        parameters.threshold = model.description.threshold
        if let peak = model.description.componentPeak { parameters.componentPeak = peak }
        if let volume = model.description.componentVolumeMm3 {
            parameters.smallestComponentMm3 = volume
        }
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
    ///   - progress: told the fraction done.
    ///   - isCancelled: asked between windows.
    /// - Throws: ``SegmentationError`` where the gate refuses, the box misses, memory does not
    ///   suffice or the run is cancelled.
    public func segment(
        _ volume: Volume, subject: String, sequence: String? = nil, box: SearchBox? = nil,
        progress: (Double) -> Void = { _ in }, isCancelled: () -> Bool = { false }
    ) throws -> SegmentationResult {
        let verdict = QualityGate().verdict(on: volume, sequence: sequence)
        if verdict.decision == .refuse {
            throw SegmentationError(
                .refused, subject: subject,
                message: verdict.reasons.filter { $0.decision == .refuse }.map(\.message)
                    .joined(separator: " "),
                remedy: "Give the axial high-resolution T2 series.")
        }
        var timings = SegmentationTimings()
        let clock = ContinuousClock()
        var mark = clock.now
        func lap() -> Double {
            defer { mark = clock.now }
            return (clock.now - mark) / .seconds(1)
        }
        let whole = preprocessor.prepare(volume)
        let searched = try box.map { try $0.crop(whole.volume).part } ?? whole.volume
        let plan = try WindowPlan.fitting(
            searched.shape, architecture: description.architecture,
            limitBytes: parameters.memoryLimitBytes, overlap: parameters.overlap)
        timings.preprocessing = lap()
        let map = try predict(
            searched, plan: plan, progress: progress, isCancelled: isCancelled)
        timings.network = lap()
        let probability =
            map.shape == volume.shape && map.affine == volume.affine
            ? map : map.resampled(to: volume.shape, affine: volume.affine, outside: 0)
        let finder = TumourFinder(
            parameters: parameters,
            assignment: TumourAssignment(volume, headThreshold: threshold(of: volume)))
        let (tumours, dropped) = finder.tumours(in: probability)
        timings.postprocessing = lap()
        return SegmentationResult(
            tumours: tumours, probability: probability,
            highestProbability: Double(probability.voxels.max() ?? 0), dropped: dropped,
            verdict: verdict, timings: timings, windows: plan.starts.count,
            plannedBytes: MemoryEstimate(
                window: plan.window, volume: volume.shape,
                architecture: description.architecture
            ).bytes)
    }

    private func predict(
        _ volume: Volume, plan: WindowPlan, progress: (Double) -> Void, isCancelled: () -> Bool
    ) throws -> ProbabilityMap {
        let workspace = try network.makeWorkspace(for: plan.window)
        return try SlidingWindow(plan: plan).run(
            volume, progress: progress, isCancelled: isCancelled
        ) { input, output in
            network.foregroundProbability(of: input, into: output, workspace: workspace)
        }
    }

    /// What separates the head from the air around it, for finding the midline.
    private func threshold(of volume: Volume) -> Float {
        let (mean, deviation) = preprocessor.statistics(of: volume.voxels)
        return max(0.2 * mean, mean - 2 * deviation)
    }
}
