import Foundation
import Testing
import VSGrowth
import VSImaging
import VSNetwork
import VSStore
import VSSurveillance
import VSTestSupport

/// A clinic with a store of its own and a model that takes bright cubes for tumours.
struct Clinic {
    let folder: TemporaryFolder
    let surveillance: Surveillance

    var store: Store { surveillance.store }
    var database: String { folder.file("store/vsdb.sqlite") }

    init(installing: Bool = true) throws {
        folder = try TemporaryFolder()
        surveillance = Surveillance(
            try Store(StoreLocation(option: folder.file("store/vsdb.sqlite"))))
        guard installing else { return }
        try surveillance.installModel(
            brightnessModel(slope: 8, offset: 16).encoded(), subject: "brightness")
    }

    /// Writes a head with a bright cube, `half` mm from middle to face, on either side.
    func scan(_ name: String, left: Double? = nil, right: Double? = nil) throws -> String {
        var spots: [(centre: SIMD3<Double>, half: Double)] = []
        if let left { spots.append(([22, 0, 12], left)) }
        if let right { spots.append(([-22, 4, 12], right)) }
        let path = folder.file(name)
        try NIfTIWriter.write(head(spots: spots), to: path)
        return path
    }

    /// Registers a scan as of the end of 2025.
    @discardableResult
    func register(
        _ file: String, _ patient: String, _ date: String,
        change: (inout ScanRequest) -> Void = { _ in }, isCancelled: () -> Bool = { false }
    ) throws -> Registration {
        var request = ScanRequest(file: file, patient: patient, date: try day(date))
        change(&request)
        return try surveillance.register(
            request, today: try day("2025-12-31"), isCancelled: isCancelled)
    }

    /// Installs a model and has a worker bring its campaign to the end.
    func takeOver(_ model: Data) throws {
        let (record, _) = try surveillance.installModel(model, subject: "new", activating: true)
        try Worker(surveillance).run()
        #expect(try store.activeModel()?.id == record.id)
    }

    /// What a reader of the store sees, to compare before and after.
    func contents() throws -> [String] {
        let images = FileManager.default.enumerator(atPath: folder.file("store/images"))?
            .compactMap { $0 as? String }.sorted()
        return try store.patientSummaries().map { "\($0)" }
            + store.scanSummaries().map { "\($0)" }
            + store.segmentationSummaries().map { "\($0)" } + store.flagged().map { "\($0)" }
            + (images ?? [])
    }
}

/// A day of the calendar.
func day(_ iso: String) throws -> ExamDate { try #require(ExamDate(iso: iso)) }
