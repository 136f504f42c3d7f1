import Foundation
import Testing
import VSImaging
import VSNetwork

@Suite struct MetricsTests {
    /// `golden.json` "metrics": computed with SciPy's distance transform and erosion.
    struct Golden: Decodable {
        struct Case: Decodable {
            let spacingMm: [Double]
            let dice, assdMm, hd95Mm, hdMm, volumeAMm3, volumeBMm3, rve: Double
        }
        let metrics: [Case]
    }

    /// Double precision on both sides, and only the order of sums differs; the reference's Dice
    /// is a float32 quotient.
    static let (tolerance, diceTolerance) = (1e-12, 6e-8)

    @Test("Dice, distances and volumes equal the reference", arguments: 0..<4)
    func reference(number: Int) throws {
        let data = try Data(contentsOf: URL(filePath: golden("golden.json")))
        let expected = try snakeCaseDecoder.decode(Golden.self, from: data).metrics[number]
        let tensors = try SafeTensors(contentsOf: golden("metrics.safetensors")).tensors
        func mask(_ name: String) throws -> Mask {
            let tensor = try #require(tensors["case\(number).\(name)"])
            let spacing = Spacing(
                depth: expected.spacingMm[0], height: expected.spacingMm[1],
                width: expected.spacingMm[2])
            return Mask(
                shape: .init(
                    depth: tensor.shape[0], height: tensor.shape[1], width: tensor.shape[2]),
                affine: Affine(spacing: spacing), voxels: tensor.values.map { UInt8($0) })
        }
        let (a, b) = (try mask("a"), try mask("b"))
        let overlap = try OverlapMetrics(prediction: a, truth: b)
        let distance = try #require(try SurfaceDistance.between(a, b))
        func expectClose(_ value: Double, _ other: Double) {
            #expect(abs(value - other) <= Self.tolerance * max(1, abs(other)))
        }
        #expect(abs(overlap.dice - expected.dice) <= Self.diceTolerance)
        expectClose(overlap.volumeMm3, expected.volumeAMm3)
        expectClose(overlap.truthVolumeMm3, expected.volumeBMm3)
        expectClose(abs(try #require(overlap.relativeVolumeError)), expected.rve)
        expectClose(distance.assdMm, expected.assdMm)
        expectClose(distance.hd95Mm, expected.hd95Mm)
        expectClose(distance.hausdorffMm, expected.hdMm)
    }

    private func line(_ set: [Int], origin: LPSPoint = .zero, count: Int = 12) -> Mask {
        var voxels = [UInt8](repeating: 0, count: count)
        for at in set { voxels[at] = 1 }
        return Mask(
            shape: .init(depth: 1, height: 1, width: count),
            affine: Affine(origin: origin, spacing: .init(depth: 2, height: 1, width: 0.5)),
            voxels: voxels)
    }

    @Test func `two voxels against three, by hand`() throws {
        let (a, b) = (line([0, 1]), line([1, 2, 5]))
        let overlap = try OverlapMetrics(prediction: a, truth: b)
        #expect(overlap.dice == 0.4)
        #expect(overlap.volumeMm3 == 2)
        #expect(overlap.truthVolumeMm3 == 3)
        #expect(try #require(overlap.relativeVolumeError) == -1.0 / 3)
        // a to b: 0.5, 0. b to a: 0, 0.5, 2.
        let distance = try #require(try SurfaceDistance.between(a, b))
        #expect(abs(distance.assdMm - 3.0 / 5) < 1e-12)
        #expect(distance.hausdorffMm == 2)
        // The 95th percentile of [0, 0.5, 2] lies at place 1.9: 0.5 + 0.9 * 1.5.
        #expect(abs(distance.hd95Mm - 1.85) < 1e-12)
    }

    @Test func `a mask against itself is perfect`() throws {
        let mask = randomMask(
            .init(depth: 4, height: 5, width: 6), spacing: .init(depth: 3, height: 1, width: 1),
            density: 0.4, seed: 9)
        let overlap = try OverlapMetrics(prediction: mask, truth: mask)
        #expect(overlap.dice == 1)
        #expect(overlap.relativeVolumeError == 0)
        let distance = try #require(try SurfaceDistance.between(mask, mask))
        #expect(distance.hausdorffMm == 0)
        #expect(distance.assdMm == 0)
    }

    @Test func `empty masks have an overlap and no distance`() throws {
        let (empty, full) = (line([]), line([3]))
        #expect(try OverlapMetrics(prediction: empty, truth: empty).dice == 1)
        #expect(try OverlapMetrics(prediction: full, truth: empty).dice == 0)
        #expect(try OverlapMetrics(prediction: full, truth: empty).relativeVolumeError == nil)
        #expect(try OverlapMetrics(prediction: empty, truth: full).relativeVolumeError == -1)
        #expect(try SurfaceDistance.between(empty, full) == nil)
        #expect(try SurfaceDistance.between(full, empty) == nil)
        #expect(try SurfaceDistance.between(empty, empty) == nil)
    }

    @Test func `masks of other grids or places are not compared`() throws {
        let a = line([1])
        for b in [line([1], count: 13), line([1], origin: [10, 0, 0])] {
            let error = #expect(throws: ImagingError.self) {
                try OverlapMetrics(prediction: a, truth: b)
            }
            #expect(error?.code == .geometry)
            #expect(throws: ImagingError.self) { try SurfaceDistance.between(a, b) }
        }
        // A rounded header is no other place.
        let near = line([1], origin: [1e-4, 0, 0])
        #expect(try OverlapMetrics(prediction: a, truth: near).dice == 1)
    }
}
