import Foundation
import Testing
import VSImaging

@Suite("Two exams laid upon each other")
struct RegistrationTests {
    /// Blobs of many sizes about the origin, the same in every test.
    private static let blobs: [(centre: SIMD3<Double>, width: Double, height: Double)] = {
        var state: UInt64 = 7
        func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) / Double(1 << 53)
        }
        return (0..<90).map { _ in
            (
                SIMD3(next() - 0.5, next() - 0.5, next() - 0.5) * 100, 4 + 8 * next(),
                400 * (next() - 0.3)
            )
        }
    }()

    private static func brightness(_ p: SIMD3<Double>) -> Float {
        var sum = 500.0
        for blob in blobs {
            let away = (p - blob.centre) / blob.width
            let square = away.dot(away)
            if square < 20 { sum += blob.height * exp(-square / 2) }
        }
        return Float(sum)
    }

    /// The head moved, as a scanner with slices of 1.5 mm sees it; `move` takes a place in the scanner
    /// to one in the head.
    private static func scan(
        spacing: Spacing = Spacing(depth: 1.5, height: 0.8, width: 0.8),
        gain: Float = 1, _ move: (LPSPoint) -> LPSPoint
    ) -> Volume {
        let shape = GridShape(
            depth: Int(100 / spacing.depth), height: Int(110 / spacing.height),
            width: Int(110 / spacing.width))
        var affine = Affine(spacing: spacing)
        affine.origin =
            -0.5
            * affine.point(
                Double(shape.depth - 1), Double(shape.height - 1), Double(shape.width - 1))
        var values = [Float](repeating: 0, count: shape.count)
        for d in 0..<shape.depth {
            for h in 0..<shape.height {
                for w in 0..<shape.width {
                    values[shape.index(d, h, w)] =
                        gain * brightness(move(affine.point(Double(d), Double(h), Double(w))))
                }
            }
        }
        return Volume(shape: shape, affine: affine, voxels: values)
    }

    /// A ball, or an ellipsoid, of the head as a scanner sees it.
    private static func mask(
        like volume: Volume, radii: SIMD3<Double>, centre: SIMD3<Double> = .zero,
        _ move: (LPSPoint) -> LPSPoint
    ) -> Mask {
        let shape = volume.shape
        var mask = Mask(
            shape: shape, affine: volume.affine, voxels: Array(repeating: 0, count: shape.count))
        for d in 0..<shape.depth {
            for h in 0..<shape.height {
                for w in 0..<shape.width {
                    let p =
                        (move(volume.affine.point(Double(d), Double(h), Double(w))) - centre)
                        / radii
                    if p.dot(p) <= 1 { mask[d, h, w] = 1 }
                }
            }
        }
        return mask
    }

    @Test("half a motion twice is the motion, and its inverse takes it back")
    func motion() {
        let motion = RigidMotion(turn: [0.3, -0.2, 0.5], velocityMm: [4, -2, 7])
        let half = motion.scaled(by: 0.5).transform
        let whole = motion.transform
        let back = motion.scaled(by: -1).transform
        for p: SIMD3<Double> in [[1, 2, 3], [-30, 4, 0], .zero] {
            #expect((half(half(p)) - whole(p)).length < 1e-12 * 100)
            #expect((back(whole(p)) - p).length < 1e-12 * 100)
            #expect(abs((whole(p) - whole(.zero)).length - p.length) < 1e-12 * 100)
        }
        #expect(RigidMotion().transform([1, 2, 3]) == [1, 2, 3])
    }

    @Test(
        "a known motion is found to a tenth of a millimetre, and the same scan moved shows no change",
        arguments: [
            RigidMotion(), RigidMotion(turn: [0.05, -0.08, 0.1], velocityMm: [3, -4, 2]),
            RigidMotion(turn: [-0.12, 0.02, -0.05], velocityMm: [-6, 1, 5]),
        ])
    func known(motion: RigidMotion) throws {
        let move = motion.scaled(by: -1).transform
        let first = Self.scan { $0 }
        let second = Self.scan(
            spacing: Spacing(depth: 1.2, height: 0.7, width: 0.7), gain: 1.3, move.callAsFunction)
        let masks = (
            Self.mask(like: first, radii: [6, 7, 6]) { $0 },
            Self.mask(like: second, radii: [6, 7, 6], move.callAsFunction)
        )
        let found = try RigidRegistration().alignment(
            of: first, and: second, masks: masks, centres: (.zero, motion.transform(.zero)))
        #expect(found.correlation > 0.98)
        #expect(found.errorMm < 0.1)
        let there = motion.transform
        for p: SIMD3<Double> in [[0, 0, 0], [15, 0, 0], [0, -15, 0], [5, 5, 15]] {
            let (a, b) = (found.first(p), found.second(p))
            #expect((there(a) - b).length < 0.1, "\(p)")
        }
        let change = try SurfaceChange(masks, found, lateral: 1)
        // The masks are whole voxels, and slices lie 1.5 and 1.2 mm apart.
        #expect(abs(change.meanMm) < 0.1)
        #expect(change.percentileMm(0.95) < 1 && change.percentileMm(0.05) > -1)
    }

    @Test("exchanging the exams gives the inverse")
    func symmetric() throws {
        let motion = RigidMotion(turn: [0.02, -0.06, 0.04], velocityMm: [2, 1, -3])
        let move = motion.scaled(by: -1).transform
        let (first, second) = (Self.scan { $0 }, Self.scan(move.callAsFunction))
        let masks = (
            Self.mask(like: first, radii: [5, 5, 5]) { $0 },
            Self.mask(like: second, radii: [8, 5, 5], move.callAsFunction)
        )
        let forth = try RigidRegistration().alignment(
            of: first, and: second, masks: masks, centres: (.zero, .zero))
        let back = try RigidRegistration().alignment(
            of: second, and: first, masks: (masks.1, masks.0), centres: (.zero, .zero))
        #expect((forth.motion.turn + back.motion.turn).length < 1e-4)
        #expect((forth.motion.velocityMm + back.motion.velocityMm).length < 1e-3)
    }

    @Test(
        "growth to one side is found on that side, by its amount, and nowhere else",
        arguments: [1.0, -1])
    func growth(lateral: Double) throws {
        let motion = RigidMotion(turn: [0.03, 0.05, -0.04], velocityMm: [2, -1, 1])
        let move = motion.scaled(by: -1).transform
        let (first, second) = (Self.scan { $0 }, Self.scan(move.callAsFunction))
        // 6 mm to 9 mm towards +x: an ellipsoid of half axes 7.5 about 1.5 keeps the far end.
        let masks = (
            Self.mask(like: first, radii: [6, 6, 6]) { $0 },
            Self.mask(
                like: second, radii: [7.5, 6, 6], centre: [1.5, 0, 0], move.callAsFunction)
        )
        let found = try RigidRegistration().alignment(
            of: first, and: second, masks: masks, centres: (.zero, .zero))
        let change = try SurfaceChange(masks, found, lateral: lateral)
        let grown = lateral > 0 ? SurfaceChange.Region.canal : .brainstem
        let still = lateral > 0 ? SurfaceChange.Region.brainstem : .canal
        let byRegion = Dictionary(uniqueKeysWithValues: change.regions.map { ($0.region, $0) })
        let (there, other) = (try #require(byRegion[grown]), try #require(byRegion[still]))
        #expect(abs(try #require(there.highestMm) - 3) < 0.6)
        #expect(try #require(there.meanMm) > 1.2)
        #expect(abs(try #require(other.meanMm)) < 0.35)
        // 4/3 pi 36 (7.5 - 6) = 226 mm³ in all.
        let gained = change.regions.reduce(0) { $0 + $1.gainedMm3 - $1.lostMm3 }
        #expect(abs(gained - 226) < 35)
        #expect(there.gainedMm3 > 100 && other.gainedMm3 < 25)
        #expect(change.share(beyondMm: 1).outward > 0.2 && change.share(beyondMm: 1).inward < 0.01)
    }

    @Test("exams that share nothing, or show other things, are refused")
    func refused() throws {
        let first = Self.scan { $0 }
        let mask = Self.mask(like: first, radii: [5, 5, 5]) { $0 }
        var noise = first
        var state: UInt64 = 3
        for index in noise.voxels.indices {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            noise.voxels[index] = Float(state >> 40)
        }
        let unlike = #expect(throws: ImagingError.self) {
            try RigidRegistration().alignment(
                of: first, and: noise, masks: (mask, mask), centres: (.zero, .zero))
        }
        #expect(unlike?.message.contains("correlation") == true)
        let apart = #expect(throws: ImagingError.self) {
            try RigidRegistration().alignment(
                of: first, and: first, masks: (mask, mask), centres: (.zero, [70, 60, 0]))
        }
        #expect(apart?.message.contains("too little") == true)
    }
}
