import Foundation
import Testing
import VSNetwork
import VSTraining

struct IntensityAugmentationTests {
    /// Of values of about 1: a few roundings in float32.
    static let tolerance: Float = 2e-5

    static let crop = WindowShape(depth: 4, height: 6, width: 10)

    /// Values as normalised images have them, from -1.4 to 5.6.
    static let image: [Float] = (0..<crop.count).map { Float($0 * 7919 % 701) / 100 - 1.4 }

    private static func varied(
        _ image: [Float] = image, seed: UInt64 = 1, _ change: (inout CropAugmentation) -> Void
    ) -> [Float] {
        var augmentation = CropAugmentation.none
        change(&augmentation)
        var random = StepRandom(seed: seed, step: 0)
        var result = image
        result.withUnsafeMutableBufferPointer {
            augmentation.varyIntensity($0, crop: crop, random: &random)
        }
        return result
    }

    @Test("no variation leaves every bit")
    func none() {
        #expect(bits(Self.varied { _ in }) == bits(Self.image))
    }

    @Test("the same numbers give the same crop, others another")
    func repeatable() {
        let first = Self.varied { $0 = CropAugmentation() }
        #expect(bits(first) == bits(Self.varied { $0 = CropAugmentation() }))
        #expect(first != Self.varied(seed: 2) { $0 = CropAugmentation() })
        #expect(first != Self.image)
    }

    @Test("the defaults keep every value finite and within what they allow")
    func bounded() {
        // Gamma keeps -1.5 and 6; the field and the gain stretch the distance from -1.5 by at most
        // (1 + 3 * 0.15) and e^0.2; then the offset, and noise of six deviations.
        for seed in 1...200 as ClosedRange<UInt64> {
            let values = Self.varied(seed: seed) { $0 = CropAugmentation() }
            #expect(
                values.allSatisfy { $0.isFinite && $0 > -6 && $0 < 20 },
                "seed \(seed): \(values.min() ?? 0) to \(values.max() ?? 0)")
        }
    }

    @Test("a gain multiplies all values alike, within its limit")
    func gain() {
        var gains: [Float] = []
        for seed in 1...50 as ClosedRange<UInt64> {
            let values = Self.varied(seed: seed) { $0.gain = 0.2 }
            let gain = values[5] / Self.image[5]
            #expect(
                zip(values, Self.image).allSatisfy { abs($0 - $1 * gain) <= 2 * Self.tolerance })
            gains.append(gain)
        }
        #expect(gains.allSatisfy { abs(log($0)) <= 0.2 + 1e-4 })
        #expect((gains.min() ?? 1) < 0.9 && (gains.max() ?? 1) > 1.1)
    }

    @Test("an offset moves all values alike, within its limit")
    func offset() {
        var offsets: [Float] = []
        for seed in 1...50 as ClosedRange<UInt64> {
            let values = Self.varied(seed: seed) { $0.offset = 0.3 }
            let offset = values[0] - Self.image[0]
            #expect(
                zip(values, Self.image).allSatisfy { abs($0 - $1 - offset) <= Self.tolerance })
            offsets.append(offset)
        }
        #expect(offsets.allSatisfy { abs($0) <= 0.3 + 1e-5 })
        #expect((offsets.min() ?? 0) < -0.2 && (offsets.max() ?? 0) > 0.2)
    }

    @Test("gamma bends the range between its fixed ends and keeps the order")
    func gamma() {
        let ends = Self.varied(
            [-1.5, 6] + [Float](repeating: 0, count: Self.crop.count - 2)
        ) { $0.gamma = 0.5 }
        #expect(abs(ends[0] + 1.5) <= Self.tolerance && abs(ends[1] - 6) <= Self.tolerance)
        #expect(abs(ends[2]) > 0.01)
        let order = Self.image.indices.sorted { Self.image[$0] < Self.image[$1] }
        let values = Self.varied { $0.gamma = 0.5 }
        #expect(zip(order, order.dropFirst()).allSatisfy { values[$0] <= values[$1] })
        // What is darker than the range becomes its lower end.
        let dark = Self.varied([Float](repeating: -9, count: Self.crop.count)) { $0.gamma = 0.5 }
        #expect(dark.allSatisfy { abs($0 + 1.5) <= Self.tolerance })
    }

    @Test("noise has mean zero and at most the deviation asked for, voxel by voxel")
    func noise() {
        for seed in 1...20 as ClosedRange<UInt64> {
            let flat = [Float](repeating: 1, count: Self.crop.count)
            let values = Self.varied(flat, seed: seed) { $0.noise = 0.1 }
            let differences = values.map { Double($0) - 1 }
            let mean = differences.reduce(0, +) / Double(differences.count)
            let deviation =
                (differences.reduce(0) { $0 + $1 * $1 } / Double(differences.count)).squareRoot()
            // The deviation is itself drawn, with a mean of about 0.05.
            #expect(deviation > 0 && deviation < 0.25)
            #expect(abs(mean) <= 4 * deviation / Double(differences.count).squareRoot())
            #expect(Set(values).count > Self.crop.count / 2)
        }
    }

    @Test("a field grows along each axis by one slope, and is one in the middle")
    func field() {
        let flat = [Float](repeating: 0.5, count: Self.crop.count)
        let values = Self.varied(flat) { $0.bias = 0.15 }
        func at(_ d: Int, _ h: Int, _ w: Int) -> Float { values[(d * 6 + h) * 10 + w] }
        // 2 (value + 1.5) / 4 is the field; it is linear, so second differences vanish.
        let curve = at(1, 2, 6) - 2 * at(1, 2, 5) + at(1, 2, 4)
        #expect(abs(curve) <= Self.tolerance)
        #expect(abs(at(2, 3, 5) - 0.5) <= Self.tolerance)
        for step in [at(3, 3, 5), at(2, 4, 5), at(2, 3, 6)] {
            #expect(abs(step - 0.5) > 1e-4)
        }
        #expect(values.allSatisfy { abs(($0 + 1.5) / 2 - 1) <= 0.45 + Self.tolerance })
    }

    @Test("a blur keeps the sum, leaves flat images and stays in the plane")
    func blur() {
        let flat = [Float](repeating: 2, count: Self.crop.count)
        let same = Self.varied(flat) { $0.blurProbability = 1 }
        #expect(same.allSatisfy { abs($0 - 2) <= Self.tolerance })
        var point = [Float](repeating: 0, count: Self.crop.count)
        point[(1 * 6 + 3) * 10 + 4] = 1
        let values = Self.varied(point) { $0.blurProbability = 1 }
        #expect(abs(values.reduce(0, +) - 1) <= Self.tolerance)
        let centre = values[(1 * 6 + 3) * 10 + 4]
        let beside = values[(1 * 6 + 3) * 10 + 5]
        let above = values[(1 * 6 + 2) * 10 + 4]
        // (1 - 2 w)² in the middle, w (1 - 2 w) beside it, w between 0.1 and 0.25.
        let weight = (1 - centre.squareRoot()) / 2
        #expect(weight >= 0.1 - 1e-4 && weight <= 0.25 + 1e-4)
        #expect(abs(beside - weight * (1 - 2 * weight)) <= Self.tolerance)
        #expect(abs(above - beside) <= Self.tolerance)
        #expect(values[..<60].allSatisfy { $0 == 0 } && values[120...].allSatisfy { $0 == 0 })
    }
}
