import Foundation
import Testing

/// Every bad input gets a sentence that names it and a non-zero exit, and leaves the store as it was.
struct BadInputTests {
    /// A bad scan file: how to make it from a good one, the exit code, and a word of the message.
    struct BadFile: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: Int32
        let word: String
        let make: @Sendable (inout Data) -> Void

        init(
            _ name: String, code: Int32 = 65, _ word: String,
            make: @escaping @Sendable (inout Data) -> Void
        ) {
            testDescription = name
            self.code = code
            self.word = word
            self.make = make
        }
    }

    static let files = [
        BadFile("empty", "empty") { $0 = Data() },
        BadFile("truncated header", "header") { $0 = $0.prefix(120) },
        BadFile("truncated voxels", "claims") { $0 = $0.prefix(4000) },
        BadFile("wrong magic", "NIfTI") { $0.replace("nix1", at: 344) },
        BadFile("sizes that overflow", "voxels") {
            for axis in 0..<3 { $0.replace(Int16(32767), at: 42 + 2 * axis) }
        },
        BadFile("a negative size", "dimensions") { $0.replace(Int16(-5), at: 42) },
        BadFile("RGB", "RGB") {
            $0.replace(Int16(128), at: 70)
            $0.replace(Int16(24), at: 72)
        },
        BadFile("complex", "complex") {
            $0.replace(Int16(32), at: 70)
            $0.replace(Int16(64), at: 72)
        },
        BadFile("two axes", "2") { $0.replace(Int16(2), at: 40) },
        BadFile("NaN in the affine", "finite") { $0.replace(Float.nan.bitPattern, at: 280) },
        BadFile("a singular affine", "spacing") {
            for column in 0..<4 { $0.replace(UInt32(0), at: 280 + 4 * column) }
        },
        BadFile("zero spacing", "spacing") {
            $0.replace(Int16(0), at: 254)
            $0.replace(Int16(1), at: 252)
            $0.replace(UInt32(0), at: 80)
        },
        BadFile("no orientation", "--assume-axes") {
            $0.replace(Int16(0), at: 252)
            $0.replace(Int16(0), at: 254)
        },
        BadFile("a constant image", "All its voxels") { data in
            for at in data.indices.dropFirst(352) { data[at] = 0 }
        },
    ]

    @Test("a bad scan file", arguments: files)
    func badFile(file: BadFile) throws {
        let program = try Program()
        let good = try program.scan("good.nii", left: 4)
        var data = try Data(contentsOf: URL(fileURLWithPath: good))
        file.make(&data)
        let path = program.folder + "/bad.nii"
        try data.write(to: URL(fileURLWithPath: path))
        try expectRefused(
            program, ["register", "scan", path, "--patient", "P", "--date", "2020-03-01"],
            code: file.code, words: ["bad.nii", file.word])
    }

    @Test("a missing file, a folder, a gzip that claims 100 GB, many volumes")
    func otherFiles() throws {
        let program = try Program()
        let rest = ["--patient", "P", "--date", "2020-03-01"]
        try expectRefused(
            program, ["register", "scan", "nowhere.nii.gz"] + rest, code: 66,
            words: ["nowhere.nii.gz"])
        try FileManager.default.createDirectory(
            atPath: program.folder + "/folder.nii", withIntermediateDirectories: true)
        try expectRefused(
            program, ["register", "scan", "folder.nii"] + rest, code: 74,
            words: ["folder.nii", "folder"])
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/nifti")
        let bad = try FileManager.default.contentsOfDirectory(
            atPath: fixtures.appending(path: "bad").path)
        #expect(!bad.isEmpty)
        for name in bad {
            try expectRefused(
                program,
                ["register", "scan", fixtures.appending(path: "bad/\(name)").path] + rest,
                code: name == "analyze75.hdr" ? 66 : 65, words: [name])
        }
        try expectRefused(
            program,
            ["register", "scan", fixtures.appending(path: "functional_scl.nii").path] + rest,
            code: 65, words: ["functional_scl.nii", "volumes"])
    }

    @Test(
        "a bad word on the command line",
        arguments: [
            (["--patient", "P", "--date", "2020-13-01"], 64, "date"),
            (["--patient", "P", "--date", "01.03.2020"], 64, "date"),
            (["--patient", "P", "--date", "2999-01-01"], 65, "future"),
            (["--patient", "a\nb", "--date", "2020-03-01"], 65, "identifier"),
            (["--patient", "", "--date", "2020-03-01"], 65, "identifier"),
            (["--patient", " P", "--date", "2020-03-01"], 65, "identifier"),
            (
                ["--patient", String(repeating: "x", count: 65), "--date", "2020-03-01"], 65,
                "identifier"
            ),
            (["--patient", "P", "--date", "2020-03-01", "--box", "1,2"], 64, "box"),
            (["--patient", "P", "--date", "2020-03-01", "--memory-limit", "1"], 64, "memory"),
        ] as [([String], Int32, String)])
    func badWord(words: [String], code: Int32, hint: String) throws {
        let program = try Program()
        let scan = try program.scan("good.nii.gz", left: 4)
        try expectRefused(
            program, ["register", "scan", scan] + words, code: code, words: [hint])
    }

    @Test("an identifier made of SQL is only an identifier")
    func injection() throws {
        let program = try Program()
        let scan = try program.scan("good.nii.gz", left: 4)
        let name = "x'; DROP TABLE patient; --"
        let run = try program.run(
            "register", "scan", scan, "--patient", name, "--date", "2020-03-01")
        #expect(run.code == 0)
        let patients = try program.run("list", "patients", "--format", "json").list()
        #expect(patients.map { $0["patient"] as? String } == [name])
        #expect(try program.run("growth", name).code == 0)
    }

    @Test("unknown patients, scans and models")
    func unknown() throws {
        let program = try Program()
        try expectRefused(program, ["growth", "nobody"], code: 66, words: ["nobody"])
        try expectRefused(program, ["show", "99"], code: 66, words: ["99"])
        try expectRefused(program, ["export", "mask", "99", "m.nii"], code: 66, words: ["99"])
        try expectRefused(program, ["model", "activate", "none"], code: 66, words: ["none"])
        try expectRefused(
            program,
            [
                "register", "treatment", "nobody", "--kind", "surgery", "--date", "2020-01-01",
                "--side", "left",
            ], code: 66, words: ["nobody"])
    }

    @Test("a weights file cut short, or with tensors of other shapes")
    func weights() throws {
        let program = try Program()
        let whole = try Data(
            contentsOf: URL(fileURLWithPath: program.folder + "/bright.safetensors"))
        let half = program.folder + "/half.safetensors"
        try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: half))
        try expectRefused(
            program, ["model", "install", half], code: 65, words: ["half.safetensors"])
        let wrong = program.folder + "/wrong.safetensors"
        var bytes = whole
        let place = try #require(whole.range(of: Data("\"shape\":[".utf8)))
        bytes[place.upperBound] = UInt8(ascii: "9")
        try bytes.write(to: URL(fileURLWithPath: wrong))
        try expectRefused(
            program, ["model", "install", wrong], code: 65, words: ["wrong.safetensors"])
    }

    @Test("a database that is no database, of another program, or damaged")
    func databases() throws {
        let program = try Program()
        let text = program.folder + "/text.sqlite"
        try Data(String(repeating: "no database ", count: 200).utf8)
            .write(to: URL(fileURLWithPath: text))
        let before = try Data(contentsOf: URL(fileURLWithPath: text))
        let run = try program.run("list", "patients", "--database", text)
        #expect(run.code == 74 && run.err.contains("text.sqlite"), "\(run.err)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: text)) == before)
        let nowhere = try program.run("list", "patients", "--database", "/proc/none/x.sqlite")
        #expect(nowhere.code != 0 && nowhere.err.contains("/proc/none/x.sqlite"))
    }

    private func expectRefused(
        _ program: Program, _ arguments: [String], code: Int32, words: [String]
    ) throws {
        let before = try program.contents()
        let run = try program.run(arguments)
        #expect(run.code == code, "\(arguments.last ?? ""): \(run.code) \(run.err)")
        for word in words {
            #expect(run.err.localizedCaseInsensitiveContains(word), "\(word) in: \(run.err)")
        }
        #expect(run.err.count < 2000)
        #expect(try program.contents() == before)
    }
}

extension Data {
    /// Overwrites bytes of a header, little endian.
    mutating func replace(_ value: some FixedWidthInteger, at offset: Int) {
        var little = value.littleEndian
        Swift.withUnsafeBytes(of: &little) {
            replaceSubrange(offset..<offset + $0.count, with: $0)
        }
    }

    mutating func replace(_ text: String, at offset: Int) {
        replaceSubrange(offset..<offset + text.utf8.count, with: Data(text.utf8))
    }
}
