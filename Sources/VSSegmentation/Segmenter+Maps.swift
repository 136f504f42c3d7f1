public import VSImaging
import VSNetwork

extension Segmenter {
    /// Whether the model attends to places, so that ``attention(around:in:subject:isCancelled:)`` has
    /// something to show.
    public var hasAttention: Bool { description.architecture.attention != .none }

    /// The probability of tumour around a mask, computed anew.
    ///
    /// The network sees the mask's surroundings, as much as it sees of a voxel's where it runs on a
    /// proposed place; intensities are normalised as the whole scan is. At the edges of what it sees
    /// values may differ a little from those of the run that found the tumour.
    ///
    /// - Parameters:
    ///   - mask: a tumour on the scan's grid; an empty one takes the whole scan, which takes long.
    ///   - scan: the scan in canonical order.
    ///   - subject: names the scan in errors.
    ///   - isCancelled: asked between windows.
    /// - Returns: 0 to 1, on the part of the scan's grid around the mask.
    /// - Throws: ``SegmentationError`` where memory does not suffice or the run is cancelled.
    public func probability(
        around mask: Mask, in scan: Volume, subject: String,
        isCancelled: () -> Bool = { false }
    ) throws -> ProbabilityMap {
        try probability(
            ofPart: scan.part(surroundings(of: mask, .init())),
            normalisedBy: preprocessor.statistics(ofScan: scan), subject: subject,
            isCancelled: isCancelled)
    }

    /// The finest attention map around a mask: how much of the features of a place the network keeps.
    ///
    /// Parameters, result and errors as of ``probability(around:in:subject:isCancelled:)``. A model
    /// without attention gives ones.
    public func attention(
        around mask: Mask, in scan: Volume, subject: String,
        isCancelled: () -> Bool = { false }
    ) throws -> ProbabilityMap {
        let part = scan.part(surroundings(of: mask, .init()))
        let input = preprocessor.prepare(
            part, normalisedBy: preprocessor.statistics(ofScan: scan)
        ).volume
        let map = try attend(input, plan: try plan(for: part, nil), isCancelled: isCancelled)
        return try onScanGrid(map, of: part, subject)
    }
}
