import Foundation
package import VSNetwork

extension CropAugmentation {
    /// Varies the intensities of a normalised crop in place.
    package func varyIntensity(
        _ image: UnsafeMutableBufferPointer<Float>, crop: WindowShape, random: inout StepRandom
    ) {
        if random.chance(blurProbability) {
            blur(image, crop: crop, weight: Float(random.uniform(0.1...0.25)))
        }
        let power = Float(exp2(random.uniform(-gamma...gamma)))
        let scale = Float(exp(random.uniform(-gain...gain)))
        let shift = Float(random.uniform(-offset...offset))
        let slopes = (0..<3).map { _ in Float(random.uniform(-bias...bias)) }
        let sigma = Float(noise * abs(random.normal()) * 0.6)
        var noiseSource = FastNoise(seed: random.next())
        // Gamma acts on the range that normalised images have, about -1.5 to 6.
        let (floor, span): (Float, Float) = (-1.5, 7.5)
        var index = 0
        for d in 0..<crop.depth {
            let fd = slopes[0] * (2 * Float(d) / Float(crop.depth) - 1)
            for h in 0..<crop.height {
                let fh = fd + slopes[1] * (2 * Float(h) / Float(crop.height) - 1)
                for w in 0..<crop.width {
                    let field = 1 + fh + slopes[2] * (2 * Float(w) / Float(crop.width) - 1)
                    var value = image[index]
                    if power != 1 {
                        let unit = max((value - floor) / span, 0)
                        value = pow(unit, power) * span + floor
                    }
                    // Without a field the way over the floor would cost a value its last bits.
                    if bias != 0 { value = (value - floor) * field + floor }
                    image[index] = value * scale + shift + sigma * noiseSource.next()
                    index += 1
                }
            }
        }
    }

    /// A 3 x 3 in-plane blur: each neighbour along an axis gets `weight`, the centre the rest.
    private func blur(
        _ image: UnsafeMutableBufferPointer<Float>, crop: WindowShape, weight: Float
    ) {
        for axis in 0..<2 {
            let step = axis == 0 ? 1 : crop.width
            let source = Array(image)
            for index in 0..<image.count {
                let place = axis == 0 ? index % crop.width : index / crop.width % crop.height
                let last = (axis == 0 ? crop.width : crop.height) - 1
                let before = source[place > 0 ? index - step : index]
                let after = source[place < last ? index + step : index]
                image[index] = (1 - 2 * weight) * source[index] + weight * (before + after)
            }
        }
    }
}

/// Approximately normal noise, cheap enough for every voxel: the sum of four uniform numbers.
private struct FastNoise {
    private var state: UInt64

    init(seed: UInt64) { state = seed | 1 }

    @inline(__always)
    mutating func next() -> Float {
        // xorshift64* (Vigna 2016); the four 16-bit parts are close to independent.
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        let bits = state &* 0x2545_F491_4F6C_DD1D
        let sum =
            Int(bits & 0xFFFF) + Int(bits >> 16 & 0xFFFF) + Int(bits >> 32 & 0xFFFF)
            + Int(bits >> 48)
        // Each has variance 65536^2 / 12; four of them, so the scale is 1 / (65536 / sqrt 3).
        return (Float(sum) - 131_070) * (1.732_050_8 / 65536)
    }
}
