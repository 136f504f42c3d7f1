import Foundation
public import VSGrowth
public import VSStore

/// A clinic's own thresholds, error terms and schedule: JSON, whole or in part.
public enum GrowthRuleFile {
    /// The rule in force for a database: that of `growth.json` beside it, else the defaults.
    ///
    /// - Throws: `StoreError` as ``read(_:)``.
    public static func rule(at location: StoreLocation) throws -> GrowthRule {
        let path = location.growthRule
        return FileManager.default.fileExists(atPath: path) ? try read(path) : GrowthRule()
    }

    /// Reads a rule; what the file leaves out keeps its default.
    ///
    /// - Throws: `StoreError` that names the file and what is wrong: no JSON, a name that is not
    ///   known, or a number out of its range.
    public static func read(_ path: String) throws -> GrowthRule {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw StoreError(
                .unreadable, subject: path, message: "The growth rule cannot be read.",
                remedy: "Check the path and its permissions.")
        }
        do {
            let rule = try JSONDecoder().decode(GrowthRule.self, from: data)
            guard let problem = rule.problem else { return rule }
            throw refused(path, problem)
        } catch let error as DecodingError {
            throw refused(path, clause(error))
        }
    }

    /// The rule as JSON that can be edited and read again.
    public static func json(_ rule: GrowthRule) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(rule), as: UTF8.self)
    }

    private static func refused(_ path: String, _ clause: String) -> StoreError {
        StoreError(
            .invalid, subject: path, message: "The growth rule is refused: \(clause).",
            remedy: "Compare it with vsdb growth --print-rule.")
    }

    private static func clause(_ error: DecodingError) -> String {
        func place(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? "" : "at \(path), "
        }
        switch error {
        case .typeMismatch(_, let context): return place(context) + "the value is of another kind"
        case .valueNotFound(_, let context): return place(context) + "a value is missing"
        case .keyNotFound(let key, let context):
            return place(context) + "\(key.stringValue) is missing"
        case .dataCorrupted(let context):
            return place(context)
                + (context.underlyingError == nil ? context.debugDescription : "it is no JSON")
        @unknown default: return "it is no JSON of a rule"
        }
    }
}
