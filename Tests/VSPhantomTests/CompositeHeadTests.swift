import Foundation
import Testing
import VSImaging
import VSPhantom

@Suite struct CompositeHeadTests {
    private static let marks = """
        {"formatVersion": VERSION, "heads": [{"id": "h", "file": "h.nii",AROUND "split": "training",
        "tissue": 0.3, "fluid": FLUID,
        "left": {"porusMm": [22, 0, 0], "fundusMm": [FUNDUS, 0, 0],
        "faceMm": [[12, -10, 0], [34, 10, 0]]},
        "right": {"porusMm": [-22, 0, 0], "fundusMm": [-30, 0, 0],
        "faceMm": [[-12, -10, 0], [-34, 10, 0]]}}]}
        """

    /// A folder with one flat head, marked as asked.
    private static func folder(
        version: String = "1", fluid: String = "0.8", fundus: String = "30", around: String = "",
        value: Float = 90, widthMm: Double = 120
    ) throws -> String {
        let folder = NSTemporaryDirectory() + "heads-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let text = marks.replacingOccurrences(of: "VERSION", with: version)
            .replacingOccurrences(of: "FLUID", with: fluid)
            .replacingOccurrences(of: "FUNDUS", with: fundus)
            .replacingOccurrences(of: "AROUND", with: around)
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/landmarks.json"))
        let shape = GridShape(depth: 20, height: 60, width: 60)
        let step = widthMm / 60
        try NIfTIWriter.write(
            Volume(
                shape: shape,
                affine: Affine(
                    origin: [-30 * step, -60, -30],
                    spacing: Spacing(depth: 3, height: 2, width: step)),
                voxels: [Float](repeating: value, count: shape.count)), to: folder + "/h.nii")
        return folder
    }

    private static func code(_ folder: String) -> PhantomError.Code? {
        do {
            _ = try HeadCollection(folder: folder, split: .training)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `a well marked head is taken`() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(try HeadCollection(folder: folder, split: .training).names == ["h"])
    }

    @Test func `a folder without marks is refused`() {
        #expect(Self.code("/nowhere/heads") == .heads)
    }

    @Test func `a split without heads is refused`() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(throws: PhantomError.self) {
            try HeadCollection(folder: folder, split: .validation)
        }
    }

    @Test func `marks that cannot be a head's are refused`() throws {
        let folders = try [
            Self.folder(version: "2"), Self.folder(version: "one"), Self.folder(fluid: "0.31"),
            Self.folder(fundus: "14"), Self.folder(fundus: "60"), Self.folder(fundus: "22.5"),
        ]
        defer { for folder in folders { try? FileManager.default.removeItem(atPath: folder) } }
        #expect(folders.map(Self.code) == folders.map { _ in .heads })
    }

    @Test func `a missing, damaged or foreign image is refused`() throws {
        let folders = try [
            Self.folder(), Self.folder(), Self.folder(value: 300), Self.folder(widthMm: 50),
            Self.folder(around: "\"around\": \"absent.nii\","),
        ]
        defer { for folder in folders { try? FileManager.default.removeItem(atPath: folder) } }
        try FileManager.default.removeItem(atPath: folders[0] + "/h.nii")
        try Data("not an image".utf8).write(to: URL(fileURLWithPath: folders[1] + "/h.nii"))
        #expect(folders.map(Self.code) == folders.map { _ in .heads })
    }
}
