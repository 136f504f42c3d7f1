import Foundation
import Testing
import VSImaging

@Suite struct ResamplingTests {
    private func filled(
        _ shape: GridShape, _ affine: Affine, _ value: (LPSPoint) -> Double
    ) -> Volume {
        var volume = Volume(
            shape: shape, affine: affine, voxels: .init(repeating: 0, count: shape.count))
        for d in 0..<shape.depth {
            for h in 0..<shape.height {
                for w in 0..<shape.width {
                    let point = affine.point(Double(d), Double(h), Double(w))
                    volume[d, h, w] = Float(value(point))
                }
            }
        }
        return volume
    }

    private let shape = GridShape(depth: 8, height: 20, width: 24)
    private let affine = Affine(
        origin: [-5, 2, 9], spacing: .init(depth: 1.5, height: 0.4, width: 0.5))

    @Test func `onto its own grid a volume stays bit for bit what it is`() {
        var seed = UInt64(7)
        let volume = filled(shape, affine) { _ in
            seed = seed &* 6_364_136_223_846_793_005 &+ 1
            return Double(seed >> 40) / 1e4
        }
        #expect(volume.resampled(to: shape, affine: affine) == volume)
        #expect(volume.resampled(to: shape, affine: affine, outside: -1) == volume)
    }

    @Test(
        "a linear ramp stays exact inside the source, finer, coarser and turned",
        arguments: [
            Affine(origin: [-4, 3, 10], spacing: .init(depth: 0.5, height: 0.3, width: 0.3)),
            Affine(origin: [-3, 4, 11], spacing: .init(depth: 3, height: 0.9, width: 1.1)),
            Affine(
                origin: [-3, 4, 11], depthStep: [0, -0.5, 1.25], heightStep: [0.1, 0.35, 0.2],
                widthStep: [0.5, -0.05, 0.02]),
        ])
    func ramp(target: Affine) throws {
        let value: (LPSPoint) -> Double = { 3 * $0.x - 2 * $0.y + 0.7 * $0.z + 11 }
        let volume = filled(shape, affine, value)
        let small = GridShape(depth: 3, height: 5, width: 6)
        let result = volume.resampled(to: small, affine: target)
        var checked = 0
        for d in 0..<small.depth {
            for h in 0..<small.height {
                for w in 0..<small.width {
                    let point = target.point(Double(d), Double(h), Double(w))
                    let place = try #require(affine.voxel(at: point))
                    // Half a target voxel from the edge, where averaging still sees the ramp.
                    guard place.x > 1, place.y > 1.5, place.z > 1.5, place.x < 6, place.y < 17.5,
                        place.z < 21.5
                    else { continue }
                    // Float32 values near 30: 2e-6 each, a few of them summed.
                    #expect(abs(Double(result[d, h, w]) - value(point)) < 3e-5)
                    checked += 1
                }
            }
        }
        #expect(checked > 20)
    }

    @Test func `outside the source the given value stands, or the edge is repeated`() {
        let volume = filled(shape, affine) { $0.z }
        let above = Affine(origin: [-5, 2, 9 + 20], spacing: affine.spacing)
        let edge = volume.resampled(to: shape, affine: above)
        #expect(edge.voxels.allSatisfy { $0 == 19.5 })
        let outside = volume.resampled(to: shape, affine: above, outside: -7)
        #expect(outside.voxels.allSatisfy { $0 == -7 })
    }

    @Test func `a fine checkerboard becomes its mean and not one of its colours`() {
        let fine = GridShape(depth: 8, height: 32, width: 32)
        let spacing = Spacing(depth: 1, height: 0.25, width: 0.25)
        var volume = filled(fine, Affine(spacing: spacing)) { _ in 0 }
        for at in 0..<fine.count where (at % 32 + at / 32) % 2 == 0 { volume.voxels[at] = 100 }
        // Voxels of four by four: picking one would give 0 or 100 everywhere.
        let coarse = Affine(
            origin: [0.375, 0.375, 0], spacing: .init(depth: 1, height: 1, width: 1))
        let result = volume.resampled(
            to: .init(depth: 8, height: 8, width: 8), affine: coarse)
        #expect(result.voxels.allSatisfy { abs($0 - 50) < 1e-3 })
    }

    @Test func `averaging keeps the sum of a volume`() {
        let volume = filled(
            .init(depth: 8, height: 40, width: 40),
            Affine(spacing: .init(depth: 1.5, height: 0.4, width: 0.4))
        ) { $0.x * $0.x + 3 * $0.y - $0.x * $0.y + $0.z }
        let coarse = Affine(
            origin: [0.2, 0.2, 0], spacing: .init(depth: 1.5, height: 0.8, width: 0.8))
        let result = volume.resampled(
            to: .init(depth: 8, height: 20, width: 20), affine: coarse)
        let before = volume.voxels.reduce(0.0) { $0 + Double($1) } * 0.24
        let after = result.voxels.reduce(0.0) { $0 + Double($1) } * 0.96
        #expect(abs(after / before - 1) < 1e-5)
    }

    /// A ball's probabilities on a scan's grid go to a network's grid and back.
    @Test(
        "probabilities there and back keep a tumour's volume within three percent",
        arguments: [
            Spacing(depth: 1.5, height: 0.4, width: 0.4),
            Spacing(depth: 1.0, height: 0.6, width: 0.6),
            Spacing(depth: 2.0, height: 0.5, width: 0.45),
        ])
    func thereAndBack(model: Spacing) throws {
        let scanShape = GridShape(depth: 24, height: 40, width: 40)
        let scan = Affine(spacing: .init(depth: 0.8, height: 0.5, width: 0.5))
        let centre: LPSPoint = [9.9, 10.1, 9.3]
        // An edge of half a millimetre, as a network gives; radius 6 mm, 905 mm³.
        let ball = filled(scanShape, scan) { 1 / (1 + exp((($0 - centre).length - 6) / 0.25)) }
        let modelShape = GridShape(
            depth: Int(19 / model.depth), height: Int(20 / model.height),
            width: Int(20 / model.width))
        let there = ball.resampled(to: modelShape, affine: Affine(spacing: model))
        let back = there.resampled(to: scanShape, affine: scan)
        let before = ball.voxels.filter { $0 >= 0.5 }.count
        let after = back.voxels.filter { $0 >= 0.5 }.count
        #expect(abs(Double(after) / Double(before) - 1) < 0.03)
        let soft =
            back.voxels.reduce(0.0) { $0 + Double($1) }
            / ball.voxels.reduce(0.0) { $0 + Double($1) }
        #expect(abs(soft - 1) < 0.02)
    }

    @Test func `a single slice, row and column can be sampled`() {
        let volume = Volume(
            shape: .init(depth: 1, height: 1, width: 1),
            affine: Affine(spacing: .init(depth: 1, height: 1, width: 1)), voxels: [4])
        #expect(volume.value(at: [0, 0, 0]) == 4)
        #expect(volume.value(at: [9, -9, 0.5]) == 4)
        let line = Volume(
            shape: .init(depth: 1, height: 1, width: 3), affine: volume.affine,
            voxels: [0, 10, 30])
        #expect(line.value(at: [0, 0, 0.5]) == 5)
        #expect(line.value(at: [0, 0, 1.5]) == 20)
        #expect(line.value(at: [0, 0, 7]) == 30)
    }
}
