import Foundation
import Testing
import VSImaging
import VSTestSupport

/// Every file of Tests/Fixtures/dicom/bad with the words that it is refused with.
struct BadDICOMTests {
    static let expected: [String: String] = [
        "ExplVR_BigEndNoMeta.dcm": "without an image",
        "ExplVR_LitEndNoMeta.dcm": "without an image",
        "UN_sequence.dcm": "without an image",
        "badVR.dcm": "RTDOSE, not MR",
        "charsets/chrFren.dcm": "OT, not MR",
        "charsets/chrGerm.dcm": "OT, not MR",
        "charsets/chrGreek.dcm": "OT, not MR",
        "charsets/chrH31.dcm": "OT, not MR",
        "charsets/chrKoreanMulti.dcm": "CR, not MR",
        "charsets/chrRuss.dcm": "OT, not MR",
        "charsets/chrX1.dcm": "OT, not MR",
        "charsets/chrX2.dcm": "OT, not MR",
        "dicomdir/DICOMDIR": "31 of the 31 images it lists are missing",
        "dicomdir/DICOMDIR-empty.dcm": "media directory without images",
        "dicomdir/DICOMDIR-nopatient": "31 of the 31 images it lists are missing",
        "empty_charset_LEI.dcm": "without an image",
        "emri_small_jpeg_2k_lossless_too_short.dcm": "another contrast",
        "image_dfl.dcm": "OT, not MR",
        "meta_missing_tsyntax.dcm": "without an image",
        "nested_priv_SQ.dcm": "without an image",
        "no_meta.dcm": "no DICOM file",
        "no_meta_group_length.dcm": "without an image",
        "reportsi.dcm": "without an image",
        "rtplan_truncated.dcm": "damaged or cut short",
        "rtstruct.dcm": "without an image",
        "slicecount/IM-0001-0001-0001.dcm": "FLAIR",
        "slicecount/IM-0001-0002-0001.dcm": "FLAIR",
        "sliceorientation/IM-0001-0001-0001.dcm": "one slice only",
        "sliceorientation/IM-0001-0001-0001_2.dcm": "one slice only",
        "sliceorientation/IM-0001-0002-0001.dcm": "one slice only",
        "sliceorientation/IM-0001-0002-0001_2.dcm": "one slice only",
        "test-SR.dcm": "without an image",
    ]

    @Test("every file of the folder is named here")
    func complete() {
        let found = FileManager.default.enumerator(atPath: dicomFixture("bad"))?
            .compactMap { $0 as? String }.filter { $0.contains(".") || $0.hasPrefix("dicomdir/") }
        #expect(Set(found ?? []) == Set(Self.expected.keys))
    }

    @Test("a bad file is refused with its reason", arguments: expected.keys.sorted())
    func refused(name: String) throws {
        #expect(DICOMStudy.isDICOM(dicomFixture("bad/\(name)")) || name == "no_meta.dcm")
        expectError(nil, try #require(Self.expected[name])) {
            let path = dicomFixture("bad/\(name)")
            return try DICOMStudy(path).choose().read(source: path)
        }
    }

    @Test("folders of bad series are refused with the slices named")
    func folders() throws {
        expectError(.geometry, "several orientations") {
            try ScanInput.read(dicomFixture("bad/sliceorientation"))
        }
        expectError(.unsupported, "FLAIR") { try ScanInput.read(dicomFixture("bad/slicecount")) }
        expectError(.unsupported, "None of its 8 series") {
            try ScanInput.read(dicomFixture("bad/charsets"))
        }
        expectError(.unsupported, "mosaic") { try ScanInput.read(dicomFixture("mr")) }
    }

    @Test("pixels that are cut short are an error, not a picture with an empty rest")
    func truncatedPixels() throws {
        let short = dicomFixture("bad/emri_small_jpeg_2k_lossless_too_short.dcm")
        let uid = try #require(try DICOMStudy(short).series.first?.uid)
        #expect(throws: ImagingError.self) { try ScanInput.read(short, series: uid) }
        // With places for its frames, so that nothing but the pixels can be at fault.
        let folder = try VSTestSupport.TemporaryFolder()
        let placed = try placedFrames(
            dicomFixture("mr/emri_small_jpeg_2k_lossless.dcm"), at: folder.file("short.dcm"))
        let whole = try Data(contentsOf: URL(fileURLWithPath: placed))
        for cut in [8, 100, 3000] {
            try whole.dropLast(cut).write(to: URL(fileURLWithPath: placed))
            expectError(.truncated, "short.dcm") { try ScanInput.read(placed, series: uid) }
        }
    }

    @Test(
        "what may be left of a slice stops the series, which would be one slice short",
        arguments: ["empty", "zeros", "header", "gzip", "text"])
    func remains(of kind: String) throws {
        let folder = try VSTestSupport.TemporaryFolder()
        let study = try writeSeries(to: folder.file("s"))
        // Of the last slice by position, whose absence no gap betrays.
        let path = study + "/1.2.3.4-894.dcm"
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        let header = try #require(whole.range(of: Data("1.2.840.10008.1.2.1".utf8))).upperBound + 1
        let left =
            switch kind {
            case "empty": Data()
            case "zeros": Data(count: whole.count)
            case "header": whole.prefix(header)
            case "gzip": Data([0x1F, 0x8B, 8, 0]) + whole
            default: Data("no longer an image".utf8)
            }
        try left.write(to: URL(fileURLWithPath: path))
        expectError(.truncated, "894.dcm") { try ScanInput.read(study) }
        #expect(try DICOMCollection(study).faults.count == 1)
        try FileManager.default.removeItem(atPath: path)
        #expect(try ScanInput.read(study).image.volume.shape.depth == 5)
        // Notes and masks beside a series are no images.
        try Data("exported yesterday".utf8).write(to: URL(fileURLWithPath: study + "/README"))
        try Data([0x1F, 0x8B, 8, 0]).write(to: URL(fileURLWithPath: study + "/mask.nii.gz"))
        #expect(try ScanInput.read(study).image.volume.shape.depth == 5)
    }

    @Test("a padded file is read, a truncated one and a gzip are refused")
    func variants() throws {
        let folder = try VSTestSupport.TemporaryFolder()
        let study = try writeSeries(to: folder.file("s"))
        let name = study + "/1.2.3.4-899.dcm"
        let whole = try Data(contentsOf: URL(fileURLWithPath: name))
        let expected = try ScanInput.read(study).image.volume
        let padding = Data([0xFC, 0xFF, 0xFC, 0xFF, 0x4F, 0x42, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0])
        try (whole + padding).write(to: URL(fileURLWithPath: name))
        #expect(try ScanInput.read(study).image.volume == expected)
        try whole.dropLast(60).write(to: URL(fileURLWithPath: name))
        expectError(.truncated, "899.dcm") { try ScanInput.read(study) }
        try Data([0x1F, 0x8B, 8, 0]).write(to: URL(fileURLWithPath: folder.file("s.gz")))
        #expect(DICOMStudy.isDICOM(folder.file("s.gz")))
        expectError(.unsupported, "gunzip") { try ScanInput.read(folder.file("s.gz")) }
    }
}

/// A copy of a multi-frame image without functional groups whose ten frames get places, by DCMTK's
/// `dcmodify`.
func placedFrames(_ path: String, at target: String) throws -> String {
    try FileManager.default.copyItem(atPath: path, toPath: target)
    var arguments = [
        "-nb", "-i", "(5200,9229)[0].(0020,9116)[0].(0020,0037)=1\\0\\0\\0\\1\\0", "-i",
        "(5200,9229)[0].(0028,9110)[0].(0028,0030)=1\\1",
    ]
    for frame in 0..<10 {
        arguments += [
            "-i", "(5200,9230)[\(frame)].(0020,9113)[0].(0020,0032)=0\\0\\\(frame)",
        ]
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/dcmodify")
    process.arguments = arguments + [target]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return target
}
