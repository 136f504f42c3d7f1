import Foundation
import GRDB
import Testing
import VSGrowth
import VSStore

struct AuditTests {
    private let temporary: TemporaryStore
    private let raw: DatabaseQueue

    init() throws {
        temporary = try TemporaryStore()
        let store = temporary.store
        let model = try store.install("a")
        try store.register("p1", on: day(0), seed: 1, by: model, tumours: [("left", 900)])
        try store.registerPatient("p2", isBilateral: true)
        raw = try connection(to: store)
    }

    @Test("what was done is written down in order, with who did it")
    func lines() throws {
        try temporary.store.recordTreatment(
            Treatment(kind: .surgery, date: day(9)), patient: "p1", side: "left",
            rule: GrowthRule())
        let model = try temporary.store.install("b")
        try temporary.store.recordSegmentation(
            segmentationEntry(model, []), scan: 1, rule: GrowthRule())
        try temporary.store.activate(model)
        let lines = try raw.read { db in
            try Row.fetchAll(db, sql: "SELECT action, subject, actor FROM audit ORDER BY id")
                .map { [$0["action"], $0["subject"]] as [String] }
        }
        #expect(
            lines == [
                ["install model", "a 1"], ["register patient", "p1"], ["register scan", "p1"],
                ["record segmentation", "scan 1"], ["register patient", "p2"],
                ["change patient", "p2"], ["register treatment", "p1"], ["install model", "b 1"],
                ["record segmentation", "scan 1"], ["start campaign", "b 1"],
                ["activate model", "b 1"],
            ])
        #expect(try temporary.store.examine().brokenAudit == nil)
    }

    @Test(
        "a line cannot be changed or deleted",
        arguments: ["UPDATE audit SET detail = ''", "DELETE FROM audit WHERE id = 2"])
    func kept(sql: String) throws {
        let before = try allRows(of: temporary.store.location.database)
        let error = #expect(throws: DatabaseError.self) {
            try raw.write { try $0.execute(sql: sql) }
        }
        #expect(error?.message?.hasPrefix("audit rows are never") == true)
        #expect(try allRows(of: temporary.store.location.database) == before)
    }

    /// What someone does who takes the triggers away first, and the line that no longer fits.
    static let tampering: [(String, Int64)] = [
        ("UPDATE audit SET subject = 'p9' WHERE id = 3", 3),
        ("UPDATE audit SET at = '2020-01-01T00:00:00Z' WHERE id = 1", 1),
        ("UPDATE audit SET actor = 'nobody' WHERE id = 5", 5),
        ("UPDATE audit SET action = action || subject, subject = '' WHERE id = 2", 2),
        ("UPDATE audit SET chain = replace(chain, '0', '1') WHERE id = 4", 4),
        ("DELETE FROM audit WHERE id = 2", 3),
        ("DELETE FROM audit WHERE id = 1", 2),
        ("UPDATE audit SET id = CASE id WHEN 2 THEN -2 ELSE id END", -2),
    ]

    @Test("the chain of hashes finds a line that was tampered with", arguments: tampering)
    func found(sql: String, line: Int64) throws {
        try raw.write { db in
            try db.execute(sql: "DROP TRIGGER auditKeepsRows; DROP TRIGGER auditKeepsContent;")
            try db.execute(sql: sql)
        }
        let health = try temporary.store.examine()
        #expect(health.brokenAudit == line)
        #expect(!health.isHealthy)
    }

    @Test("a line written over by REPLACE, which calls no trigger, is found too")
    func replaced() throws {
        try raw.write { db in
            try db.execute(
                sql: """
                    REPLACE INTO audit
                    SELECT id, at, actor, action, 'p9', detail, chain FROM audit WHERE id = 3
                    """)
        }
        #expect(try temporary.store.examine().brokenAudit == 3)
    }
}
