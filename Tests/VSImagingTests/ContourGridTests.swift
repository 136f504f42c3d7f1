import Foundation
import Testing
import VSImaging

/// Outlines as voxels of a grid that they were not drawn on.
struct ContourGridTests {
    /// A sphere's cross-sections 1 mm apart around (20, 3, -4).
    private func sphere(radius: Double) -> [[LPSPoint]] {
        stride(from: -radius + 0.5, through: radius - 0.5, by: 1).map { z in
            let reach = (radius * radius - z * z).squareRoot()
            return (0..<120).map { step in
                let turn = Double(step) * 2 * .pi / 120
                return LPSPoint(20 + reach * cos(turn), 3 + reach * sin(turn), -4 + z)
            }
        }
    }

    /// A cube of half a millimetre a voxel, turned by `angle` about x, its middle voxel at the sphere's.
    private func grid(angle: Double) -> (shape: GridShape, affine: Affine) {
        let shape = GridShape(depth: 61, height: 61, width: 61)
        let depthStep = 0.5 * LPSPoint(0, sin(angle), cos(angle))
        let heightStep = 0.5 * LPSPoint(0, cos(angle), -sin(angle))
        let widthStep = LPSPoint(-0.5, 0, 0)
        let corner = LPSPoint(20, 3, -4) - 30 * (depthStep + heightStep + widthStep)
        return (
            shape,
            Affine(
                origin: corner, depthStep: depthStep, heightStep: heightStep, widthStep: widthStep)
        )
    }

    @Test(
        "the volume is that of area times distance, also on turned grids", arguments: [0, 0.3, 1])
    func volume(angle: Double) throws {
        let stack = try ContourStack(sphere(radius: 8), subject: "s")
        let (shape, affine) = grid(angle: angle)
        let mask = stack.mask(on: shape, affine: affine)
        #expect(abs(mask.volumeMm3() / stack.planimetricVolumeMm3 - 1) < 0.02)
        #expect(mask[30, 30, 30] == 1 && mask[0, 0, 0] == 0)
        // The middle of the voxels is the sphere's.
        var sum = LPSPoint.zero
        for d in 0..<61 {
            for h in 0..<61 {
                for w in 0..<61 where mask[d, h, w] == 1 {
                    sum += affine.point(Double(d), Double(h), Double(w))
                }
            }
        }
        let centre = sum / Double(mask.voxelCount)
        #expect((centre - LPSPoint(20, 3, -4)).length < 0.3)
    }

    @Test("an outline elsewhere gives an empty mask, and one at the border what is inside")
    func border() throws {
        let stack = try ContourStack(sphere(radius: 8), subject: "s")
        let (shape, affine) = grid(angle: 0)
        var away = affine
        away.origin += LPSPoint(200, 0, 0)
        #expect(stack.mask(on: shape, affine: away).isEmpty)
        var half = affine
        half.origin += LPSPoint(0, 0, 15)
        let part = stack.mask(on: shape, affine: half).volumeMm3()
        #expect(abs(part / stack.planimetricVolumeMm3 - 0.5) < 0.05)
    }
}
