import Foundation
import Testing
import VSImaging

@Suite struct MaskWritingTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    /// A mask with a pattern that no flip or permutation maps to itself.
    private func mask(on volume: Volume) -> Mask {
        let voxels = (0..<volume.shape.count).map { UInt8(($0 * $0 + $0 / 5) % 3 == 1 ? 1 : 0) }
        return Mask(shape: volume.shape, affine: volume.affine, voxels: voxels)
    }

    @Test(
        "a mask comes back voxel for voxel from every order of axes",
        arguments: AxisOrderTests.Storage.all)
    func orders(storage: AxisOrderTests.Storage) throws {
        let steps: [LPSPoint] = [[0.5, 0, 0], [0, 0.5, 0], [0, 0, 1.5]]
        let file = storage.file(steps: steps, origin: [1, 2, 3])
        try file.write(to: folder.file("x.nii"))
        let scan = try ScanReader.read(folder.file("x.nii"))
        let mask = mask(on: scan.volume)
        try NIfTIWriter.write(mask, like: scan, to: folder.file("mask.nii.gz"))
        let back = try ScanReader.read(folder.file("mask.nii.gz"))
        #expect(back.volume.voxels == mask.voxels.map { Float($0) })
        #expect(back.volume.affine == scan.volume.affine)
        // Against the file's own order: a voxel is set where the scan's value there is set.
        try NIfTIWriter.write(mask, like: scan, to: folder.file("mask.nii"))
        let stored = try [UInt8](Data(contentsOf: URL(filePath: folder.file("mask.nii"))))
            .dropFirst(352)
        for (value, isSet) in zip(file.storedValues, stored) {
            let (d, h, w) = (Int(value) / 100, Int(value) / 10 % 10, Int(value) % 10)
            #expect(isSet == mask[d, h, w])
        }
    }

    /// The bytes that a mask must share with its scan: all but type, scaling, display range,
    /// voxel offset and, for a pair, the magic.
    private func kept(_ version: Int) -> [Range<Int>] {
        version == 1
            ? [0..<70, 74..<108, 120..<124, 132..<345, 346..<348]
            : [0..<5, 6..<12, 16..<168, 208..<540]
    }

    @Test(
        "the header's dims, pixdim, qform, sform and units are kept bit for bit",
        arguments: [(1, false), (1, true), (2, false), (2, true)], [false, true])
    func header(form: (version: Int, isBigEndian: Bool), isPair: Bool) throws {
        var file = NIfTIFile(version: form.version, isBigEndian: form.isBigEndian, isPair: isPair)
        file.type = .int16
        file.pixdim = [-1, 0.1, 0.3, 0.7]  // not what the sform says, and kept all the same
        file.qformCode = 3
        file.sformCode = 4
        file.quaternion = [0.1, 0.2, 0.3, 4, 5, 6]
        file.sform = [[0.3, 0.001, 0, 1.1], [0, 0.4, 0, 2.2], [0, 0, -1.7, 3.3]]
        file.units = 10
        file.slope = 2
        file.inter = 5
        let name = isPair ? folder.file("x.hdr") : folder.file("x.nii")
        if isPair { try file.writePair(folder.file("x")) } else { try file.write(to: name) }
        let scan = try ScanReader.read(name)
        let output = folder.file("mask.nii")
        try NIfTIWriter.write(mask(on: scan.volume), like: scan, to: output)
        let written = try [UInt8](Data(contentsOf: URL(filePath: output)))
        for range in kept(form.version) {
            #expect(Array(written[range]) == Array(file.header[range]), "bytes \(range)")
        }
        let back = try ScanReader.read(output)
        #expect(!back.header.isPair)
        #expect(back.header.datatype == .uint8)
        #expect(back.header.slope == 1)
        #expect(back.header.inter == 0)
        #expect(back.volume.voxels == mask(on: scan.volume).voxels.map { Float($0) })
    }

    @Test(
        "a fixture's mask lies on the fixture's grid",
        arguments: [
            "anatomical_be.nii", "zstat_big.nii.gz", "zstat_little.nii.gz", "standard.nii.gz",
            "with_extension.nii.gz",
        ])
    func fixtures(name: String) throws {
        let scan = try ScanReader.read(fixture(name))
        let mask = mask(on: scan.volume)
        try NIfTIWriter.write(mask, like: scan, to: folder.file("mask.nii.gz"))
        let back = try ScanReader.read(folder.file("mask.nii.gz"))
        #expect(back.volume.affine == scan.volume.affine)
        #expect(back.volume.voxels == mask.voxels.map { Float($0) })
        for range in kept(1) { #expect(back.header.bytes[range] == scan.header.bytes[range]) }
    }

    @Test("probabilities come back bit for bit", arguments: [false, true])
    func probabilities(isBigEndian: Bool) throws {
        var file = NIfTIFile(isBigEndian: isBigEndian, type: .uint8)
        file.sform = [[0, 0, 2, 0], [1, 0, 0, 0], [0, 1, 0, 0]]
        try file.write(to: folder.file("x.nii"))
        let scan = try ScanReader.read(folder.file("x.nii"))
        var map = scan.volume
        map.voxels = map.voxels.map { 1 / (1 + $0 * 0.37) }
        try NIfTIWriter.write(map, like: scan, to: folder.file("p.nii.gz"))
        #expect(try ScanReader.read(folder.file("p.nii.gz")).volume == map)
    }

    @Test func `a scan put together from its stored header writes the same mask`() throws {
        let scan = try ScanReader.read(fixture("anatomical_be.nii"))
        let stored = try ScanImage(
            volume: scan.volume, headerBytes: scan.header.bytes, source: "stored")
        let mask = mask(on: scan.volume)
        try NIfTIWriter.write(mask, like: scan, to: folder.file("a.nii"))
        try NIfTIWriter.write(mask, like: stored, to: folder.file("b.nii"))
        let (a, b) = (folder.file("a.nii"), folder.file("b.nii"))
        #expect(FileManager.default.contentsEqual(atPath: a, andPath: b))
        let other = Volume(
            shape: .init(depth: 1, height: 1, width: 1), affine: scan.volume.affine, voxels: [0])
        let error = #expect(throws: ImagingError.self) {
            try ScanImage(volume: other, headerBytes: scan.header.bytes, source: "stored")
        }
        #expect(error?.code == .malformed)
    }
}
