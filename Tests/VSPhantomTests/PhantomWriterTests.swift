import Foundation
import Testing
import VSPhantom

@Suite struct PhantomWriterTests {
    @Test func `a folder holds the images, the masks and a manifest that reads back`() throws {
        let folder = NSTemporaryDirectory() + "phantom-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let generator = try PhantomGenerator(seed: 5, split: .validation)
        let manifest = try PhantomWriter(generator, folder: folder).write(patients: 1, exams: 2)
        #expect(try PhantomManifest(folder: folder) == manifest)
        #expect(manifest.patients.map(\.id) == ["p000"])
        for exam in manifest.patients[0].exams {
            #expect(FileManager.default.fileExists(atPath: folder + "/" + exam.image))
            #expect(FileManager.default.fileExists(atPath: folder + "/" + exam.mask))
        }
        #expect(throws: PhantomError.self) {
            try PhantomWriter(generator, folder: folder).write(patients: 0, exams: 1)
        }
    }
}
