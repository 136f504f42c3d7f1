package import Foundation

/// A zip archive of files that are stored as they are, made for a test.
package struct ZipFile {
    private var body = Data()
    private var directory = Data()
    private var count = 0

    package init() {}

    /// Adds an entry.
    package mutating func add(_ name: String, _ data: Data) {
        let start = body.count
        var fields = Data()
        func put(_ value: UInt32, _ size: Int) {
            for byte in 0..<size { fields.append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
        }
        put(20, 2)
        put(0, 2)
        put(0, 2)
        put(0, 4)
        put(Self.crc(data), 4)
        put(UInt32(data.count), 4)
        put(UInt32(data.count), 4)
        put(UInt32(name.utf8.count), 2)
        put(0, 2)
        body += Data([0x50, 0x4B, 3, 4]) + fields + Data(name.utf8) + data
        directory += Data([0x50, 0x4B, 1, 2, 20, 0]) + fields
        fields = Data()
        put(0, 2)
        put(0, 2)
        put(0, 2)
        put(0, 4)
        put(UInt32(start), 4)
        directory += fields + Data(name.utf8)
        count += 1
    }

    /// The whole archive.
    package var data: Data {
        func little(_ value: Int, _ size: Int) -> Data {
            Data((0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) })
        }
        return body + directory + Data([0x50, 0x4B, 5, 6, 0, 0, 0, 0]) + little(count, 2)
            + little(count, 2) + little(directory.count, 4) + little(body.count, 4) + little(0, 2)
    }

    /// CRC-32 of ISO 3309, bit by bit.
    private static func crc(_ data: Data) -> UInt32 {
        var crc = UInt32.max
        for byte in data {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }
}
