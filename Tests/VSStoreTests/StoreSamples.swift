import Foundation
import GRDB
import VSGrowth
import VSImaging
import VSStore
import VSTestSupport

/// A store in a folder of its own that goes with it.
final class TemporaryStore: Sendable {
    let folder: TemporaryFolder
    let store: Store

    /// Makes a store; waiting for another connection ends soon.
    init(busySeconds: Double = 0.05) throws {
        folder = try TemporaryFolder()
        store = try Store(folder.location, busySeconds: busySeconds)
    }
}

extension TemporaryFolder {
    /// The store in it.
    var location: StoreLocation { StoreLocation(option: file("data/vsdb.sqlite")) }
}

/// Days are counted from 2022-01-01.
func day(_ number: Int) -> ExamDate { ExamDate(dayNumber: 18_993 + number) }

/// A little volume that differs by its seed.
func sampleVolume(_ seed: Int) -> Volume {
    volume(2, 3, 4) { d, h, w in Float(seed * 100 + d * 12 + h * 4 + w) }
}

func scanEntry(_ patient: String, on date: ExamDate, _ volume: Volume, isT2: Bool = true)
    -> ScanEntry
{
    ScanEntry(
        patient: patient, examDate: date, sequence: isT2 ? "T2" : "T1", isT2: isT2,
        contentHash: ImageStore.contentHash(of: volume), header: Data(count: 348),
        shape: volume.shape, spacing: volume.affine.spacing, sourceName: "scan.nii", gate: "{}")
}

func tumourEntry(_ side: String, mm3: Double, in volume: Volume, voxels: [Int] = [0])
    -> TumourEntry
{
    var mask = Mask(
        shape: volume.shape, affine: volume.affine,
        voxels: Array(repeating: 0, count: volume.shape.count))
    for voxel in voxels { mask.voxels[voxel] = 1 }
    let record = VolumeRecord(
        id: 0, segmentationId: 0, tumourId: 0, volumeMm3: mm3, softVolumeMm3: mm3,
        relativeSD: 0.05, equivalentDiameterMm: 12, maximalDiameterMm: 14,
        maximalAxialDiameterMm: 13, abc2Mm3: mm3, centroidXMm: side == "left" ? 20 : -20,
        centroidYMm: 1, centroidZMm: 2, componentCount: 1, sliceCount: 2, peakProbability: 0.99)
    return TumourEntry(side: side, volume: record, mask: mask)
}

func segmentationEntry(
    _ model: ModelRecord, _ tumours: [TumourEntry], highestProbability: Double = 0.99
) -> SegmentationEntry {
    SegmentationEntry(
        model: model, softwareVersion: "0.1.0", parameters: "{}",
        highestProbability: highestProbability, dropped: "[]", seconds: 1.5, tumours: tumours)
}

extension Store {
    /// Installs bytes as a model, and lets it take over where asked to.
    @discardableResult
    func install(_ name: String, _ version: String = "1", activating: Bool = false) throws
        -> ModelRecord
    {
        let model = try installModel(
            Data("\(name) \(version)".utf8), name: name, version: version, description: "{}"
        ).model
        guard activating else { return model }
        try activate(model)
        return try self.model(named: model.sha256)
    }

    /// Lets a model that has segmented every T2 scan take over.
    @discardableResult
    func activate(_ model: ModelRecord) throws -> CampaignRecord {
        try promote(startCampaign(model), rule: GrowthRule())
    }

    /// Registers a scan with the tumours given; without a model it is not segmented.
    @discardableResult
    func register(
        _ patient: String, on date: ExamDate, seed: Int, by model: ModelRecord? = nil,
        tumours: [(side: String, mm3: Double)] = []
    ) throws -> RecordedScan {
        let volume = sampleVolume(seed)
        try images.insert(volume)
        return try recordRegistration(
            scanEntry(patient, on: date, volume, isT2: model != nil),
            segmentation: model.map { model in
                segmentationEntry(
                    model, tumours.map { tumourEntry($0.side, mm3: $0.mm3, in: volume) })
            },
            rule: GrowthRule())
    }
}

/// Another connection, as another program would have it; it may leave a transaction open.
func connection(to store: Store) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    return try DatabaseQueue(path: store.location.database, configuration: configuration)
}

/// Every row of every table of a database file.
func allRows(of path: String) throws -> [String: [[DatabaseValue]]] {
    var configuration = Configuration()
    configuration.readonly = true
    return try DatabaseQueue(path: path, configuration: configuration).read { db in
        let names = try String.fetchAll(
            db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'")
        var result: [String: [[DatabaseValue]]] = [:]
        for name in names {
            result[name] = try Row.fetchAll(db, sql: "SELECT * FROM \(name) ORDER BY rowid")
                .map { Array($0.databaseValues) }
        }
        return result
    }
}

/// The permission bits of a path.
func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
}
