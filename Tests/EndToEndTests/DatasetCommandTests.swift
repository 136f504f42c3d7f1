import Foundation
import Testing
import VSImaging
import VSTestSupport

/// Public data sets through the built program.
@Suite(.serialized)
struct DatasetCommandTests {
    /// Two cases of the authors' NIfTI layout, the meningioma of the collection, and a broken one.
    private func collection(_ program: Program) throws -> String {
        for (number, half) in [(1, 4.0), (2, 5), (63, 4)] {
            let folder = "\(program.folder)/set/vs_gk_\(number)"
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            try program.scan("set/vs_gk_\(number)/vs_gk_t2_refT2.nii.gz", left: half)
            let image = head()
            var truth = Volume(
                shape: image.shape, affine: image.affine,
                voxels: [Float](repeating: 0, count: image.voxels.count))
            for d in 0..<image.shape.depth {
                for h in 0..<image.shape.height {
                    for w in 0..<image.shape.width {
                        let at = image.affine.point(Double(d), Double(h), Double(w))
                        let step = at - LPSPoint(22, 0, 12)
                        if max(abs(step.x), abs(step.y), abs(step.z)) <= half {
                            truth[d, h, w] = 1
                        }
                    }
                }
            }
            try NIfTIWriter.write(truth, to: folder + "/vs_gk_seg_refT2.nii.gz")
        }
        let broken = "\(program.folder)/set/vs_gk_4"
        try FileManager.default.createDirectory(
            atPath: broken, withIntermediateDirectories: true)
        try Data("no image".utf8).write(
            to: URL(fileURLWithPath: broken + "/vs_gk_t2_refT2.nii.gz"))
        return program.folder + "/set"
    }

    @Test("a collection is imported once, its bad case told, and evaluated from the database")
    func importing() throws {
        let program = try Program()
        let set = try collection(program)
        let empty = try program.contents()
        let dry = try program.run("import", "vs-seg", set, "--dry-run", "--format", "json").list()
        #expect(dry.count { $0["state"] as? String == "with truth" } == 2)
        #expect(try program.contents() == empty)
        let run = try program.run("import", "vs-seg", set, "--format", "json")
        #expect(run.code == 0, "\(run.err)")
        let rows = try run.list()
        #expect(rows.count { $0["state"] as? String == "imported" } == 2)
        #expect(rows.count { $0["state"] as? String == "left out" } == 2)
        let before = try program.contents()
        let again = try program.run("import", "vs-seg", set)
        #expect(again.out.contains("0 imported, 2 registered already, 2 left out; 2 with"))
        #expect(try program.contents() == before)
        let scores = try program.run(
            "evaluate", "--model", program.folder + "/bright.safetensors", "--imported", "vs-seg",
            "--one", "--format", "json"
        ).object()
        let cases = try #require(scores["cases"] as? [[String: Any]])
        #expect(cases.count == 2)
        for one in cases {
            #expect(try #require(one["dice"] as? Double) > 0.9, "\(one)")
        }
    }

    @Test("the split file chooses by patient, also by the authors' names")
    func splits() throws {
        let program = try Program()
        try #expect(program.run("import", "vs-seg", collection(program)).code == 0)
        let split = program.folder + "/split.csv"
        try "vs_gk_1,training\nVS-SEG-002,test\n".write(
            toFile: split, atomically: true, encoding: .utf8)
        func evaluate(_ more: String...) throws -> Program.Run {
            try program.run(
                ["evaluate", "--model", program.folder + "/bright.safetensors", "--imported"]
                    + more + ["--split", split, "--format", "json"])
        }
        let test = try evaluate("vs-seg", "--only", "test").object()
        let cases = try #require(test["cases"] as? [[String: Any]])
        #expect(cases.count == 1)
        #expect((cases[0]["case"] as? String ?? "").hasPrefix("VS-SEG-002"))
        #expect(try evaluate("nobody").code == 66)
        try "other,test\n".write(toFile: split, atomically: true, encoding: .utf8)
        let none = try evaluate("vs-seg")
        #expect(none.code != 0 && none.err.contains("VS-SEG-001,training"))
    }

    @Test("BIDS is written whole, and a folder that holds something is refused")
    func bids() throws {
        let program = try Program()
        try #expect(program.run("import", "vs-seg", collection(program)).code == 0)
        let folder = program.folder + "/bids"
        let run = try program.run("export", "bids", folder, "--format", "json")
        #expect(run.code == 0, "\(run.err)")
        #expect(try run.list().first?["manualMasks"] as? Int == 2)
        let refused = try program.run("export", "bids", folder)
        #expect(refused.code == 65 && refused.err.contains("not empty"))
        let back = try program.run(
            "import", "bids", folder, "--database", program.folder + "/other/vsdb.sqlite")
        #expect(back.code == 0 && back.out.contains("2 imported"), "\(back.err)")
    }

    @Test("a folder that is no such data set, or not there, is refused by name")
    func refused() throws {
        let program = try Program()
        for name in ["vs-seg", "vs-mc-rc", "crossmoda", "bids"] {
            let missing = try program.run("import", name, program.folder + "/nowhere")
            #expect(missing.code == 66 && missing.err.contains("nowhere"), "\(missing.err)")
            try FileManager.default.createDirectory(
                atPath: program.folder + "/empty", withIntermediateDirectories: true)
            let empty = try program.run("import", name, program.folder + "/empty")
            #expect(empty.code == 65 && empty.err.contains("layout"), "\(empty.err)")
        }
    }
}
