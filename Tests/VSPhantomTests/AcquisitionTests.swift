import Testing
import VSImaging
import VSPhantom

@Suite struct AcquisitionTests {
    private func flat(_ value: Float) -> Volume {
        let shape = GridShape(depth: 4, height: 64, width: 64)
        return Volume(
            shape: shape, affine: Affine(spacing: Spacing(depth: 1.5, height: 0.4, width: 0.4)),
            voxels: [Float](repeating: value, count: shape.count))
    }

    private func simulation(noise: Double, bias: Double = 0) -> AcquisitionSimulation {
        AcquisitionSimulation(
            pointSpreadMm: 0.6, sliceWidthMm: 1.5, noise: noise, noiseSmoothness: 0.5, bias: bias)
    }

    @Test func `a flat image without noise or bias stays as it was`() {
        var image = flat(1)
        var random = CounterRandom(seed: 3)
        simulation(noise: 0).apply(to: &image, random: &random)
        #expect(image.voxels.allSatisfy { abs($0 - 1) < 1e-5 })
    }

    @Test func `noise has the spread asked for where the signal is high`() {
        var image = flat(1)
        var random = CounterRandom(seed: 4)
        simulation(noise: 0.05).apply(to: &image, random: &random)
        let (mean, sd) = moments(image)
        #expect(abs(mean - 1) < 0.005 && abs(sd - 0.05) < 0.003, "seed 4: \(mean), \(sd)")
    }

    @Test func `noise in air is Rayleigh distributed`() {
        var image = flat(0)
        var random = CounterRandom(seed: 5)
        simulation(noise: 0.05).apply(to: &image, random: &random)
        let (mean, sd) = moments(image)
        // Rayleigh: mean sqrt(pi / 2) sigma, standard deviation sqrt(2 - pi / 2) sigma.
        #expect(abs(mean - 0.0627) < 0.002 && abs(sd - 0.0328) < 0.002, "seed 5: \(mean), \(sd)")
    }

    @Test func `the same stream gives the same image`() {
        var images = [flat(1), flat(1)]
        for index in 0..<2 {
            var random = CounterRandom(seed: 6)
            simulation(noise: 0.05, bias: 0.2).apply(to: &images[index], random: &random)
        }
        #expect(images[0] == images[1])
    }

    @Test func `slice weights are symmetric and sum to one`() {
        let weights = simulation(noise: 0).sliceWeights(stepMm: 0.5)
        #expect(weights.count % 2 == 1)
        #expect(abs(weights.reduce(0, +) - 1) < 1e-6)
        #expect(zip(weights, weights.reversed()).allSatisfy { abs($0 - $1) < 1e-7 })
    }

    private func moments(_ image: Volume) -> (mean: Double, sd: Double) {
        let count = Double(image.voxels.count)
        let mean = image.voxels.reduce(0) { $0 + Double($1) } / count
        let square = image.voxels.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        return (mean, (square / count).squareRoot())
    }
}
