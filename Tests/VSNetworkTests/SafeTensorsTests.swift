import Foundation
import Testing
import VSNetwork
import VSTestSupport

/// A file's bytes from a header as written and a body.
private func bytes(_ header: String, body: Int = 0) -> Data {
    bytes(length: UInt64(header.utf8.count), Data(header.utf8) + Data(count: body))
}

private func bytes(length: UInt64, _ rest: Data) -> Data {
    withUnsafeBytes(of: length.littleEndian) { Data($0) } + rest
}

/// The header's entry of a tensor.
private func entry(
    _ name: String, _ shape: String, _ offsets: String, dtype: String = "F32"
) -> String {
    #""\#(name)":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}"#
}

/// A damaged file and what is said of it.
struct DamagedFile: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let data: Data
    let code: NetworkError.Code
    /// Part of the message.
    let message: String

    init(_ name: String, _ data: Data, _ code: NetworkError.Code, _ message: String) {
        testDescription = name
        self.data = data
        self.code = code
        self.message = message
    }

    static let all: [DamagedFile] = headers + entries + layouts

    private static let headers: [DamagedFile] = [
        .init("empty", Data(), .malformed, "too short"),
        .init("seven bytes", Data(count: 7), .malformed, "too short"),
        .init("no header", bytes(""), .malformed, "not JSON"),
        .init(
            "header of 2^64 - 1", bytes(length: .max, Data("{}".utf8)), .malformed,
            "claims 18446744073709551615 bytes"),
        .init(
            "header above the limit", bytes(length: (16 << 20) + 1, Data("{}".utf8)), .malformed,
            "claims 16777217 bytes"),
        .init(
            "header past the end", bytes(length: 500, Data("{}".utf8)), .truncated,
            "10 of 508 bytes"),
        .init("header is no JSON", bytes("safetensors"), .malformed, "not JSON"),
        .init("header is a list", bytes("[1, 2]"), .malformed, "not JSON"),
        .init("header is cut", bytes(#"{"a":{"dtype":"#), .malformed, "not JSON"),
        .init(
            "header nests without end", bytes(String(repeating: "[", count: 100_000)), .malformed,
            "not JSON"),
    ]

    private static let entries: [DamagedFile] = [
        .init("entry is a number", bytes(#"{"a":4}"#), .malformed, "entry of tensor a"),
        .init("entry is null", bytes(#"{"a":null}"#), .malformed, "entry of tensor a"),
        .init(
            "entry without a type", bytes(#"{"a":{"shape":[1],"data_offsets":[0,4]}}"#, body: 4),
            .malformed, "entry of tensor a"),
        .init(
            "half precision", bytes("{\(entry("a", "[2]", "[0,4]", dtype: "F16"))}", body: 4),
            .malformed, "a is of type F16"),
        .init(
            "integers", bytes("{\(entry("a", "[1]", "[0,4]", dtype: "I32"))}", body: 4),
            .malformed, "a is of type I32"),
        .init(
            "one offset", bytes("{\(entry("a", "[1]", "[0]"))}", body: 4), .malformed,
            "offsets of tensor a"),
        .init(
            "three offsets", bytes("{\(entry("a", "[1]", "[0,4,8]"))}", body: 8), .malformed,
            "offsets of tensor a"),
        .init(
            "offsets reversed", bytes("{\(entry("a", "[1]", "[4,0]"))}", body: 4), .malformed,
            "offsets of tensor a"),
        .init(
            "negative offset", bytes("{\(entry("a", "[2]", "[-4,4]"))}", body: 4), .malformed,
            "offsets of tensor a"),
        .init(
            "offset that is no integer", bytes("{\(entry("a", "[1]", "[0.5,4.5]"))}", body: 8),
            .malformed, "entry of tensor a"),
        .init(
            "offset past every integer", bytes("{\(entry("a", "[1]", "[0,1e30]"))}", body: 4),
            .malformed, "entry of tensor a"),
        .init(
            "tensor past the end", bytes("{\(entry("a", "[2]", "[0,8]"))}", body: 4), .truncated,
            "inside tensor a"),
    ]

    private static let layouts: [DamagedFile] = [
        .init(
            "shape of fewer values", bytes("{\(entry("a", "[1]", "[0,8]"))}", body: 8), .malformed,
            "8 bytes for 1 values"),
        .init(
            "shape of more values", bytes("{\(entry("a", "[3]", "[0,8]"))}", body: 8), .malformed,
            "8 bytes for 3 values"),
        .init(
            "bytes that are no floats", bytes("{\(entry("a", "[1]", "[0,6]"))}", body: 6),
            .malformed, "6 bytes for 1 values"),
        .init(
            "negative side", bytes("{\(entry("a", "[-1]", "[0,4]"))}", body: 4), .malformed,
            "bad shape"),
        .init(
            "two negative sides", bytes("{\(entry("a", "[-1,-1]", "[0,4]"))}", body: 4),
            .malformed, "bad shape"),
        .init(
            "shape past every integer",
            bytes("{\(entry("a", "[4294967296,4294967296]", "[0,0]"))}"), .malformed, "bad shape"),
        .init(
            "tensors overlap",
            bytes("{\(entry("a", "[2]", "[0,8]")),\(entry("b", "[2]", "[4,12]"))}", body: 12),
            .malformed, "b overlaps"),
        .init(
            "tensors in the same place",
            bytes("{\(entry("a", "[2]", "[0,8]")),\(entry("b", "[2]", "[0,8]"))}", body: 8),
            .malformed, "b overlaps"),
        .init(
            "a gap between tensors",
            bytes("{\(entry("a", "[1]", "[0,4]")),\(entry("b", "[1]", "[8,12]"))}", body: 12),
            .malformed, "before tensor b"),
        .init(
            "bytes after the last tensor", bytes("{\(entry("a", "[1]", "[0,4]"))}", body: 7),
            .malformed, "3 bytes at its end"),
    ]
}

struct SafeTensorsTests {
    static let sample = SafeTensors(
        tensors: [
            "b.weight": TensorData(
                shape: [2, 3], values: [1, -2, 3.5, -0.0, .leastNonzeroMagnitude, .infinity]),
            "a": TensorData(shape: [1], values: [.greatestFiniteMagnitude]),
            "scalar": TensorData(shape: [], values: [7]),
            "empty": TensorData(shape: [0, 4], values: []),
        ],
        metadata: ["name": "größer \"quoted\" / 測試", "empty": ""])

    @Test("tensors and metadata come back bit for bit, and the same content has the same bytes")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        try Self.sample.write(to: folder.file("a.safetensors"))
        let read = try SafeTensors(contentsOf: folder.file("a.safetensors"))
        #expect(read.metadata == Self.sample.metadata)
        #expect(read.tensors.mapValues(\.shape) == Self.sample.tensors.mapValues(\.shape))
        for (name, tensor) in Self.sample.tensors {
            #expect(bits(read.tensors[name]?.values ?? []) == bits(tensor.values), "\(name)")
        }
        #expect(try read.encoded() == Self.sample.encoded())
    }

    @Test("a NaN is read as it is: only a model forbids it")
    func notANumber() throws {
        let file = SafeTensors(tensors: ["a": TensorData(shape: [1], values: [.nan])])
        let read = try SafeTensors(file.encoded(), subject: "a")
        #expect(read.tensors["a"]?.values.first?.isNaN == true)
    }

    @Test("the tensors start on a 64-byte border, and the header holds what the format asks")
    func format() throws {
        let data = try Self.sample.encoded()
        let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        #expect((8 + length) % 64 == 0)
        let header = try #require(
            JSONSerialization.jsonObject(with: data[8..<8 + length]) as? [String: Any])
        let entry = try #require(header["b.weight"] as? [String: Any])
        #expect(entry["dtype"] as? String == "F32")
        #expect(entry["shape"] as? [Int] == [2, 3])
        #expect(entry["data_offsets"] as? [Int] == [4, 28])
        #expect(data.count == 8 + length + 4 * (6 + 1 + 1))
    }

    @Test("bytes that start elsewhere in memory are read alike")
    func slice() throws {
        let whole = Data([1, 2, 3]) + (try Self.sample.encoded())
        let read = try SafeTensors(whole.dropFirst(3), subject: "slice")
        #expect(read.tensors == Self.sample.tensors)
    }

    @Test("a damaged file is refused by name, with the reason", arguments: DamagedFile.all)
    func damaged(file: DamagedFile) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("weights.safetensors")
        try file.data.write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: NetworkError.self) { try SafeTensors(contentsOf: path) }
        #expect(error?.code == file.code)
        #expect(error?.subject == path)
        #expect(error?.message.contains(file.message) == true, "\(error?.message ?? "")")
        #expect(error?.remedy.isEmpty == false)
    }

    @Test("a file cut anywhere is refused")
    func cut() throws {
        let data = try Self.sample.encoded()
        for count in 0..<data.count {
            let error = #expect(throws: NetworkError.self, "\(count) bytes") {
                try SafeTensors(data.prefix(count), subject: "cut")
            }
            #expect(error?.code == (count < 8 ? .malformed : .truncated), "\(count) bytes")
        }
    }

    @Test("a changed byte of the header is refused or read, and never a crash")
    func changedByte() throws {
        let data = try Self.sample.encoded()
        let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        var numbers = SeededNumbers(seed: 61)
        var refused = 0
        for place in 0..<8 + length {
            var changed = data
            changed[place] = UInt8.random(in: 0...255, using: &numbers)
            do {
                let read = try SafeTensors(changed, subject: "changed")
                #expect(read.tensors.count == Self.sample.tensors.count)
            } catch {
                refused += 1
            }
        }
        #expect(refused > length / 4, "\(refused) of \(length)")
    }

    @Test("a missing file and a folder are unreadable, an impossible place unwritable")
    func files() throws {
        let folder = try TemporaryFolder()
        for path in [folder.file("none.safetensors"), folder.path] {
            let error = #expect(throws: NetworkError.self) { try SafeTensors(contentsOf: path) }
            #expect(error?.code == .unreadable)
            #expect(error?.subject == path)
        }
        let target = folder.file("none/a.safetensors")
        let error = #expect(throws: NetworkError.self) { try Self.sample.write(to: target) }
        #expect(error?.code == .unwritable)
        #expect(error?.subject == target)
    }
}
