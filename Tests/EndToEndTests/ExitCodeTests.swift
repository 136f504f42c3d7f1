import Foundation
import Testing

/// Trouble that only another program, an odd file or a full disk makes, and its exit codes.
struct ExitCodeTests {
    /// Runs the program from a shell, after `preparation` there.
    private func run(
        _ program: Program, after preparation: String, _ arguments: [String], to output: String
    ) throws -> (code: Int32, err: String) {
        let process = program.process([])
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments =
            ["-c", "\(preparation); exec \"$0\" \"$@\" >\(output) 2>err.txt", Program.path]
            + arguments
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationReason == .exit, "\(arguments)")
        let text = try String(contentsOfFile: program.folder + "/err.txt", encoding: .utf8)
        return (process.terminationStatus, text)
    }

    private func filled() throws -> Program {
        let program = try Program()
        for (year, half) in [(2020, 3.2), (2021, 4.8)] {
            let scan = try program.scan("e\(year).nii.gz", left: half)
            let run = try program.run(
                "register", "scan", scan, "--patient", "P", "--date", "\(year)-03-01")
            #expect(run.code == 0, "\(run.err)")
        }
        return program
    }

    @Test("a database that another process has locked: 75, and nothing is stored")
    func busy() throws {
        let program = try filled()
        let scan = try program.scan("e2022.nii.gz", left: 5)
        let before = try program.contents()
        let file = open(program.database, O_RDWR)
        #expect(file >= 0)
        // The bytes that SQLite locks for exclusive use; this process is the other one.
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = 0x4000_0000
        lock.l_len = 512
        #expect(fcntl(file, F_SETLK, &lock) == 0)
        let run = try program.run(
            "register", "scan", scan, "--patient", "P", "--date", "2022-03-01")
        close(file)
        #expect(run.code == 75, "\(run.code) \(run.err)")
        #expect(run.err.contains("vsdb.sqlite") && run.err.contains("Try again"))
        #expect(try program.contents() == before)
        #expect(
            try program.run(
                "register", "scan", scan, "--patient", "P", "--date", "2022-03-01"
            ).code == 0)
    }

    @Test("a newer program's database: 74, both schemas named, and not a byte changed")
    func newer() throws {
        let program = try filled()
        let file = URL(fileURLWithPath: program.database)
        var bytes = try Data(contentsOf: file)
        var known: Set<String> = []
        // A name of the same length in each place, so that table and index still agree.
        for index in bytes.indices.dropLast(6)
        where bytes[index...].starts(with: Data("000".utf8)) && bytes[index + 4] == 0x5F {
            let end = bytes[index...].prefix { $0 == 0x5F || (0x30...0x7A).contains($0) }.endIndex
            known.insert(String(decoding: bytes[index..<min(end, index + 12)], as: UTF8.self))
            bytes[index] = UInt8(ascii: "9")
        }
        #expect(known.contains("0001_initial"), "\(known)")
        try bytes.write(to: file)
        for words in [["list", "patients"], ["growth", "P"], ["doctor"]] {
            let run = try program.run(words)
            #expect(run.code == 74, "\(words): \(run.code) \(run.err)")
            for word in ["vsdb.sqlite", "newer", "schema 9", "knows 0"] {
                #expect(run.err.contains(word), "\(run.err)")
            }
        }
        #expect(try Data(contentsOf: file) == bytes)
    }

    @Test("a folder that takes no files: 73, and the message names the database")
    func readOnly() throws {
        let program = try Program(bright: false)
        // Not even root makes a file in /proc, whereas permissions do not bind root.
        for words in [["list", "patients"], ["register", "patient", "P"]] {
            let run = try program.run(words + ["--database", "/proc/vsdb.sqlite"])
            #expect(run.code == 73, "\(run.code) \(run.err)")
            #expect(run.err.contains("/proc/vsdb.sqlite"))
        }
        let doctor = try program.run("doctor", "--database", "/proc/vsdb.sqlite")
        #expect(doctor.code == 66, "\(doctor.code) \(doctor.err)")
    }

    @Test(
        "an answer that a full disk cuts off: 73, also where growth is flagged",
        arguments: [
            ["export", "csv"], ["list", "patients"], ["growth", "P", "--format", "json"],
            ["growth", "P", "--fail-on-growth"], ["flagged", "--fail-on-growth"], ["doctor"],
            ["model", "show"], ["show", "1", "--format", "csv"],
        ])
    func cutOff(words: [String]) throws {
        let program = try filled()
        let run = try run(program, after: ":", words, to: "/dev/full")
        #expect(run.code == 73, "\(run.code) \(run.err)")
        #expect(run.err.contains("standard output"))
    }

    @Test("results that a full disk cuts off: 73, each names its file, and none of NIfTI is left")
    func fullDisk() throws {
        let program = try filled()
        let scan = program.folder + "/e2020.nii.gz"
        let segment = ["segment", scan, "--model", "bright.safetensors"]
        for (words, name) in [
            (["export", "mask", "1", "m.nii"], "m.nii"),
            (["export", "overlay", "1", "o.png"], "o.png"),
            (segment + ["s.nii"], "s.nii"),
            (segment + ["t.nii.gz", "--probabilities", "p.nii"], "p.nii"),
            (["phantom", "--patients", "1", "--exams", "1", "--out", "ph"], "ph/p000/"),
        ] {
            // Files may grow to 64 blocks of 512 bytes only.
            let run = try run(
                program, after: "trap '' XFSZ; ulimit -f 64", words, to: "/dev/null")
            #expect(run.code == 73, "\(words): \(run.code) \(run.err)")
            #expect(run.err.contains(name), "\(run.err)")
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: program.folder) {
            #expect(!name.hasSuffix(".part") && !["m.nii", "s.nii", "p.nii"].contains(name))
        }
        #expect(try program.run("doctor", "--deep").code == 0)
    }

    @Test("a generous umask does not open the store to others")
    func umask() throws {
        let program = try Program(bright: false)
        try FileManager.default.createDirectory(
            atPath: program.folder + "/parent", withIntermediateDirectories: true)
        let scan = try program.scan("e1.nii.gz", left: 4)
        let database = program.folder + "/parent/new/deep/vsdb.sqlite"
        let run = try run(
            program, after: "umask 000",
            [
                "register", "scan", scan, "--patient", "P", "--date", "2020-03-01", "--sequence",
                "T1", "--database", database,
            ], to: "/dev/null")
        #expect(run.code == 0, "\(run.err)")
        let root = program.folder + "/parent/new"
        let found = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String }
        let names = try #require(found)
        #expect(names.contains("deep/vsdb.sqlite") && names.contains("deep/images"))
        for name in [""] + names {
            let path = root + "/" + name
            let facts = try FileManager.default.attributesOfItem(atPath: path)
            let mode = try #require(facts[.posixPermissions] as? Int)
            #expect(mode & 0o077 == 0, "\(name) \(String(mode, radix: 8))")
        }
    }

    @Test(
        "arguments beyond all sense: 64, with a sentence",
        arguments: [
            (
                ["phantom", "--patients", "9223372036854775807", "--exams", "2", "--out", "x"],
                "100000"
            ),
            (
                ["phantom", "--patients", "1", "--exams", "9223372036854775807", "--out", "x"],
                "100"
            ),
            (
                ["segment", "a.nii", "b.nii", "--memory-limit", "9223372036854775807"],
                "memory-limit"
            ),
            (["segment", "a.nii", "b.nii", "--box=1,x,2,3"], "--box"),
            (["segment", "a.nii", "b.nii", "--box=1,2,3,"], "--box"),
            (["export", "mask", "1", "m.nii.png"], ".nii.gz"),
            (["growth", "P", "--chart", "c.pdf"], "--chart"),
            (["list", "patients", "--patient", "P"], "--patient"),
        ] as [([String], String)])
    func beyond(words: [String], hint: String) throws {
        let program = try Program(bright: false)
        let run = try program.run(words)
        #expect(run.code == 64, "\(run.code) \(run.err)")
        #expect(run.err.contains(hint), "\(run.err)")
    }
}
