import Foundation
import GRDB
public import VSGrowth

extension Store {
    /// Judges every tumour anew where the stored answers were made by another rule, in one
    /// transaction with its audit line.
    ///
    /// All stored answers are of one rule, as each program adopts its rule before it writes; so one of
    /// them tells.
    /// - Returns: whether anything was judged anew.
    @discardableResult
    public func adopt(_ rule: GrowthRule) throws -> Bool {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(rule), as: UTF8.self)
        let stored = try read { try String.fetchOne($0, sql: "SELECT rule FROM growth LIMIT 1") }
        guard let stored, stored != text else { return false }
        try write { db in
            try Self.refreshAllGrowth(db, rule: rule)
            try Self.audit(db, "adopt rule", subject: "growth", detail: text)
        }
        return true
    }
}
