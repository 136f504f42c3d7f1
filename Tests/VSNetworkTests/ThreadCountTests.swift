import CKernels
import Testing
import VSNetwork

/// What is computed must not depend on how many threads compute it, or when.
///
/// The count is the process's: each test here is a process of its own, which nothing outside sees.
struct ThreadCountTests {
    static let counts = [1, 2, 3, 5]

    /// Runs `body` with each number of threads, twice, and gives back every result.
    static func results<Result>(_ body: () throws -> Result) rethrows -> [Result] {
        try counts.flatMap { count in
            Threads.use(count)
            #expect(Threads.count == count)
            return try [body(), body()]
        }
    }

    @Test("zero threads asks for one per processor, and a thousand for as many as there can be")
    func range() async {
        await #expect(processExitsWith: .success) {
            let own = Threads.count
            #expect(own >= 1)
            Threads.use(1000)
            #expect(Threads.count == 64)
            Threads.use(-3)
            #expect(Threads.count == own)
            Threads.use(0)
            #expect(Threads.count == own)
        }
    }

    @Test("every piece of work is done once, however often the number of threads changes")
    func changingCount() async {
        await #expect(processExitsWith: .success) {
            // Sums of small integers, exact in float32: one piece too many or too few shows.
            let shape = WindowShape(depth: 1, height: 8, width: 1)
            let one = PlainTensor(batch: 1, channels: 16, shape: shape).map { _ in 1 }
            let (x, y) = (try BlockedTensor(one), try BlockedTensor(one.map { _ in 0 }))
            let rounds = 5000
            for round in 0..<rounds {
                Threads.use(Self.counts[round % 4])
                vsdb_add_f32(&x.raw, &y.raw)
            }
            #expect(y.plain.values.allSatisfy { $0 == Double(rounds) })
        }
    }

    @Test("probabilities have the same bits for every number of threads")
    func inference() async {
        await #expect(processExitsWith: .success) {
            let architecture = Architecture(baseWidth: 5)
            let network = PreparedUNet(
                architecture: architecture, values: .sample(architecture, seed: 1))
            let window = architecture.tinyWindow
            let workspace = try network.makeWorkspace(for: window)
            var numbers = SeededNumbers(seed: 2)
            let input = numbers.floats(window.count)
            let all = Self.results { bits(network.probability(of: input, in: workspace)) }
            #expect(all.allSatisfy { $0 == all[0] })
            #expect(Set(all[0]).count > window.count / 2, "the output varies")
        }
    }

    @Test(
        "a training step has the same bits for every number of threads, its gradients included",
        arguments: [Attention.spatial, .gate])
    func training(attention: Attention) async {
        await #expect(processExitsWith: .success) { [attention] in
            let architecture = Architecture(attention: attention, baseWidth: 5)
            let window = architecture.tinyWindow
            var numbers = SeededNumbers(seed: 3)
            let images = numbers.floats(2 * window.count)
            let logitGradient = numbers.floats(4 * window.count)
            let values = ParameterValues.sample(architecture, seed: 4)
            let all = try Self.results {
                let network = try TrainingNetwork(
                    architecture: architecture, values: values, batch: 2, window: window)
                let output = network.forward(images)
                network.backward(logits: logitGradient, maps: [])
                return [
                    bits(output.logits), bits(output.maps.joined()), bits(network.gradients),
                    bits(network.values.statistics),
                ]
            }
            for part in 0..<4 {
                #expect(all.allSatisfy { $0[part] == all[0][part] }, "part \(part)")
            }
            #expect(all[0][2].contains { $0 != 0 })
        }
    }
}
