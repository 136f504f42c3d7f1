import Foundation
import Testing
import VSPACS
import VSTestSupport

struct ArchiveAddressTests {
    @Test(
        "what is no address is refused, and no password is repeated",
        arguments: [
            "", "orthanc", "ftp://host", "http://", "http://host?x=1", "http://host/#a",
            "http://me:secret@host", "http://me@host", "me:secret@host",
        ])
    func refused(url: String) {
        let error = #expect(throws: PACSError.self) {
            _ = try ArchiveAddress(url, environment: [:])
        }
        #expect(error?.code == .refused)
        #expect(error.map { !"\($0)".contains("secret") } == true)
    }

    @Test("a closing slash is not part of it")
    func slash() throws {
        #expect(
            try ArchiveAddress("https://host:1/a//", environment: [:]).text == "https://host:1/a")
    }

    @Test("credentials come from a file of the owner's, else from the variable")
    func credentials() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("secret")
        func address(_ text: String, mode: Int = 0o600) throws -> ArchiveAddress {
            _ = FileManager.default.createFile(
                atPath: file, contents: Data(text.utf8), attributes: [.posixPermissions: mode])
            return try ArchiveAddress("http://h", credentials: file, environment: [:])
        }
        let made = try address("me:a:b\n")
        #expect(made.credentials?.name == "me" && made.credentials?.password == "a:b")
        for text in ["", "me", ":x", "a:b\nc:d"] {
            #expect(throws: PACSError.self, "\(text)") { _ = try address(text) }
        }
        try FileManager.default.removeItem(atPath: file)
        #expect(throws: PACSError.self) { _ = try address("me:x", mode: 0o640) }
        #expect(throws: PACSError.self) {
            _ = try ArchiveAddress("http://h", credentials: folder.file("none"), environment: [:])
        }
        let variable = try ArchiveAddress(
            "http://h", environment: [ArchiveAddress.variable: "you:y"])
        #expect(variable.credentials?.name == "you")
        #expect(try ArchiveAddress("http://h", environment: [:]).credentials == nil)
    }
}
