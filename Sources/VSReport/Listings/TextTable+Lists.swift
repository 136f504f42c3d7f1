import VSGrowth
public import VSStore

/// The lists of records that people, files and programs are given.
extension TextTable {
    /// Patients, with the gravest class of each.
    public init(patients: [PatientSummary]) {
        self.init([
            .init("patient", key: "patient"), .init("scans", key: "scans", .right),
            .init("first exam", key: "firstExam"), .init("last exam", key: "lastExam"),
            .init("class", key: "class"),
        ])
        for patient in patients {
            add([
                .text(patient.identifier), .integer(patient.scans),
                patient.firstExam.map { .text($0.iso) } ?? .none,
                patient.lastExam.map { .text($0.iso) } ?? .none,
                patient.growthClass.map { .text($0) } ?? .none,
            ])
        }
    }

    /// Scans.
    public init(scans: [ScanSummary]) {
        self.init([
            .init("scan", key: "scan", .right), .init("patient", key: "patient"),
            .init("date", key: "examDate"), .init("sequence", key: "sequence"),
            .init("slices x rows x columns", key: "shape"),
            .init("slice mm", key: "sliceSpacingMm", .right),
            .init("segmentations", key: "segmentations", .right),
        ])
        for scan in scans {
            add([
                .integer(Int(scan.id)), .text(scan.identifier), .text(scan.examDate.iso),
                .text(scan.sequence), .text("\(scan.depth) x \(scan.height) x \(scan.width)"),
                .number(scan.sliceSpacingMm, NumberText.fixed(scan.sliceSpacingMm, 2)),
                .integer(scan.segmentations),
            ])
        }
    }

    /// Segmentations, with the volume of all their tumours.
    public init(segmentations: [SegmentationSummary]) {
        self.init([
            .init("segmentation", key: "segmentation", .right), .init("scan", key: "scan", .right),
            .init("patient", key: "patient"), .init("date", key: "examDate"),
            .init("model", key: "model"), .init("finding", key: "finding"),
            .init("volume mm³", key: "volumeMm3", .right), .init("made", key: "createdAt"),
        ])
        for row in segmentations {
            add([
                .integer(Int(row.id)), .integer(Int(row.scanId)), .text(row.identifier),
                .text(row.examDate.iso), .text(row.model), .text(row.finding),
                row.volumeMm3.map { .number($0, NumberText.volume($0)) } ?? .none,
                .text(row.createdAt),
            ])
        }
    }

    /// Installed models; the active one stands out.
    public init(models: [ModelRecord]) {
        self.init([
            .init("model", key: "name"), .init("version", key: "version"),
            .init("active", key: "isActive"), .init("SHA-256", key: "sha256"),
            .init("installed", key: "installedAt"),
        ])
        for model in models {
            add(
                [
                    .text(model.name), .text(model.version), .flag(model.isActive),
                    .text(String(model.sha256.prefix(16))), .text(model.installedAt),
                ], isEmphasised: model.isActive)
        }
    }
}
