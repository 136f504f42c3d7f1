import VSImaging

/// Seeded pseudo-random numbers (SplitMix64), the same everywhere.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}

/// A mask whose voxels are set with a probability.
func randomMask(
    _ shape: GridShape, spacing: Spacing, density: Double, seed: UInt64
) -> Mask {
    var random = SeededRandom(seed)
    let voxels = (0..<shape.count).map { _ in
        UInt8(Double.random(in: 0..<1, using: &random) < density ? 1 : 0)
    }
    return Mask(shape: shape, affine: Affine(spacing: spacing), voxels: voxels)
}

/// The voxel (d, h, w) of a position in memory.
func place(_ index: Int, in shape: GridShape) -> (d: Int, h: Int, w: Int) {
    (index / shape.width / shape.height, index / shape.width % shape.height, index % shape.width)
}
