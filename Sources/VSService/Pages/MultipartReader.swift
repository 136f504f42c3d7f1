import Foundation

/// The parts of a form with a file as they come (RFC 7578): fields whole, the file piece by piece.
///
/// Only what browsers send is read: one level of parts, each with a name, no transfer encoding. What
/// does not keep to it is refused.
package struct MultipartReader {
    /// What was read.
    package enum Event: Equatable, Sendable {
        /// A field and its text.
        case field(name: String, value: String)
        /// A file begins; the name is empty where none was chosen.
        case file(name: String)
        /// The next bytes of the file.
        case piece([UInt8])
    }

    /// Why a form is not read.
    package enum Failure: Error, Equatable {
        /// It is no form, or has too many fields.
        case broken
        /// A field is longer than ``longestField``.
        case longField
    }

    /// Bytes of a part's head, and of a field, at most; a field holds some words.
    package static let (longestHead, longestField) = (4096, 16_384)
    /// Fields at most, before and after the file together.
    static let mostFields = 30

    private enum State: Equatable {
        case start
        case afterDelimiter
        case head
        case field(name: String)
        case file
        case end
    }

    private let delimiter: [UInt8]
    private var state = State.start
    /// What came and is not handed on; the first delimiter lacks the line break of the others.
    private var rest: [UInt8] = Array("\r\n".utf8)
    private var fields = 0

    /// Reads parts between lines of this boundary.
    package init(boundary: String) { delimiter = Array("\r\n--\(boundary)".utf8) }

    /// The boundary that a content type names; nil for none, or another content.
    package static func boundary(of contentType: String?) -> String? {
        guard let contentType, contentType.lowercased().hasPrefix("multipart/form-data"),
            let match = contentType.firstMatch(
                of: /boundary="?([A-Za-z0-9'()+_,.\/:=?\-]{1,70})"?/)
        else { return nil }
        return String(match.output.1)
    }

    /// Reads the next bytes.
    ///
    /// - Returns: what they complete.
    /// - Throws: ``Failure`` for what is no form.
    package mutating func read(_ bytes: some Collection<UInt8>) throws(Failure) -> [Event] {
        rest += bytes
        var events: [Event] = []
        while try step(&events) {}
        return events
    }

    /// Whether all parts have come.
    package var isComplete: Bool { state == .end }

    /// One step; false where more bytes are needed.
    private mutating func step(_ events: inout [Event]) throws(Failure) -> Bool {
        switch state {
        case .start:
            guard let place = Self.place(of: delimiter, in: rest) else {
                if rest.count > Self.longestHead { throw .broken }
                return false
            }
            rest.removeFirst(place + delimiter.count)
            state = .afterDelimiter
        case .afterDelimiter:
            guard rest.count >= 2 else { return false }
            let next = rest.prefix(2)
            guard next.elementsEqual("--".utf8) || next.elementsEqual("\r\n".utf8) else {
                throw .broken
            }
            state = next.elementsEqual("--".utf8) ? .end : .head
            // The line break begins the head, so that an empty head has its two breaks.
            if state == .end { rest.removeFirst(2) }
        case .head: return try readHead(&events)
        case .field(let name): return try readField(name, &events)
        case .file: return readFile(&events)
        case .end:
            rest = []
            return false
        }
        return true
    }

    private mutating func readHead(_ events: inout [Event]) throws(Failure) -> Bool {
        guard let end = Self.place(of: Array("\r\n\r\n".utf8), in: rest) else {
            if rest.count > Self.longestHead { throw .broken }
            return false
        }
        let head = String(decoding: rest.prefix(end), as: UTF8.self)
        rest.removeFirst(end + 4)
        guard let name = Self.parameter("name", of: head), !name.isEmpty else { throw .broken }
        if let file = Self.parameter("filename", of: head) {
            events.append(.file(name: file))
            state = .file
        } else {
            fields += 1
            guard fields <= Self.mostFields else { throw .broken }
            state = .field(name: name)
        }
        return true
    }

    private mutating func readField(
        _ name: String, _ events: inout [Event]
    ) throws(Failure) -> Bool {
        let (content, isWhole) = takeContent()
        guard content.count <= Self.longestField else {
            throw .longField
        }
        guard isWhole else {
            rest = content + rest
            if rest.count > Self.longestField + delimiter.count {
                throw .longField
            }
            return false
        }
        events.append(.field(name: name, value: String(decoding: content, as: UTF8.self)))
        state = .afterDelimiter
        return true
    }

    private mutating func readFile(_ events: inout [Event]) -> Bool {
        let (content, isWhole) = takeContent()
        if !content.isEmpty { events.append(.piece(content)) }
        if isWhole { state = .afterDelimiter }
        return isWhole
    }

    /// Takes the content up to the delimiter, and the delimiter; where that has not come, what cannot be
    /// its beginning.
    private mutating func takeContent() -> (content: [UInt8], isWhole: Bool) {
        if let place = Self.place(of: delimiter, in: rest) {
            let content = Array(rest.prefix(place))
            rest.removeFirst(place + delimiter.count)
            return (content, true)
        }
        let count = max(0, rest.count - delimiter.count + 1)
        let content = Array(rest.prefix(count))
        rest.removeFirst(count)
        return (content, false)
    }

    /// Where `needle` begins; its first byte, a carriage return, is rare in files.
    private static func place(of needle: [UInt8], in bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            var start = 0
            while start + needle.count <= bytes.count {
                guard let base = bytes.baseAddress,
                    let found = memchr(base + start, Int32(needle[0]), bytes.count - start)
                else { return nil }
                let place = UnsafeRawPointer(found) - UnsafeRawPointer(base)
                guard place + needle.count <= bytes.count else { return nil }
                if bytes[place..<place + needle.count].elementsEqual(needle) { return place }
                start = place + 1
            }
            return nil
        }
    }

    /// A parameter of Content-Disposition, as browsers quote it; nil where it is missing.
    private static func parameter(_ name: String, of head: String) -> String? {
        for line in head.split(whereSeparator: \.isNewline)
        where line.lowercased().hasPrefix("content-disposition:") {
            for match in line.matches(of: /;\s*([a-z]+)="([^"]*)"/)
            where match.output.1 == name {
                return String(match.output.2).replacing("%22", with: "\"")
                    .replacing("%0D", with: "").replacing("%0A", with: "")
            }
        }
        return nil
    }
}
