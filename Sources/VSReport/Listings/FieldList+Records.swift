public import VSGrowth
public import VSStore

extension FieldList {
    /// What is known of a scan.
    public init(_ scan: ScanRecord, patient: String) {
        self.init()
        add("scan", key: "scan", .integer(Int(scan.id)))
        add("patient", key: "patient", .text(patient))
        add("exam date", key: "examDate", .text(scan.examDate.iso))
        add("sequence", key: "sequence", .text(scan.sequence))
        add("file", key: "sourceName", .text(scan.sourceName))
        add("slices", key: "slices", .integer(scan.depth))
        add("rows", key: "rows", .integer(scan.height))
        add("columns", key: "columns", .integer(scan.width))
        add("slice spacing mm", key: "sliceSpacingMm", .fixed(scan.sliceSpacingMm, 3))
        add("row spacing mm", key: "rowSpacingMm", .fixed(scan.rowSpacingMm, 3))
        add("column spacing mm", key: "columnSpacingMm", .fixed(scan.columnSpacingMm, 3))
        add("content SHA-256", key: "contentSha256", .text(scan.contentHash))
        add("registered", key: "registeredAt", .text(scan.createdAt))
    }

    /// Adds the DICOM series that a scan was read from, and the scan that counts in its place.
    public mutating func add(_ series: SeriesRecord?, successor: Int64?) {
        if let series {
            add("StudyInstanceUID", key: "studyUid", .text(series.studyUid))
            add("SeriesInstanceUID", key: "seriesUid", .text(series.seriesUid))
        } else {
            addMissing(["studyUid", "seriesUid"])
        }
        if let successor {
            add(
                "counts no longer, but scan", key: "supersededByScan", .integer(Int(successor)))
        } else {
            addMissing(["supersededByScan"])
        }
    }

    /// What one tumour's measurement says.
    public init(_ volume: VolumeRecord, side: String) {
        self.init()
        let error = 1.96 * volume.relativeSD * volume.volumeMm3
        let centroid = [volume.centroidXMm, volume.centroidYMm, volume.centroidZMm]
        add("side", key: "side", .text(side))
        add("volume mm³", key: "volumeMm3", .volume(volume.volumeMm3))
        add("volume error ± mm³", key: "volumeErrorMm3", .volume(error))
        add("soft volume mm³", key: "softVolumeMm3", .volume(volume.softVolumeMm3))
        add(
            "equivalent diameter mm", key: "equivalentDiameterMm",
            .fixed(volume.equivalentDiameterMm, 1))
        add(
            "maximal diameter mm", key: "maximalDiameterMm", .fixed(volume.maximalDiameterMm, 1))
        add(
            "maximal axial diameter mm", key: "maximalAxialDiameterMm",
            .fixed(volume.maximalAxialDiameterMm, 1))
        add("ABC/2 mm³", key: "abc2Mm3", .volume(volume.abc2Mm3))
        for (axis, value) in zip(["X", "Y", "Z"], centroid) {
            add("centroid \(axis) mm LPS", key: "centroid\(axis)Mm", .fixed(value, 1))
        }
        add("slices", key: "sliceCount", .integer(volume.sliceCount))
        add("components", key: "componentCount", .integer(volume.componentCount))
        add("highest probability", key: "peakProbability", .fixed(volume.peakProbability, 3))
    }

    /// Adds how steadily a tumour was measured; missing where it was measured once.
    public mutating func add(_ repeated: RepeatabilityRecord?, relativeSD: Double) {
        guard let repeated else {
            return addMissing([
                "repeatabilityRuns", "repeatabilityFound", "repeatabilitySpreadSD", "modelErrorSD",
                "relativeSD",
            ])
        }
        add("runs to measure it again", key: "repeatabilityRuns", .integer(repeated.runs))
        add("runs that found it", key: "repeatabilityFound", .integer(repeated.found))
        add(
            "SD of ln V over them", key: "repeatabilitySpreadSD",
            repeated.spreadSD.map { .fixed($0, 3) } ?? .none)
        add("SD by the model's boundary", key: "modelErrorSD", .fixed(repeated.modelSD, 3))
        add("SD that counts", key: "relativeSD", .fixed(relativeSD, 3))
    }

    /// The keys of what a model said of a scan.
    public static let segmentationKeys = [
        "segmentation", "model", "modelSha256", "softwareVersion", "finding",
        "highestProbability", "seconds", "segmentedAt",
    ]

    /// Adds what a model said of a scan.
    public mutating func add(_ segmentation: SegmentationRecord) {
        add("segmentation", key: "segmentation", .integer(Int(segmentation.id)))
        add(
            "model", key: "model",
            .text("\(segmentation.modelName) \(segmentation.modelVersion)"))
        add("model SHA-256", key: "modelSha256", .text(segmentation.modelSha256))
        add("software", key: "softwareVersion", .text(segmentation.softwareVersion))
        add("finding", key: "finding", .text(segmentation.finding))
        add(
            "highest probability", key: "highestProbability",
            .fixed(segmentation.highestProbability, 3))
        add("seconds", key: "seconds", .fixed(segmentation.seconds, 1))
        add("segmented", key: "segmentedAt", .text(segmentation.createdAt))
    }
}

extension FieldList {
    /// What is known of a tumour over all exams.
    public init(_ tumour: TumourSummary, treatments: [Treatment]) {
        self.init()
        add("side", key: "side", .text(tumour.side))
        add("tracking UID", key: "trackingUid", .text(DICOMUid.ofTumour(tumour.trackingUid)))
        add("class", key: "class", tumour.growthClass.map { .text($0) } ?? .none)
        add("flagged", key: "isFlagged", .flag(tumour.isFlagged ?? false))
        add("last exam", key: "lastExam", tumour.lastExam.map { .text($0.iso) } ?? .none)
        add("volume mm³", key: "volumeMm3", tumour.volumeMm3.map { .volume($0) } ?? .none)
        add("finding", key: "sentence", tumour.sentence.map { .text($0) } ?? .none)
        add("suggested next exam", key: "nextExam", tumour.nextExam.map { .text($0.iso) } ?? .none)
        let list = treatments.map { "\($0.kind.rawValue) \($0.date.iso)" }
        add(
            "treatments", key: "treatments",
            list.isEmpty ? .none : .text(list.joined(separator: ", ")))
    }
}

extension TextTable.Value {
    /// A volume in mm³.
    public static func volume(_ value: Double) -> Self { .number(value, NumberText.volume(value)) }

    /// A number with so many decimals.
    public static func fixed(_ value: Double, _ decimals: Int) -> Self {
        .number(value, NumberText.fixed(value, decimals))
    }
}
