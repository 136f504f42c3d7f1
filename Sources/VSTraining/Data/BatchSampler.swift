import VSNetwork

/// One step's input.
package struct Batch: Sendable {
    /// [N][D][H][W], normalised and varied.
    package let images: [Float]
    /// [N][D][H][W], 0 or 1.
    package let foreground: [Float]
}

/// Draws random crops; step `i` is always the same for the same seed and cases.
package struct BatchSampler: Sendable {
    private let cases: [PreparedCase]
    private let bearing: [Int]
    private var hard = HardPlaces()
    private var hardCases: [Int] = []
    private let configuration: TrainingConfiguration

    /// A sampler over cases, at least one of which must hold a tumour.
    package init(
        cases: [PreparedCase], configuration: TrainingConfiguration
    ) throws(TrainingError) {
        self.cases = cases
        self.configuration = configuration
        bearing = cases.indices.filter { !cases[$0].tumour.isEmpty }
        guard !bearing.isEmpty else {
            throw TrainingError(
                .unusable, subject: "training data",
                message: "None of the \(cases.count) cases holds a tumour.",
                remedy: "Give at least one case with a mask that is not empty.")
        }
    }

    /// The same sampler with other hard places.
    package func drawing(from hard: HardPlaces) -> BatchSampler {
        var result = self
        result.hard = hard
        result.hardCases = hard.cases.filter { cases.indices.contains($0) }
        return result
    }

    /// The batch of step `step`.
    ///
    /// The first crop always holds tumour; each of the others does so with the configured
    /// probability, and otherwise lies on a hard place, where there are any, or anywhere.
    package func batch(step: Int) -> Batch {
        var random = StepRandom(seed: configuration.seed, step: step)
        let crop = configuration.crop
        let size = crop.count
        var images = [Float](repeating: 0, count: configuration.batch * size)
        var foreground = images
        for n in 0..<configuration.batch {
            let (source, place) = place(ofCrop: n, random: &random)
            let transform = CropTransform(
                centre: centre(in: source, near: place, random: &random),
                crop: crop, augmentation: configuration.augmentation, random: &random)
            images.withUnsafeMutableBufferPointer { images in
                foreground.withUnsafeMutableBufferPointer { foreground in
                    let image = UnsafeMutableBufferPointer(
                        rebasing: images[n * size..<(n + 1) * size])
                    transform.sample(
                        source, image: image,
                        truth: UnsafeMutableBufferPointer(
                            rebasing: foreground[n * size..<(n + 1) * size]))
                    configuration.augmentation.varyIntensity(
                        image, crop: crop, random: &random)
                }
            }
        }
        return Batch(images: images, foreground: foreground)
    }

    /// The case of a crop, and the voxel that it is to hold; nil for any place.
    private func place(
        ofCrop n: Int, random: inout StepRandom
    ) -> (source: PreparedCase, voxel: SIMD3<Double>?) {
        if n == 0 || random.chance(configuration.tumourProbability) {
            let source = cases[bearing[Int.random(in: 0..<bearing.count, using: &random)]]
            let at = Int(source.tumour[Int.random(in: 0..<source.tumour.count, using: &random)])
            let (height, width) = (source.shape.height, source.shape.width)
            return (
                source,
                SIMD3(
                    Double(at / width / height), Double(at / width % height), Double(at % width))
            )
        }
        if !hardCases.isEmpty, random.chance(configuration.hardProbability) {
            let index = hardCases[Int.random(in: 0..<hardCases.count, using: &random)]
            if let place = hard.byCase[index]?.randomElement(using: &random) {
                return (
                    cases[index], SIMD3(Double(place.x), Double(place.y), Double(place.z))
                )
            }
        }
        return (cases[Int.random(in: 0..<cases.count, using: &random)], nil)
    }

    /// The voxel moved by up to a third of the crop, or any place where the crop fits.
    private func centre(
        in source: PreparedCase, near voxel: SIMD3<Double>?, random: inout StepRandom
    ) -> SIMD3<Double> {
        let crop = configuration.crop
        let sides = [source.shape.depth, source.shape.height, source.shape.width]
        let window = [crop.depth, crop.height, crop.width]
        var result = SIMD3<Double>.zero
        for axis in 0..<3 {
            let half = Double(window[axis]) / 2
            let low = min(half, Double(sides[axis]) / 2)
            let high = max(Double(sides[axis]) - half, Double(sides[axis]) / 2)
            if let voxel {
                let reach = Double(window[axis]) / 3
                result[axis] = min(max(voxel[axis] + random.uniform(-reach...reach), low), high)
            } else {
                result[axis] = random.uniform(low...max(low, high))
            }
        }
        return result
    }
}
