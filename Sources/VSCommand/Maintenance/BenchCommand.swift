import ArgumentParser
import Foundation
import VSNetwork
import VSReport
import VSTraining

/// The command `vsdb bench`.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Time the network on this machine.",
        discussion: """
            Runs the network on a window of noise and shows the median, smallest and largest time. \
            --layers times each convolution by both algorithms, and marks the one the network uses; \
            --training times a training step.

              vsdb bench
              vsdb bench --size 64x384x384 --threads 2
              vsdb bench --layers
            """)

    @Option(help: ArgumentHelp("The window, slices x rows x columns.", valueName: "DxHxW"))
    var size: String?
    @Option(help: ArgumentHelp("Runs to time, after two to warm up.", valueName: "n"))
    var rounds = 7
    @Option(help: ArgumentHelp("Threads; default: one per processor.", valueName: "n"))
    var threads: Int?
    @Option(
        help: ArgumentHelp("A model file; default: the program's own model.", valueName: "file"),
        completion: .file())
    var model: String?
    @Flag(
        name: [.customLong("layers"), .customLong("tune")],
        help: "Time every convolution by each algorithm: the table of costs behind the choice.")
    var layers = false
    @Flag(help: "Time a training step of two such windows.")
    var training = false
    @Option(
        help: ArgumentHelp(
            "Read the window from a file of float32, in place of noise.", valueName: "file"),
        completion: .file())
    var input: String?
    @Option(
        help: ArgumentHelp("Write the probabilities to a file of float32.", valueName: "file"),
        completion: .file())
    var output: String?
    @Flag(help: "Run once for each line of standard input, and print the seconds.")
    var interactive = false
    @OptionGroup var format: OutputOptions

    func validate() throws {
        guard shape != nil else {
            throw ValidationError("--size is three numbers, for example 36x128x256.")
        }
        guard rounds > 0, threads.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--rounds and --threads are at least 1.")
        }
        guard !(layers && training) else {
            throw ValidationError("Give --layers or --training, not both.")
        }
    }

    private var shape: WindowShape? {
        let text = size ?? (training ? "32x128x128" : "36x128x256")
        let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard sides.count == 3, let depth = sides[0], let height = sides[1], let width = sides[2],
            depth > 0, height > 0, width > 0
        else { return nil }
        return WindowShape(depth: depth, height: height, width: width)
    }

    func run() throws {
        if let threads { Threads.use(threads) }
        guard let shape else { return }
        // Elsewhere such a wish is passed over; a figure of other instructions would mislead.
        let used = InstructionSet.current.rawValue
        if let wish = ProcessInfo.processInfo.environment["VSDB_ISA"], wish != used {
            throw ValidationError(
                "VSDB_ISA asks for '\(wish)', which this processor does not have; it would run \(used)."
            )
        }
        let file =
            try model.map { try ModelFile(contentsOf: $0) }
            ?? DefaultModel.file()
        if layers { return try showLayers(file.description.architecture, shape) }
        let image = try voxels(shape)
        if training {
            try time(try TrainingRun(file, image, shape))
        } else {
            let run = try InferenceRun(file, image, shape)
            try time(run)
            if let output {
                let data = run.probabilities.withUnsafeBytes { Data($0) }
                do { try data.write(to: URL(fileURLWithPath: output)) } catch {
                    throw ReportError(
                        .unwritable, subject: output, message: "The file cannot be written.",
                        remedy: "Check the folder, its permissions and the free space.")
                }
            }
        }
    }

    /// The window's voxels: the file's, or noise that is the same every time.
    private func voxels(_ shape: WindowShape) throws -> [Float] {
        guard let input else {
            var generator = RepeatableNoise(state: 1)
            return (0..<shape.count).map { _ in Float.random(in: -1.7...1.7, using: &generator) }
        }
        guard let data = FileManager.default.contents(atPath: input),
            data.count == shape.count * MemoryLayout<Float>.stride
        else {
            throw ValidationError(
                "\(input) does not hold \(shape.count) float32 values, as --size says.")
        }
        return data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    }

    private func time(_ run: some Timed) throws {
        for _ in 0..<2 { run.once() }
        if interactive {
            print("ready")
            fflush(nil)
            while readLine() != nil {
                print(run.seconds())
                fflush(nil)
            }
            return
        }
        let times = (0..<rounds).map { _ in run.seconds() }.sorted()
        var table = TextTable([
            .init("what", key: "what"), .init("threads", key: "threads", .right),
            .init("instructions", key: "instructionSet"),
            .init("median s", key: "medianSeconds", .right),
            .init("min s", key: "minSeconds", .right), .init("max s", key: "maxSeconds", .right),
        ])
        func cell(_ seconds: Double) -> TextTable.Value {
            .number(seconds, NumberText.fixed(seconds, 3))
        }
        table.add([
            .text(run.name), .integer(Threads.count), .text(InstructionSet.current.rawValue),
            cell(times[times.count / 2]), cell(times[0]), cell(times[times.count - 1]),
        ])
        try format.show(table, empty: "")
    }

    private func showLayers(_ architecture: Architecture, _ shape: WindowShape) throws {
        var table = TextTable([
            .init("layer", key: "layer"), .init("in", key: "inputChannels", .right),
            .init("out", key: "outputChannels", .right), .init("kernel", key: "kernel"),
            .init("size", key: "size"), .init("direct ms", key: "directMilliseconds", .right),
            .init("Winograd ms", key: "winogradMilliseconds", .right),
            .init("GFLOP", key: "gigaOperations", .right), .init("used", key: "used"),
        ])
        func milliseconds(_ seconds: Double) -> TextTable.Value {
            .number(seconds * 1e3, NumberText.fixed(seconds * 1e3, 2))
        }
        func sides(_ shape: WindowShape) -> TextTable.Value {
            .text("\(shape.depth)x\(shape.height)x\(shape.width)")
        }
        for cost in try LayerCost.measure(architecture, window: shape, rounds: rounds) {
            table.add([
                .text(cost.name), .integer(cost.channels.input), .integer(cost.channels.output),
                sides(cost.kernel), sides(cost.shape), milliseconds(cost.direct),
                cost.winograd.map(milliseconds) ?? .none,
                .number(cost.gigaOperations, NumberText.fixed(cost.gigaOperations, 2)),
                .text(cost.winograd == nil ? "direct" : "Winograd"),
            ])
        }
        try format.show(table, empty: "")
    }
}

/// Something to time.
private protocol Timed {
    var name: String { get }
    func once()
}

extension Timed {
    /// The seconds of one run.
    func seconds() -> Double {
        let start = DispatchTime.now().uptimeNanoseconds
        once()
        return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
    }
}

/// The network on one window.
private final class InferenceRun: Timed {
    let name: String
    private(set) var probabilities: [Float]
    private let network: PreparedUNet
    private let workspace: Workspace
    private let image: [Float]

    init(_ file: ModelFile, _ image: [Float], _ shape: WindowShape) throws {
        name = "inference \(shape.depth)x\(shape.height)x\(shape.width)"
        network = PreparedUNet(file)
        workspace = try network.makeWorkspace(for: shape)
        self.image = image
        probabilities = Array(repeating: 0, count: image.count)
    }

    func once() {
        image.withUnsafeBufferPointer { image in
            probabilities.withUnsafeMutableBufferPointer {
                network.foregroundProbability(of: image, into: $0, workspace: workspace)
            }
        }
    }
}

/// Forward, loss, backward and Adam on two windows.
private final class TrainingRun: Timed {
    let name: String
    private let step: TrainingStep
    private let images: [Float]
    private let truth: [Float]
    private var adam: Adam

    init(_ file: ModelFile, _ image: [Float], _ shape: WindowShape) throws {
        name = "training step 2x\(shape.depth)x\(shape.height)x\(shape.width)"
        let architecture = file.description.architecture
        let network = try TrainingNetwork(
            architecture: architecture, values: file.values, batch: 2, window: shape)
        step = TrainingStep(
            network: network, hardness: 0.6, supervised: architecture.supervised)
        images = image + image
        truth = images.map { $0 > 1.5 ? 1 : 0 }
        adam = Adam(count: file.values.layout.parameterCount, weightDecay: 1e-7)
    }

    func once() {
        _ = step.run(images: images, foreground: truth)
        step.network.updateParameters {
            adam.update($0, gradients: step.network.gradients, learningRate: 1e-6)
        }
    }
}

/// A linear congruential generator (Knuth's MMIX): noise need not be good, but the same everywhere.
private struct RepeatableNoise: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 32)
    }
}
