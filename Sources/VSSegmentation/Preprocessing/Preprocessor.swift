import Synchronization
public import VSImaging
public import VSNetwork

/// A volume as the network sees it: on the model's grid, normalised.
public struct NetworkInput: Sendable {
    /// The normalised volume.
    public let volume: Volume
    /// Whether the input's own grid was left for the model's.
    public let isResampled: Bool
}

/// From a scan to the network's input: the one preprocessing of training and of inference.
public struct Preprocessor: Sendable {
    /// An axis whose spacing differs from the model's by more than this factor is resampled.
    static let spacingTolerance = 1.10
    /// The head is what is brighter than this fraction of the image's 99th percentile.
    static let headFraction: Float = 0.1

    private let spacing: Spacing
    private let normalisation: Normalisation
    private let rule: ScanRule

    /// The preprocessing that a model asks for.
    public init(_ description: ModelDescription) {
        spacing = Spacing(
            depth: description.spacingMm[0], height: description.spacingMm[1],
            width: description.spacingMm[2])
        normalisation = description.normalisation
        rule = description.scanRule ?? ScanRule()
    }

    /// The grid the network sees `volume` on: its own, or, where any axis differs from the model's
    /// spacing by more than 10 %, one of the model's spacing over the same field of view; turned half
    /// round in the plane where the model wants it so.
    public func grid(for volume: Volume) -> (shape: GridShape, affine: Affine) {
        let (shape, affine) = uprightGrid(for: volume)
        guard rule.orientation == .ras else { return (shape, affine) }
        return (shape, affine.turnedInPlane(shape))
    }

    private func uprightGrid(for volume: Volume) -> (shape: GridShape, affine: Affine) {
        guard rule.resamples else { return (volume.shape, volume.affine) }
        let own = volume.affine.spacing
        let pairs = [
            (own.depth, spacing.depth), (own.height, spacing.height), (own.width, spacing.width),
        ]
        let differs = pairs.contains { max($0 / $1, $1 / $0) > Self.spacingTolerance }
        guard differs else { return (volume.shape, volume.affine) }
        let sides = [volume.shape.depth, volume.shape.height, volume.shape.width]
        let counts = zip(sides, pairs).map { side, pair in
            max(1, Int((Double(side) * pair.0 / pair.1).rounded()))
        }
        let steps = [
            volume.affine.depthStep, volume.affine.heightStep, volume.affine.widthStep,
        ]
        let factors = pairs.map { $1 / $0 }
        // The outer faces of both grids agree, so the first centres differ by half a voxel's change.
        var origin = volume.affine.origin
        for axis in 0..<3 { origin += (factors[axis] - 1) / 2 * steps[axis] }
        let affine = Affine(
            origin: origin, depthStep: factors[0] * steps[0], heightStep: factors[1] * steps[1],
            widthStep: factors[2] * steps[2])
        let shape = GridShape(depth: counts[0], height: counts[1], width: counts[2])
        return (shape, affine)
    }

    /// Resamples where needed and normalises.
    public func prepare(_ volume: Volume) -> NetworkInput { prepare(volume, normalisedBy: nil) }

    /// Resamples where needed and normalises.
    ///
    /// - Parameters:
    ///   - volume: the scan, or a part of one.
    ///   - given: the statistics to normalise by, as those of a whole scan for a part of it; nil takes the
    ///     volume's own.
    ///   - percentile: the 99th percentile of the volume's values where it is known.
    /// - Returns: the network's input.
    func prepare(
        _ volume: Volume, normalisedBy given: (mean: Float, deviation: Float)?,
        percentile99 percentile: Float? = nil
    ) -> NetworkInput {
        let target = uprightGrid(for: volume)
        let isResampled = target.affine != volume.affine
        let source =
            isResampled ? volume.resampled(to: target.shape, affine: target.affine) : volume
        let (mean, deviation) =
            given ?? statistics(of: source.voxels, percentile99: isResampled ? nil : percentile)
        let scale = deviation > 0 ? 1 / deviation : 1
        let voxels = source.voxels
        let normalised = [Float](count: voxels.count) { range, part in
            for (place, value) in voxels[range].enumerated() {
                part[place] = (value - mean) * scale
            }
        }
        var result = Volume(shape: source.shape, affine: source.affine, voxels: normalised)
        if rule.orientation == .ras { result = result.turnedInPlane() }
        return NetworkInput(volume: result, isResampled: isResampled)
    }

    /// Mean and standard deviation that a whole scan is normalised by.
    func statistics(ofScan volume: Volume) -> (mean: Float, deviation: Float) {
        let target = uprightGrid(for: volume)
        return statistics(of: volume.resampled(to: target.shape, affine: target.affine).voxels)
    }

    /// Mean and standard deviation of the voxels that count, summed in double.
    func statistics(
        of voxels: [Float], percentile99 percentile: Float? = nil
    ) -> (mean: Float, deviation: Float) {
        let threshold =
            switch normalisation.region {
            case .image: -Float.infinity
            case .head: Self.headFraction * (percentile ?? Self.percentile99(voxels))
            }
        var count = 0.0
        var sum = 0.0
        var squares = 0.0
        for value in voxels where value > threshold {
            count += 1
            sum += Double(value)
            squares += Double(value) * Double(value)
        }
        guard count > 0 else { return (0, 1) }
        let mean = sum / count
        return (Float(mean), Float(max(0, squares / count - mean * mean).squareRoot()))
    }

    /// The 99th percentile, from a histogram of 4096 bins between the extremes.
    static func percentile99(_ voxels: [Float]) -> Float {
        let extremes = IntensityExtremes(voxels)
        let (low, high) = (extremes.low, extremes.high)
        guard high > low else { return high.isFinite ? high : 0 }
        let bins = 4096
        let scale = Float(bins - 1) / (high - low)
        let counts = Mutex([Int](repeating: 0, count: bins))
        voxels.forEachPart { part in
            var own = [Int](repeating: 0, count: bins)
            for value in part where value.isFinite { own[Int((value - low) * scale)] += 1 }
            counts.withLock { counts in for bin in own.indices { counts[bin] += own[bin] } }
        }
        let histogram = counts.withLock { $0 }
        var left = voxels.count / 100
        for bin in stride(from: bins - 1, through: 0, by: -1) {
            left -= histogram[bin]
            if left < 0 { return low + Float(bin) / scale }
        }
        return low
    }
}
