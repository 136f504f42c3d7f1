import ArgumentParser
import Foundation
import VSReport
import VSStore

/// The command `vsdb doctor`.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check the database, the image store and the models.",
        discussion: """
            Finds damage, missing voxels and what an interrupted registration left behind. \
            --clean removes the latter; nothing that a scan refers to is ever removed.

              vsdb doctor --deep
            """)

    @Flag(help: "Also read every scan's voxels and compare their hash.")
    var deep = false
    @Flag(help: "Remove what interrupted registrations left behind.")
    var clean = false
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let location = StoreLocation(option: database.database)
        guard FileManager.default.fileExists(atPath: location.database) else {
            throw StoreError(
                .unknown, subject: location.database, message: "There is no database to check.",
                remedy: "Name it with --database.")
        }
        let health = try database.store().examine(deep: deep, cleaning: clean)
        var table = TextTable([
            .init("check", key: "check"), .init("result", key: "result"),
        ])
        func add(_ check: String, _ problems: [String]) {
            let text = problems.isEmpty ? "ok" : problems.joined(separator: "; ")
            table.add([.text(check), .text(text)])
        }
        add("database integrity", health.integrity)
        add(
            "references",
            health.brokenReferences == 0 ? [] : ["\(health.brokenReferences) broken"])
        add("voxels missing", health.missing.map { "scan \($0)" })
        if deep { add("voxels damaged", health.damaged.map { "scan \($0)" }) }
        add("models", health.brokenModels.map { "\($0): file missing or changed" })
        add("audit", health.brokenAudit.map { ["line \($0) was changed"] } ?? [])
        let litter = health.orphans.count + health.remains.count
        let state = clean ? "removed" : "found; --clean removes them"
        add("left by interruptions", litter == 0 ? [] : ["\(litter) files \(state)"])
        try output.show(table, empty: "")
        if !health.isHealthy { throw ExitCode(CommandRunner.Code.cannotRead) }
    }
}
