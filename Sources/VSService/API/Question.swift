import Foundation
import VSGrowth
import VSReport
import VSStore
import VSSurveillance

/// What an endpoint is asked.
struct Question: Sendable {
    /// Rows of a page where the client does not say, and at most.
    static let (pageSize, largestPage) = (100, 1000)

    let surveillance: Surveillance
    /// The parts of the path by name.
    let path: [String: String]
    /// What follows the question mark, by name.
    let query: [String: String]
    let today: ExamDate
    /// The name of who asks.
    var user = ""
    /// What was sent with it.
    var body = Data()

    var store: Store { surveillance.store }

    /// The names in braces of an address.
    static func names(in path: String) -> [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
            String($0.dropFirst().dropLast())
        }
    }

    /// Of whom or what the audit speaks, where the address is `template`.
    func subject(of template: String) -> String {
        guard let name = Self.names(in: template).first else { return "all" }
        return name == "patient" ? text(name) : "\(name) \(text(name))"
    }

    /// A part of the path.
    func text(_ name: String) -> String { path[name] ?? "" }

    /// A part of the path that is a row's number.
    func number(_ name: String) throws(Problem) -> Int64 {
        guard let number = Int64(text(name)) else {
            throw Problem(400, "invalid", "\(name) is a number, not \(text(name)).")
        }
        return number
    }

    /// Whether something is asked for; not where nothing is said of it.
    func flag(_ name: String) throws(Problem) -> Bool {
        switch query[name] {
        case nil, "", "false": return false
        case "true": return true
        case .some(let text):
            throw Problem(400, "invalid", "\(name) is true or false, not \(text).")
        }
    }

    /// Rows at most.
    func limit() throws(Problem) -> Int {
        guard let text = query["limit"] else { return Self.pageSize }
        guard let limit = Int(text), (1...Self.largestPage).contains(limit) else {
            throw Problem(400, "invalid", "limit is from 1 to \(Self.largestPage), not \(text).")
        }
        return limit
    }

    /// The place behind which the page begins, in a list that is sorted by day.
    func cursor() throws(Problem) -> ListCursor? {
        guard let text = query["after"] else { return nil }
        guard let cursor = ListCursor(text) else {
            throw Problem(
                400, "invalid", "after is the 'next' of the page before, not \(text).")
        }
        return cursor
    }

    /// The row behind which the page begins, in a list that is sorted by number, the largest first.
    func rowBefore() throws(Problem) -> Int64? {
        guard let text = query["after"] else { return nil }
        guard let row = Int64(text) else {
            throw Problem(400, "invalid", "after is the 'next' of the page before, not \(text).")
        }
        return row
    }

    /// The campaign the address names.
    ///
    /// - Throws: ``Problem`` where there is none of this number.
    func campaign() throws -> CampaignRecord {
        let number = try number("campaign")
        guard let campaign = try store.campaign(number) else {
            throw Problem(404, "unknown", "There is no campaign \(number).")
        }
        return campaign
    }

    /// The fields of a JSON object that was sent; of no body those that may all be missing.
    func fields<Fields: Decodable>(_ type: Fields.Type) throws(Problem) -> Fields {
        do {
            return try JSONDecoder().decode(type, from: body.isEmpty ? Data("{}".utf8) : body)
        } catch {
            throw Problem(
                400, "invalid",
                "The body is not the JSON object that /api/v1/openapi.json describes.")
        }
    }

    /// On what a chart is to be drawn; pages ask for both, and the browser takes the one that suits.
    func scheme() throws(Problem) -> ChartScheme {
        guard let text = query["scheme"] else { return .light }
        guard let scheme = ChartScheme(rawValue: text) else {
            throw Problem(400, "invalid", "scheme is light or dark, not \(text).")
        }
        return scheme
    }

    /// A whole number of the query within a range.
    func whole(_ name: String, in range: ClosedRange<Int>, default value: Int) throws(Problem)
        -> Int
    {
        guard let text = query[name] else { return value }
        guard let number = Int(text), range.contains(number) else {
            throw Problem(
                400, "invalid",
                "\(name) is from \(range.lowerBound) to \(range.upperBound), not \(text).")
        }
        return number
    }
}
