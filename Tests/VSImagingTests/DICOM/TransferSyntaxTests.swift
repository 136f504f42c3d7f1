import Foundation
import Testing
import VSImaging
import VSTestSupport

/// One series in every transfer syntax that DCMTK's own tools write, and JPEG 2000 files of others.
struct TransferSyntaxTests {
    private let folder: VSTestSupport.TemporaryFolder

    init() throws { folder = try VSTestSupport.TemporaryFolder() }

    /// A smooth image, as real ones, below 4096 for 12-bit JPEG.
    private func original() throws -> String {
        try writeSeries(
            to: folder.file("original"), rows: 32, columns: 40,
            value: { UInt16($0 * 300 + $1 * 20 + $2 * 10) })
    }

    private func convert(_ path: String, _ tool: [String]) throws -> String {
        let target = folder.file(tool.joined())
        try FileManager.default.createDirectory(
            atPath: target, withIntermediateDirectories: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: path) {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/" + tool[0])
            process.arguments = tool.dropFirst() + ["\(path)/\(name)", "\(target)/\(name)"]
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
        return target
    }

    @Test(
        "without loss the voxels are the same",
        arguments: [
            ["dcmconv", "+ti"], ["dcmconv", "+tb"], ["dcmconv", "+td"], ["dcmcrle"],
            ["dcmcjpeg", "+e1"], ["dcmcjpeg", "+el"], ["dcmcjpls", "+el"],
        ])
    func lossless(tool: [String]) throws {
        let path = try original()
        let converted = try ScanInput.read(convert(path, tool))
        #expect(try converted.image.volume == ScanInput.read(path).image.volume)
        #expect(converted.series?.isLossy == false)
    }

    // +rm keeps the values: without it the tool stretches them to the full range of 12 bits.
    @Test(
        "with loss they are near, and a note says so",
        arguments: [["dcmcjpeg", "+ee", "+rm"], ["dcmcjpls", "+en"]])
    func lossy(tool: [String]) throws {
        let path = try original()
        let converted = try ScanInput.read(convert(path, tool))
        let expected = try ScanInput.read(path).image.volume
        let worst = zip(converted.image.volume.voxels, expected.voxels).map { abs($0 - $1) }.max()
        #expect(try #require(worst) < 40)
        #expect(converted.notes.contains { $0.contains("compressed with loss") })
    }

    @Test("JPEG 2000 gives the pixels of the uncompressed twin, frame by frame")
    func jpeg2000() throws {
        func volume(_ name: String) throws -> Volume {
            let path = try placedFrames(dicomFixture("mr/\(name)"), at: folder.file(name))
            let uid = try #require(try DICOMStudy(path).series.first?.uid)
            return try ScanInput.read(path, series: uid).image.volume
        }
        let plain = try volume("emri_small.dcm")
        #expect(plain.shape.depth == 10 && Set(plain.voxels).count > 100)
        #expect(try volume("emri_small_jpeg_2k_lossless.dcm") == plain)
    }
}

/// A file of Tests/Fixtures/dicom.
func dicomFixture(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/dicom/\(name)").path
}
