import Foundation
import Testing
import VSImaging
import VSReport
import VSTestSupport

/// The viewer's pictures.
struct SlicePictureTests {
    /// 40 x 60 x 80 mm with a bright voxel block of 10 mm at slices 2 to 3.
    private let scan = volume(
        10, 60, 80, spacing: Spacing(depth: 4, height: 1, width: 1)
    ) { d, h, w in
        (2..<4).contains(d) && (20..<30).contains(h) && (50..<60).contains(w)
            ? 1000 : Float(100 + h + w)
    }

    private var tumour: Mask {
        Mask(
            shape: scan.shape, affine: scan.affine,
            voxels: scan.voxels.map { $0 == 1000 ? 1 : 0 })
    }

    private func read(_ data: Data) throws -> Picture {
        let folder = try TemporaryFolder()
        let path = folder.file("p.png")
        try data.write(to: URL(fileURLWithPath: path))
        return try Picture(png: path)
    }

    private func plane(_ kind: SlicePlane.Kind, _ index: Int) -> SlicePlane {
        SlicePlane(kind, index: index, of: scan.shape, scan.affine, longest: 320)
    }

    private func picture(_ plane: SlicePlane, outline: Bool = true) throws -> Picture {
        try read(
            SlicePicture(
                volume: scan, outlines: outline ? [.init(tumour, by: .model)] : [], plane: plane,
                window: 0...1
            ).png())
    }

    @Test("a reader's outline is blue, and over the model's where they meet")
    func hands() throws {
        let plane = plane(.slice, 2)
        let both = try read(
            SlicePicture(
                volume: scan, outlines: [.init(tumour, by: .model), .init(tumour, by: .reader)],
                plane: plane, window: 0...1
            ).png())
        let model = try picture(plane).places(of: ChartColour.orange)
        #expect(both.places(of: ChartColour.skyBlue).count == model.count)
        #expect(both.places(of: ChartColour.orange).isEmpty)
    }

    @Test("pixels are square in every plane, whatever the spacing of the slices")
    func proportions() throws {
        let sizes: [(SlicePlane.Kind, Int, Int)] = [
            (.slice, 320, 240), (.row, 320, 160), (.column, 320, 213),
        ]
        for (kind, width, height) in sizes {
            let seen = try picture(plane(kind, 5))
            #expect(seen.width == width && abs(seen.height - height) <= 1, "\(kind)")
        }
    }

    @Test("the outline goes around the tumour in its planes, and nowhere else")
    func outline() throws {
        let orange = try picture(plane(.slice, 2)).places(of: ChartColour.orange)
        // Four pixels a mm: voxels 20 to 29 and 50 to 59, from edge to edge.
        #expect(orange.map(\.x).min() == 200 && orange.map(\.x).max() == 239)
        #expect(orange.map(\.y).min() == 80 && orange.map(\.y).max() == 119)
        #expect(orange.count < 400)
        #expect(try picture(plane(.slice, 4)).places(of: ChartColour.orange).isEmpty)
        #expect(
            try picture(plane(.slice, 2), outline: false)
                .places(of: ChartColour.orange).isEmpty)
        // Across the slices the last one is on top: slices 2 and 3 lie 24 to 32 mm down.
        let across = try picture(plane(.row, 25)).places(of: ChartColour.orange)
        #expect(across.map(\.y).min() == 96 && across.map(\.y).max() == 127)
        let side = try picture(plane(.column, 55)).places(of: ChartColour.orange)
        let scale = 320.0 / 60
        #expect(abs(Double(try #require(side.map(\.x).min())) - 20 * scale) <= 1)
    }

    @Test("a plane that is moved shows what lies where it was moved to, and black outside")
    func moved() throws {
        var affine = plane(.slice, 2).affine
        affine.origin += [50, 0, 0]
        let seen = try picture(SlicePlane(plane(.slice, 2), at: affine))
        let orange = seen.places(of: ChartColour.orange)
        #expect(orange.map(\.x).min() == 0 && orange.map(\.x).max() == 39)
        #expect(seen[200, 150] == [0, 0, 0])
    }

    @Test("a picture of a noisy head of 384 x 384 takes less than 150 kB")
    func size() throws {
        let noisy = volume(1, 384, 384, spacing: Spacing(depth: 1, height: 0.5, width: 0.5)) {
            d, h, w in
            let isHead = hypot(Double(h) - 192, Double(w) - 192) < 150
            return (isHead ? 600 : 20) + scatter(d, h, w) / 40
        }
        let plane = SlicePlane(.slice, index: 0, of: noisy.shape, noisy.affine, longest: 640)
        let data = try SlicePicture(
            volume: noisy, outlines: [], plane: plane, window: 0...1
        ).png()
        #expect(data.count < 150_000, "\(data.count)")
    }

    @Test("a tint covers where values are, the more the higher they are, and nothing else")
    func tint() throws {
        let map = volume(2, 10, 10, spacing: Spacing(depth: 4, height: 1, width: 1)) { _, _, w in
            Float(w) / 9
        }
        let plane = plane(.slice, 0)
        let seen = try read(HeatPicture(map: map, plane: plane, tint: .blue).png())
        #expect(seen.width == 320 && seen.height == 240)
        // Cairo reads colours multiplied by their alpha.
        #expect(seen[36, 20].z > seen[20, 20].z && seen[20, 20].z > 0)
        #expect(seen[200, 200] == [0, 0, 0])
    }
}
