import Foundation
import GRDB
public import VSGrowth

extension Store {
    /// Judges every tumour anew where the stored answers were made by another rule, in one
    /// transaction with its audit line.
    ///
    /// All stored answers are of one rule, as each program adopts its rule before it writes; so one of
    /// them tells.
    /// - Parameters:
    ///   - rule: the rule in force.
    ///   - willJudge: told how many tumours are judged anew before that begins, as it may take a minute.
    /// - Returns: whether anything was judged anew.
    /// - Throws: ``StoreError``; then the answers are as they were.
    @discardableResult
    public func adopt(
        _ rule: GrowthRule, willJudge: (_ tumours: Int) -> Void = { _ in }
    ) throws -> Bool {
        let text = try Self.text(rule)
        let stored = try read {
            try String.fetchOne(
                $0,
                sql: """
                    SELECT growthRule.content FROM growth
                    CROSS JOIN growthRule ON growthRule.id = growth.ruleId LIMIT 1
                    """)
        }
        guard let stored, stored != text else { return false }
        willJudge(try read { try Int.fetchOne($0, sql: "SELECT count(*) FROM growth") } ?? 0)
        try write { db in
            try Self.refreshAllGrowth(db, rule: rule)
            try Self.audit(db, "adopt rule", subject: "growth", detail: text)
        }
        return true
    }

    /// The row of a rule, which is kept once however many tumours it judged.
    static func ruleId(_ db: Database, _ rule: GrowthRule) throws -> Int64 {
        let text = try text(rule)
        let sql = "SELECT id FROM growthRule WHERE content = ?"
        if let id = try Int64.fetchOne(db, sql: sql, arguments: [text]) { return id }
        try db.execute(
            sql: "INSERT INTO growthRule (content, createdAt) VALUES (?, ?)",
            arguments: [text, Instant.now()])
        return db.lastInsertedRowID
    }

    /// The rule as it is stored: the same text for the same rule.
    private static func text(_ rule: GrowthRule) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(rule), as: UTF8.self)
    }
}
