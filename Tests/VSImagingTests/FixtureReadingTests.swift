import Testing
import VSImaging

/// Files made by other programs, against what nibabel reads from them.
@Suite struct FixtureReadingTests {
    @Test("every sample voxel lies where nibabel puts it", arguments: try ExpectedFixture.all())
    func samples(expected: ExpectedFixture) throws {
        let volume = try ScanReader.read(fixture(expected.file)).volume
        for sample in expected.samples {
            let place = try #require(volume.affine.voxel(at: sample.point))
            let nearest = place.rounded(.toNearestOrEven)
            #expect((place - nearest).length < 1e-4, "\(sample.ras) lies between voxels: \(place)")
            let (d, h, w) = (Int(nearest.x), Int(nearest.y), Int(nearest.z))
            try #require(volume.shape.contains(d, h, w))
            if let value = sample.value {
                #expect(volume[d, h, w] == Float(value))
            } else {
                #expect(volume[d, h, w].isNaN)
            }
        }
    }

    @Test("size, spacing and sum are those nibabel reads", arguments: try ExpectedFixture.all())
    func whole(expected: ExpectedFixture) throws {
        let scan = try ScanReader.read(fixture(expected.file))
        let (volume, spacing) = (scan.volume, scan.volume.affine.spacing)
        #expect(scan.header.dims == expected.dims)
        let shape = [volume.shape.depth, volume.shape.height, volume.shape.width]
        #expect(shape.sorted() == expected.dims.sorted())
        let zooms = [spacing.depth, spacing.height, spacing.width].sorted()
        for (zoom, other) in zip(zooms, expected.zoomsMm.sorted()) {
            #expect(abs(zoom - other) < 1e-5)
        }
        #expect(spacing.depth > 0.95 * (zooms.last ?? 0))
        let finite = volume.voxels.filter(\.isFinite)
        #expect(finite.count == expected.finite)
        let sum = finite.reduce(0.0) { $0 + Double($1) }
        #expect(abs(sum - expected.sum) <= 1e-6 * max(1, abs(expected.sum)))
    }

    @Test("no axis runs right, anterior or inferior", arguments: try ExpectedFixture.all())
    func canonical(expected: ExpectedFixture) throws {
        let affine = try ScanReader.read(fixture(expected.file)).volume.affine
        for step in [affine.depthStep, affine.heightStep, affine.widthStep] {
            let main = [step.x, step.y, step.z].max { abs($0) < abs($1) }
            #expect(try #require(main) > 0.9 * step.length)
        }
        #expect(affine.widthStep.x > 0.9 * affine.widthStep.length)
    }

    @Test func `one image in ten types is one volume`() throws {
        let first = try ScanReader.read(fixture("types/uint8.nii")).volume
        for type in VoxelType.allCases {
            #expect(try ScanReader.read(fixture("types/\(type).nii")).volume == first, "\(type)")
        }
    }

    @Test func `one image in two byte orders is one volume, and 4D with one volume is read`() throws
    {
        let big = try ScanReader.read(fixture("zstat_big.nii.gz"))
        let little = try ScanReader.read(fixture("zstat_little.nii.gz"))
        #expect(big.header.isBigEndian)
        #expect(!little.header.isBigEndian)
        #expect(big.volume == little.volume)
    }

    @Test func `voxels that are not numbers reach the caller as they are`() throws {
        let scan = try ScanReader.read(fixture("resampled_anat_moved.nii"))
        #expect(scan.volume.voxels.contains { $0.isNaN })
    }

    @Test func `a pair is one scan, whichever half is named, once its axes are vouched for`() throws
    {
        let options = ScanReadingOptions(assumesAxes: true)
        let single = try ScanReader.read(fixture("minimal_be_noform.nii"), options: options)
        for half in ["hdr", "img"] {
            let pair = try ScanReader.read(fixture("pair/minimal.\(half)"), options: options)
            #expect(pair.header.isPair)
            #expect(pair.volume == single.volume)
        }
    }
}
