import Testing
import VSImaging

@Suite struct DatatypeTests {
    @Test(
        "every type is read exactly in both byte orders and both versions",
        arguments: VoxelType.allCases, [(1, false), (1, true), (2, false), (2, true)])
    func exact(type: VoxelType, form: (version: Int, isBigEndian: Bool)) throws {
        let folder = try TemporaryFolder()
        var file = NIfTIFile(version: form.version, isBigEndian: form.isBigEndian, type: type)
        file.values = (0..<22).map(Double.init) + type.extremes
        try file.write(to: folder.file("x.nii"))
        let scan = try ScanReader.read(folder.file("x.nii"))
        #expect(scan.header.version == form.version)
        #expect(scan.header.isBigEndian == form.isBigEndian)
        #expect(fileOrder(scan.volume) == file.storedValues.map { Float($0) })
    }

    @Test(
        "slope and intercept scale, unless the slope is zero or not a number",
        arguments: [
            (0.5, 100.0, 0.5, 100.0), (-2, 1, -2, 1), (0, 7, 1, 0), (.nan, 7, 1, 0),
            (.infinity, 0, 1, 0), (3, .nan, 1, 0),
        ])
    func scaling(slope: Double, inter: Double, factor: Double, added: Double) throws {
        let folder = try TemporaryFolder()
        for version in [1, 2] {
            let file = NIfTIFile(version: version, type: .int16, slope: slope, inter: inter)
            try file.write(to: folder.file("x.nii"))
            let volume = try ScanReader.read(folder.file("x.nii")).volume
            #expect(fileOrder(volume) == file.storedValues.map { Float($0 * factor + added) })
        }
    }

    @Test(
        "a mask is whatever is above one half once scaled, whatever its type",
        arguments: VoxelType.allCases, [(1.0, 0.0), (0.1, 0), (-1, 3)])
    func mask(type: VoxelType, scale: (slope: Double, inter: Double)) throws {
        let folder = try TemporaryFolder()
        var file = NIfTIFile(type: type, slope: scale.slope, inter: scale.inter)
        file.values = (0..<24).map { Double($0 % 8) }
        try file.write(to: folder.file("x.nii"))
        let volume = try ScanReader.read(folder.file("x.nii")).volume
        let mask = try ScanReader.readMask(folder.file("x.nii"))
        #expect(mask.voxels == volume.voxels.map { $0 > 0.5 ? 1 : 0 })
        #expect(mask.affine == volume.affine && mask.shape == volume.shape)
        #expect(mask.voxels.contains(1) && mask.voxels.contains(0))
    }

    @Test(
        "infinite and undefined voxels stay what they are",
        arguments: [VoxelType.float32, .float64])
    func nonFinite(type: VoxelType) throws {
        let folder = try TemporaryFolder()
        for isBigEndian in [false, true] {
            var file = NIfTIFile(isBigEndian: isBigEndian, type: type)
            file.values = [.nan, .infinity, -.infinity] + Array(repeating: 1, count: 21)
            try file.write(to: folder.file("x.nii"))
            let values = fileOrder(try ScanReader.read(folder.file("x.nii")).volume)
            #expect(values[0].isNaN)
            #expect(values[1] == .infinity)
            #expect(values[2] == -.infinity)
            #expect(values[3] == 1)
        }
    }

    /// The voxels of a volume from an RAS file of equal spacing, i fastest: W and H are turned.
    private func fileOrder(_ volume: Volume) -> [Float] {
        let shape = volume.shape
        var result: [Float] = []
        for d in 0..<shape.depth {
            for h in (0..<shape.height).reversed() {
                for w in (0..<shape.width).reversed() { result.append(volume[d, h, w]) }
            }
        }
        return result
    }
}
