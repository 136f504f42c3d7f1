import Testing
import VSImaging
import VSSegmentation
import VSTestSupport

struct SearchBoxTests {
    static let scan = volume(80, 300, 400, origin: [-80, -60, -60]) { d, h, w in
        Float(d * 1000 + h + w)
    }

    @Test("the paper's box takes 100 x 50 x 50 mm around its centre")
    func size() throws {
        let box = SearchBox(centre: [0, 0, 0])
        let (start, end) = try box.range(in: Self.scan.shape, Self.scan.affine)
        // 50 / 1.5 slices, 50 / 0.4 rows, 100 / 0.4 columns.
        #expect(end.x - start.x == 34 || end.x - start.x == 33)
        #expect(end.y - start.y == 125)
        #expect(end.z - start.z == 250)
        let middle = SIMD3<Double>(start &+ end &- 1) / 2
        let centre = Self.scan.affine.point(middle.x, middle.y, middle.z)
        #expect(abs(centre.x) <= 0.4 && abs(centre.y) <= 0.4 && abs(centre.z) <= 1.5)
    }

    @Test("a cropped voxel keeps its value and its place in the patient")
    func crop() throws {
        let part = try SearchBox(centre: [10, -5, 8], sizeMm: [20, 10, 9]).crop(Self.scan)
        let (start, _) = try SearchBox(centre: [10, -5, 8], sizeMm: [20, 10, 9]).range(
            in: Self.scan.shape, Self.scan.affine)
        #expect(part[1, 2, 3] == Self.scan[start.x + 1, start.y + 2, start.z + 3])
        let here = part.affine.point(1, 2, 3)
        let there = Self.scan.affine.point(
            Double(start.x + 1), Double(start.y + 2), Double(start.z + 3))
        #expect((here - there).length < 1e-9)
    }

    @Test("a box past the edge is cut off there")
    func clipped() throws {
        let (start, end) = try SearchBox(centre: [-80, -60, -60]).range(
            in: Self.scan.shape, Self.scan.affine)
        #expect(start == .zero)
        #expect(end.z == 125)
    }

    @Test("a box larger than the image takes all of it")
    func all() throws {
        let (start, end) = try SearchBox(centre: .zero, sizeMm: [1e9, 1e300, 1e300]).range(
            in: Self.scan.shape, Self.scan.affine)
        #expect(start == .zero)
        #expect(end == [80, 300, 400])
    }

    @Test("a centre given as a voxel is that voxel's point")
    func voxel() {
        let box = SearchBox(aroundVoxel: [40, 150, 200], of: Self.scan)
        #expect((box.centre - SIMD3(0, 0, 0)).length < 1e-9)
    }

    @Test(
        "a box that misses the image or is none is refused",
        arguments: [
            SearchBox(centre: [500, 0, 0]), SearchBox(centre: [0, 0, -500]),
            SearchBox(centre: [.nan, 0, 0]), SearchBox(centre: [.infinity, 0, 0]),
            SearchBox(centre: [-1e300, 0, 0]), SearchBox(centre: .zero, sizeMm: [0, 0, 0]),
            SearchBox(centre: .zero, sizeMm: [-100, -50, -50]),
            SearchBox(centre: .zero, sizeMm: [.nan, 50, 50]),
            SearchBox(centre: .zero, sizeMm: [.infinity, 50, 50]),
        ])
    func misses(box: SearchBox) {
        let error = #expect(throws: SegmentationError.self) {
            try box.range(in: Self.scan.shape, Self.scan.affine)
        }
        #expect(error?.code == .box)
    }
}
