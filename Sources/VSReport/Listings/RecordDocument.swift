import VSGrowth
public import VSStore

/// Everything known of a scan, a segmentation or a patient: what `vsdb show` prints and the HTTP
/// service answers.
public struct RecordDocument: Sendable {
    private let list: FieldList
    private let parts: [(side: String, facts: FieldList)]
    /// Further tables, each under the key it has in JSON.
    public let tables: [(key: String, table: TextTable)]

    /// A scan and the segmentation of it that counts.
    ///
    /// - Throws: `StoreError` for an unknown scan.
    public init(scan: Int64, in store: Store) throws {
        let (record, patient, _) = try store.scan(scan)
        var facts = FieldList(record, patient: patient)
        facts.add(try store.series(ofScan: scan), successor: try store.successor(ofScan: scan))
        let segmentation = try store.currentSegmentation(ofScan: scan)
        if let segmentation {
            facts.add(segmentation)
        } else {
            facts.addMissing(FieldList.segmentationKeys)
        }
        let tumours = try segmentation.map { try store.volumes(ofSegmentation: $0.id) } ?? []
        list = facts
        parts = try Self.parts(tumours, store)
        let readings = TextTable(
            reviews: try store.reviews(ofScan: scan),
            outlines: try store.manualVolumes(ofScan: scan))
        tables = [
            ("readings", readings), ("findings", TextTable(try store.findings(ofScan: scan))),
        ]
    }

    /// What one model said of one scan.
    ///
    /// - Throws: `StoreError` for an unknown segmentation.
    public init(segmentation: Int64, in store: Store) throws {
        let record = try store.segmentation(segmentation)
        let (scan, patient, _) = try store.scan(record.scanId)
        var facts = FieldList()
        facts.add("scan", key: "scan", .integer(Int(scan.id)))
        facts.add("patient", key: "patient", .text(patient))
        facts.add("exam date", key: "examDate", .text(scan.examDate.iso))
        facts.add(record)
        facts.add("parameters", key: "parameters", .text(record.parameters))
        facts.add("dropped findings", key: "dropped", .text(record.dropped))
        list = facts
        parts = try Self.parts(store.volumes(ofSegmentation: record.id), store)
        tables = []
    }

    /// A patient's tumours, treatments and acknowledgements.
    ///
    /// - Throws: `StoreError` for an unknown patient.
    public init(patient: String, in store: Store) throws {
        let record = try store.patient(patient)
        let scans = try store.scanSummaries(patient: patient)
        var facts = FieldList()
        facts.add("patient", key: "patient", .text(record.identifier))
        facts.add("tumours on both sides expected", key: "isBilateral", .flag(record.isBilateral))
        facts.add("scans", key: "scans", .integer(scans.count))
        facts.add("registered", key: "registeredAt", .text(record.createdAt))
        list = facts
        parts = try store.tumourSummaries(ofPatient: patient).map { tumour in
            let treatments = try store.treatments(ofPatient: patient, side: tumour.side)
            return (tumour.side, FieldList(tumour, treatments: treatments))
        }
        let seen = TextTable(acknowledgements: try store.acknowledgements(ofPatient: patient))
        tables = [("acknowledgements", seen)]
    }

    /// Each tumour's measurement, with how steadily it was measured.
    private static func parts(
        _ tumours: [(side: String, volume: VolumeRecord)], _ store: Store
    ) throws -> [(side: String, facts: FieldList)] {
        try tumours.map { side, volume in
            var facts = FieldList(volume, side: side)
            facts.add(
                try store.repeatability(ofVolume: volume.id), relativeSD: volume.relativeSD)
            return (side, facts)
        }
    }

    /// The facts as a table of two columns, those of a tumour after its side.
    public var facts: TextTable {
        var table = TextTable([.init("field", key: "field"), .init("value", key: "value", .prose)])
        list.add(to: &table)
        for part in parts { part.facts.add(to: &table, prefix: part.side + " ") }
        return table
    }

    /// All of it as a JSON object.
    public var object: [String: Any] {
        var object = list.object
        object["tumours"] = parts.map(\.facts.object)
        for more in tables { object[more.key] = more.table.objects }
        object["researchUseOnly"] = true
        return object
    }
}
