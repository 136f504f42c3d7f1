import Foundation
public import VSStore
public import VSSurveillance

/// What a review did, as `vsdb review` prints it and the HTTP service answers.
public struct ReviewDocument {
    private let outcome: ReviewOutcome
    /// All that readers have said of the scan.
    public let readings: TextTable

    /// The document of a review.
    ///
    /// - Throws: `StoreError` where the store cannot be read.
    public init(_ outcome: ReviewOutcome, in store: Store) throws {
        self.outcome = outcome
        readings = TextTable(
            reviews: try store.reviews(ofScan: outcome.scan),
            outlines: try store.manualVolumes(ofScan: outcome.scan))
    }

    /// All of it as a JSON object.
    public var object: [String: Any] {
        [
            "scan": Int(outcome.scan), "patient": outcome.patient,
            "segmentation": outcome.segmentation.map { Int($0) as Any } ?? NSNull(),
            "isChanged": outcome.isChanged,
            "readings": readings.objects,
            "openFindings": TextTable(outcome.findings).objects,
            "researchUseOnly": true,
        ]
    }
}
