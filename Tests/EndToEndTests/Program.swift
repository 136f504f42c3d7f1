import Foundation
import Testing
import VSImaging
import VSNetwork
import VSTestSupport

/// The built `vsdb`, run in a folder of its own with a database of its own.
final class Program: Sendable {
    /// What one run did.
    struct Run: Sendable {
        let code: Int32
        let out: String
        let err: String

        /// stdout as a JSON object.
        func object() throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(out.utf8)) as? [String: Any])
        }

        /// stdout as a JSON list of objects.
        func list() throws -> [[String: Any]] {
            try #require(
                try JSONSerialization.jsonObject(with: Data(out.utf8)) as? [[String: Any]])
        }
    }

    /// The folder; removed in the end.
    let folder: String

    /// The database's file.
    var database: String { folder + "/store/vsdb.sqlite" }

    /// Beside the test bundle.
    static var path: String {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "vsdb").path
    }

    /// An empty folder; with a model that takes bright voxels for tumour where asked for.
    init(bright: Bool = true) throws {
        folder = NSTemporaryDirectory() + "vsdb-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        guard bright else { return }
        try brightnessModel(slope: 8, offset: 16).write(to: folder + "/bright.safetensors")
        let installed = try run("model", "install", folder + "/bright.safetensors")
        #expect(installed.code == 0, "\(installed.err)")
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// A process ready to start; `variables` count before its usual ones.
    func process(
        _ arguments: [String], _ variables: [String: String] = [:], at path: String = Program.path
    ) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = [
            "VSDB_DATABASE": database, "HOME": folder, "PATH": "/usr/bin:/bin", "LC_ALL": "C",
            "TZ": "UTC",
        ].merging(variables) { $1 }
        return process
    }

    /// Runs to the end.
    @discardableResult
    func run(_ arguments: String...) throws -> Run { try run(arguments) }

    /// Runs to the end.
    func run(
        _ arguments: [String], _ variables: [String: String] = [:], at path: String = Program.path
    ) throws -> Run {
        let process = process(arguments, variables, at: path)
        // Files, not pipes: a pipe that nobody empties would stop a talkative command.
        let names = ["out", "err"].map { folder + "/.\($0)-\(UUID().uuidString)" }
        let handles = try names.map { name -> FileHandle in
            _ = FileManager.default.createFile(atPath: name, contents: nil)
            return try #require(FileHandle(forWritingAtPath: name))
        }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = handles[0]
        process.standardError = handles[1]
        try process.run()
        process.waitUntilExit()
        let texts = try names.map { name -> String in
            defer { try? FileManager.default.removeItem(atPath: name) }
            return String(decoding: try Data(contentsOf: URL(fileURLWithPath: name)), as: UTF8.self)
        }
        return Run(code: process.terminationStatus, out: texts[0], err: texts[1])
    }

    /// Writes a head with bright cubes, `half` mm from middle to face, on the left or right.
    @discardableResult
    func scan(_ name: String, left: Double? = nil, right: Double? = nil) throws -> String {
        var spots: [(centre: SIMD3<Double>, half: Double)] = []
        if let left { spots.append(([22, 0, 12], left)) }
        if let right { spots.append(([-22, 4, 12], right)) }
        let path = folder + "/" + name
        try NIfTIWriter.write(head(spots: spots), to: path)
        return path
    }

    /// Everything the store holds, to compare before and after.
    func contents() throws -> [String] {
        var lines: [String] = []
        for subject in ["patients", "scans", "segmentations", "models"] {
            lines.append(try run("list", subject, "--format", "json").out)
        }
        lines.append(try run("export", "csv").out)
        let files = FileManager.default.enumerator(atPath: folder + "/store/images")
        return lines + (files?.compactMap { $0 as? String } ?? []).sorted()
    }
}
