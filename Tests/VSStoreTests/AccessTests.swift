import Foundation
import GRDB
import Testing
import VSGrowth
import VSStore

struct AccessTests {
    private let temporary: TemporaryStore
    private var store: Store { temporary.store }

    init() throws {
        temporary = try TemporaryStore()
        try store.addUser("alice", role: .viewer)
    }

    @Test("a token names its user while it holds, and its text is nowhere in the database")
    func held() throws {
        let text = try store.createToken(forUser: "alice", name: "one", expiresOn: day(10))
        let identity = try #require(try store.identity(ofToken: text, on: day(10)))
        #expect(identity.user == "alice" && identity.role == .viewer && identity.token == 1)
        #expect(try store.identity(ofToken: text, on: day(11)) == nil)
        #expect(try store.identity(ofToken: text + "0", on: day(0)) == nil)
        for suffix in ["", "-wal"] {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: store.location.database + suffix))
            #expect(bytes.range(of: Data(text.dropFirst(5).utf8)) == nil)
        }
    }

    @Test("a revoked token, and one of a disabled user, hold no longer")
    func ended() throws {
        let texts = try ["one", "two"].map { try store.createToken(forUser: "alice", name: $0) }
        #expect(texts[0] != texts[1])
        #expect(try store.revokeToken(1))
        #expect(try !store.revokeToken(1))
        #expect(try store.identity(ofToken: texts[0], on: day(0)) == nil)
        #expect(try store.identity(ofToken: texts[1], on: day(0)) != nil)
        try store.setUser("alice", isDisabled: true)
        #expect(try store.identity(ofToken: texts[1], on: day(0)) == nil)
        try store.setUser("alice", isDisabled: false)
        #expect(try store.identity(ofToken: texts[1], on: day(0)) != nil)
    }

    @Test("what cannot be is refused, and changes nothing")
    func refused() throws {
        let before = try allRows(of: store.location.database)
        func code(_ body: () throws -> Void) -> StoreError.Code? {
            #expect(throws: StoreError.self, performing: body)?.code
        }
        #expect(code { try store.addUser("alice", role: .viewer) } == .conflict)
        #expect(code { try store.addUser(" ", role: .viewer) } == .invalid)
        #expect(code { try store.setUser("bob", isDisabled: true) } == .unknown)
        #expect(code { _ = try store.createToken(forUser: "bob", name: "x") } == .unknown)
        #expect(code { _ = try store.createToken(forUser: "alice", name: "") } == .invalid)
        #expect(code { _ = try store.revokeToken(1) } == .unknown)
        #expect(try allRows(of: store.location.database) == before)
    }

    @Test("another role holds at once; devices lose the password, the only administrator stays")
    func roles() throws {
        let now = Date(timeIntervalSince1970: 1_762_600_000)
        try store.setPassword("four words in a row", forUser: "alice")
        let token = try store.createToken(forUser: "alice", name: "one")
        #expect(try store.logIn("alice", password: "four words in a row", at: now) != nil)
        #expect(try store.setUser("alice", role: .administrator))
        #expect(try !store.setUser("alice", role: .administrator))
        #expect(try store.identity(ofToken: token, on: day(0))?.role == .administrator)
        for change in [
            { _ = try store.setUser("alice", role: .viewer) },
            { _ = try store.setUser("alice", isDisabled: true) },
        ] {
            let error = #expect(throws: StoreError.self, performing: change)
            #expect(error?.code == .conflict)
        }
        try store.addUser("bob", role: .administrator)
        #expect(try store.setUser("alice", role: .device))
        try store.setUser("alice", role: .viewer)
        #expect(try store.logIn("alice", password: "four words in a row", at: now) == nil)
    }

    @Test("a token is looked up by an index")
    func plan() throws {
        let plan = try connection(to: store).read { db in
            try Row.fetchAll(
                db, sql: "EXPLAIN QUERY PLAN " + Store.identitySQL,
                arguments: ["hash": "", "today": ""]
            ).map { $0["detail"] as String }
        }
        #expect(!plan.isEmpty)
        #expect(plan.allSatisfy { $0.hasPrefix("SEARCH") }, "\(plan)")
    }

    @Test("patients are sought by the beginning of their identifier, in one index")
    func search() throws {
        for name in ["P1", "P2", "p3", "Q1", "sub-1", "Sub-2", "SUB-1", "Ä1"] {
            try store.registerPatient(name)
        }
        func found(_ text: String, after: String? = nil, limit: Int = 9) throws -> [String] {
            try store.patientSummaries(beginning: text, after: after, limit: limit)
                .map(\.identifier)
        }
        #expect(try found("p") == ["P1", "P2", "p3"])
        #expect(try found("P", after: "P1") == ["P2", "p3"])
        #expect(try found("p", after: "P2", limit: 1) == ["p3"])
        #expect(try found("sUB") == ["SUB-1", "sub-1", "Sub-2"])
        #expect(try found("Sub", after: "SUB-1") == ["sub-1", "Sub-2"])
        #expect(try found("Sub", after: "sub-1", limit: 1) == ["Sub-2"])
        #expect(try found("ä") == ["Ä1"])
        #expect(try found("P1x").isEmpty)
        let plan = try connection(to: store).read { db in
            try Row.fetchAll(
                db, sql: "EXPLAIN QUERY PLAN " + Store.patientSearchSQL,
                arguments: ["", "", "", 1]
            ).map { $0["detail"] as String }
        }
        #expect(plan.first?.contains("INDEX patientByFoldedIdentifier") == true, "\(plan)")
        #expect(!plan.contains { $0.hasPrefix("SCAN") }, "\(plan)")
        // Each patient's tumours are sorted, and nothing else.
        #expect(plan.count { $0.contains("TEMP") } == 1, "\(plan)")
    }

    @Test("a page of patients reads one index from its place and sorts nothing")
    func patientPage() throws {
        for name in ["p1", "p2", "p3"] { try store.registerPatient(name) }
        #expect(
            try store.patientSummaries(after: "p1", limit: 1)
                == store.patientSummaries().filter { $0.identifier == "p2" })
        let plan = try connection(to: store).read { db in
            try Row.fetchAll(
                db, sql: "EXPLAIN QUERY PLAN " + Store.patientPageSQL, arguments: ["", 1]
            ).map { $0["detail"] as String }
        }
        #expect(plan.first?.contains("sqlite_autoindex_patient") == true, "\(plan)")
        #expect(!plan.contains { $0.hasPrefix("SCAN") }, "\(plan)")
    }
}
