public import VSImaging
import VSSegmentation
import VSStore

/// What a network says of each place beside the mask.
public enum NetworkMap: String, Sendable, Hashable, CaseIterable {
    /// The probability of tumour.
    case probability
    /// The finest attention map: how much of a place's features the network keeps.
    case attention
}

extension Surveillance {
    /// Whether the model of a stored segmentation has a map of a kind.
    ///
    /// - Throws: `StoreError` where the model's row is damaged.
    public func has(_ map: NetworkMap, of stored: StoredScan) throws -> Bool {
        guard map == .attention else { return true }
        return try ModelFacts(store.model(named: stored.segmentation.modelSha256)).hasAttention
    }

    /// A map around a stored segmentation's tumours, by the model that made it, computed anew: maps are
    /// not stored.
    ///
    /// It takes as long as the network on the tumours' surroundings; of a scan without a tumour, on the
    /// whole scan.
    ///
    /// - Parameters:
    ///   - map: which.
    ///   - stored: the scan with the segmentation.
    ///   - isCancelled: asked between windows.
    /// - Returns: 0 to 1, on the part of the scan's grid that was looked at.
    /// - Throws: `StoreError` where the model is gone or has no such map; an error of the network.
    public func compute(
        _ map: NetworkMap, of stored: StoredScan, isCancelled: () -> Bool = { false }
    ) throws -> ProbabilityMap {
        let model = try store.model(named: stored.segmentation.modelSha256)
        let segmenter = try segmenter(for: model)
        let (scan, subject) = (stored.image.volume, "scan \(stored.record.id)")
        switch map {
        case .probability:
            return try segmenter.probability(
                around: stored.mask, in: scan, subject: subject, isCancelled: isCancelled)
        case .attention:
            guard segmenter.hasAttention else {
                throw StoreError(
                    .invalid, subject: model.title, message: "This model has no attention maps.",
                    remedy: "Look at the probabilities.")
            }
            return try segmenter.attention(
                around: stored.mask, in: scan, subject: subject, isCancelled: isCancelled)
        }
    }
}
