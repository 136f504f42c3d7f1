import Foundation
import Testing
import VSImaging
import VSSegmentation
import VSTestSupport

struct TumourMeasurementTests {
    /// The mask's own values as probabilities.
    static func measured(_ mask: Mask) -> TumourMeasurement {
        TumourMeasurement(
            of: mask,
            probability: ProbabilityMap(
                shape: mask.shape, affine: mask.affine, voxels: mask.voxels.map(Float.init)))
    }

    static let cuboid = mask(
        20, 40, 40, spacing: Spacing(depth: 1.5, height: 0.5, width: 0.4)
    ) { p in
        (3.0...12.0).contains(p.z) && (4.9...9.6).contains(p.y) && (3.9...9.7).contains(p.x)
    }

    @Test("a cuboid's numbers are those worked out by hand")
    func cuboidByHand() {
        let m = Self.measured(Self.cuboid)
        // 7 slices, 10 rows, 15 columns of 1.5 x 0.5 x 0.4 mm.
        #expect(abs(m.volumeMm3 - 7 * 10 * 15 * 0.3) < 1e-9)
        #expect(m.sliceCount == 7)
        #expect(m.componentCount == 1)
        #expect(abs(m.centroid.x - 6.8) < 1e-9)
        #expect(abs(m.centroid.y - 7.25) < 1e-9)
        #expect(abs(m.centroid.z - 7.5) < 1e-9)
        let axial = (4.5 * 4.5 + 5.6 * 5.6).squareRoot()
        #expect(abs(m.maximalAxialDiameterMm - axial) < 1e-9)
        #expect(abs(m.maximalDiameterMm - (axial * axial + 81).squareRoot()) < 1e-9)
        // Extents 10.5, 5 and 6 mm.
        #expect(abs(m.abc2Mm3 - 10.5 * 5 * 6 / 2) < 1e-9)
        #expect(abs(m.equivalentDiameterMm - pow(6 * m.volumeMm3 / .pi, 1.0 / 3)) < 1e-9)
        #expect(m.peakProbability == 1)
    }

    @Test("of sure probabilities the soft volume is the volume")
    func softEqualsHard() {
        let m = Self.measured(Self.cuboid)
        #expect(abs(m.softVolumeMm3 - m.volumeMm3) < 1e-9)
    }

    @Test("the soft volume counts the rim below the threshold and nothing far away")
    func softRim() {
        let map = volume(9, 9, 30, spacing: Spacing(depth: 1, height: 1, width: 1)) { d, h, w in
            let isNear = abs(d - 4) <= 1 && abs(h - 4) <= 1 && abs(w - 4) <= 1
            return d == 4 && h == 4 && w == 4 ? 1 : isNear ? 0.25 : w > 20 ? 0.4 : 0
        }
        let core = mask(9, 9, 30, spacing: Spacing(depth: 1, height: 1, width: 1)) {
            $0 == SIMD3(4, 4, 4)
        }
        let m = TumourMeasurement(of: core, probability: map)
        #expect(m.volumeMm3 == 1)
        #expect(abs(m.softVolumeMm3 - (1 + 26 * 0.25)) < 1e-6)
    }

    @Test(
        "a sphere's volume and diameters are the formula's within a voxel", arguments: [5.0, 9.0])
    func sphere(radius: Double) {
        let spacing = Spacing(depth: 0.5, height: 0.4, width: 0.4)
        let centre = SIMD3(11.03, 11.07, 11.11)
        let ball = mask(45, 56, 56, spacing: spacing) { ($0 - centre).length <= radius }
        let m = Self.measured(ball)
        let volume = 4 / 3 * Double.pi * radius * radius * radius
        #expect(abs(m.volumeMm3 / volume - 1) < 0.01)
        #expect(abs(m.equivalentDiameterMm - 2 * radius) < 0.1)
        #expect(m.maximalDiameterMm <= 2 * radius + 1e-9)
        #expect(m.maximalDiameterMm > 2 * radius - 0.8)
        #expect(m.maximalAxialDiameterMm > 2 * radius - 0.8)
        #expect((m.centroid - centre).length < 0.05)
        // ABC/2 of a sphere is 3/pi of its volume.
        #expect(abs(m.abc2Mm3 / (volume * 3 / .pi) - 1) < 0.15)
    }

    @Test("the maximal diameters are those of all pairs")
    func diameterAgainstAllPairs() {
        let affine = Affine(
            origin: [3, -2, 1], depthStep: [0.1, 0.4, 1.4], heightStep: [0.05, 0.5, -0.2],
            widthStep: [0.6, -0.05, 0])
        let shape = GridShape(depth: 6, height: 14, width: 14)
        var blob = Mask(
            shape: shape, affine: affine, voxels: Array(repeating: 0, count: shape.count))
        for d in 0..<6 {
            for h in 0..<14 {
                for w in 0..<14
                where scatter(d, h, w) < 300 && (h - 7) * (h - 7) + (w - 6) * (w - 6) < 40 {
                    blob[d, h, w] = 1
                }
            }
        }
        var points: [(d: Int, point: SIMD3<Double>)] = []
        for d in 0..<6 {
            for h in 0..<14 {
                for w in 0..<14 where blob[d, h, w] == 1 {
                    points.append((d, affine.point(Double(d), Double(h), Double(w))))
                }
            }
        }
        var overall = 0.0
        var axial = 0.0
        for a in points {
            for b in points {
                overall = max(overall, (a.point - b.point).length)
                if a.d == b.d { axial = max(axial, (a.point - b.point).length) }
            }
        }
        let m = Self.measured(blob)
        #expect(abs(m.maximalDiameterMm - overall) < 1e-9)
        #expect(abs(m.maximalAxialDiameterMm - axial) < 1e-9)
    }

    @Test("a single voxel has its volume, no diameter and one slice")
    func singleVoxel() {
        let m = Self.measured(
            mask(5, 5, 5, spacing: Spacing(depth: 2, height: 1, width: 1)) {
                $0 == SIMD3(2, 2, 4)
            })
        #expect(m.volumeMm3 == 2)
        #expect(m.maximalDiameterMm == 0)
        #expect(m.sliceCount == 1)
        #expect(m.abc2Mm3 == 1)
    }

    @Test("an empty mask measures zero everywhere")
    func empty() {
        let m = Self.measured(
            mask(3, 3, 3, spacing: Spacing(depth: 1, height: 1, width: 1)) { _ in false })
        #expect(m.volumeMm3 == 0)
        #expect(m.softVolumeMm3 == 0)
        #expect(m.componentCount == 0)
        #expect(m.abc2Mm3 == 0)
    }

    @Test("flipping an axis leaves every number as it was")
    func flip() {
        let shape = Self.cuboid.shape
        var flipped = Self.cuboid.affine
        flipped.origin = flipped.point(0, 0, Double(shape.width - 1))
        flipped.widthStep = -flipped.widthStep
        var mirrored = Mask(
            shape: shape, affine: flipped, voxels: Array(repeating: 0, count: shape.count))
        for d in 0..<shape.depth {
            for h in 0..<shape.height {
                for w in 0..<shape.width {
                    mirrored[d, h, w] = Self.cuboid[d, h, shape.width - 1 - w]
                }
            }
        }
        let (a, b) = (Self.measured(Self.cuboid), Self.measured(mirrored))
        #expect(abs(a.volumeMm3 - b.volumeMm3) < 1e-9)
        #expect(abs(a.maximalDiameterMm - b.maximalDiameterMm) < 1e-9)
        #expect(abs(a.abc2Mm3 - b.abc2Mm3) < 1e-9)
        #expect((a.centroid - b.centroid).length < 1e-9)
    }
}
