import Foundation
import Testing
import VSNetwork
import VSTraining

/// The loss of a whole step: softmax, classes, attention maps, and its edges.
struct TrainingLossTests {
    /// Absolute, of gradients of about 1e-2: logits in float32 moved by 1e-2.
    static let tolerance = 2e-5

    static let shapes = [
        WindowShape(depth: 2, height: 4, width: 4), WindowShape(depth: 2, height: 2, width: 2),
        WindowShape(depth: 1, height: 1, width: 1),
    ]

    private static func loss(hardness: Double = 0.6, supervised: Bool = true) -> TrainingLoss {
        TrainingLoss(dice: HardnessWeightedDice(hardness: hardness), supervised: supervised)
    }

    private static func numbers(_ count: Int, seed: UInt64) -> [Float] {
        var random = StepRandom(seed: seed, step: 0)
        return (0..<count).map { _ in Float(random.normal()) }
    }

    /// Logits, maps and truth of a batch of two.
    private static func sample() -> (logits: [Float], maps: [[Float]], truth: [Float]) {
        let maps = shapes.enumerated().map { level, shape in
            numbers(2 * shape.count, seed: UInt64(level + 10)).map { 1 / (1 + exp(-$0)) }
        }
        return (numbers(4 * 32, seed: 1), maps, numbers(2 * 32, seed: 2).map { $0 > 0.5 ? 1 : 0 })
    }

    @Test("the gradients of logits and maps are the slopes of the loss")
    func slopes() {
        let (logits, maps, truth) = Self.sample()
        func value(_ logits: [Float], _ maps: [[Float]]) -> Double {
            Self.loss().evaluate(
                logits: logits, maps: maps, foreground: truth, batch: 2, shapes: Self.shapes
            ).value
        }
        let result = Self.loss().evaluate(
            logits: logits, maps: maps, foreground: truth, batch: 2, shapes: Self.shapes)
        let step: Float = 1e-2
        for index in stride(from: 0, to: logits.count, by: 7) {
            var (up, down) = (logits, logits)
            up[index] += step
            down[index] -= step
            let slope = (value(up, maps) - value(down, maps)) / Double(up[index] - down[index])
            #expect(abs(Double(result.logits[index]) - slope) < Self.tolerance, "logit \(index)")
        }
        for level in 0..<3 {
            for index in stride(from: 0, to: maps[level].count, by: 5) {
                var (up, down) = (maps, maps)
                up[level][index] += step
                down[level][index] -= step
                let slope =
                    (value(logits, up) - value(logits, down))
                    / Double(up[level][index] - down[level][index])
                // Maps of few voxels bend more: the error of a central difference is of order step².
                let difference = abs(Double(result.maps[level][index]) - slope)
                #expect(difference < 20 * Self.tolerance, "map \(level) \(index)")
            }
        }
    }

    @Test("without supervision the maps take no part")
    func unsupervised() {
        let (logits, maps, truth) = Self.sample()
        let plain = Self.loss(supervised: false).evaluate(
            logits: logits, maps: maps, foreground: truth, batch: 2, shapes: Self.shapes)
        let none = Self.loss().evaluate(
            logits: logits, maps: [], foreground: truth, batch: 2, shapes: Self.shapes)
        let all = Self.loss().evaluate(
            logits: logits, maps: maps, foreground: truth, batch: 2, shapes: Self.shapes)
        #expect(plain.maps.isEmpty && none.maps.isEmpty)
        #expect(plain.value == none.value && plain.logits == none.logits)
        #expect(all.value > plain.value && all.logits == plain.logits)
        #expect(all.maps.map(\.count) == [64, 16, 2])
    }

    @Test("each map is compared with the truth averaged over its voxels, worked by hand")
    func pooledTruth() {
        // By whole columns one image is half foreground, the other a quarter.
        var truth = [Float](repeating: 0, count: 64)
        for voxel in 0..<64 where voxel % 4 < (voxel < 32 ? 2 : 1) { truth[voxel] = 1 }
        let middle = (0..<16).map { $0 % 2 == 0 ? ($0 < 8 ? 1 : Float(0.5)) : 0 }
        let logits = Self.numbers(128, seed: 3)
        func value(_ maps: [[Float]]) -> Double {
            Self.loss(hardness: 0).evaluate(
                logits: logits, maps: maps, foreground: truth, batch: 2, shapes: Self.shapes
            ).value
        }
        // The Dice of fractions with themselves is sum(p²) / sum(p): 1; 5 / 6; 0.3125 / 0.75. So the
        // maps add (0 + 1 / 6 + 7 / 12) / 3, and any other map of the middle level more.
        let plain = value([])
        #expect(abs(value([truth, middle, [0.5, 0.25]]) - plain - 0.25) < 1e-5)
        let swapped = Array(middle[8...] + middle[..<8])
        #expect(value([truth, swapped, [0.5, 0.25]]) > plain + 0.26)
    }

    @Test(
        "truth of one class only: the right answer costs nothing, and every gradient is finite",
        arguments: [Float(0), 1], [0.0, 0.6, 1])
    func oneClass(class truth: Float, hardness: Double) {
        let foreground = [Float](repeating: truth, count: 64)
        func run(_ tumourLogit: Float) -> (value: Double, logits: [Float], maps: [[Float]]) {
            // [N][2][V]: background 0, foreground as given.
            let image = [Float](repeating: 0, count: 32) + Array(repeating: tumourLogit, count: 32)
            let maps = Self.shapes.map { [Float](repeating: truth, count: 2 * $0.count) }
            return Self.loss(hardness: hardness).evaluate(
                logits: image + image, maps: maps, foreground: foreground, batch: 2,
                shapes: Self.shapes)
        }
        let (right, wrong, unsure) = (
            run(truth == 1 ? 200 : -200), run(truth == 1 ? -200 : 200), run(0)
        )
        #expect(abs(right.value) < 1e-6)
        #expect(wrong.value > 0.99)
        #expect(unsure.value > right.value && unsure.value < wrong.value)
        for result in [right, wrong, unsure] {
            #expect(result.logits.allSatisfy { $0.isFinite })
            #expect(result.maps.allSatisfy { $0.allSatisfy { $0.isFinite } })
        }
        // The unsure answer is pushed towards the truth.
        let push = unsure.logits[32..<64]
        #expect(push.allSatisfy { truth == 1 ? $0 < 0 : $0 > 0 })
    }

    @Test("a logit that is no number makes the loss none, so that training can stop")
    func notANumber() {
        var (logits, maps, truth) = Self.sample()
        logits[5] = .nan
        let result = Self.loss().evaluate(
            logits: logits, maps: maps, foreground: truth, batch: 2, shapes: Self.shapes)
        #expect(result.value.isNaN)
        (logits, maps, truth) = Self.sample()
        maps[1][3] = .infinity
        let other = Self.loss().evaluate(
            logits: logits, maps: maps, foreground: truth, batch: 2, shapes: Self.shapes)
        #expect(!other.value.isFinite)
    }
}
