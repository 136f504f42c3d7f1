import Testing
import VSImaging
import VSNetwork
import VSSegmentation
import VSTestSupport

struct PreprocessorTests {
    static func preprocessor(_ region: Normalisation.Region = .image) -> Preprocessor {
        Preprocessor(
            ModelDescription(
                name: "test", version: "1", spacingMm: [1.5, 0.4, 0.4],
                normalisation: Normalisation(region: region)))
    }

    @Test("a spacing within 10 % keeps its own grid")
    func keepsGrid() {
        let near = volume(
            6, 20, 24, spacing: Spacing(depth: 1.4, height: 0.43, width: 0.37), scatter)
        let input = Self.preprocessor().prepare(near)
        #expect(!input.isResampled)
        #expect(input.volume.affine == near.affine)
        #expect(input.volume.shape == near.shape)
    }

    @Test("one axis beyond 10 % brings the model's spacing over the same field of view")
    func resamples() {
        let thick = volume(
            6, 40, 48, spacing: Spacing(depth: 3, height: 0.4, width: 0.4), origin: [5, 6, 7],
            scatter)
        let input = Self.preprocessor().prepare(thick)
        #expect(input.isResampled)
        #expect(input.volume.shape == GridShape(depth: 12, height: 40, width: 48))
        let spacing = input.volume.affine.spacing
        #expect(abs(spacing.depth - 1.5) < 1e-9 && abs(spacing.width - 0.4) < 1e-9)
        // The first slice's lower face stays where it was: 7 - 1.5 = z - 0.75.
        #expect(abs(input.volume.affine.origin.z - 6.25) < 1e-9)
        #expect(abs(input.volume.affine.origin.x - 5) < 1e-9)
    }

    @Test("an oblique scan keeps its directions")
    func keepsOrientation() {
        let affine = Affine(
            origin: [1, 2, 3], depthStep: [0, 0.8, 2.4], heightStep: [0, 0.76, -0.24],
            widthStep: [0.8, 0, 0])
        let scan = volume(8, 20, 20, scatter)
        let oblique = Volume(shape: scan.shape, affine: affine, voxels: scan.voxels)
        let result = Self.preprocessor().prepare(oblique).volume.affine
        let alignment =
            result.depthStep.dot(affine.depthStep)
            / (result.depthStep.length * affine.depthStep.length)
        #expect(abs(alignment - 1) < 1e-12)
        #expect(abs(result.depthStep.length - 1.5) < 1e-12)
    }

    @Test("a normalised image has mean 0 and deviation 1")
    func normalises() {
        let result = Self.preprocessor().prepare(volume(6, 30, 30, scatter)).volume.voxels
        let mean = result.reduce(0.0) { $0 + Double($1) } / Double(result.count)
        let square = result.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(result.count)
        #expect(abs(mean) < 1e-5)
        #expect(abs(square - mean * mean - 1) < 1e-4)
    }

    @Test("normalising over the head leaves the air out")
    func normalisesOverHead() {
        // Half air at 0, half head at 300 and 500: mean 400, deviation 100.
        let scan = volume(4, 20, 20) { _, h, w in h < 10 ? 0 : w % 2 == 0 ? 300 : 500 }
        let result = Self.preprocessor(.head).prepare(scan).volume
        #expect(abs(result[0, 15, 0] + 1) < 1e-5)
        #expect(abs(result[0, 15, 1] - 1) < 1e-5)
        #expect(abs(result[0, 0, 0] + 4) < 1e-5)
    }

    @Test("a constant image becomes zero, not NaN")
    func constant() {
        let result = Self.preprocessor().prepare(volume(4, 8, 8) { _, _, _ in 5 }).volume
        #expect(result.voxels.allSatisfy { $0 == 0 })
    }

    @Test("brightness and contrast of the scanner do not matter")
    func scale() {
        let scan = volume(4, 16, 16, scatter)
        let other = volume(4, 16, 16) { 50 + 4 * scatter($0, $1, $2) }
        let a = Self.preprocessor().prepare(scan).volume.voxels
        let b = Self.preprocessor().prepare(other).volume.voxels
        #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test("probability one comes back as one everywhere on a grid of another spacing")
    func unitProbability() {
        let scan = volume(
            7, 33, 41, spacing: Spacing(depth: 3.3, height: 0.6, width: 0.6), scatter)
        let grid = Self.preprocessor().grid(for: scan)
        let ones = ProbabilityMap(
            shape: grid.shape, affine: grid.affine,
            voxels: Array(repeating: 1, count: grid.shape.count))
        let back = ones.resampled(to: scan.shape, affine: scan.affine, outside: 0)
        #expect(back.shape == scan.shape)
        #expect(back.voxels.allSatisfy { abs($0 - 1) < 1e-6 })
    }
}
