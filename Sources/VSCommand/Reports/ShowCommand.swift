import ArgumentParser
import VSGrowth
import VSReport
import VSStore

/// The command `vsdb show`.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show everything known of one scan.",
        discussion: """
            Scan numbers are those of 'vsdb list scans'.

              vsdb show 3
            """)

    @Argument(help: ArgumentHelp("The scan's number.", valueName: "scan"))
    var scan: Int64
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let store = try database.store()
        let (record, patient, _) = try store.scan(scan)
        let segmentation = try store.currentSegmentation(ofScan: scan)
        var table = TextTable([.init("field", key: "field"), .init("value", key: "value")])
        func add(_ field: String, _ value: String) { table.add([.text(field), .text(value)]) }
        add("scan", String(scan))
        add("patient", patient)
        add("exam date", record.examDate.iso)
        add("sequence", record.sequence)
        add("file", record.sourceName)
        add("slices x rows x columns", "\(record.depth) x \(record.height) x \(record.width)")
        let spacing = [record.sliceSpacingMm, record.rowSpacingMm, record.columnSpacingMm]
        add("spacing mm", spacing.map { NumberText.fixed($0, 3) }.joined(separator: " x "))
        add("content", record.contentHash)
        add("registered", record.createdAt)
        if let segmentation {
            add("model", "\(segmentation.modelName) \(segmentation.modelVersion)")
            add("model SHA-256", segmentation.modelSha256)
            add("software", segmentation.softwareVersion)
            add("finding", segmentation.finding)
            add("highest probability", NumberText.fixed(segmentation.highestProbability, 3))
            add("seconds", NumberText.fixed(segmentation.seconds, 1))
            for (side, volume) in try store.volumes(ofSegmentation: segmentation.id) {
                for (field, value) in Self.facts(volume) { add("\(side) \(field)", value) }
            }
        }
        try output.show(table, empty: "")
    }

    private static func facts(_ volume: VolumeRecord) -> [(String, String)] {
        let centroid = [volume.centroidXMm, volume.centroidYMm, volume.centroidZMm]
        return [
            ("volume mm³", NumberText.volume(volume.volumeMm3)),
            ("volume error ± mm³", NumberText.volume(1.96 * volume.relativeSD * volume.volumeMm3)),
            ("soft volume mm³", NumberText.volume(volume.softVolumeMm3)),
            ("equivalent diameter mm", NumberText.fixed(volume.equivalentDiameterMm, 1)),
            ("maximal diameter mm", NumberText.fixed(volume.maximalDiameterMm, 1)),
            ("maximal axial diameter mm", NumberText.fixed(volume.maximalAxialDiameterMm, 1)),
            ("ABC/2 mm³", NumberText.volume(volume.abc2Mm3)),
            ("centroid LPS mm", centroid.map { NumberText.fixed($0, 1) }.joined(separator: ", ")),
            ("slices", String(volume.sliceCount)), ("components", String(volume.componentCount)),
        ]
    }
}
