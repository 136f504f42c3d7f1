import Foundation
import Testing
import VSImaging

/// No file may do harm: each is read, or refused with a sentence.
@Suite struct HeaderFuzzTests {
    @Test("any one byte of the header may be anything", arguments: [1, 2])
    func everyByte(version: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("x.nii")
        let good = NIfTIFile(version: version, isBigEndian: version == 2).bytes
        var (read, refused) = (0, 0)
        for at in 0..<NIfTIFile(version: version).headerLength + 4 {
            for value: UInt8 in [0, 0x7F, 0xFF] {
                var bytes = good
                bytes[at] = value
                try Data(bytes).write(to: URL(filePath: path))
                do throws(ImagingError) {
                    let volume = try ScanReader.read(path).volume
                    #expect(volume.voxels.count == volume.shape.count)
                    read += 1
                } catch {
                    #expect(error.description.hasPrefix(path + ": "))
                    refused += 1
                }
            }
        }
        #expect(read > 0)
        #expect(refused > 0)
    }

    @Test("a file cut anywhere is refused", arguments: ["x.nii", "x.nii.gz"])
    func everyLength(name: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.file(name)
        let whole = NIfTIFile(type: .uint8).bytes
        let bytes = name.hasSuffix(".gz") ? gzip(whole) : whole
        // The last eight bytes of a gzip file are its checksum and length, behind the voxels.
        for length in 0..<bytes.count - (name.hasSuffix(".gz") ? 8 : 0) {
            try Data(bytes.prefix(length)).write(to: URL(filePath: path))
            #expect(throws: ImagingError.self, "\(length) bytes") { try ScanReader.read(path) }
        }
    }
}
