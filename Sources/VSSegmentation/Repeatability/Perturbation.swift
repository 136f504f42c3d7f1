import Foundation
import VSImaging

/// One small change to a scan, as a second scan of the same patient might bring.
struct Perturbation: Sendable, Hashable {
    /// The shift along depth, height and width, voxels.
    let shiftVoxels: SIMD3<Double>
    /// Rotations about the patient's x, y and z, radians, in this order.
    let rotation: SIMD3<Double>
    /// Whether the columns are mirrored.
    let isFlipped: Bool
    /// The standard deviation of the noise that is added.
    let noiseSD: Float
    /// The seed of the noise.
    let noiseSeed: UInt64

    /// The changes of all runs, decided by a seed.
    static func series(
        _ parameters: RepeatabilityParameters, noiseSD: Float, seed: UInt64
    ) -> [Perturbation] {
        var random = RunRandom(seed: seed)
        return (0..<parameters.runs).map { run in
            func triple(_ largest: Double) -> SIMD3<Double> {
                let values = [random.uniform(), random.uniform(), random.uniform()]
                return largest * (2 * SIMD3(values[0], values[1], values[2]) - 1)
            }
            return Perturbation(
                shiftVoxels: triple(parameters.shiftVoxels),
                rotation: triple(parameters.rotationDegrees * .pi / 180),
                isFlipped: parameters.flips && !run.isMultiple(of: 2),
                noiseSD: Float(parameters.noiseFactor) * noiseSD, noiseSeed: random.next())
        }
    }

    /// A part of a scan as it would look after the change, on the part's own grid.
    ///
    /// - Parameters:
    ///   - scan: the whole scan, so that nothing at the part's edge is made up.
    ///   - shape: the part's size.
    ///   - affine: the part's geometry.
    ///   - centre: the point it turns about, mm LPS.
    /// - Returns: values at the part's voxels.
    func applied(
        to scan: Volume, shape: GridShape, affine: Affine, about centre: LPSPoint
    ) -> Volume {
        let shift =
            shiftVoxels.x * affine.depthStep + shiftVoxels.y * affine.heightStep
            + shiftVoxels.z * affine.widthStep
        let moved = Affine(
            origin: centre + turned(affine.origin - centre) + shift,
            depthStep: turned(affine.depthStep), heightStep: turned(affine.heightStep),
            widthStep: turned(affine.widthStep))
        var voxels = scan.sampledCubic(shape: shape, affine: moved).voxels
        if isFlipped { voxels = Self.flipped(voxels, shape) }
        if noiseSD > 0 {
            var random = RunRandom(seed: noiseSeed)
            for index in voxels.indices { voxels[index] += noiseSD * Float(random.normal()) }
        }
        return Volume(shape: shape, affine: affine, voxels: voxels)
    }

    /// Values with their columns in reverse.
    static func flipped<Value>(_ voxels: [Value], _ shape: GridShape) -> [Value] {
        var result = voxels
        for row in 0..<shape.depth * shape.height {
            result[row * shape.width..<(row + 1) * shape.width].reverse()
        }
        return result
    }

    /// A vector after the rotations about x, then y, then z.
    private func turned(_ v: SIMD3<Double>) -> SIMD3<Double> {
        let (cx, sx) = (cos(rotation.x), sin(rotation.x))
        let a = SIMD3(v.x, cx * v.y - sx * v.z, sx * v.y + cx * v.z)
        let (cy, sy) = (cos(rotation.y), sin(rotation.y))
        let b = SIMD3(cy * a.x + sy * a.z, a.y, cy * a.z - sy * a.x)
        let (cz, sz) = (cos(rotation.z), sin(rotation.z))
        return SIMD3(cz * b.x - sz * b.y, sz * b.x + cz * b.y, b.z)
    }
}

/// Random numbers that a seed decides: SplitMix64 (Steele, Lea and Flood 2014).
struct RunRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Even between 0 and 1, neither of which it reaches.
    mutating func uniform() -> Double { (Double(next() >> 12) + 0.5) / 4_503_599_627_370_496 }

    /// Standard normal (Box and Muller 1958).
    mutating func normal() -> Double {
        (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform())
    }
}
