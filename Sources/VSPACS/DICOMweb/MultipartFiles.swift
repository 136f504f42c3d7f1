package import Foundation

/// Writes the parts of a `multipart/related` answer (RFC 2046, 5.1) into files of a folder as they come.
package struct MultipartFiles {
    /// Parts at most.
    package static let mostParts = 100_000
    private static let longestHeader = 1 << 16

    private enum State {
        case preamble, delimiter, header, body, end
    }

    /// Parts that are begun.
    package private(set) var count = 0
    private let folder: PrivateFolder
    private let prefix: String
    private let subject: String
    private let boundary: Data
    private var state = State.preamble
    private var buffer = Data()
    private var file: FileHandle?

    /// Begins.
    ///
    /// - Parameters:
    ///   - contentType: of the answer, with its boundary.
    ///   - folder: for the files.
    ///   - prefix: of their names.
    ///   - subject: who answers.
    /// - Throws: ``PACSError`` where the answer is no multipart one.
    package init(
        contentType: String, folder: PrivateFolder, prefix: String, subject: String
    ) throws(PACSError) {
        self.folder = folder
        self.prefix = prefix
        self.subject = subject
        let found = contentType.firstMatch(of: /boundary=(?:"([^"]+)"|([^;\s]+))/)
        guard contentType.lowercased().hasPrefix("multipart/"), let found,
            let name = found.output.1 ?? found.output.2, name.utf8.count <= 200
        else {
            throw Self.fault(subject, "It does not send the images as multipart/related.")
        }
        boundary = Data("\r\n--\(name)".utf8)
        // The first delimiter may stand at the very beginning, without a line break before it.
        buffer = Data("\r\n".utf8)
    }

    private static func fault(_ subject: String, _ message: String) -> PACSError {
        PACSError(
            .answer, subject: subject, message: message,
            remedy: "Check that the address is that of a DICOMweb service (WADO-RS).")
    }

    /// Takes the next bytes.
    package mutating func add(_ data: Data) throws(PACSError) {
        buffer.append(data)
        while try step() {}
    }

    /// Ends; an answer that breaks off in the middle is an error.
    package mutating func finish() throws(PACSError) {
        try? file?.close()
        guard state == .end else {
            throw PACSError(
                .incomplete, subject: subject, message: "Its answer broke off on the way.",
                remedy: "Ask again; its log says more.")
        }
    }

    /// Takes one step; false where more bytes are needed.
    private mutating func step() throws(PACSError) -> Bool {
        switch state {
        case .preamble, .body:
            guard let found = buffer.range(of: boundary) else {
                let kept = min(buffer.count, boundary.count - 1)
                try write(buffer.prefix(buffer.count - kept))
                buffer = Data(buffer.suffix(kept))
                return false
            }
            try write(buffer[..<found.lowerBound])
            try? file?.close()
            file = nil
            buffer = Data(buffer[found.upperBound...])
            state = .delimiter
            return true
        case .delimiter:
            guard buffer.count >= 2 else { return false }
            // Two dashes end all; else the line may end with blanks.
            state = buffer.starts(with: Data("--".utf8)) ? .end : .header
            return state == .header
        case .header:
            guard let end = buffer.range(of: Data("\r\n\r\n".utf8)) else {
                guard buffer.count <= Self.longestHeader else {
                    throw Self.fault(subject, "A part of its answer has no end of its header.")
                }
                return false
            }
            count += 1
            guard count <= Self.mostParts else {
                throw Self.fault(subject, "It sends more than \(Self.mostParts) images.")
            }
            file = try folder.create("\(prefix)\(count)")
            buffer = Data(buffer[end.upperBound...])
            state = .body
            return true
        case .end:
            buffer.removeAll()
            return false
        }
    }

    private func write(_ bytes: Data) throws(PACSError) {
        guard let file, !bytes.isEmpty else { return }
        try PrivateFolder.write(bytes, to: file)
    }
}
