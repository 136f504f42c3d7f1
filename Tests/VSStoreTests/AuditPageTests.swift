import Foundation
import GRDB
import Testing
import VSStore

struct AuditPageTests {
    private let temporary: TemporaryStore
    private var store: Store { temporary.store }

    /// Two patients, one with a scan that a model segmented.
    init() throws {
        temporary = try TemporaryStore()
        let model = try temporary.store.install("a")
        try temporary.store.register(
            "p1", on: day(0), seed: 1, by: model, tumours: [("left", 900)])
        try temporary.store.registerPatient("p2")
        try temporary.store.recordAccess("read scan", subject: "scan 1", detail: "", by: "x")
        try temporary.store.recordAccess("read scan", subject: "scan 11", detail: "", by: "x")
    }

    @Test("pages follow each other from the newest line to the first without a gap")
    func paged() throws {
        var ids: [Int64] = []
        var before: Int64?
        while true {
            let page = try store.auditLines(before: before, limit: 2)
            ids += page.map(\.id)
            guard page.count == 2 else { break }
            before = page.last?.id
        }
        #expect(ids == Array(stride(from: try #require(ids.first), through: 1, by: -1)))
        #expect(ids.count > 4)
    }

    @Test("of a patient come the lines on the patient, the scans and their segmentations alone")
    func filtered() throws {
        let lines = try store.auditLines(ofPatient: "p1", limit: 100)
        #expect(Set(lines.map(\.subject)) == ["p1", "scan 1"])
        #expect(lines.map(\.action).contains("read scan"))
        #expect(try store.auditLines(ofPatient: "p2", limit: 100).map(\.subject) == ["p2"])
        #expect(try store.auditLines(ofPatient: "p3", limit: 100).isEmpty)
        #expect(try store.auditLines(ofPatient: "p1", limit: 1).count == 1)
    }

    @Test(
        "the audit is walked from a line backwards, and a patient's scans are looked up",
        arguments: [Store.auditSQL, Store.patientAuditSQL])
    func plans(sql: String) throws {
        let lines = try connection(to: store).read { db in
            let statement = try db.makeStatement(sql: "EXPLAIN QUERY PLAN " + sql)
            statement.setUncheckedArguments([])
            return try Row.fetchAll(statement).map { $0["detail"] as String }
        }
        #expect(lines.contains { $0.hasPrefix("SEARCH audit USING INTEGER PRIMARY KEY") })
        #expect(!lines.contains { $0.hasPrefix("SCAN scan") || $0.hasPrefix("SCAN patient") })
        #expect(!lines.contains { $0.contains("TEMP B-TREE FOR ORDER BY") }, "\(lines)")
    }
}
