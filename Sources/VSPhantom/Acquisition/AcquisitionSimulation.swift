public import VSImaging

/// What a scanner does to an ideal image: point spread, uneven sensitivity, ghosts and noise.
///
/// Intensities are relative: fluid is about 1 before the simulation. One value describes one scan; all
/// randomness comes from the generator handed in, so the same stream gives the same image.
public struct AcquisitionSimulation: Sendable, Codable, Hashable {
    /// Width of the in-plane point spread (full width at half maximum), mm.
    public var pointSpreadMm: Double
    /// Strength of the ringing of a truncated k-space, 0 (a Gaussian) to 1 (a bare sinc).
    public var ringing: Double
    /// Width of the slice profile (full width at half maximum), mm.
    public var sliceWidthMm: Double
    /// Standard deviation of the noise in each channel, relative to fluid.
    public var noise: Double
    /// How far noise is shared by neighbouring pixels, 0 to 1 (zero filling and filtering).
    public var noiseSmoothness: Double
    /// Standard deviation of the logarithm of the sensitivity over the field of view.
    public var bias: Double
    /// Amplitude of motion ghosts along the phase direction, relative to the image.
    public var ghosting: Double
    /// Whether phase is encoded along the rows (left to right) rather than along the columns.
    public var phaseAlongWidth: Bool

    /// Makes a description; lengths in mm, the rest relative.
    public init(
        pointSpreadMm: Double, ringing: Double = 0.2, sliceWidthMm: Double, noise: Double,
        noiseSmoothness: Double = 0, bias: Double, ghosting: Double = 0,
        phaseAlongWidth: Bool = true
    ) {
        self.pointSpreadMm = pointSpreadMm
        self.ringing = ringing
        self.sliceWidthMm = sliceWidthMm
        self.noise = noise
        self.noiseSmoothness = noiseSmoothness
        self.bias = bias
        self.ghosting = ghosting
        self.phaseAlongWidth = phaseAlongWidth
    }

    /// A plausible scanner for a sequence at a spacing.
    public static func random(
        sequence: ScanSequence, spacing: Spacing, random: inout CounterRandom
    ) -> AcquisitionSimulation {
        AcquisitionSimulation(
            pointSpreadMm: random.uniform(1.1, 1.9) * max(spacing.height, spacing.width, 0.35),
            ringing: random.uniform(0, 0.5),
            sliceWidthMm: spacing.depth * random.uniform(0.9, 1.25),
            noise: random.uniform(0.008, sequence == .ciss ? 0.04 : 0.03),
            noiseSmoothness: random.uniform(0, 0.8),
            bias: random.uniform(0.02, 0.22),
            ghosting: random.chance(0.4) ? random.uniform(0.005, 0.04) : 0,
            phaseAlongWidth: random.chance(0.7))
    }

    /// Turns an ideal image on the scan's own grid, slice profile already applied, into a scan.
    ///
    /// In this order: sensitivity, point spread, ghosts, Rician noise. The result is not negative.
    public func apply(to volume: inout Volume, random: inout CounterRandom) {
        let shape = volume.shape
        let spacing = volume.affine.spacing
        var planes = SlicePlanes(height: shape.height, width: shape.width)
        let kernelW = PointSpread(
            widthMm: pointSpreadMm, spacingMm: spacing.width, ringing: ringing)
        let kernelH = PointSpread(
            widthMm: pointSpreadMm, spacingMm: spacing.height, ringing: ringing)
        let field = BiasField(strength: bias, shape: shape, random: &random)
        var noise = NoiseSource(
            sd: Float(noise), smoothness: Float(noiseSmoothness), random: &random)
        let shift = ghostShift(shape, random: &random)
        let sizes = (0..<shape.depth).map { _ in Float(ghosting * random.uniform(0.2, 1)) }
        volume.voxels.withUnsafeMutableBufferPointer { voxels in
            for d in 0..<shape.depth {
                let plane = UnsafeMutableBufferPointer(
                    rebasing: voxels[shape.index(d, 0, 0)..<shape.index(d + 1, 0, 0)])
                field.multiply(plane, slice: d)
                planes.convolve(plane, alongWidth: kernelW, alongHeight: kernelH)
                if sizes[d] > 0 {
                    planes.addGhost(
                        plane, amplitude: sizes[d], shift: shift, alongWidth: phaseAlongWidth)
                }
                noise.makeRician(plane, width: shape.width)
            }
        }
    }

    /// The weights of thin sub-slices `stepMm` apart, centred on a slice: a smooth-edged box.
    ///
    /// - Returns: An odd number of weights that sum to one; the middle one belongs to the slice's centre.
    public func sliceWeights(stepMm: Double) -> [Float] {
        let edge = max(0.25 * sliceWidthMm, stepMm)
        let reach = Int(((sliceWidthMm + edge) / 2 / stepMm).rounded(.up))
        var weights = (-reach...reach).map { index -> Double in
            let distance = abs(Double(index)) * stepMm
            return max(0, min(1, (sliceWidthMm / 2 - distance) / edge + 0.5))
        }
        let sum = weights.reduce(0, +)
        weights = weights.map { $0 / sum }
        return weights.map(Float.init)
    }

    private func ghostShift(_ shape: GridShape, random: inout CounterRandom) -> Int {
        let side = phaseAlongWidth ? shape.width : shape.height
        return random.chance(0.5)
            ? side / 2 : max(1, Int(random.uniform(0.05, 0.45) * Double(side)))
    }
}
