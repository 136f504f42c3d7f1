public import GRDB
public import VSGrowth

/// One tumour on one scan by the model before and the new one.
public struct DriftPair: Sendable, Hashable, Codable, FetchableRecord {
    /// The patient.
    public var identifier: String
    /// The scan.
    public var scanId: Int64
    /// The day of the exam.
    public var examDate: ExamDate
    /// The tumour's side.
    public var side: String
    /// The volume by the model before, mm³; nil where it found none.
    public var oldVolumeMm3: Double?
    /// The volume by the new model, mm³; nil where it found none.
    public var newVolumeMm3: Double?
}

/// A tumour's growth by the model before and the new one.
public struct DriftCurves: Sendable {
    /// The patient.
    public let identifier: String
    /// The tumour's side.
    public let side: String
    /// By the model before.
    public let old: GrowthCurve
    /// By the new model.
    public let new: GrowthCurve
}

extension Store {
    /// What both models of a campaign said, of every scan that both have segmented, by patient.
    ///
    /// Of each model the newest segmentation of a scan counts, unless a reader rejected it.
    public func driftPairs(of campaign: CampaignRecord) throws -> [DriftPair] {
        try read {
            try DriftPair.fetchAll(
                $0, sql: Self.driftSQL, arguments: [campaign.previousModelId, campaign.modelId])
        }
    }

    package static let driftSQL = """
        SELECT patient.identifier, scan.id AS scanId, scan.examDate, tumour.side,
            before.volumeMm3 AS oldVolumeMm3, after.volumeMm3 AS newVolumeMm3
        FROM standingScan AS scan
        CROSS JOIN patient ON patient.id = scan.patientId
        CROSS JOIN segmentation AS old ON old.id = (\(newest("?1")))
        CROSS JOIN segmentation AS new ON new.id = (\(newest("?2")))
        CROSS JOIN tumour ON tumour.patientId = scan.patientId
        LEFT JOIN volume AS before ON before.segmentationId = old.id
            AND before.tumourId = tumour.id
        LEFT JOIN volume AS after ON after.segmentationId = new.id AND after.tumourId = tumour.id
        WHERE scan.isT2 = 1 AND (before.id IS NOT NULL OR after.id IS NOT NULL)
        ORDER BY patient.identifier, scan.examDate, scan.id, tumour.side
        """

    private static func newest(_ model: String) -> String {
        """
        SELECT made.id FROM segmentation AS made
        WHERE made.scanId = scan.id AND made.modelId = \(model) AND NOT (\(isRejected("made.id")))
        ORDER BY made.id DESC LIMIT 1
        """
    }

    /// Calls `body` with both models' curves of every tumour that either measured, by patient.
    ///
    /// One patient's exams are in memory at a time.
    public func forEachDrift(
        of campaign: CampaignRecord, _ body: (DriftCurves) throws -> Void
    ) throws {
        guard let previous = campaign.previousModelId else { return }
        let patients = try read { db in
            try Row.fetchAll(db, sql: "SELECT id, identifier FROM patient ORDER BY identifier").map
            {
                (id: $0["id"] as Int64, identifier: $0["identifier"] as String)
            }
        }
        for patient in patients {
            let drifts = try read { db -> [DriftCurves] in
                let old = try Self.exams(db, patient: patient.id, model: previous)
                let new = try Self.exams(db, patient: patient.id, model: campaign.modelId)
                // A series that is not complete yet would be judged as another one.
                let done = Set(new.map(\.scanId))
                guard old.allSatisfy({ done.contains($0.scanId) }) else { return [] }
                return try Set((old + new).compactMap(\.side)).sorted().map { side in
                    let treatments = try Self.treatments(db, patient: patient.id, side: side)
                    return DriftCurves(
                        identifier: patient.identifier, side: side,
                        old: Self.curve(old, side: side, treatments: treatments),
                        new: Self.curve(new, side: side, treatments: treatments))
                }
            }
            for drift in drifts { try body(drift) }
        }
    }
}
