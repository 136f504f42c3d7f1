import VSImaging
import VSNetwork
import VSSegmentation

/// The trial run of a model before it is installed: it has to segment a drawn head.
enum ModelTrial {
    /// Runs a model on the built-in head.
    ///
    /// What it finds there says nothing of the model; that it runs, within memory, with probabilities
    /// that are numbers and that depend on what it sees, does.
    /// - Throws: `NetworkError` with the reason.
    static func run(
        _ file: ModelFile, subject: String, parameters: SegmentationParameters
    ) throws(NetworkError) {
        var parameters = parameters
        parameters.isExhaustive = true  // What the network never saw would look like an answer.
        do {
            let result = try Segmenter(file, parameters: parameters).segment(
                head, subject: "the built-in phantom",
                box: SearchBox(centre: [0, 0, 12], sizeMm: [60, 40, 24]))
            guard (0...1).contains(result.highestProbability) else {
                throw failure(subject, "It gives values that are no probabilities.")
            }
            let seen = inside(result.probability)
            guard let low = seen.min(), let high = seen.max(), high > low * 1.0001 else {
                throw failure(
                    subject,
                    "It gives the same probability everywhere, as a file of zeros does.")
            }
        } catch let error as NetworkError {
            throw error
        } catch {
            throw failure(subject, "It cannot segment the built-in phantom: \(error)")
        }
    }

    /// The probabilities well inside the box that is searched, where the ball and its surroundings are.
    private static func inside(_ map: ProbabilityMap) -> [Float] {
        map.voxels.indices.lazy.filter { index in
            let (w, h) = (index % map.shape.width, index / map.shape.width % map.shape.height)
            return abs(w - 64) < 34 && abs(h - 50) < 22
        }.map { map.voxels[$0] }
    }

    private static func failure(_ subject: String, _ message: String) -> NetworkError {
        NetworkError(
            .refused, subject: subject, message: message,
            remedy: "Nothing was installed; use another model.")
    }

    /// A grey head of 80 x 64 mm in dark air with a bright ball of 5 mm beside its middle.
    private static var head: Volume {
        let shape = GridShape(depth: 16, height: 100, width: 128)
        let spacing = Spacing(depth: 1.5, height: 0.8, width: 0.8)
        var voxels: [Float] = []
        voxels.reserveCapacity(shape.count)
        for d in 0..<shape.depth {
            for h in 0..<shape.height {
                for w in 0..<shape.width {
                    let x = (Double(w) - 64) * spacing.width
                    let y = (Double(h) - 50) * spacing.height
                    let z = Double(d) * spacing.depth - 12
                    // A pattern in place of noise: the gate refuses drawings of few values.
                    let grain = Float((d * 7919 + h * 104_729 + w * 1_299_709) % 101)
                    let isHead = x * x / 1600 + y * y / 1024 < 1
                    let isTumour = (x - 22) * (x - 22) + y * y + z * z < 25
                    voxels.append((isTumour ? 1400 : isHead ? 500 : 20) + grain / 4)
                }
            }
        }
        return Volume(
            shape: shape,
            affine: Affine(
                origin: [-64 * spacing.width, -50 * spacing.height, 0], spacing: spacing),
            voxels: voxels)
    }
}
