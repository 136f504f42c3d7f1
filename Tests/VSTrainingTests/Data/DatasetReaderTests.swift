import Foundation
import Testing
import VSTestSupport
import VSTraining

struct DatasetReaderTests {
    /// Makes empty files, and the folders they lie in.
    private static func touch(_ folder: TemporaryFolder, _ names: String...) throws {
        for name in names { try write("", to: folder.file(name)) }
    }

    private static func write(_ text: String, to path: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    private static func expectError(
        _ code: TrainingError.Code, _ subject: String, _ message: String,
        sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
    ) {
        let error = #expect(
            throws: TrainingError.self, sourceLocation: sourceLocation, performing: body)
        #expect(error?.code == code, sourceLocation: sourceLocation)
        #expect(error?.subject == subject, sourceLocation: sourceLocation)
        #expect(
            error?.message.contains(message) == true, "\(error?.message ?? "")",
            sourceLocation: sourceLocation)
    }

    private static let image = "vs_gk_t2_refT2.nii.gz"
    private static let mask = "vs_gk_seg_refT2.nii.gz"

    private static func authorFolder(_ csv: String?) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for name in ["vs_gk_1", "vs_gk_2", "vs_gk_10"] {
            try touch(folder, "\(name)/\(image)", "\(name)/\(mask)")
        }
        if let csv { try write(csv, to: folder.file("split.csv")) }
        return folder
    }

    @Test("a phantom folder: every exam of every patient, all of the manifest's split")
    func phantom() throws {
        let folder = try TemporaryFolder()
        try Self.touch(
            folder, "P1/a.nii", "P1/am.nii", "P1/b.nii", "P1/bm.nii", "P2/a.nii", "P2/m.nii")
        try Self.write(
            """
            {"split": "validation", "patients": [
              {"id": "P1", "exams": [{"image": "P1/a.nii", "mask": "P1/am.nii", "date": "x"},
                                     {"image": "P1/b.nii", "mask": "P1/bm.nii"}]},
              {"id": "P2", "exams": [{"image": "P2/a.nii", "mask": "P2/m.nii"}]}]}
            """, to: folder.file("manifest.json"))
        let cases = try DatasetReader.cases(in: folder.path)
        #expect(cases.map(\.id) == ["P1-e1", "P1-e2", "P2-e1"])
        #expect(cases.allSatisfy { $0.split == .validation })
        #expect(cases[1].image == folder.file("P1/b.nii"))
        #expect(cases[1].mask == folder.file("P1/bm.nii"))
    }

    @Test("a damaged manifest, or one of an unknown split, is refused by name")
    func damagedManifest() throws {
        let folder = try TemporaryFolder()
        for text in ["{", #"{"split": "trial", "patients": []}"#, #"{"patients": []}"#, "[]"] {
            try Self.write(text, to: folder.file("manifest.json"))
            Self.expectError(.unusable, folder.file("manifest.json"), "damaged") {
                _ = try DatasetReader.cases(in: folder.path)
            }
        }
    }

    @Test("the authors' layout: cases by their split, those without one left out")
    func authors() throws {
        let folder = try Self.authorFolder("vs_gk_1,training\nvs_gk_10, test \n")
        let cases = try DatasetReader.cases(in: folder.path)
        #expect(cases.map(\.id) == ["vs_gk_1", "vs_gk_10"])
        #expect(cases.map(\.split) == [.training, .test])
        #expect(cases[0].image == folder.file("vs_gk_1/\(Self.image)"))
        #expect(cases[0].mask == folder.file("vs_gk_1/\(Self.mask)"))
    }

    @Test(
        "a split file may have a first line of names, Windows line ends, blank lines, more columns",
        arguments: [
            "case,split\nvs_gk_1,training\nvs_gk_2,validation\n",
            "vs_gk_1,training\r\nvs_gk_2,validation\r\n", "vs_gk_1,training\n\nvs_gk_2,validation",
            "vs_gk_1,training,male\nvs_gk_2,validation,female",
        ])
    func tolerated(csv: String) throws {
        let folder = try Self.authorFolder(csv)
        let cases = try DatasetReader.cases(in: folder.path)
        #expect(cases.map(\.id) == ["vs_gk_1", "vs_gk_2"])
        #expect(cases.map(\.split) == [.training, .validation])
    }

    @Test(
        "a bad line of a split file is named by its number",
        arguments: ["vs_gk_2", "vs_gk_2,trial"])
    func badLine(line: String) throws {
        let folder = try Self.authorFolder("case,split\nvs_gk_1,training\n\(line)\n")
        Self.expectError(.unusable, folder.file("split.csv"), "Line 3") {
            _ = try DatasetReader.cases(in: folder.path)
        }
    }

    @Test("a split file given wins over the one beside the cases; none at all is an error")
    func splitFile() throws {
        let folder = try Self.authorFolder("vs_gk_1,training\n")
        try Self.write("vs_gk_2,test\n", to: folder.file("elsewhere/other.csv"))
        let cases = try DatasetReader.cases(
            in: folder.path, splitFile: folder.file("elsewhere/other.csv"))
        #expect(cases.map(\.id) == ["vs_gk_2"])
        Self.expectError(.missing, folder.file("none.csv"), "cannot be read") {
            _ = try DatasetReader.cases(in: folder.path, splitFile: folder.file("none.csv"))
        }
        let bare = try Self.authorFolder(nil)
        Self.expectError(.missing, bare.path, "no CSV") {
            _ = try DatasetReader.cases(in: bare.path)
        }
    }

    @Test("an incomplete pair is named by the file that is missing")
    func incomplete() throws {
        let folder = try Self.authorFolder("vs_gk_1,training\nvs_gk_2,training\n")
        let mask = folder.file("vs_gk_2/\(Self.mask)")
        try FileManager.default.removeItem(atPath: mask)
        Self.expectError(.missing, mask, "Case vs_gk_2") {
            _ = try DatasetReader.cases(in: folder.path)
        }
    }

    private static func maskName(_ id: String) -> String {
        "derivatives/manual_segmentation_masks_of_T2w/\(id)/anat/"
            + "\(id)_space-individual_desc-tumor_mask.nii.gz"
    }

    private static func bidsFolder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for id in ["sub-167", "sub-169"] {
            try touch(folder, "\(id)/anat/\(id)_T2w.nii.gz", maskName(id))
        }
        // The published set has no T2 image of subject 168.
        try touch(folder, "sub-168/anat/sub-168_T1w.nii.gz", "dataset_description.json")
        return folder
    }

    @Test("BIDS: subjects without a T2 image, as 168, are passed over; all train without a split")
    func bids() throws {
        let folder = try Self.bidsFolder()
        let cases = try DatasetReader.cases(in: folder.path)
        #expect(cases.map(\.id) == ["sub-167", "sub-169"])
        #expect(cases.allSatisfy { $0.split == .training })
        #expect(cases[1].image == folder.file("sub-169/anat/sub-169_T2w.nii.gz"))
        #expect(cases[1].mask == folder.file(Self.maskName("sub-169")))
        try Self.write("sub-169,test\n", to: folder.file("split.csv"))
        let split = try DatasetReader.cases(
            in: folder.path, splitFile: folder.file("split.csv"))
        #expect(split.map(\.id) == ["sub-169"] && split[0].split == .test)
    }

    @Test("BIDS: an image without its mask is an error")
    func bidsIncomplete() throws {
        let folder = try Self.bidsFolder()
        let mask = folder.file(Self.maskName("sub-167"))
        try FileManager.default.removeItem(atPath: mask)
        Self.expectError(.missing, mask, "sub-167") {
            _ = try DatasetReader.cases(in: folder.path)
        }
    }

    @Test("a folder of another layout, and one that is not there, are refused by name")
    func unknown() throws {
        let folder = try TemporaryFolder()
        try Self.touch(folder, "scan.nii.gz")
        Self.expectError(.unusable, folder.path, "known layouts") {
            _ = try DatasetReader.cases(in: folder.path)
        }
        Self.expectError(.missing, folder.file("none"), "no such folder") {
            _ = try DatasetReader.cases(in: folder.file("none"))
        }
    }
}
