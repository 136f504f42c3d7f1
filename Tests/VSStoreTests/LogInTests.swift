import Foundation
import GRDB
import Testing
import VSGrowth
import VSStore

struct LogInTests {
    private let temporary: TemporaryStore
    private var store: Store { temporary.store }
    private let start = Date(timeIntervalSince1970: 1_762_600_000)
    private let password = "four words in a row"

    init() throws {
        temporary = try TemporaryStore()
        try store.addUser("alice", role: .clinician)
        try store.setPassword(password, forUser: "alice")
    }

    private func later(minutes: Double) -> Date { start + minutes * 60 }

    private func bytes() throws -> Data {
        try ["", "-wal"].reduce(into: Data()) {
            $0 += try Data(contentsOf: URL(fileURLWithPath: store.location.database + $1))
        }
    }

    @Test("a session names its user; neither its text nor the password is in the database")
    func held() throws {
        let text = try #require(try store.logIn("alice", password: password, at: start))
        let session = try #require(try store.session(ofText: text, at: start))
        #expect(session.user == "alice" && session.role == .clinician)
        #expect(session.formToken != text && session.formToken.count == 64)
        #expect(try store.session(ofText: text + "0", at: start) == nil)
        #expect(try store.session(ofText: "", at: start) == nil)
        let bytes = try bytes()
        #expect(bytes.range(of: Data("scrypt:15:8:3:".utf8)) != nil)
        for secret in [text, password, session.formToken] {
            #expect(bytes.range(of: Data(secret.utf8)) == nil)
        }
    }

    @Test("two users of one password have different hashes; an accent typed in two ways is one")
    func hashes() throws {
        try store.addUser("bob", role: .viewer)
        try store.setPassword("caf\u{E9} caf\u{E9} caf\u{E9}", forUser: "bob")
        #expect(
            try store.logIn("bob", password: "cafe\u{301} cafe\u{301} cafe\u{301}", at: start)
                != nil)
        try store.setPassword(password, forUser: "bob")
        let hashes = try connection(to: store).read {
            try String.fetchSet($0, sql: "SELECT password FROM user")
        }
        #expect(hashes.count == 2)
    }

    @Test("a session ends when it rests, grows old, or is ended; used, it goes on")
    func ends() throws {
        let text = try #require(try store.logIn("alice", password: password, at: start))
        for minutes in stride(from: 0.0, through: 11 * 60, by: 20) {
            #expect(try store.session(ofText: text, at: later(minutes: minutes)) != nil)
        }
        #expect(try store.session(ofText: text, at: later(minutes: 11 * 60 + 31)) == nil)
        for minutes in stride(from: 11.0 * 60, to: 12 * 60, by: 20) {
            #expect(try store.session(ofText: text, at: later(minutes: minutes)) != nil)
        }
        #expect(try store.session(ofText: text, at: later(minutes: 12 * 60)) == nil)
        let other = try #require(try store.logIn("alice", password: password, at: start))
        try store.endSession(other)
        try store.endSession(other)
        #expect(try store.session(ofText: other, at: start) == nil)
    }

    @Test("a disabled user, and one with a new password, is out at once")
    func shutOut() throws {
        let first = try #require(try store.logIn("alice", password: password, at: start))
        try store.setUser("alice", isDisabled: true)
        #expect(try store.session(ofText: first, at: start) == nil)
        #expect(try store.logIn("alice", password: password, at: start) == nil)
        try store.setUser("alice", isDisabled: false)
        #expect(try store.session(ofText: first, at: start) == nil)
        let second = try #require(try store.logIn("alice", password: password, at: start))
        try store.setPassword("another four words", forUser: "alice")
        #expect(try store.session(ofText: second, at: start) == nil)
        #expect(try store.logIn("alice", password: password, at: start) == nil)
    }

    @Test("five wrong passwords lock a user for a quarter of an hour; a right one starts anew")
    func lock() throws {
        func fail(_ times: Int) throws {
            for _ in 0..<times {
                #expect(try store.logIn("alice", password: "wrong", at: start) == nil)
            }
        }
        try fail(4)
        #expect(try store.logIn("alice", password: password, at: start) != nil)
        try fail(5)
        #expect(try store.logIn("alice", password: password, at: later(minutes: 14)) == nil)
        #expect(try store.logIn("alice", password: password, at: later(minutes: 15)) != nil)
        let actions = try connection(to: store).read {
            try String.fetchAll($0, sql: "SELECT action FROM audit WHERE actor = 'alice'")
        }
        #expect(actions.count { $0 == "refuse log-in" } == 8)
        #expect(actions.count { $0 == "lock user" } == 1)
        #expect(actions.count { $0 == "log in" } == 2)
        #expect(try store.examine().brokenAudit == nil)
    }

    @Test("what cannot be is refused, and changes nothing")
    func refused() throws {
        try store.addUser("scanner", role: .device)
        let before = try allRows(of: store.location.database)
        func code(_ user: String, _ password: String) -> StoreError.Code? {
            #expect(throws: StoreError.self) {
                try store.setPassword(password, forUser: user)
            }?.code
        }
        #expect(code("alice", "short") == .invalid)
        #expect(code("alice", String(repeating: "x", count: 201)) == .invalid)
        #expect(code("nobody", password) == .unknown)
        #expect(code("scanner", password) == .invalid)
        #expect(try store.logIn("nobody", password: password, at: start) == nil)
        #expect(try store.logIn("scanner", password: password, at: start) == nil)
        #expect(try allRows(of: store.location.database) == before)
    }

    @Test("a session is looked up by an index")
    func plan() throws {
        let plan = try connection(to: store).read { db in
            try Row.fetchAll(
                db, sql: "EXPLAIN QUERY PLAN " + Store.sessionSQL,
                arguments: ["hash": "", "idle": "", "oldest": ""]
            ).map { $0["detail"] as String }
        }
        #expect(!plan.isEmpty)
        #expect(plan.allSatisfy { $0.hasPrefix("SEARCH") }, "\(plan)")
    }
}
