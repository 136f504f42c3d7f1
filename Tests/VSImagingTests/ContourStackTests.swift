import Foundation
import Testing
import VSImaging

struct ContourStackTests {
    /// Rasterised and planimetric volumes of smooth outlines differ by chance of the voxel centres at
    /// the rim alone; at 0.25 mm that is far below this.
    private static let tolerance = 0.01

    /// Circles of a sphere's cross-sections, 1 mm apart, in a frame turned by `angle` about x.
    private func sphere(radius: Double, angle: Double = 0, hole: Double = 0) -> [[LPSPoint]] {
        let normal = LPSPoint(0, sin(angle), cos(angle))
        let down = LPSPoint(0, cos(angle), -sin(angle))
        func ring(_ z: Double, _ r: Double) -> [LPSPoint] {
            (0..<120).map { step in
                let turn = Double(step) * 2 * .pi / 120
                return LPSPoint(20, 3, -4) + z * normal + r * cos(turn) * LPSPoint(1, 0, 0)
                    + r * sin(turn) * down
            }
        }
        return stride(from: -radius + 0.5, through: radius - 0.5, by: 1).flatMap { z in
            let outer = ring(z, (radius * radius - z * z).squareRoot())
            return hole > 0 && abs(z) < hole ? [outer, ring(z, hole / 2)] : [outer]
        }
    }

    @Test("voxels and planimetry agree on a sphere, also on oblique planes", arguments: [0, 0.4])
    func agreement(angle: Double) throws {
        let stack = try ContourStack(sphere(radius: 8, angle: angle), subject: "s")
        let truth = 4.0 / 3 * .pi * 512
        #expect(abs(stack.spacingMm - 1) < 1e-9)
        #expect(abs(stack.planimetricVolumeMm3 / truth - 1) < 0.005)
        let mask = stack.mask()
        #expect(abs(mask.volumeMm3() / stack.planimetricVolumeMm3 - 1) < Self.tolerance)
        #expect(mask.affine.spacing.depth > mask.affine.spacing.width)
        // A voxel of the middle lies inside, the corner outside.
        let centre = try #require(mask.affine.voxel(at: LPSPoint(20, 3, -4)))
        #expect(
            mask[
                Int(centre.x.rounded()), Int(centre.y.rounded()), Int(centre.z.rounded())] == 1)
        #expect(mask[0, 0, 0] == 0)
    }

    @Test("a polygon within another is a hole, whichever way it turns")
    func hole() throws {
        let whole = try ContourStack(sphere(radius: 8), subject: "s")
        let hollow = try ContourStack(sphere(radius: 8, hole: 4), subject: "s")
        let bore = .pi * 4 * 8.0
        #expect(
            abs(whole.planimetricVolumeMm3 - hollow.planimetricVolumeMm3 - bore) < 0.01 * bore)
        #expect(
            abs(hollow.mask().volumeMm3() / hollow.planimetricVolumeMm3 - 1) < Self.tolerance)
    }

    @Test("planes left out belong half to each neighbour")
    func gaps() throws {
        var rings = sphere(radius: 8)
        rings.remove(at: 8)
        let stack = try ContourStack(rings, subject: "s")
        #expect(abs(stack.largestGap - 2) < 1e-9)
        let whole = try ContourStack(sphere(radius: 8), subject: "s").planimetricVolumeMm3
        #expect(abs(stack.planimetricVolumeMm3 / whole - 1) < 0.02)
        #expect(abs(stack.mask().volumeMm3() / whole - 1) < 0.02)
    }

    @Test("points that lie in no plane, one plane, and no area are refused")
    func refused() {
        func code(_ rings: [[LPSPoint]]) -> ImagingError.Code? {
            do throws(ImagingError) {
                _ = try ContourStack(rings, subject: "s")
                return nil
            } catch { return error.code }
        }
        var bent = sphere(radius: 8)
        bent[3][0].z += 1
        #expect(code(bent) == .malformed)
        #expect(code([sphere(radius: 8)[4]]) == .malformed)
        #expect(code([]) == .malformed)
        #expect(code([[.zero, LPSPoint(1, 0, 0)]]) == .malformed)
    }

    @Test("two affines differ by the farthest corner")
    func corners() {
        let shape = GridShape(depth: 5, height: 11, width: 21)
        let one = Affine(spacing: Spacing(depth: 2, height: 1, width: 0.5))
        var other = one
        other.widthStep.x += 0.01
        #expect(abs(one.largestCornerDistanceMm(to: other, over: shape) - 0.2) < 1e-12)
        #expect(one.largestCornerDistanceMm(to: one, over: shape) == 0)
    }
}
