import Foundation
import Testing
import VSImaging

@Suite struct FileKindTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    @Test("a file and its compressed twin are one scan", arguments: [1, 2])
    func compressed(version: Int) throws {
        let file = NIfTIFile(version: version)
        try file.write(to: folder.file("x.nii"))
        try file.write(to: folder.file("x.nii.gz"))
        let plain = try ScanReader.read(folder.file("x.nii"))
        let packed = try ScanReader.read(folder.file("x.nii.gz"))
        #expect(plain.volume == packed.volume)
        #expect(plain.header == packed.header)
    }

    @Test(
        "a pair, compressed or not, is the scan that the single file is",
        arguments: [(1, false), (1, true), (2, false), (2, true)])
    func pair(version: Int, isCompressed: Bool) throws {
        var file = NIfTIFile(version: version, isBigEndian: isCompressed)
        try file.write(to: folder.file("single.nii"))
        file.isPair = true
        try file.writePair(folder.file("pair"), isCompressed: isCompressed)
        let single = try ScanReader.read(folder.file("single.nii"))
        for half in [".hdr", ".img"] {
            let scan = try ScanReader.read(
                folder.file("pair" + half + (isCompressed ? ".gz" : "")))
            #expect(scan.volume == single.volume)
            #expect(scan.header.isPair)
        }
    }

    @Test("voxels may start late, behind header extensions", arguments: [1, 2])
    func extensions(version: Int) throws {
        var file = NIfTIFile(version: version)
        try file.write(to: folder.file("plain.nii"))
        file.voxelOffset = 592
        try file.write(to: folder.file("late.nii"))
        let plain = try ScanReader.read(folder.file("plain.nii"))
        #expect(try ScanReader.read(folder.file("late.nii")).volume == plain.volume)
    }

    @Test(
        "trailing dimensions of one are no further volumes",
        arguments: [[1], [1, 1], [1, 1, 1, 1]])
    func oneVolume(extra: [Int]) throws {
        let plain = NIfTIFile()
        try plain.write(to: folder.file("plain.nii"))
        try NIfTIFile(dims: plain.dims + extra).write(to: folder.file("more.nii"))
        let expected = try ScanReader.read(folder.file("plain.nii")).volume
        #expect(try ScanReader.read(folder.file("more.nii")).volume == expected)
    }

    @Test func `a symbolic link is followed`() throws {
        try NIfTIFile().write(to: folder.file("x.nii"))
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("link.nii"), withDestinationPath: folder.file("x.nii"))
        let direct = try ScanReader.read(folder.file("x.nii")).volume
        #expect(try ScanReader.read(folder.file("link.nii")).volume == direct)
    }
}
