import Foundation
import Testing
import VSNetwork
import VSTestSupport

/// State dictionaries that are damaged, malicious or of something else: each is refused with its
/// cause, and nothing of it is run.
struct StateDictionaryTests {
    /// Four ones.
    private static let four = Data((0..<4).flatMap { _ in [0, 0, 0x80, 0x3f] as [UInt8] })

    private func refusal(_ data: Data) -> NetworkError? {
        do {
            _ = try PublishedModel.read(
                data, subject: "weights.pth", describe: PublishedModelTests.description)
            return nil
        } catch { return error }
    }

    private func expectRefused(
        _ data: Data, _ code: NetworkError.Code, _ part: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = refusal(data)
        #expect(error?.code == code, "\(error as Any)", sourceLocation: sourceLocation)
        #expect(error?.subject == "weights.pth", sourceLocation: sourceLocation)
        #expect(
            error?.message.contains(part) == true, "\(error?.message ?? "none")",
            sourceLocation: sourceLocation)
    }

    private func archive(_ pickle: Data, storage: Data = four) -> Data {
        PickleFile.archive([("m/data.pkl", pickle), ("m/data/0", storage)])
    }

    @Test(
        "a pickle that would call something is refused by the name it gives",
        arguments: [
            ("os", "system", "os.system"), ("builtins", "eval", "builtins.eval"),
            ("torch", "load", "torch.load"), ("posix", "system\u{1b}[2J", "posix.system"),
        ])
    func calls(module: String, name: String, shown: String) {
        var file = PickleFile()
        file.global(module, name)
        file.op(0x28)
        file.text("touch /tmp/owned")
        file.op(0x74)
        file.op(0x52)
        file.op(0x2e)
        expectRefused(archive(Data(file.bytes)), .refused, shown)
        #expect(refusal(archive(Data(file.bytes)))?.message.contains("\u{1b}") == false)
    }

    @Test("a name put together on the stack is refused all the same")
    func stackGlobal() {
        var file = PickleFile()
        file.text("os")
        file.text("system")
        file.op(0x93)
        file.op(0x2e)
        expectRefused(archive(Data(file.bytes)), .refused, "os.system")
    }

    @Test("an opcode that no state dictionary needs is refused by its number")
    func opcodes() {
        // INST, OBJ, EXT1, NEWOBJ, REDUCE's kin, BYTEARRAY8, strings of protocol 0.
        for code: UInt8 in [0x69, 0x6f, 0x82, 0x81, 0x92, 0x96, 0x53, 0x49, 0x61] {
            expectRefused(
                archive(Data([0x80, 2, code, 0x2e])), .refused, "0x\(String(code, radix: 16))")
        }
        expectRefused(archive(Data([0x80, 9, 0x2e])), .refused, "protocol 9")
    }

    @Test("allowed names called in another way are refused")
    func otherCalls() {
        var file = PickleFile()
        file.global("torch", "FloatStorage")
        file.op(0x29)
        file.op(0x52)
        file.op(0x2e)
        expectRefused(archive(Data(file.bytes)), .refused, "torch FloatStorage")
    }

    @Test("broken stacks, texts and references are damage and not a crash")
    func broken() {
        let pickles: [[UInt8]] = [
            [], [0x80], [0x80, 2], [0x80, 2, 0x2e], [0x80, 2, 0x74], [0x80, 2, 0x52],
            [0x80, 2, 0x51],
            [0x80, 2, 0x75], [0x80, 2, 0x68, 7, 0x2e], [0x80, 2, 0x71, 0],
            [0x80, 2, 0x58, 255, 255, 255, 255, 65], [0x80, 2, 0x58, 2, 0, 0, 0, 0xff, 0xfe, 0x2e],
            [0x80, 2, 0x63, 65], [0x80, 2, 0x7d, 0x4e, 0x4e, 0x73, 0x2e],
            [0x80, 2, 0x28, 0x7d, 0x28, 0x4e, 0x75, 0x2e], [0x80, 2, 0x8a, 9, 1, 1, 1, 1, 1, 1, 1],
            [0x80, 2, 0x4e, 0x4e, 0x2e], [0x80, 2, 0x4e, 0x2e, 0x4e], [0x80, 2, 0x4e, 0x85, 0x62],
            // A dictionary put into itself.
            [0x80, 2, 0x7d, 0x71, 0, 0x58, 1, 0, 0, 0, 65, 0x68, 0, 0x73, 0x2e],
        ]
        for pickle in pickles {
            let error = refusal(archive(Data(pickle)))
            #expect(error?.code == .malformed, "\(pickle): \(error as Any)")
        }
    }

    @Test("nesting that would fill a thread's stack is refused")
    func nested() {
        let deep = [UInt8](repeating: 0x85, count: 200_000)
        expectRefused(
            archive(Data([0x80, 2, 0x4e] + deep + [0x2e])), .malformed, "data.pkl is damaged")
        // Dictionaries each put into the next.
        var file = PickleFile()
        for _ in 0..<50_000 {
            file.op(0x7d)
            file.text("a")
        }
        file.op(0x4e)
        for _ in 0..<50_000 { file.op(0x73) }
        file.op(0x2e)
        expectRefused(archive(Data(file.bytes)), .malformed, "data.pkl is damaged")
    }

    @Test("what is no dictionary of float32 tensors is refused")
    func others() {
        expectRefused(
            archive(Data([0x80, 2, 0x4e, 0x2e])), .malformed, "no dictionary of tensors")
        expectRefused(
            archive(PickleFile.dictionary { _ in }), .malformed, "no dictionary of tensors")
        let half = PickleFile.dictionary {
            $0.tensor("a", key: "0", count: 4, shape: [4], strides: [1], type: "HalfStorage")
        }
        expectRefused(archive(half), .refused, "torch.HalfStorage")
        let foreign = PickleFile.dictionary {
            $0.tensor("layer.weight", key: "0", count: 4, shape: [4], strides: [1])
        }
        expectRefused(archive(foreign), .wrongShape, "not those of the published network")
    }

    @Test("a tensor that does not lie within its storage is refused by name")
    func outside() {
        let cases: [(Int, Int, [Int], [Int])] = [
            (4, 1, [4], [1]), (4, 0, [5], [1]), (4, 0, [2, 3], [2, 1]), (8, 0, [8], [1]),
            (4, 0, [2], [4]), (4, 0, [1 << 30, 1 << 30], [1, 1]), (4, 1 << 30, [1], [1]),
            (4, 0, [2], [1 << 30]),
        ]
        for (count, offset, shape, strides) in cases {
            let pickle = PickleFile.dictionary {
                $0.tensor(
                    "a", key: "0", count: count, offset: offset, shape: shape, strides: strides)
            }
            expectRefused(archive(pickle), .malformed, "Tensor a does not lie within")
        }
        let before = PickleFile.dictionary {
            $0.tensor("a", key: "0", count: 4, offset: -1, shape: [1], strides: [1])
        }
        expectRefused(archive(before), .malformed, "data.pkl is damaged")
        let missing = PickleFile.dictionary {
            $0.tensor("a", key: "../0", count: 4, shape: [4], strides: [1])
        }
        expectRefused(archive(missing), .malformed, "Tensor a does not lie within")
    }

    @Test("archives that are damaged, compressed or none at all")
    func archives() throws {
        let whole = try Data(
            contentsOf: URL(fileURLWithPath: goldenPath("vs_seg/best_metric_model.pth")))
        expectRefused(Data(), .malformed, "not a zip archive")
        expectRefused(Data("\u{80}\u{2}\u{8a}\n".utf8), .malformed, "not a zip archive")
        expectRefused(whole.prefix(whole.count / 2), .truncated, "ends before its directory")
        expectRefused(
            PickleFile.archive([("m/other", Self.four)]), .malformed, "holds no data.pkl")
        expectRefused(
            PickleFile.archive([("m/data.pkl", Self.four)], method: 8), .malformed, "compressed")
        expectRefused(
            PickleFile.archive([("m/data.pkl", Self.four), ("m/byteorder", Data("big".utf8))]),
            .malformed, "little-endian")
        // One bit of one storage, which only the archive's own checks can see.
        var flipped = whole
        flipped[flipped.startIndex + whole.count / 2] ^= 1
        #expect(refusal(flipped) != nil)
    }

    @Test("cut anywhere or changed anywhere, the file never crashes the reader")
    func fuzzed() throws {
        let whole = try Data(
            contentsOf: URL(fileURLWithPath: goldenPath("vs_seg/best_metric_model.pth")))
        let pickle = try #require(whole.range(of: Data([0x80, 2, 0x63])))
        var numbers = SeededNumbers(seed: 5)
        for _ in 0..<60 {
            var changed = whole
            // Within the pickle and the directory, where structure is.
            let at =
                numbers.float() > 0
                ? pickle.lowerBound + Int(abs(numbers.float()) * 55_000)
                : whole.count - 1 - Int(abs(numbers.float()) * 20_000)
            changed[at] = UInt8(truncatingIfNeeded: Int(numbers.float() * 1e6))
            _ = refusal(changed)
            _ = refusal(whole.prefix(at))
        }
    }

    @Test("a missing and a foreign tensor are named as PyTorch names them")
    func names() throws {
        let whole = try Data(
            contentsOf: URL(fileURLWithPath: goldenPath("vs_seg/best_metric_model.pth")))
        let name = Data("model.0.residual.bias".utf8)
        let place = try #require(whole.range(of: name))
        var renamed = whole
        renamed.replaceSubrange(place, with: Data("model.0.residual.bean".utf8))
        // The archive's sum of the pickle no longer fits, so it is refused before the names are read.
        expectRefused(renamed, .malformed, "data.pkl is damaged")
    }
}
