import Foundation
import Testing
import VSImaging
import VSPhantom

/// Exams laid upon each other on real heads: those of Resources/heads, moved or with a tumour painted in.
@Suite(.serialized) struct HeadRegistrationTests {
    private static let generator = Result {
        try CompositeGenerator(
            seed: 23, split: .validation, heads: CompositeGeneratorTests.folder,
            tumourFreeShare: 0)
    }

    /// A place inside the mask: the middle of its box, mm LPS.
    private static func centre(_ mask: Mask) throws -> LPSPoint {
        let box = try #require(VoxelBox(containing: [mask]))
        return mask.affine.point(
            Double(box.low.0 + box.high.0 - 1) / 2, Double(box.low.1 + box.high.1 - 1) / 2,
            Double(box.low.2 + box.high.2 - 1) / 2)
    }

    private static func change(
        _ first: (image: Volume, mask: Mask), _ second: (image: Volume, mask: Mask)
    ) throws -> (alignment: RigidAlignment, surface: SurfaceChange) {
        let masks = (first.mask, second.mask)
        let alignment = try RigidRegistration().alignment(
            of: first.image, and: second.image, masks: masks,
            centres: (try centre(first.mask), try centre(second.mask)))
        return (alignment, try SurfaceChange(masks, alignment, lateral: 1))
    }

    @Test("a real scan, moved and resampled, shows no change")
    func moved() throws {
        let scan = try Self.generator.get()
            .patient(0, exams: 1, family: .stable, initialVolumeMm3: 900).scan(exam: 0)
        let centre = try Self.centre(scan.truth)
        let motion = RigidMotion(turn: [0.05, -0.04, 0.08], velocityMm: [2, -3, 1.5])
        // The same head in another place of the scanner, seen by another grid.
        let back = motion.scaled(by: -1).transform
        func moved(_ p: LPSPoint) -> LPSPoint { back(p - centre) + centre }
        let spacing = Spacing(depth: 1.3, height: 0.5, width: 0.5)
        let shape = GridShape(depth: 60, height: 220, width: 220)
        var there = Affine(spacing: spacing)
        there.origin =
            centre - 0.5
            * (there.point(
                Double(shape.depth - 1), Double(shape.height - 1), Double(shape.width - 1))
                - there.origin)
        let origin = moved(there.origin)
        let seen = Affine(
            origin: origin, depthStep: moved(there.origin + there.depthStep) - origin,
            heightStep: moved(there.origin + there.heightStep) - origin,
            widthStep: moved(there.origin + there.widthStep) - origin)
        let image = Volume(
            shape: shape, affine: there,
            voxels: scan.image.resampled(to: shape, affine: seen).voxels)
        let inside = Volume(
            shape: scan.truth.shape, affine: scan.truth.affine,
            voxels: scan.truth.voxels.map(Float.init)
        ).resampled(to: shape, affine: seen)
        let mask = Mask(
            shape: shape, affine: there, voxels: inside.voxels.map { $0 >= 0.5 ? 1 : 0 })
        let found = try Self.change((scan.image, scan.truth), (image, mask))
        #expect(found.alignment.correlation > 0.9)
        for p: SIMD3<Double> in [[0, 0, 0], [20, 0, 0], [0, -20, 0], [0, 0, 20]] {
            let (a, b) = (found.alignment.first(p), found.alignment.second(p))
            #expect((moved(b) - a).length < 0.25, "\(p)")
        }
        #expect(abs(found.surface.meanMm) < 0.1)
    }

    @Test("growth painted into a real head comes out as much as it is, a stable tumour as none")
    func painted() throws {
        for (family, least) in [(GrowthLaw.Family.stable, -100.0), (.growing, 1)] {
            let patient = try Self.generator.get().patient(
                1, exams: 4, family: family, initialVolumeMm3: 700)
            let (first, last) = (patient.scan(exam: 0), patient.scan(exam: 3))
            let volumes = [first, last].map {
                Double($0.truth.voxels.reduce(0) { $0 + Int($1) }) * $0.truth.affine.voxelVolumeMm3
            }
            let found = try Self.change((first.image, first.truth), (last.image, last.truth))
            #expect(found.alignment.correlation > 0.6)
            let gained = found.surface.regions.reduce(0) { $0 + $1.gainedMm3 - $1.lostMm3 }
            // Both outlines are whole voxels of slices at most 3 mm apart.
            #expect(
                abs(gained - (volumes[1] - volumes[0])) < 0.15 * volumes[1],
                "\(family): \(gained) of \(volumes)")
            // A ball's surface moves by the difference of its radii.
            let radii = volumes.map { cbrt($0 * 3 / (4 * .pi)) }
            #expect(
                abs(found.surface.meanMm - (radii[1] - radii[0])) < 0.5,
                "\(family): \(found.surface.meanMm) of \(radii)")
            #expect(volumes[1] - volumes[0] >= least)
        }
    }
}
