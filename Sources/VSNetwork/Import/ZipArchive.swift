import CZlib
import Foundation

/// The uncompressed entries of a zip archive, as PyTorch writes them.
///
/// Nothing is unpacked: an entry is a range of the file, checked against its CRC when it is read.
struct ZipArchive {
    private struct Entry {
        let range: Range<Int>
        let crc: UInt32
    }

    private let data: Data
    private let subject: String
    private let entries: [String: Entry]

    /// The entries' names.
    var names: some Collection<String> { entries.keys }

    /// Reads the directory at the archive's end; `subject` names the file in errors.
    ///
    /// - Throws: ``NetworkError`` where the archive is damaged, compressed or split.
    init(_ data: Data, subject: String) throws(NetworkError) {
        let bytes = LittleEndian(data)
        guard bytes.uint32(0) == 0x0403_4b50 else {
            throw NetworkError(
                .malformed, subject: subject, message: "The file is not a zip archive.",
                remedy: "Give the .pth file that torch.save wrote (PyTorch 1.6 or newer).")
        }
        let end = try Self.endOfDirectory(bytes, subject)
        var entries: [String: Entry] = [:]
        var at = end.start
        for _ in 0..<end.count {
            guard bytes.uint32(at) == 0x0201_4b50, let method = bytes.uint16(at + 10),
                let crc = bytes.uint32(at + 16), var size = bytes.uint32(at + 20).map(Int.init),
                let nameLength = bytes.uint16(at + 28).map(Int.init),
                let extraLength = bytes.uint16(at + 30).map(Int.init),
                let commentLength = bytes.uint16(at + 32).map(Int.init),
                var local = bytes.uint32(at + 42).map(Int.init),
                let name = bytes.text(at + 46, nameLength)
            else { throw Self.damaged(subject) }
            guard method == 0 else {
                throw NetworkError(
                    .malformed, subject: subject, message: "Its entry \(name) is compressed.",
                    remedy: "Give the .pth file as torch.save wrote it.")
            }
            let extra = at + 46 + nameLength
            // Sizes of 4 GB and more stand in an extra field, uncompressed size first.
            if let wide = bytes.zip64(extra, extraLength) {
                var next = wide
                if bytes.uint32(at + 24) == .max { size = bytes.uint64(next) ?? -1 }
                if bytes.uint32(at + 24) == .max { next += 8 }
                if bytes.uint32(at + 20) == .max { next += 8 }
                if local == Int(UInt32.max) { local = bytes.uint64(next) ?? -1 }
            }
            guard bytes.uint32(local) == 0x0403_4b50,
                let localName = bytes.uint16(local + 26).map(Int.init),
                let localExtra = bytes.uint16(local + 28).map(Int.init), size >= 0,
                size <= data.count - min(data.count, local + 30 + localName + localExtra),
                entries[name] == nil
            else { throw Self.damaged(subject) }
            let start = local + 30 + localName + localExtra
            entries[name] = Entry(range: start..<start + size, crc: crc)
            at = extra + extraLength + commentLength
        }
        self.data = data
        self.subject = subject
        self.entries = entries
    }

    /// The bytes of an entry; nil where there is none of that name.
    ///
    /// - Throws: ``NetworkError`` where they do not have the CRC that the directory names.
    func bytes(_ name: String) throws(NetworkError) -> Data? {
        guard let entry = entries[name] else { return nil }
        let range =
            data.startIndex + entry.range.lowerBound..<data.startIndex + entry.range.upperBound
        let part = data[range]
        let crc = part.withUnsafeBytes {
            crc32_z(0, $0.bindMemory(to: UInt8.self).baseAddress, $0.count)
        }
        guard part.isEmpty || crc == UInt(entry.crc) else {
            throw NetworkError(
                .malformed, subject: subject, message: "Its entry \(name) is damaged.",
                remedy: "Download or copy the file again.")
        }
        return part
    }

    /// Where the directory starts and how many entries it has.
    private static func endOfDirectory(
        _ bytes: LittleEndian, _ subject: String
    ) throws(NetworkError) -> (start: Int, count: Int) {
        // The record ends the file, but for a comment of up to 65535 bytes.
        let first = max(0, bytes.count - 22 - 65535)
        var at = bytes.count - 22
        while at >= first, bytes.uint32(at) != 0x0605_4b50 { at -= 1 }
        guard at >= first, let count = bytes.uint16(at + 10), let start = bytes.uint32(at + 16)
        else {
            throw NetworkError(
                .truncated, subject: subject, message: "The zip archive ends before its directory.",
                remedy: "Download or copy the file again.")
        }
        guard count == .max || start == .max else { return (Int(start), Int(count)) }
        guard bytes.uint32(at - 20) == 0x0706_4b50, let wide = bytes.uint64(at - 12),
            bytes.uint32(wide) == 0x0606_4b50, let wideCount = bytes.uint64(wide + 32),
            let wideStart = bytes.uint64(wide + 48), wideCount <= bytes.count / 46
        else { throw damaged(subject) }
        return (wideStart, wideCount)
    }

    private static func damaged(_ subject: String) -> NetworkError {
        NetworkError(
            .malformed, subject: subject, message: "The directory of the zip archive is damaged.",
            remedy: "Download or copy the file again.")
    }
}

/// Numbers in a file, least byte first; nil past its ends.
struct LittleEndian {
    private let data: Data

    init(_ data: Data) { self.data = data }

    var count: Int { data.count }

    func uint16(_ at: Int) -> UInt16? { number(at) }
    func uint32(_ at: Int) -> UInt32? { number(at) }

    /// A number of eight bytes where it is a place or size that can be.
    func uint64(_ at: Int) -> Int? {
        let value: UInt64? = number(at)
        return value.flatMap { $0 <= UInt64(Int.max / 2) ? Int($0) : nil }
    }

    func text(_ at: Int, _ length: Int) -> String? {
        guard at >= 0, length >= 0, at <= count - length else { return nil }
        let start = data.startIndex + at
        return String(bytes: data[start..<start + length], encoding: .utf8)
    }

    /// The place of the wide sizes in a zip entry's extra fields.
    func zip64(_ start: Int, _ length: Int) -> Int? {
        var at = start
        while at + 4 <= start + length, let kind = uint16(at), let size = uint16(at + 2) {
            if kind == 1 { return at + 4 }
            at += 4 + Int(size)
        }
        return nil
    }

    private func number<Value: FixedWidthInteger>(_ at: Int) -> Value? {
        guard at >= 0, at <= count - MemoryLayout<Value>.size else { return nil }
        return data.withUnsafeBytes {
            Value(littleEndian: $0.loadUnaligned(fromByteOffset: at, as: Value.self))
        }
    }
}
