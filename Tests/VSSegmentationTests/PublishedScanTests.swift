import Foundation
import Testing
import VSImaging
import VSNetwork
import VSSegmentation
import VSTestSupport

/// The published network's way with a whole scan.
struct PublishedScanTests {
    @Test("windows blended equal MONAI's sliding-window result")
    func slidingWindow() throws {
        let model = try PublishedModel.read(
            contentsOf: goldenPath("vs_seg/best_metric_model.pth")
        ) { ModelDescription(name: "vs-seg", version: "1", architecture: $0) }
        let golden = try SafeTensors(contentsOf: goldenPath("vs_seg/expected.safetensors")).tensors
        let image = try #require(golden["sliding.image"])
        let logits = try #require(golden["sliding.logits"])
        let (x, y, z) = (image.shape[2], image.shape[3], image.shape[4])
        func place(_ d: Int, _ h: Int, _ w: Int) -> Int { (w * y + h) * z + d }
        let scan = volume(z, y, x) { image.values[place($0, $1, $2)] }
        let plan = WindowPlan(
            volume: scan.shape, window: WindowShape(depth: 16, height: 64, width: 64),
            overlap: 0.25)
        let network = PreparedUNet(model)
        let workspace = try network.makeWorkspace(for: plan.window)
        let blended = try SlidingWindow(plan).run(
            scan, progress: { _ in }, isCancelled: { false }
        ) { network.foregroundLogit(of: $0, into: $1, workspace: workspace) }
        let expected = volume(z, y, x) { d, h, w in
            logits.values[x * y * z + place(d, h, w)] - logits.values[place(d, h, w)]
        }
        let scale = expected.voxels.reduce(0) { max($0, abs($1)) }
        let worst = zip(blended.voxels, expected.voxels).reduce(Float(0)) {
            max($0, abs($1.0 - $1.1))
        }
        // The project's tolerance for published weights; measured 1e-5.
        #expect(worst <= 1e-4 * scale, "\(worst) of \(scale)")
    }

    /// The published rule on a network that is the sigmoid of a brightness.
    private static func model(window: WindowShape) -> ModelFile {
        var model = brightnessModel(slope: 4, offset: 8)
        model.description.scanRule = .published
        model.description.window = window
        return model
    }

    @Test("the mask comes back upright, on the scan's own grid, at the scan's own spacing")
    func upright() throws {
        let scan = head(spots: [(centre: [20, 6, 12], half: 4)])
        let usual = brightnessModel(slope: 4, offset: 8)
        let window = WindowShape(depth: 8, height: 64, width: 64)
        let published = try Segmenter(Self.model(window: window)).segment(scan, subject: "scan")
        #expect(published.probability.affine == scan.affine)
        #expect(published.probability.shape == scan.shape)
        #expect(published.windows > 1)
        let own = try Segmenter(usual).segment(scan, subject: "scan")
        #expect(published.tumours.count == 1)
        let (a, b) = (
            try #require(published.tumours.first).measurement,
            try #require(own.tumours.first).measurement
        )
        #expect((a.centroid - b.centroid).length < 0.5)
    }

    @Test("a scan smaller than the window is set in the middle of zeros")
    func padding() {
        let scan = volume(3, 4, 5) { Float($0 * 100 + $1 * 10 + $2 + 1) }
        let padded = scan.padded(to: GridShape(depth: 8, height: 4, width: 8))
        #expect(padded.shape == GridShape(depth: 8, height: 4, width: 8))
        // Of five slices too few, two come before; of three columns, one.
        #expect(padded[2, 0, 1] == 1 && padded[4, 3, 5] == 235)
        #expect(padded[1, 0, 1] == 0 && padded[5, 3, 5] == 0 && padded[2, 0, 0] == 0)
        #expect(padded.affine.point(2, 0, 1) == scan.affine.origin)
        #expect(padded.unpadded(to: scan.shape, affine: scan.affine) == scan)
    }

    @Test("turned in the plane, every voxel keeps its place, and twice is as before")
    func turning() {
        let scan = volume(2, 3, 5) { Float($0 * 100 + $1 * 10 + $2) }
        let turned = scan.turnedInPlane()
        for d in 0..<2 {
            for h in 0..<3 {
                for w in 0..<5 {
                    #expect(turned[d, 2 - h, 4 - w] == scan[d, h, w])
                    let (a, b) = (
                        turned.affine.point(Double(d), Double(2 - h), Double(4 - w)),
                        scan.affine.point(Double(d), Double(h), Double(w))
                    )
                    #expect((a - b).length < 1e-9)
                }
            }
        }
        #expect(turned.turnedInPlane().voxels == scan.voxels)
    }

    @Test("a window that does not fit the memory allowed is refused before anything is run")
    func memory() throws {
        var parameters = SegmentationParameters()
        parameters.memoryLimitBytes = 64 << 20
        let model = Self.model(window: WindowShape(depth: 64, height: 384, width: 384))
        let error = #expect(throws: SegmentationError.self) {
            try Segmenter(model, parameters: parameters).segment(head(), subject: "scan")
        }
        #expect(error?.code == .memory)
        #expect(error?.remedy.contains("--memory-limit") == true)
    }
}
