import CZlib
import Foundation
import Testing
import VSImaging
import VSTestSupport

/// Small files that claim to be, or unpack to, very large ones.
struct BombTests {
    private let folder: VSTestSupport.TemporaryFolder

    init() throws { folder = try VSTestSupport.TemporaryFolder() }

    /// `count` times 16 MiB of zeros, deflated without a header, as in DICOM and zip.
    private func deflatedZeros(count: Int) -> Data {
        var stream = z_stream()
        deflateInit2_(
            &stream, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        defer { deflateEnd(&stream) }
        func packed(_ zeros: Int, _ flush: Int32) -> Data {
            var input = [UInt8](repeating: 0, count: zeros)
            var output = [UInt8](repeating: 0, count: 1 << 16)
            let left = input.withUnsafeMutableBufferPointer { source in
                output.withUnsafeMutableBufferPointer { target in
                    stream.next_in = source.baseAddress
                    stream.avail_in = UInt32(zeros)
                    stream.next_out = target.baseAddress
                    stream.avail_out = UInt32(target.count)
                    deflate(&stream, flush)
                    return Int(stream.avail_out)
                }
            }
            return Data(output.prefix(output.count - left))
        }
        // A full flush forgets what was before, so that the same bytes can follow one another.
        let block = packed(16 << 20, Z_FULL_FLUSH)
        var result = Data()
        for _ in 0..<count { result += block }
        return result + packed(0, Z_FINISH)
    }

    @Test(
        "a deflated DICOM file that unpacks to more than 2 GB is refused, and one of less is read on"
    )
    func deflated() throws {
        var head = DICOMFile()
        head.transferSyntax = "1.2.840.10008.1.2.1.99"
        let start = head.data
        func error(_ count: Int) throws -> ImagingError? {
            let path = folder.file("bomb.dcm")
            try (start + deflatedZeros(count: count)).write(to: URL(fileURLWithPath: path))
            return #expect(throws: ImagingError.self) { try ScanInput.read(path) }
        }
        #expect(try error(129)?.code == .tooLarge)
        #expect(try error(1)?.code != .tooLarge)
    }

    @Test(
        "a zip archive is counted as it is unpacked, and nothing is left of one that is too large")
    func zip() throws {
        let path = folder.file("bomb.zip")
        var archive = ZipFile()
        for name in ["a", "b", "c"] { archive.add(name, Data(count: 1 << 20)) }
        try archive.data.write(to: URL(fileURLWithPath: path))
        let parent = folder.file("unpacked")
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: false)
        func left() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: parent)
        }
        do {
            let whole = try UnpackedArchive(path, limit: 3 << 20, below: parent)
            #expect(try left().count == 1)
            withExtendedLifetime(whole) {}
        }
        expectError(.tooLarge, "bomb.zip") {
            try UnpackedArchive(path, limit: (3 << 20) - 1, below: parent)
        }
        #expect(try left().isEmpty)
    }
}
