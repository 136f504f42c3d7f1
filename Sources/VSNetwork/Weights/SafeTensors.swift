public import Foundation

/// A float32 tensor as stored: shape and values, last axis fastest.
public struct TensorData: Sendable, Equatable {
    /// The length of each axis.
    public let shape: [Int]
    /// The values, last axis fastest.
    public let values: [Float]

    /// Makes a tensor; `values` must fill the shape.
    public init(shape: [Int], values: [Float]) {
        precondition(shape.reduce(1, *) == values.count, "values fill the shape")
        self.shape = shape
        self.values = values
    }
}

/// A safetensors file: named float32 tensors and string metadata.
///
/// Layout: eight bytes little-endian header length, a JSON header, then the tensors' bytes.
/// Only `F32` is accepted. Every offset is checked before anything is read from it, and the tensors
/// must fill the bytes one after the other, without overlap, gap or remainder.
public struct SafeTensors: Sendable {
    /// The tensors by name.
    public var tensors: [String: TensorData]
    /// The header's `__metadata__`.
    public var metadata: [String: String]

    /// Headers larger than this are refused as damage.
    static let largestHeader = 16 << 20

    /// Makes a file's content.
    public init(tensors: [String: TensorData], metadata: [String: String] = [:]) {
        self.tensors = tensors
        self.metadata = metadata
    }

    private struct Entry: Codable {
        var dtype: String
        var shape: [Int]
        var dataOffsets: [Int]

        enum CodingKeys: String, CodingKey {
            case dtype, shape
            case dataOffsets = "data_offsets"
        }
    }

    /// Reads a file.
    ///
    /// - Throws: ``NetworkError`` naming the file where it is unreadable, damaged or truncated.
    public init(contentsOf path: String) throws(NetworkError) {
        try self.init(Self.bytes(of: path), subject: path)
    }

    /// A file's bytes.
    static func bytes(of path: String) throws(NetworkError) -> Data {
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        } catch {
            throw NetworkError(
                .unreadable, subject: path, message: "The file cannot be read.",
                remedy: "Check the path and its permissions.")
        }
    }

    /// Reads a file's bytes; `subject` names them in errors.
    public init(_ data: Data, subject: String) throws(NetworkError) {
        func damaged(_ message: String) -> NetworkError {
            NetworkError(
                .malformed, subject: subject, message: message,
                remedy: "Use a safetensors file with float32 tensors, as the program writes it.")
        }
        guard data.count >= 8 else { throw damaged("It is no safetensors file: it is too short.") }
        let length = data.prefix(8).enumerated().reduce(UInt64(0)) {
            $0 | UInt64($1.element) << (8 * UInt64($1.offset))
        }
        guard length <= UInt64(Self.largestHeader) else {
            throw damaged("Its header claims \(length) bytes.")
        }
        let body = 8 + Int(length)
        guard body <= data.count else {
            throw NetworkError(
                .truncated, subject: subject,
                message: "It ends inside its header (\(data.count) of \(body) bytes).",
                remedy: "Copy the file again.")
        }
        let header = data.subdata(in: data.startIndex + 8..<data.startIndex + body)
        guard let object = try? JSONSerialization.jsonObject(with: header) as? [String: Any] else {
            throw damaged("Its header is not JSON.")
        }
        metadata = object["__metadata__"] as? [String: String] ?? [:]
        tensors = [:]
        var places: [(name: String, start: Int, end: Int)] = []
        // In order, so that the same damage gives the same message.
        for (name, value) in object.sorted(by: { $0.key < $1.key }) where name != "__metadata__" {
            guard JSONSerialization.isValidJSONObject(value),
                let encoded = try? JSONSerialization.data(withJSONObject: value),
                let entry = try? JSONDecoder().decode(Entry.self, from: encoded)
            else { throw damaged("The entry of tensor \(name) is damaged.") }
            guard entry.dtype == "F32" else {
                throw damaged("Tensor \(name) is of type \(entry.dtype), not F32.")
            }
            tensors[name] = try Self.tensor(
                name, entry, data: data, body: body, subject: subject, damaged: damaged)
            if entry.dataOffsets[0] < entry.dataOffsets[1] {
                places.append((name, entry.dataOffsets[0], entry.dataOffsets[1]))
            }
        }
        var end = 0
        for place in places.sorted(by: { ($0.start, $0.name) < ($1.start, $1.name) }) {
            guard place.start >= end else {
                throw damaged("Tensor \(place.name) overlaps another.")
            }
            guard place.start == end else {
                throw damaged("There are bytes before tensor \(place.name) that belong to none.")
            }
            end = place.end
        }
        guard end == data.count - body else {
            throw damaged("\(data.count - body - end) bytes at its end belong to no tensor.")
        }
    }

    private static func tensor(
        _ name: String, _ entry: Entry, data: Data, body: Int, subject: String,
        damaged: (String) -> NetworkError
    ) throws(NetworkError) -> TensorData {
        guard entry.dataOffsets.count == 2, entry.dataOffsets[0] >= 0,
            entry.dataOffsets[0] <= entry.dataOffsets[1]
        else { throw damaged("The offsets of tensor \(name) are damaged.") }
        guard entry.dataOffsets[1] <= data.count - body else {
            throw NetworkError(
                .truncated, subject: subject,
                message: "It ends inside tensor \(name).", remedy: "Copy the file again.")
        }
        var count = 1
        for side in entry.shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: side)
            guard side >= 0, !overflow else { throw damaged("Tensor \(name) has a bad shape.") }
            count = product
        }
        let bytes = entry.dataOffsets[1] - entry.dataOffsets[0]
        guard bytes % 4 == 0, count == bytes / 4 else {
            throw damaged("Tensor \(name) has \(bytes) bytes for \(count) values.")
        }
        let start = data.startIndex + body + entry.dataOffsets[0]
        let values = [Float](unsafeUninitializedCapacity: count) { buffer, filled in
            data.copyBytes(to: UnsafeMutableRawBufferPointer(buffer), from: start..<start + bytes)
            filled = count
        }
        return TensorData(shape: entry.shape, values: values)
    }

    /// The file's bytes; the same content gives the same bytes.
    public func encoded() throws(NetworkError) -> Data {
        var header: [String: Any] = [:]
        if !metadata.isEmpty { header["__metadata__"] = metadata }
        var offset = 0
        let names = tensors.keys.sorted()
        for name in names {
            guard let tensor = tensors[name] else { continue }
            let end = offset + tensor.values.count * 4
            header[name] =
                [
                    "dtype": "F32", "shape": tensor.shape, "data_offsets": [offset, end],
                ] as [String: Any]
            offset = end
        }
        guard
            var json = try? JSONSerialization.data(
                withJSONObject: header, options: [.sortedKeys, .withoutEscapingSlashes])
        else {
            throw NetworkError(
                .unwritable, subject: "safetensors", message: "The header cannot be encoded.",
                remedy: "Use plain text in the model's description.")
        }
        // Padded with blanks so that the tensors start on a 64-byte boundary.
        while (json.count + 8) % 64 != 0 { json.append(0x20) }
        var data = Data(capacity: 8 + json.count + offset)
        withUnsafeBytes(of: UInt64(json.count).littleEndian) { data.append(contentsOf: $0) }
        data.append(json)
        for name in names {
            tensors[name]?.values.withUnsafeBytes { data.append(contentsOf: $0) }
        }
        return data
    }

    /// Writes the file through a temporary one, so that no half-written file is ever seen.
    public func write(to path: String) throws(NetworkError) {
        let data = try encoded()
        do {
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw NetworkError(
                .unwritable, subject: path, message: "The file cannot be written.",
                remedy: "Check the folder, its permissions and the free space.")
        }
    }
}
