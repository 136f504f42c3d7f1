import Foundation
import Testing
import VSImaging
import VSTestSupport

/// Series that are written by a small writer of the tests, and read through DCMTK.
struct DICOMReadingTests {
    private let folder: VSTestSupport.TemporaryFolder

    init() throws { folder = try VSTestSupport.TemporaryFolder() }

    private func read(_ path: String, series: String? = nil) throws -> ScanImage {
        try ScanInput.read(path, series: series).image
    }

    private func series(
        value: (Int, Int, Int) -> UInt16 = { UInt16($0 * 100 + $1 * 10 + $2) },
        change: (Int, inout DICOMFile) -> Void = { _, _ in }
    ) throws -> String {
        try writeSeries(to: folder.file("s"), value: value, change: change)
    }

    @Test("a classic series becomes the volume that was written, whatever the names' order")
    func classic() throws {
        let volume = try read(series()).volume
        #expect(volume.shape == GridShape(depth: 6, height: 8, width: 10))
        #expect(volume.affine.origin == [-50, -40, 1.5])
        #expect(volume.affine.spacing == Spacing(depth: 1.5, height: 0.8, width: 0.5))
        for d in 0..<6 {
            for h in 0..<8 {
                for w in 0..<10 {
                    #expect(volume[d, h, w] == Float((d + 1) * 100 + h * 10 + w))
                }
            }
        }
    }

    @Test("a mask on the series' grid has the voxels and millimetres of the series")
    func maskGeometry() throws {
        let (c, s) = (cos(0.2), sin(0.2))
        let image = try read(
            series(change: { slice, file in
                // Sagittal and oblique, first slice last.
                file[0x0020_0037] = .text("DS", "0\\\(c)\\\(s)\\0\\\(-s)\\\(c)")
                file[0x0020_0032] = .text("DS", "\(Double(slice) * -2 + 7)\\-40\\12.5")
            }))
        var mask = Mask(
            shape: image.volume.shape, affine: image.volume.affine,
            voxels: Array(repeating: 0, count: image.volume.shape.count))
        mask[1, 2, 3] = 1
        let path = folder.file("mask.nii.gz")
        try NIfTIWriter.write(mask, like: image, to: path)
        let again = try ScanReader.read(path)
        #expect(again.volume.voxels == mask.voxels.map(Float.init))
        let (here, there) = (mask.affine.point(1, 2, 3), again.volume.affine.point(1, 2, 3))
        // The header holds float32.
        #expect((here - there).length < 1e-5)
        let stored = try ScanImage(
            volume: image.volume, headerBytes: image.header.bytes, source: "stored")
        #expect(stored.axes == image.axes)
    }

    @Test("rescale slope and intercept, also where they differ from slice to slice")
    func rescale() throws {
        let path = try series(value: { _, h, w in UInt16(h * 10 + w) }) { slice, file in
            file[0x0028_1052] = .text("DS", "-5")
            file[0x0028_1053] = .text("DS", "\(slice)")
        }
        let volume = try read(path).volume
        #expect(volume[0, 1, 2] == 7 && volume[2, 1, 2] == 31)
    }

    @Test("bits above the stored ones are masked; the sign is that of the highest stored bit")
    func bits() throws {
        let path = try series(value: { _, _, w in UInt16(0xA000) | UInt16(w) }) { _, _ in }
        #expect(try read(path).volume[0, 0, 3] == 3)
        let signed = try writeSeries(
            to: folder.file("signed"), value: { _, _, w in 0x5000 | UInt16(0xFFF - w) }
        ) { $1[0x0028_0103] = .short(1) }
        #expect(try read(signed).volume[0, 0, 3] == -4)
        let shifted = try writeSeries(
            to: folder.file("shifted"), value: { _, _, w in UInt16(w) << 4 | 9 }
        ) { $1[0x0028_0102] = .short(15) }
        #expect(try read(shifted).volume[0, 0, 3] == 3)
    }

    @Test("padding becomes the smallest value that is none")
    func padding() throws {
        let path = try series(value: { _, _, w in w == 0 ? 4095 : UInt16(40 + w) }) {
            $1[0x0028_0120] = .short(4095)
        }
        let volume = try read(path).volume
        #expect(volume[0, 0, 0] == 41 && volume[0, 0, 9] == 49)
    }

    @Test("an enhanced multi-frame image gives the volume of the classic series")
    func enhanced() throws {
        let classic = try read(series()).volume
        var pixels: [UInt16] = []
        for d in 1...6 {
            for h in 0..<8 { for w in 0..<10 { pixels.append(UInt16(d * 100 + h * 10 + w)) } }
        }
        let file = DICOMFile(enhanced: 6, rows: 8, columns: 10, pixels: pixels)
        try file.write(to: folder.file("e.dcm"))
        #expect(try read(folder.file("e.dcm")).volume == classic)
        var plain = file
        plain[0x5200_9230] = nil
        try plain.write(to: folder.file("p.dcm"))
        expectError(.unsupported, "does not say where each lies") {
            try read(folder.file("p.dcm"), series: "1.2.3.4")
        }
    }

    @Test("a zip archive and a DICOMDIR give the volume of the folder")
    func containers() throws {
        let path = try series()
        let expected = try read(path).volume
        var zip = ZipFile()
        var records: [DICOMFile] = []
        let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        for (index, name) in names.enumerated() {
            let data = try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))
            // Names that lead elsewhere are only names.
            zip.add("../../\(name)", data)
            try FileManager.default.createDirectory(
                atPath: folder.file("cd/im"), withIntermediateDirectories: true)
            try data.write(to: URL(fileURLWithPath: folder.file("cd/im/im\(index)")))
            var record = DICOMFile()
            record[0x0004_1430] = .text("CS", "IMAGE")
            record[0x0004_1500] = .text("CS", "IM\\IM\(index)")
            records.append(record)
        }
        zip.add("readme.txt", Data("no image".utf8))
        try zip.data.write(to: URL(fileURLWithPath: folder.file("study.zip")))
        #expect(try read(folder.file("study.zip")).volume == expected)
        var directory = DICOMFile()
        directory[0x0004_1220] = .items(records)
        try directory.write(to: folder.file("cd/DICOMDIR"))
        #expect(try read(folder.file("cd/DICOMDIR")).volume == expected)
        directory[0x0004_1220] = .items([records[0]])
        var outside = records[0]
        outside[0x0004_1500] = .text("CS", "..\\s")
        directory[0x0004_1220] = .items([outside])
        try directory.write(to: folder.file("cd/DICOMDIR"))
        expectError(.malformed, "outside its own folder") { try read(folder.file("cd/DICOMDIR")) }
        let cut = zip.data.prefix(400)
        try cut.write(to: URL(fileURLWithPath: folder.file("cut.zip")))
        expectError(.malformed, "damaged zip") { try read(folder.file("cut.zip")) }
    }

    /// A fault in the files, the series' slice it is in, and a word of the message.
    static let faults: [(String, String, @Sendable (Int, inout DICOMFile) -> Void)] = [
        ("colour", "colour", { $1[0x0028_0002] = .short(3) }),
        (
            "bits", "13 bits in 12",
            { if $0 == 3 { $1[0x0028_0100] = .short(12); $1[0x0028_0101] = .short(13) } }
        ),
        ("slope", "slope 0", { if $0 == 3 { $1[0x0028_1053] = .text("DS", "0") } }),
        ("short", "too short", { if $0 == 3 { $1.setPixels([1, 2, 3]) } }),
        ("no pixels", "no pixel data", { if $0 == 3 { $1[0x7FE0_0010] = nil } }),
        ("mosaic", "mosaic", { $1[0x0008_0008] = .text("CS", "ORIGINAL\\PRIMARY\\M\\MOSAIC") }),
        ("CT", "not MR", { $1[0x0008_0060] = .text("CS", "CT") }),
        (
            "size", "voxels",
            {
                $1[0x0028_0010] = .short(65535)
                $1[0x0028_0011] = .short(65535)
            }
        ),
    ]

    @Test("a series that is no volume of one number a pixel is refused", arguments: faults.indices)
    func refused(index: Int) throws {
        let (name, word, change) = Self.faults[index]
        let path = try writeSeries(to: folder.file(name), change: change)
        expectError(nil, word) { try read(path, series: "1.2.3.4") }
    }

    @Test("a truncated or damaged file in the folder is named, and nothing is read")
    func damaged() throws {
        let path = try series()
        let name = "\(path)/1.2.3.4-897.dcm"
        let whole = try Data(contentsOf: URL(fileURLWithPath: name))
        for length in stride(from: 140, to: whole.count, by: 37) {
            try whole.prefix(length).write(to: URL(fileURLWithPath: name))
            #expect(throws: ImagingError.self, "\(length)") { try read(path) }
        }
    }

    @Test("no damaged byte makes more of it than an error")
    func fuzz() throws {
        let path = try series()
        let name = "\(path)/1.2.3.4-897.dcm"
        let whole = try Data(contentsOf: URL(fileURLWithPath: name))
        var state: UInt64 = 7
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<200 {
            var bytes = whole
            for _ in 0..<4 { bytes[132 + next(whole.count - 132)] = UInt8(next(256)) }
            try bytes.write(to: URL(fileURLWithPath: name))
            // Either outcome is right; a crash, or an image that is not whole, is not.
            guard let image = try? read(path) else { continue }
            #expect(image.volume.voxels.count == image.volume.shape.count)
        }
    }

    @Test("sequences nested without end and a deflated bomb are refused before DCMTK sees them")
    func bombs() throws {
        var nested = DICOMFile(slice: 1, pixels: [1, 2, 3, 4], columns: 2).data
        let level =
            Data([8, 0, 0x40, 0x11, 0x53, 0x51, 0, 0, 255, 255, 255, 255, 254, 255, 0, 224])
            + Data([255, 255, 255, 255])
        nested.append(contentsOf: repeatElement(level, count: 150_000).joined())
        try nested.write(to: URL(fileURLWithPath: folder.file("nested.dcm")))
        expectError(.tooLarge, "nests") { try read(folder.file("nested.dcm")) }
    }
}

/// Expects an error of a code, with a word in it.
func expectError(
    _ code: ImagingError.Code?, _ word: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> some Any
) {
    do {
        _ = try body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch let error as ImagingError {
        #expect(error.description.contains(word), sourceLocation: sourceLocation)
        if let code { #expect(error.code == code, sourceLocation: sourceLocation) }
    } catch {
        Issue.record("\(error)", sourceLocation: sourceLocation)
    }
}
