import Testing
import VSNetwork
import VSTestSupport
import VSTraining

struct BatchSamplerTests {
    static let crop = WindowShape(depth: 4, height: 8, width: 8)
    /// A tumour in a corner, which crops that fit can hold only at their own edge.
    static let bearing = preparedCase(10, 40, 40, tumour: Box([0, 0, 0], size: [2, 2, 2])) {
        d, h, w in 1 + scatter(d, h, w)
    }
    /// One bright voxel, and nowhere a tumour.
    static let free = preparedCase(10, 40, 40) { d, h, w in (d, h, w) == (5, 20, 20) ? 9 : 0 }

    private static func configuration(
        _ change: (inout TrainingConfiguration) -> Void = { _ in }
    ) -> TrainingConfiguration {
        var result = TrainingConfiguration()
        result.crop = crop
        result.augmentation = .none
        change(&result)
        return result
    }

    private static func sampler(
        _ cases: [PreparedCase] = [free, bearing],
        _ change: (inout TrainingConfiguration) -> Void = { _ in }
    ) throws -> BatchSampler {
        try BatchSampler(cases: cases, configuration: configuration(change))
    }

    /// The n-th crop of a batch.
    private static func part(_ values: [Float], _ n: Int) -> ArraySlice<Float> {
        values[n * crop.count..<(n + 1) * crop.count]
    }

    @Test("a step's batch is the same every time, and another for another step or seed")
    func repeatable() throws {
        let sampler = try Self.sampler { $0.augmentation = CropAugmentation() }
        let batch = sampler.batch(step: 7)
        #expect(batch.images.count == 2 * Self.crop.count)
        #expect(batch.foreground.count == 2 * Self.crop.count)
        let again = sampler.batch(step: 7)
        #expect(bits(again.images) == bits(batch.images))
        #expect(again.foreground == batch.foreground)
        #expect(sampler.batch(step: 8).images != batch.images)
        let other = try Self.sampler {
            $0.augmentation = CropAugmentation()
            $0.seed = 2
        }
        #expect(other.batch(step: 7).images != batch.images)
    }

    @Test("the first crop always holds tumour, and the others as often as configured")
    func tumours() throws {
        for (probability, range) in [(0.0, 0...5), (0.5, 30...70), (1, 100...100)] {
            let sampler = try Self.sampler { $0.tumourProbability = probability }
            let batches = (0..<100).map { sampler.batch(step: $0).foreground }
            #expect(batches.allSatisfy { Self.part($0, 0).contains(1) })
            let others = batches.count { Self.part($0, 1).contains(1) }
            #expect(range.contains(others), "\(others) of 100 at \(probability)")
        }
    }

    @Test("the foreground is zero or one under every variation, and images are finite")
    func varied() throws {
        let sampler = try Self.sampler { $0.augmentation = CropAugmentation() }
        for step in 0..<50 {
            let batch = sampler.batch(step: step)
            #expect(batch.foreground.allSatisfy { $0 == 0 || $0 == 1 })
            #expect(batch.images.allSatisfy { $0.isFinite })
        }
    }

    @Test("crops that need hold nothing lie all over the case")
    func anywhere() throws {
        // The value tells the place: slices, rows and columns reach from end to end.
        for axis in 0..<3 {
            let item = preparedCase(10, 40, 40, tumour: Box([0, 0, 0], size: [2, 2, 2])) {
                Float([$0, $1, $2][axis])
            }
            let sampler = try Self.sampler([item]) { $0.tumourProbability = 0 }
            let values = (0..<200).flatMap { Self.part(sampler.batch(step: $0).images, 1) }
            let last: Float = axis == 0 ? 9 : 39
            #expect((values.min() ?? 9) < 2 && (values.max() ?? 0) > last - 2, "axis \(axis)")
        }
    }

    @Test("where hard places are known, crops that need hold no tumour lie on them")
    func hardPlaces() throws {
        var hard = HardPlaces()
        hard.take([(0, [SIMD3(5, 20, 20)])])
        func hits(_ sampler: BatchSampler) -> Int {
            (0..<100).count { step in
                // Interpolated between eight voxels, the bright one gives at least 9 / 8.
                Self.part(sampler.batch(step: step).images, 1).contains { $0 > 1 && $0 <= 9 }
                    && !Self.part(sampler.batch(step: step).foreground, 1).contains(1)
            }
        }
        let without = try Self.sampler([Self.free, Self.bearingDark]) { $0.tumourProbability = 0 }
        let with = try Self.sampler([Self.free, Self.bearingDark]) {
            $0.tumourProbability = 0
            $0.hardProbability = 1
        }.drawing(from: hard)
        #expect(hits(with) == 100)
        #expect(hits(without) < 20)
        // The first crop still holds tumour.
        #expect(
            (0..<50).allSatisfy { Self.part(with.batch(step: $0).foreground, 0).contains(1) })
    }

    /// As `bearing`, but nowhere bright.
    static let bearingDark = preparedCase(10, 40, 40, tumour: Box([0, 0, 0], size: [2, 2, 2])) {
        _, _, _ in 0
    }

    @Test("places of cases that are not there are left out, and so is the probability of none")
    func foreignPlaces() throws {
        let sampler = try Self.sampler { $0.hardProbability = 1 }
        var foreign = HardPlaces()
        foreign.take([(2, [SIMD3(1, 1, 1)]), (-1, [SIMD3(1, 1, 1)])])
        let drawing = sampler.drawing(from: foreign)
        for step in 0..<20 {
            #expect(drawing.batch(step: step).images == sampler.batch(step: step).images)
        }
    }

    @Test("a place outside its case is drawn from the case's edge, and never a crash")
    func farPlace() throws {
        let sampler = try Self.sampler {
            $0.tumourProbability = 0
            $0.hardProbability = 1
        }
        var hard = HardPlaces()
        hard.take([(0, [SIMD3(.max, -5, .min)])])
        let images = sampler.drawing(from: hard).batch(step: 0).images
        #expect(images.allSatisfy { $0.isFinite })
    }

    @Test("a case smaller than the crop is continued by its edge")
    func smallCase() throws {
        let small = preparedCase(2, 3, 5, tumour: Box([0, 1, 2], size: [2, 2, 2])) { _, _, w in
            Float(w)
        }
        let batch = try Self.sampler([small]).batch(step: 0)
        #expect(batch.images.allSatisfy { $0 >= 0 && $0 <= 4 })
        #expect(batch.images.contains(0) && batch.images.contains(4))
        #expect(Self.part(batch.foreground, 0).contains(1))
    }

    @Test("without a single tumour there is nothing to train on")
    func noTumour() {
        for cases in [[Self.free], []] {
            let error = #expect(throws: TrainingError.self) {
                try BatchSampler(cases: cases, configuration: Self.configuration())
            }
            #expect(error?.code == .unusable)
            #expect(error?.message.contains("\(cases.count) cases") == true)
        }
    }
}
