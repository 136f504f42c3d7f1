import Foundation
import Testing
import VSImaging
import VSTestSupport

/// Readers' outlines as DICOM.
extension DICOMExportTests {
    /// Registers a study with a reader's outline that lacks the tumour's lowest slice; returns its file.
    private func outlined(
        by reader: String, _ options: String...
    ) throws -> String {
        let study = try writeHeadStudy(to: folder + "/study")
        #expect(try program.run(["register", "scan", study] + options).code == 0)
        let (mask, outline) = (folder + "/model.nii", folder + "/outline.nii")
        #expect(try program.run("export", "mask", "1", mask).code == 0)
        var drawn = try ScanReader.read(mask).volume
        let lowest = try #require(drawn.voxels.firstIndex(of: 1))
        let plane = drawn.shape.height * drawn.shape.width
        let start = lowest / plane * plane
        for voxel in start..<start + plane { drawn.voxels[voxel] = 0 }
        try NIfTIWriter.write(drawn, to: outline)
        let run = try program.run("review", "1", "--reader", reader, "--mask", outline)
        #expect(run.code == 0, "\(run.err)")
        return outline
    }

    @Test(
        "an outline is written as drawn by hand, by its reader and no model, as the same tumour",
        arguments: [("Dr Ash", "Dr Ash"), ("Müller^Ina=x", "Müller^Ina x")])
    func outline(reader: String, name: String) throws {
        let outline = try outlined(by: reader)
        let (model, file, sr) = (folder + "/model.dcm", folder + "/seg.dcm", folder + "/sr.dcm")
        let theirs = try program.run("export", "seg", "1", model, "--format", "json").list()[0]
        let run = try program.run(
            "export", "seg", "1", file, "--outline", "1", "--format", "json")
        let ours = try #require(try run.list().first)
        #expect(run.err.contains("names who drew it: \(reader)"), "\(run.err)")
        let voxels = try expectMask(outline, in: file)
        #expect(ours["voxels"] as? Int == voxels && voxels < theirs["voxels"] as? Int ?? 0)
        #expect(ours["trackingUid"] as? String == theirs["trackingUid"] as? String)
        #expect(ours["sopInstanceUid"] as? String != theirs["sopInstanceUid"] as? String)
        let dump = try tool("dcmdump", "+L", file)
        #expect(values("0062,0008", dump) == ["MANUAL"] && values("0070,0084", dump) == [name])
        #expect(values("0062,0009", dump).isEmpty && !dump.contains("(0062,0007)"))
        let network = try #require(
            try program.run("list", "models", "--format", "json").list().first)
        let words = [network["name"], network["sha256"]].compactMap { $0 as? String }
        #expect(words.count == 2)
        let again = folder + "/again.dcm"
        #expect(try program.run("export", "seg", "1", again, "--outline", "1").code == 0)
        let files = try [file, again].map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
        #expect(files[0] == files[1])
        let report = try program.run(
            "export", "sr", "1", sr, "--outline", "1", "--format", "json")
        #expect(try report.list().first?["volumeMm3"] as? Double == ours["volumeMm3"] as? Double)
        let text = try tool("dsrdump", "+Pu", "+U8", sr)
        #expect(text.contains("Person Observer Name") && text.contains("\"\(name)\""), "\(text)")
        #expect(!text.contains("Algorithm Name"))
        let parts = try tool("dcmdump", "+L", sr)
        #expect(
            values("0008,1155", parts).contains(try #require(ours["sopInstanceUid"] as? String)))
        for word in words { #expect(!dump.contains(word) && !parts.contains(word), "\(word)") }
    }

    @Test("of a pseudonymised scan's outline nobody is named")
    func pseudonymisedOutline() throws {
        _ = try outlined(by: "Dr Ash", "--pseudonymise")
        for kind in ["seg", "sr"] {
            let file = folder + "/\(kind).dcm"
            let run = try program.run("export", kind, "1", file, "--outline", "1")
            #expect(run.code == 0 && run.err.contains("is left out"), "\(run.err)")
            let dump = try tool("dcmdump", "+L", file)
            #expect(!dump.contains("Ash"), "\(kind)")
        }
        #expect(try tool("dcmdump", "+L", folder + "/seg.dcm").contains("(0070,0084) PN (no value"))
    }

    @Test("an outline that does not stand is refused with those that do, and leaves no file")
    func refusedOutline() throws {
        _ = try outlined(by: "Dr Ash")
        let file = folder + "/out.dcm"
        let other = try program.run("export", "seg", "1", file, "--outline", "9")
        #expect(other.code != 0 && other.err.contains("1 by Dr Ash"), "\(other.err)")
        let both = try program.run("export", "seg", "1", file, "--outline", "1", "--fractional")
        #expect(both.code == 64, "\(both.err)")
        #expect(
            try program.run("review", "1", "--reader", "B", "--reject", "too large").code == 0)
        let alone = try program.run("export", "sr", "1", file)
        #expect(alone.code != 0 && alone.err.contains("--outline"), "\(alone.err)")
        #expect(!FileManager.default.fileExists(atPath: file))
        #expect(try program.run("export", "sr", "1", file, "--outline", "1").code == 0)
        try FileManager.default.removeItem(atPath: file)
        #expect(
            try program.run("review", "1", "--reader", "Dr Ash", "--withdraw", "wrong").code == 0)
        let gone = try program.run("export", "seg", "1", file, "--outline", "1")
        #expect(gone.code != 0 && gone.err.contains("No outline stands"), "\(gone.err)")
        #expect(!FileManager.default.fileExists(atPath: file))
    }
}
