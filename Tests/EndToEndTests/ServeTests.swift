import Foundation
import Testing

struct ServeTests {
    @Test("vsdb serve prints its URL, and SIGTERM ends it with success")
    func started() throws {
        let program = try Program()
        let process = program.process(["serve", "--port", "0"])
        let out = Pipe()
        process.standardOutput = out
        try process.run()
        let line = String(decoding: out.fileHandleForReading.availableData, as: UTF8.self)
        #expect(line.wholeMatch(of: /http:\/\/127\.0\.0\.1:\d+\/\n/) != nil, "\(line)")
        process.terminate()
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == 0)
    }

    @Test("beyond the loopback address it does not start without a proxy and a user")
    func refused() throws {
        let program = try Program()
        let open = try program.run("serve", "--host", "0.0.0.0", "--port", "0")
        #expect(open.code == 65 && open.err.contains("--behind-proxy"), "\(open.err)")
        let empty = try program.run("serve", "--host", "0.0.0.0", "--port", "0", "--behind-proxy")
        #expect(empty.code == 65 && empty.err.contains("vsdb user add"), "\(empty.err)")
        #expect(try program.run("user", "add", "alice", "--role", "viewer").code == 0)
        #expect(try program.run("user", "disable", "alice").code == 0)
        let disabled = try program.run(
            "serve", "--host", "0.0.0.0", "--port", "0", "--behind-proxy")
        #expect(disabled.code == 65)
    }

    @Test("a token is shown once, listed without its text, and revoked")
    func tokens() throws {
        let program = try Program()
        #expect(try program.run("user", "add", "alice", "--role", "viewer").code == 0)
        let made = try program.run("token", "create", "alice", "--name", "laptop")
        let text = made.out.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(text.wholeMatch(of: /vsdb_[0-9a-f]{64}/) != nil)
        let listed = try program.run("token", "list", "--format", "json")
        #expect(!listed.out.contains(text))
        #expect(try listed.list().first?["name"] as? String == "laptop")
        #expect(try program.run("token", "revoke", "1").code == 0)
        #expect(try program.run("token", "revoke", "9").code == 66)
        let late = try program.run(
            "token", "create", "alice", "--name", "x", "--expires", "2000-01-01")
        #expect(late.code == 64)
    }

    @Test("a password comes by standard input, and is refused where it is too short")
    func passwords() throws {
        let program = try Program()
        #expect(try program.run("user", "add", "alice", "--role", "viewer").code == 0)
        func set(_ password: String, for name: String) throws -> Int32 {
            let process = program.process(["user", "password", name])
            let (input, output) = (Pipe(), Pipe())
            process.standardInput = input
            process.standardOutput = output
            process.standardError = output
            try process.run()
            try input.fileHandleForWriting.write(contentsOf: Data((password + "\n").utf8))
            try input.fileHandleForWriting.close()
            let text = String(
                decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            #expect(!text.contains(password))
            return process.terminationStatus
        }
        #expect(try set("four words in a row", for: "alice") == 0)
        #expect(try set("too short", for: "alice") == 65)
        #expect(try set("four words in a row", for: "nobody") == 66)
    }
}
