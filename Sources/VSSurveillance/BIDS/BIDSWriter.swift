import Foundation
import VSGrowth
import VSImaging
import VSStore

/// Writes the files of a BIDS data set (BIDS 1.9.0) below one folder.
struct BIDSWriter {
    /// Derivatives: people's outlines, and models' segmentations.
    static let manual = "derivatives/manual_segmentation_masks"
    static let model = "derivatives/vsdb_segmentations"

    private let root: String
    private let naming: BIDSNaming

    init(_ root: String, naming: BIDSNaming) throws(StoreError) {
        self.root = root
        self.naming = naming
        do {
            try FileManager.default.createDirectory(
                atPath: root, withIntermediateDirectories: true)
        } catch { throw Self.unwritable(root) }
    }

    func discard() { try? FileManager.default.removeItem(atPath: root) }

    /// Gives the finished data set its name.
    func move(to folder: String) throws(StoreError) {
        // An empty folder of that name is replaced; anything else makes it fail.
        guard rename(root, folder) == 0 else { throw Self.unwritable(folder) }
    }

    private static func unwritable(_ path: String) -> StoreError {
        StoreError(
            .readOnly, subject: path, message: "It cannot be written.",
            remedy: "Check the folder, its permissions and the free space.")
    }

    private func path(_ name: String) throws(StoreError) -> String {
        let path = "\(root)/\(name)"
        do {
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true)
        } catch { throw Self.unwritable(path) }
        return path
    }

    func write(_ text: String, _ name: String) throws(StoreError) {
        let path = try path(name)
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        } catch { throw Self.unwritable(path) }
    }

    func write(_ object: [String: Any], _ name: String) throws {
        let data = try JSONSerialization.data(
            withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        try write(String(decoding: data, as: UTF8.self) + "\n", name)
    }

    /// Writes an image and its sidecar; times are in seconds there.
    func write(_ volume: Volume, _ place: BIDSPlace, _ series: SeriesRecord?) throws {
        let name = "\(place.folder)/\(place.image)"
        try NIfTIWriter.write(volume, to: path(name + ".nii.gz"))
        var facts: [String: Any] = ["Modality": "MR"]
        if let series {
            for (key, text) in [
                ("Manufacturer", series.manufacturer),
                ("ManufacturersModelName", series.scannerModel),
                ("SoftwareVersions", series.softwareVersions),
                ("SequenceName", series.sequenceName),
            ] where !text.isEmpty {
                facts[key] = text
            }
            facts["MagneticFieldStrength"] = series.fieldStrengthT
            facts["EchoTime"] = series.echoTimeMs.map { $0 / 1000 }
            facts["RepetitionTime"] = series.repetitionTimeMs.map { $0 / 1000 }
            facts["FlipAngle"] = series.flipAngleDegrees
            facts["SliceThickness"] = series.sliceThicknessMm
        }
        try write(facts, name + ".json")
    }

    /// Writes a mask and who made it.
    func write(
        _ mask: Mask, _ place: BIDSPlace, by exam: ExamRecord, volumesMm3: [String: Double]
    ) throws {
        let isManual = exam.source == .manual
        let name = "\(isManual ? Self.manual : Self.model)/\(place.folder)/\(place.mask)"
        try NIfTIWriter.write(mask, to: path(name + ".nii.gz"))
        var facts: [String: Any] = [
            "SpatialReference": "orig", "Type": "Lesion", "Manual": isManual,
            "TumourVolumesMm3": volumesMm3,
            "Sources": ["bids:raw:\(place.folder)/\(place.image).nii.gz"],
        ]
        if isManual {
            facts["Description"] =
                "Vestibular schwannoma, "
                + (naming.isAnonymous ? "outline by a person" : exam.model)
        } else {
            facts["Description"] = "Vestibular schwannoma, by a model; research use only"
            facts["Model"] = exam.model
            facts["ModelSHA256"] = exam.modelSha256
        }
        try write(facts, name + ".json")
    }

    /// Writes the days of a subject's sessions; a day has no time, so that it is midnight's.
    func writeSessions(of subject: String, days: [ExamDate]) throws(StoreError) {
        let rows = days.map { "\(BIDSPlace.session($0))\t\($0.iso)T00:00:00" }
        try write(
            (["session_id\tacq_time"] + rows).joined(separator: "\n") + "\n",
            "\(subject)/\(subject)_sessions.tsv")
    }

    /// Writes what stands at the top, of subjects that have a folder.
    func finish(
        participants: [(label: String, identifier: String)], export: BIDSExport
    ) throws {
        let generator: [String: Any] = ["Name": "vsdb", "Version": SoftwareVersion.current]
        try write(
            [
                "Name": "Vestibular schwannoma surveillance", "BIDSVersion": "1.9.0",
                "DatasetType": "raw", "GeneratedBy": [generator],
            ], "dataset_description.json")
        let models = export.models.sorted { ($0.name, $0.version) < ($1.name, $1.version) }.map {
            ["Name": $0.name, "Version": $0.version, "Description": "Model, SHA-256 \($0.sha256)"]
        }
        for (folder, name, count, models) in [
            (Self.manual, "Outlines of vestibular schwannomas by people", export.manualMasks, []),
            (
                Self.model, "Segmentations of vestibular schwannomas by models",
                export.modelMasks, models
            ),
        ] where count > 0 {
            try write(
                [
                    "Name": name, "BIDSVersion": "1.9.0", "DatasetType": "derivative",
                    "GeneratedBy": [generator] + models, "SourceDatasets": [["URL": "../.."]],
                    "DatasetLinks": ["raw": "../.."],
                ], "\(folder)/dataset_description.json")
        }
        let present = participants.filter {
            FileManager.default.fileExists(atPath: "\(root)/\($0.label)")
        }
        let head = naming.isAnonymous ? "participant_id" : "participant_id\tidentifier"
        let rows = present.map { naming.isAnonymous ? $0.label : "\($0.label)\t\($0.identifier)" }
        try write(([head] + rows).joined(separator: "\n") + "\n", "participants.tsv")
        if !naming.isAnonymous {
            try write(
                ["identifier": ["Description": "The patient's identifier in the surveillance"]],
                "participants.json")
        }
        let days =
            naming.isAnonymous
            ? "Days are shifted so that each subject's first exam is on 1900-01-01.\n" : ""
        try write(
            "Scans of vestibular schwannomas and their outlines, exported by vsdb "
                + "\(SoftwareVersion.current).\nResearch use only.\n\(days)", "README")
    }
}
