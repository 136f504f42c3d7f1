import Testing
import VSImaging
import VSReport
import VSTestSupport

struct OverlayPictureTests {
    /// The panel of the whole slice: its corner and size in pixels of the PNG.
    private static let panel = (x: 40, y: 104, width: 880, height: 1040)

    private func draw(
        _ volume: Volume, foreground: [(d: Int, h: Int, w: Int)], _ folder: TemporaryFolder
    ) throws -> Picture {
        var mask = Mask(
            shape: volume.shape, affine: volume.affine,
            voxels: Array(repeating: 0, count: volume.shape.count))
        for at in foreground { mask[at.d, at.h, at.w] = 1 }
        try OverlayPicture(volume: volume, mask: mask, title: "scan", caption: "outline")
            .write(to: folder.file("a.png"))
        return try Picture(png: folder.file("a.png"))
    }

    private func block(_ d: Int, _ h: Range<Int>, _ w: Range<Int>) -> [(d: Int, h: Int, w: Int)] {
        h.flatMap { h in w.map { (d, h, $0) } }
    }

    @Test("the outline lies where the mask does, left of the patient on the right of the picture")
    func place() throws {
        let folder = try TemporaryFolder()
        let scan = volume(
            12, 100, 100, spacing: Spacing(depth: 1.5, height: 1, width: 1)
        ) { _, h, w in Float(h + w) }
        let picture = try draw(scan, foreground: block(5, 20..<30, 70..<80), folder)
        #expect(picture.width == 1920 && picture.height == 1280)
        let whole = picture.places(of: ChartColour.orange).filter {
            $0.x < Self.panel.x + Self.panel.width && $0.y < 1140
        }
        // 100 x 100 mm in a panel of 880 x 1040: 8.8 pixels a mm, centred from top to bottom.
        let top = Self.panel.y + (Self.panel.height - Self.panel.width) / 2
        let left = whole.map(\.x).min() ?? 0
        let right = whole.map(\.x).max() ?? 0
        #expect(abs(left - (Self.panel.x + 616)) <= 3, "\(left)")
        #expect(abs(right - (Self.panel.x + 704)) <= 3, "\(right)")
        #expect(abs((whole.map(\.y).min() ?? 0) - (top + 176)) <= 3)
        #expect(abs((whole.map(\.y).max() ?? 0) - (top + 264)) <= 3)
    }

    @Test("oblong pixels keep the millimetres of the outline")
    func oblong() throws {
        let folder = try TemporaryFolder()
        let scan = volume(
            8, 50, 100, spacing: Spacing(depth: 1.5, height: 2, width: 1)
        ) { _, h, w in Float(h + w) }
        // 20 x 20 mm in voxels of 2 x 1 mm.
        let picture = try draw(scan, foreground: block(4, 20..<30, 40..<60), folder)
        let whole = picture.places(of: ChartColour.orange).filter {
            $0.x < Self.panel.x + Self.panel.width && $0.y < 1140
        }
        let width = (whole.map(\.x).max() ?? 0) - (whole.map(\.x).min() ?? 0)
        let height = (whole.map(\.y).max() ?? 0) - (whole.map(\.y).min() ?? 0)
        #expect(width > 100 && abs(width - height) <= 3, "\(width) x \(height)")
    }

    @Test("without a tumour there is no outline, only the line that names the use")
    func empty() throws {
        let folder = try TemporaryFolder()
        let scan = volume(6, 60, 60) { _, h, w in Float(h * w) }
        let picture = try draw(scan, foreground: [], folder)
        let orange = picture.places(of: ChartColour.orange)
        #expect(!orange.isEmpty)
        #expect(orange.allSatisfy { $0.y > 1200 })
    }

    @Test(
        "one slice, an image smaller than the enlargement, and a constant one can be drawn",
        arguments: [(1, 60, 60), (5, 12, 9), (3, 200, 40)])
    func shapes(depth: Int, height: Int, width: Int) throws {
        let folder = try TemporaryFolder()
        let scan = volume(depth, height, width) { _, _, _ in 7 }
        let picture = try draw(
            scan, foreground: block(0, 2..<8, 2..<7), folder)
        #expect(picture.places(of: ChartColour.orange).contains { $0.y < 1200 })
    }

    @Test("a voxel's outline is its four edges; neighbours share none")
    func outline() {
        var mask = Mask(
            shape: GridShape(depth: 1, height: 4, width: 4),
            affine: Affine(spacing: Spacing(depth: 1, height: 1, width: 1)),
            voxels: Array(repeating: 0, count: 16))
        mask[0, 1, 1] = 1
        #expect(MaskOutline(mask, slice: 0).segments.count == 4)
        mask[0, 1, 2] = 1
        #expect(MaskOutline(mask, slice: 0).segments.count == 6)
        mask[0, 0, 0] = 1
        #expect(MaskOutline(mask, slice: 0).segments.count == 10)
    }
}

struct AxisTests {
    @Test("ticks are round and lie within the range")
    func ticks() {
        #expect(Axis.ticks(from: 0, to: 100, about: 5) == [0, 20, 40, 60, 80, 100])
        #expect(Axis.ticks(from: 0, to: 7, about: 5) == [0, 2, 4, 6])
        #expect(Axis.ticks(from: 3, to: 3, about: 5) == [3])
        let small = Axis.ticks(from: 0.13, to: 0.58, about: 4)
        #expect(small.count >= 2 && small.allSatisfy { (0.13...0.58).contains($0) })
    }
}
