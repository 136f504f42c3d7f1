import Foundation
import Testing
import VSImaging

@Suite struct GeometryTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func read(_ file: NIfTIFile, assumesAxes: Bool = false) throws -> Volume {
        let path = folder.file("x.nii")
        try file.write(to: path)
        return try ScanReader.read(path, options: .init(assumesAxes: assumesAxes)).volume
    }

    /// The point in LPS of voxel (i, j, k) by a qform: the rotated, scaled offset by the vector
    /// form of the quaternion's rotation, v + 2 u x (u x v + a v).
    private func point(_ file: NIfTIFile, _ i: Int, _ j: Int, _ k: Int) -> LPSPoint {
        let q = file.quaternion
        let u = SIMD3(q[0], q[1], q[2])
        let a = (1 - u.dot(u)).squareRoot()
        let handed = file.pixdim[0] < 0 ? -1.0 : 1
        let v = SIMD3(
            Double(i) * file.pixdim[1], Double(j) * file.pixdim[2],
            Double(k) * file.pixdim[3] * handed)
        let ras = v + 2 * u.cross(u.cross(v) + a * v) + SIMD3(q[3], q[4], q[5])
        return [-ras.x, -ras.y, ras.z]
    }

    @Test(
        "an oblique qform puts every voxel where the quaternion says",
        arguments: [1, 2], [1.0, -1.0])
    func qform(version: Int, handed: Double) throws {
        var file = NIfTIFile(version: version, dims: [5, 4, 3], qformCode: 1, sformCode: 0)
        file.pixdim = [handed, 0.5, 0.75, 2]
        file.quaternion = [0.1, -0.05, 0.2, -40, 12.5, 30]
        let volume = try read(file)
        #expect(abs(volume.affine.voxelVolumeMm3 - 0.75) < 1e-6)
        var value: Float = 0
        for k in 0..<3 {
            for j in 0..<4 {
                for i in 0..<5 {
                    let place = try #require(volume.affine.voxel(at: point(file, i, j, k)))
                    let nearest = place.rounded(.toNearestOrEven)
                    #expect((place - nearest).length < 1e-4)
                    let (d, h, w) = (Int(nearest.x), Int(nearest.y), Int(nearest.z))
                    try #require(volume.shape.contains(d, h, w))
                    #expect(volume[d, h, w] == value)
                    value += 1
                }
            }
        }
    }

    @Test func `a half turn is read where the quaternion leaves no room for its first part`() throws
    {
        var file = NIfTIFile(qformCode: 1, sformCode: 0)
        file.quaternion = [0, 0, 1, 0, 0, 0]  // half a turn about z: i runs left, j posterior
        let volume = try read(file)
        #expect(volume.affine.origin == [0, 0, 0])
        #expect(volume.voxels == file.storedValues.map { Float($0) })
    }

    @Test func `the sform wins over the qform`() throws {
        var file = NIfTIFile(qformCode: 1, sformCode: 2)
        file.sform = [[-2, 0, 0, 7], [0, -2, 0, 8], [0, 0, 2, 9]]
        let affine = try read(file).affine
        #expect(affine.origin == [-7, -8, 9])
        #expect(affine.spacing == Spacing(depth: 2, height: 2, width: 2))
    }

    @Test func `without an sform the qform is used`() throws {
        var file = NIfTIFile(qformCode: 1, sformCode: 0)
        file.sform = [[-2, 0, 0, 7], [0, -2, 0, 8], [0, 0, 2, 9]]
        #expect(try read(file).affine.spacing == Spacing(depth: 1, height: 1, width: 1))
    }

    @Test
    func `without either a scan is refused, or read by pixdim where its axes are vouched for`()
        throws
    {
        var file = NIfTIFile(sformCode: 0)
        file.pixdim = [1, 0.5, 0.75, 2]
        let error = try #require(throws: ImagingError.self) { try read(file) }
        #expect(error.code == .geometry)
        #expect(error.description.contains("x.nii"))
        #expect(error.message.contains("neither an sform nor a qform"))
        #expect(error.remedy.contains("--assume-axes"))
        let volume = try read(file, assumesAxes: true)
        #expect(volume.affine.spacing == Spacing(depth: 2, height: 0.75, width: 0.5))
        #expect(volume[0, 0, 0] == 11, "the last column of the last row is the leftmost, hindmost")
    }

    @Test(
        "lengths in metres and micrometres become millimetres",
        arguments: [(1, 0.001), (3, 1000.0), (0, 1.0), (2, 1.0), (2 + 8, 1.0)])
    func units(code: Int, perMm: Double) throws {
        for version in [1, 2] {
            var file = NIfTIFile(version: version, units: code)
            file.sform = [[-0.5, 0, 0, 10], [0, -0.5, 0, 20], [0, 0, 2, 30]].map {
                $0.map { $0 * perMm }
            }
            let byForm = try read(file).affine
            #expect(abs(byForm.spacing.depth - 2) < 1e-5)
            #expect(abs(byForm.voxelVolumeMm3 - 0.5) < 1e-5)
            #expect((byForm.origin - [-10, -20, 30]).length < 1e-4)
            file.sformCode = 0
            file.qformCode = 1
            file.pixdim = [1, 0.5 * perMm, 0.5 * perMm, 2 * perMm]
            #expect(abs(try read(file).affine.voxelVolumeMm3 - 0.5) < 1e-5)
        }
    }

    @Test func `volume comes from the determinant, also of a sheared grid`() throws {
        var file = NIfTIFile()
        // Slices that slip 0.5 mm sideways at 2 mm distance, as under a tilted gantry.
        file.sform = [[-1, 0, 0.5, 0], [0, -1, 0, 0], [0, 0, 2, 0]]
        let volume = try read(file)
        #expect(abs(volume.affine.voxelVolumeMm3 - 2) < 1e-6)
        #expect(abs(volume.affine.spacing.depth - (4.25).squareRoot()) < 1e-6)
        let mask = Mask(
            shape: volume.shape, affine: volume.affine, voxels: .init(repeating: 1, count: 24))
        #expect(abs(mask.volumeMm3() - 48) < 1e-5)
    }
}
