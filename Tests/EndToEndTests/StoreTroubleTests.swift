import Foundation
import Testing
import VSImaging
import VSTestSupport

/// A store that cannot be used: the exit code says of what kind the trouble is.
struct StoreTroubleTests {
    private func registering(_ scan: String, date: String = "2021-03-01") -> [String] {
        ["register", "scan", scan, "--patient", "P", "--date", date]
    }

    @Test("no space for the voxels: 73, nothing stored, and it works once there is")
    func full() throws {
        let program = try Program()
        // Noise, which packs badly, so that the voxels are what does not fit.
        var noisy = head(spots: [([22, 0, 12], 4)])
        var state: UInt64 = 1
        for place in noisy.voxels.indices {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            noisy.voxels[place] += Float(state >> 40) / 16_777_216
        }
        let scan = program.folder + "/e1.nii.gz"
        try NIfTIWriter.write(noisy, to: scan)
        let before = try program.contents()
        // Files may grow to 1024 blocks of 512 bytes only, as on a disk that is full; the model is
        // installed already, and the signal that comes with the limit is ignored.
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        let words = registering(scan).map { "'\($0)'" }.joined(separator: " ")
        process.arguments = [
            "-c", "trap '' XFSZ; ulimit -f 64; exec '\(Program.path)' \(words) 2>limited.txt",
        ]
        let template = program.process([])
        process.environment = template.environment
        process.currentDirectoryURL = template.currentDirectoryURL
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == 73)
        let message = try String(contentsOfFile: program.folder + "/limited.txt", encoding: .utf8)
        #expect(message.contains("space") || message.contains("written"), "\(message)")
        #expect(try program.contents() == before)
        #expect(try program.run(registering(scan)).code == 0)
    }

    @Test("outputs that cannot be written: 73, with the file's name")
    func unwritable() throws {
        let program = try Program()
        let scan = try program.scan("e1.nii.gz", left: 4)
        #expect(try program.run(registering(scan)).code == 0)
        for words in [
            ["export", "mask", "1", "nowhere/m.nii.gz"],
            ["export", "overlay", "1", "nowhere/o.png"],
            ["growth", "P", "--chart", "nowhere/c.svg"],
            ["segment", scan, "nowhere/m.nii.gz", "--model", "bright.safetensors"],
            [
                "segment", scan, "m.nii.gz", "--model", "bright.safetensors", "--statistics",
                "nowhere/s.json",
            ],
        ] {
            let run = try program.run(words)
            #expect(run.code == 73, "\(words): \(run.code) \(run.err)")
            #expect(run.err.contains("nowhere/"), "\(run.err)")
        }
    }

    @Test("a damaged database: 74, and it is left as it is")
    func damaged() throws {
        let program = try Program()
        let scan = try program.scan("e1.nii.gz", left: 4)
        #expect(try program.run(registering(scan)).code == 0)
        let file = URL(fileURLWithPath: program.database)
        var bytes = try Data(contentsOf: file)
        for at in 4096..<min(bytes.count, 40_960) { bytes[at] = 0x5A }
        try bytes.write(to: file)
        let run = try program.run("growth", "P")
        #expect(run.code == 74, "\(run.code) \(run.err)")
        #expect(run.err.contains("vsdb.sqlite"))
    }

    @Test("a folder in the database's place cannot be opened, and the message names it")
    func folderInPlace() throws {
        let program = try Program(bright: false)
        let place = program.folder + "/folder.sqlite"
        try FileManager.default.createDirectory(
            atPath: place, withIntermediateDirectories: true)
        let run = try program.run("list", "patients", "--database", place)
        #expect(run.code == 74 || run.code == 73, "\(run.code)")
        #expect(run.err.contains("folder.sqlite"))
    }

    @Test("database, voxels and models are for their owner alone")
    func permissions() throws {
        let program = try Program()
        let scan = try program.scan("e1.nii.gz", left: 4)
        #expect(try program.run(registering(scan)).code == 0)
        let root = program.folder + "/store"
        let all = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String }
        let names = try #require(all)
        #expect(names.count >= 5)
        for name in [""] + names {
            let facts = try FileManager.default.attributesOfItem(atPath: root + "/" + name)
            let mode = try #require(facts[.posixPermissions] as? Int)
            #expect(mode & 0o077 == 0, "\(name) \(String(mode, radix: 8))")
        }
    }

    @Test("without a name the database lies in the XDG data folder")
    func defaultPlace() throws {
        let program = try Program(bright: false)
        let process = program.process(["register", "patient", "P"])
        process.environment = ["HOME": program.folder, "XDG_DATA_HOME": program.folder + "/data"]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(
            FileManager.default.fileExists(atPath: program.folder + "/data/vsdb/vsdb.sqlite"))
    }

    @Test("an error names no other patient")
    func privacy() throws {
        let program = try Program()
        let scan = try program.scan("e1.nii.gz", left: 4)
        try program.run("register", "scan", scan, "--patient", "Secret-7", "--date", "2020-03-01")
        for words in [
            ["growth", "nobody"], ["show", "patient", "nobody"], ["show", "99"],
            ["register", "scan", "nowhere.nii", "--patient", "Q", "--date", "2020-03-01"],
            ["export", "overlay", "1", "nowhere/o.png"],
        ] {
            let run = try program.run(words)
            #expect(run.code != 0)
            #expect(!run.err.contains("Secret-7"), "\(run.err)")
        }
    }
}
