import Foundation
import Testing
import VSImaging
import VSTestSupport

/// DICOM through the built program.
@Suite(.serialized)
struct DICOMCommandTests {
    @Test("a study's folder is registered by its tags, and again without a change")
    func register() throws {
        let program = try Program()
        let study = try writeHeadStudy(to: program.folder + "/study")
        let first = try program.run("register", "scan", study, "--format", "json").object()
        #expect(first["patient"] as? String == "P1" && first["examDate"] as? String == "2020-01-03")
        #expect(first["isSegmented"] as? Bool == true)
        let before = try program.contents()
        let again = try program.run("register", "scan", study, "--format", "json").object()
        #expect(again["isRepeat"] as? Bool == true)
        #expect(try program.contents() == before)
    }

    @Test("without its DICOM library the program says what is missing; ../lib/vsdb may hold it")
    func library() throws {
        let program = try Program()
        let study = try writeHeadStudy(to: program.folder + "/study")
        let files = FileManager.default
        for folder in ["bin", "lib/vsdb"] {
            try files.createDirectory(
                atPath: "\(program.folder)/\(folder)", withIntermediateDirectories: true)
        }
        let moved = program.folder + "/bin/vsdb"
        try files.copyItem(atPath: Program.path, toPath: moved)
        let before = try program.contents()
        let missing = try program.run(["register", "scan", study], at: moved)
        #expect(missing.code == 74, "\(missing.err)")
        #expect(missing.err.contains("libvsdb-dicom.so"), "\(missing.err)")
        #expect(try program.contents() == before)
        // What needs no DICOM needs no library.
        #expect(try program.run(["list", "scans"], at: moved).code == 0)

        let name = "libvsdb-dicom.so"
        let built = URL(fileURLWithPath: Program.path).deletingLastPathComponent()
            .appending(path: name).path
        try files.copyItem(atPath: built, toPath: "\(program.folder)/lib/vsdb/\(name)")
        let found = try program.run(["register", "scan", study], at: moved)
        #expect(found.code == 0, "\(found.err)")
    }

    @Test("two close series: 65 and the list without a terminal; --series decides")
    func ambiguous() throws {
        let program = try Program()
        let study = try writeHeadStudy(to: program.folder + "/study")
        try writeHeadStudy(to: study, series: "1.2.3.5", half: 5)
        let refused = try program.run("register", "scan", study)
        #expect(refused.code == 65)
        #expect(refused.err.contains("1.2.3.5") && refused.err.contains("--series"))
        #expect(try program.run("register", "scan", study, "--series", "1.2.3.5").code == 0)
        #expect(try program.run("register", "scan", study, "--series", "1.9").code == 66)
    }

    @Test("the mask of a study lies on the series' own grid")
    func segment() throws {
        let program = try Program()
        let study = try writeHeadStudy(to: program.folder + "/study")
        let mask = program.folder + "/mask.nii.gz"
        let model = program.folder + "/bright.safetensors"
        let run = try program.run("segment", study, mask, "--model", model)
        #expect(run.code == 0, "\(run.err)")
        let written = try ScanReader.read(mask).volume
        let source = try ScanInput.read(study).image.volume
        #expect(written.shape == source.shape && written.voxels.contains(1))
        #expect((written.affine.origin - source.affine.origin).length < 1e-4)
        #expect((written.affine.depthStep - source.affine.depthStep).length < 1e-5)
    }

    @Test("--pseudonymise keeps the identifier out, and the key outside the database's folder")
    func pseudonymise() throws {
        let program = try Program()
        let study = try writeHeadStudy(to: program.folder + "/P1")
        let run = try program.run("register", "scan", study, "--pseudonymise")
        #expect(run.code == 0 && run.out.contains("VS") && !run.out.contains("P1"))
        #expect(run.err.contains("A new key was made"))
        let known = try program.run("register", "scan", study, "--pseudonymise")
        #expect(known.code == 0 && !known.err.contains("key was made"))
        let open = try program.run("register", "scan", study, "--key-file", "k")
        #expect(open.code == 64)
        #expect(
            FileManager.default.fileExists(atPath: program.folder + "/.config/vsdb/pseudonym.key"))
        #expect(try !program.run("list", "scans", "--format", "json").out.contains("P1"))
        let inside = try program.run(
            "register", "scan", study, "--pseudonymise", "--key-file",
            program.folder + "/store/key")
        #expect(inside.code == 65)
    }
}
