import Foundation

/// Bytes of pickles and zip archives, made by hand for the tests of their readers.
struct PickleFile {
    private(set) var bytes: [UInt8] = [0x80, 2]

    mutating func op(_ code: UInt8, _ rest: [UInt8] = []) { bytes += [code] + rest }

    mutating func global(_ module: String, _ name: String) {
        bytes += [0x63] + Array("\(module)\n\(name)\n".utf8)
    }

    mutating func text(_ value: String) {
        bytes += [0x58] + Self.four(value.utf8.count) + Array(value.utf8)
    }

    mutating func integer(_ value: Int) { bytes += [0x4a] + Self.four(value) }

    mutating func tuple(_ values: [Int]) {
        op(0x28)
        for value in values { integer(value) }
        op(0x74)
    }

    static func four(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// One entry of a dictionary: a tensor over storage `key` of `count` values.
    mutating func tensor(
        _ name: String, key: String, count: Int, offset: Int = 0, shape: [Int], strides: [Int],
        type: String = "FloatStorage"
    ) {
        text(name)
        global("torch._utils", "_rebuild_tensor_v2")
        op(0x28)
        op(0x28)
        text("storage")
        global("torch", type)
        text(key)
        text("cpu")
        integer(count)
        op(0x74)
        op(0x51)
        integer(offset)
        tuple(shape)
        tuple(strides)
        op(0x89)
        global("collections", "OrderedDict")
        op(0x29)
        op(0x52)
        op(0x74)
        op(0x52)
    }

    /// A dictionary of what `body` writes.
    static func dictionary(_ body: (inout PickleFile) -> Void) -> Data {
        var file = PickleFile()
        file.global("collections", "OrderedDict")
        file.op(0x29)
        file.op(0x52)
        file.op(0x28)
        body(&file)
        file.op(0x75)
        file.op(0x2e)
        return Data(file.bytes)
    }

    /// A zip archive of stored entries.
    static func archive(_ entries: [(name: String, data: Data)], method: UInt16 = 0) -> Data {
        func two(_ value: UInt16) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8)] }
        var body: [UInt8] = []
        var directory: [UInt8] = []
        for (name, data) in entries {
            let crc = four(Int(crc32(data)))
            let sizes = four(data.count) + four(data.count)
            let start = body.count
            body += four(0x0403_4b50) + two(20) + two(0) + two(method) + two(0) + two(0)
            body += crc + sizes + two(UInt16(name.utf8.count)) + two(0) + Array(name.utf8) + data
            directory += four(0x0201_4b50) + two(20) + two(20) + two(0) + two(method)
            directory += two(0) + two(0) + crc + sizes + two(UInt16(name.utf8.count))
            directory += two(0) + two(0) + two(0) + two(0) + four(0) + four(start)
            directory += Array(name.utf8)
        }
        let count = two(UInt16(entries.count))
        let end =
            four(0x0605_4b50) + two(0) + two(0) + count + count + four(directory.count)
            + four(body.count) + two(0)
        return Data(body + directory + end)
    }

    private static func crc32(_ data: Data) -> UInt32 {
        var crc = UInt32.max
        for byte in data {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
        }
        return ~crc
    }
}
