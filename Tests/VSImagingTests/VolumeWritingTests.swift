import Foundation
import Testing
import VSImaging

@Suite struct VolumeWritingTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private let oblique = Affine(
        origin: [-12.5, 30, 7.25], depthStep: [0, -0.875, 1.25], heightStep: [0, 0.5, 0.35],
        widthStep: [0.5, 0, 0])

    @Test("a volume keeps its values and its place", arguments: [Float(1), 0.25])
    func volume(factor: Float) throws {
        let shape = GridShape(depth: 3, height: 4, width: 5)
        let volume = Volume(
            shape: shape, affine: oblique, voxels: (0..<60).map { Float($0 - 20) * factor })
        try NIfTIWriter.write(volume, to: folder.file("x.nii.gz"))
        let back = try ScanReader.read(folder.file("x.nii.gz"))
        #expect(back.header.datatype == (factor == 1 ? .int16 : .float32))
        #expect(back.volume.shape == shape)
        #expect(back.volume.voxels == volume.voxels)
        for (a, b) in [(0.0, 0.0), (2, 4)] {
            let moved = back.volume.affine.point(a, b / 2, b) - oblique.point(a, b / 2, b)
            #expect(moved.length < 1e-5)
        }
    }

    @Test func `a mask keeps its volume in cubic millimetres`() throws {
        let shape = GridShape(depth: 3, height: 4, width: 5)
        let mask = Mask(
            shape: shape, affine: oblique, voxels: (0..<60).map { $0 % 7 == 0 ? 1 : 0 })
        try NIfTIWriter.write(mask, to: folder.file("x.nii"))
        let back = try ScanReader.read(folder.file("x.nii")).volume
        #expect(back.voxels == mask.voxels.map { Float($0) })
        #expect(abs(9 * back.affine.voxelVolumeMm3 - mask.volumeMm3()) < 1e-5)
    }

    @Test func `values that are not finite are kept`() throws {
        let shape = GridShape(depth: 2, height: 2, width: 2)
        let volume = Volume(
            shape: shape, affine: oblique, voxels: [.nan, .infinity, 1, 2, 3, 4, 5, 6])
        try NIfTIWriter.write(volume, to: folder.file("x.nii"))
        let back = try ScanReader.read(folder.file("x.nii")).volume.voxels
        #expect(back[0].isNaN)
        #expect(Array(back[1...]) == Array(volume.voxels[1...]))
    }

    @Test func `a folder that is not there is named, and nothing is left behind`() throws {
        let mask = Mask(
            shape: .init(depth: 1, height: 1, width: 1), affine: oblique, voxels: [1])
        let path = folder.file("none/x.nii")
        let error = #expect(throws: ImagingError.self) { try NIfTIWriter.write(mask, to: path) }
        #expect(error?.code == .unwritable)
        #expect(error?.description.hasPrefix(path) == true)
        // The name of a folder cannot be taken by a file either.
        let error2 = #expect(throws: ImagingError.self) {
            try NIfTIWriter.write(mask, to: folder.path)
        }
        #expect(error2?.code == .unwritable)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        let parent = URL(filePath: folder.path).deletingLastPathComponent().path
        let name = URL(filePath: folder.path).lastPathComponent
        let rest = try FileManager.default.contentsOfDirectory(atPath: parent)
            .filter { $0.hasPrefix(name) && $0.hasSuffix(".part") }
        #expect(rest.isEmpty)
    }

    @Test func `an earlier file is replaced whole`() throws {
        let path = folder.file("x.nii")
        try Data(repeating: 7, count: 100_000).write(to: URL(filePath: path))
        let mask = Mask(
            shape: .init(depth: 2, height: 2, width: 2), affine: oblique,
            voxels: [1, 0, 0, 1, 1, 0, 1, 0])
        try NIfTIWriter.write(mask, to: path)
        #expect(try Data(contentsOf: URL(filePath: path)).count == 352 + 8)
        #expect(try ScanReader.read(path).volume.voxels == [1, 0, 0, 1, 1, 0, 1, 0])
    }
}
