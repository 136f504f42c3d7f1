import Foundation
import Testing
import VSPACS

struct MultipartFilesTests {
    private let type = "multipart/related; type=\"application/dicom\"; boundary=\"b-1\""
    /// Three parts: plain, one with what looks like a boundary, and an empty one.
    private let bodies = [Data("first".utf8), Data("x\r\n--b-\r\n--b\r\n-".utf8), Data()]

    private var answer: Data {
        var data = Data("a preamble".utf8)
        for body in bodies {
            data += Data("\r\n--b-1\r\nContent-Type: application/dicom\r\n\r\n".utf8) + body
        }
        return data + Data("\r\n--b-1--\r\nan epilogue".utf8)
    }

    private func parts(_ data: Data, blocks: Int) throws -> [Data] {
        let folder = try PrivateFolder()
        var files = try MultipartFiles(
            contentType: type, folder: folder, prefix: "p", subject: "archive")
        var rest = data[...]
        while !rest.isEmpty {
            try files.add(Data(rest.prefix(blocks)))
            rest = rest.dropFirst(blocks)
        }
        try files.finish()
        return try (1...files.count).map {
            try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/p\($0)"))
        }
    }

    @Test("however the answer is cut into blocks, the parts are the same", arguments: 1...60)
    func blocks(size: Int) throws {
        #expect(try parts(answer, blocks: size) == bodies)
        #expect(try parts(answer.dropFirst("a preamble\r\n".utf8.count), blocks: size) == bodies)
    }

    @Test("an answer that breaks off anywhere is an error")
    func cut() throws {
        let whole = answer.count - "\r\nan epilogue".utf8.count
        for count in 0..<whole {
            let error = #expect(throws: PACSError.self, "\(count)") {
                _ = try parts(answer.prefix(count), blocks: 1000)
            }
            #expect(error?.code == .incomplete, "\(count)")
        }
    }

    @Test("an answer that is not multipart, or has no boundary, is refused")
    func others() throws {
        let folder = try PrivateFolder()
        for type in ["application/json; boundary=x", "multipart/related", ""] {
            #expect(throws: PACSError.self) {
                _ = try MultipartFiles(
                    contentType: type, folder: folder, prefix: "", subject: "archive")
            }
        }
    }

    @Test("the folder goes with its value, and only its owner may read it")
    func folder() throws {
        var folder: PrivateFolder? = try PrivateFolder()
        let path = try #require(folder?.path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect((mode as? NSNumber)?.intValue == 0o700)
        folder = nil
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
