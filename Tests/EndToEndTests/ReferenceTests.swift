import Foundation
import Testing

/// The command reference against the program.
struct ReferenceTests {
    private static let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    @Test("docs/CLI.md is what the program's help says now")
    func reference() throws {
        let folder = NSTemporaryDirectory() + "vsdb-reference-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/CLI.md"
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.checkout + "/scripts/cli-reference")
        process.arguments = [Program.path]
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder]
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let printed = try String(contentsOfFile: path, encoding: .utf8)
        let kept = try String(contentsOfFile: Self.checkout + "/docs/CLI.md", encoding: .utf8)
        #expect(
            printed == kept,
            "run 'scripts/cli-reference > docs/CLI.md' and read what changed")
        for command in HelpTests.commands {
            #expect(kept.contains("\n## vsdb \(command)\n"), "\(command)")
        }
    }
}
