import Foundation
import Testing
import VSService

/// Forms with a file, whole and in pieces.
struct MultipartReaderTests {
    private static let body = [
        "--xy", "Content-Disposition: form-data; name=\"token\"", "", "abc",
        "--xy", "Content-Disposition: form-data; name=\"note\"", "", "",
        "--xy", "Content-Disposition: form-data; name=\"file\"; filename=\"a \\%22b.nii\"",
        "Content-Type: application/octet-stream", "", "12\r\n--x\r\n34\r\n\r\n",
        "--xy", "Content-Disposition: form-data; name=\"side\"", "", "left", "--xy--", "",
    ].joined(separator: "\r\n")

    private func read(_ text: String, by step: Int) throws -> (
        fields: [String: String], name: String?, file: String, isComplete: Bool
    ) {
        var reader = MultipartReader(boundary: "xy")
        var fields: [String: String] = [:]
        var name: String?
        var file: [UInt8] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: step) {
            for event in try reader.read(bytes[start..<min(start + step, bytes.count)]) {
                switch event {
                case .field(let key, let value): fields[key] = value
                case .file(let given): name = given
                case .piece(let piece): file += piece
                }
            }
        }
        return (fields, name, String(decoding: file, as: UTF8.self), reader.isComplete)
    }

    @Test("a form says the same in one piece, byte by byte, and cut anywhere")
    func pieces() throws {
        for step in [1, 2, 3, 5, 7, 16, 61, 10_000] {
            let form = try read(Self.body, by: step)
            #expect(form.fields == ["token": "abc", "note": "", "side": "left"], "\(step)")
            #expect(form.name == "a \\\"b.nii")
            // What looks like a line between parts and is none stays in the file.
            #expect(form.file == "12\r\n--x\r\n34\r\n\r\n", "\(step)")
            #expect(form.isComplete)
        }
    }

    @Test("a form that was cut off is not complete")
    func cut() throws {
        let text = String(Self.body.dropLast(12))
        #expect(try !read(text, by: 10).isComplete)
    }

    @Test("what is no form is refused, and memory stays within its bounds")
    func broken() {
        for text in [
            String(repeating: "x", count: 10_000), "--xy oh\r\n", "--xy\r\n\r\n\r\nx",
            "--xy\r\nContent-Disposition: form-data\r\n\r\nx",
            "--xy\r\n" + String(repeating: "y", count: 10_000),
        ] {
            #expect(throws: MultipartReader.Failure.broken, "\(text.prefix(20))") {
                try read(text, by: 100)
            }
        }
        let long =
            "--xy\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"
            + String(repeating: "z", count: 20_000)
        #expect(throws: MultipartReader.Failure.longField) { try read(long, by: 100) }
    }

    @Test("the boundary is read from the content type of a form with a file alone")
    func boundary() {
        for (type, boundary) in [
            ("multipart/form-data; boundary=----WebKit7x", "----WebKit7x"),
            ("Multipart/Form-Data; charset=x; boundary=a-b", "a-b"),
            ("multipart/form-data; boundary=\"q1\"", "q1"), ("multipart/form-data", nil),
            ("application/x-www-form-urlencoded; boundary=x", nil),
        ] as [(String, String?)] {
            #expect(MultipartReader.boundary(of: type) == boundary, "\(type)")
        }
        #expect(MultipartReader.boundary(of: nil) == nil)
    }
}
