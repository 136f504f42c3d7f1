import Foundation
public import VSStore
public import VSSurveillance

/// How a new model differs from the one before, as `vsdb campaign report` prints it and the HTTP service
/// answers.
public struct DriftDocument {
    private let campaign: CampaignRecord
    private let report: DriftReport
    private let objections: [String]

    /// The document of a report.
    ///
    /// - Parameters:
    ///   - report: how the models differ.
    ///   - campaign: whose.
    ///   - objections: what speaks against promotion without a person, sentences.
    public init(_ report: DriftReport, of campaign: CampaignRecord, objections: [String]) {
        (self.report, self.campaign, self.objections) = (report, campaign, objections)
    }

    /// All of it as a JSON object.
    public var object: [String: Any] {
        [
            "campaign": Int(campaign.id), "model": campaign.model,
            "previousModel": campaign.previousModel as Any? ?? NSNull(),
            "missingScans": report.missing, "tumours": report.tumours,
            "bands": TextTable(bands: report).objects,
            "changes": TextTable(changes: report.changes, withSentences: true).objects,
            "lost": TextTable(drift: report.lost).objects,
            "found": TextTable(drift: report.found).objects, "objections": objections,
            "researchUseOnly": true,
        ]
    }
}
