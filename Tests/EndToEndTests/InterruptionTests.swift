import Foundation
import Testing

/// Killed, stopped or full: what is stored is whole.
@Suite(.serialized)
struct InterruptionTests {
    @Test("killed at any moment, a scan is registered wholly or not at all", arguments: 0..<12)
    func killed(step: Int) throws {
        let program = try Program()
        let scan = try program.scan("e1.nii.gz", left: 4)
        let process = program.process([
            "register", "scan", scan, "--patient", "P", "--date", "2020-03-01",
        ])
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        // Later at each step: from the start of the program to past its end.
        usleep(UInt32(step) * 12_000)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()

        let scans = try program.run("list", "scans", "--format", "json").list()
        let segmentations = try program.run("list", "segmentations", "--format", "json").list()
        #expect(scans.count == segmentations.count && scans.count <= 1)
        #expect(try program.run("doctor", "--deep", "--clean").code == 0)
        let again = try program.run(
            "register", "scan", scan, "--patient", "P", "--date", "2020-03-01")
        #expect(again.code == 0, "\(again.err)")
        #expect(try program.run("list", "segmentations", "--format", "json").list().count == 1)
        #expect(try program.run("doctor", "--deep").out.contains("left by interruptions  ok"))
    }

    @Test("doctor finds voxels that no scan names and removes them when asked")
    func orphans() throws {
        let program = try Program()
        let scan = try program.scan("e1.nii.gz", left: 4)
        try program.run("register", "scan", scan, "--patient", "P", "--date", "2020-03-01")
        let images = program.folder + "/store/images"
        let orphan = "\(images)/ff/" + String(repeating: "f", count: 64) + ".vol"
        try FileManager.default.createDirectory(
            atPath: images + "/ff", withIntermediateDirectories: true)
        try Data("left behind".utf8).write(to: URL(fileURLWithPath: orphan))
        #expect(try program.run("doctor").out.contains("1 files found"))
        #expect(FileManager.default.fileExists(atPath: orphan))
        #expect(try program.run("doctor", "--clean").out.contains("1 files removed"))
        #expect(!FileManager.default.fileExists(atPath: orphan))
        #expect(try program.run("doctor", "--deep").code == 0)
    }

    @Test("Ctrl-C stores nothing and exits with 130")
    func interrupted() throws {
        let program = try Program(bright: false)
        // A whole scan takes the program's own model seconds, so it can be interrupted.
        try program.run("phantom", "--patients", "1", "--exams", "1", "--out", "phantom")
        let scan = "phantom/p000/e1_image.nii.gz"
        try program.run("list", "models")
        let before = try program.contents()
        let process = program.process([
            "register", "scan", scan, "--patient", "P", "--date", "2020-03-01",
        ])
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        usleep(700_000)
        kill(process.processIdentifier, SIGINT)
        process.waitUntilExit()
        #expect(process.terminationStatus == 130)
        #expect(try program.contents() == before)
    }
}
