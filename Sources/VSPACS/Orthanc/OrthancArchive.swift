import Foundation

/// Orthanc's REST API, as far as following it needs.
struct OrthancArchive: Sendable {
    let client: ArchiveClient

    /// A page of the changes feed.
    struct Changes: Decodable, Sendable {
        struct Change: Decodable, Sendable {
            let kind: String
            let resource: String
            let number: Int64

            private enum CodingKeys: String, CodingKey {
                case kind = "ChangeType"
                case resource = "ID"
                case number = "Seq"
            }
        }

        let changes: [Change]
        let isDone: Bool
        let last: Int64

        private enum CodingKeys: String, CodingKey {
            case changes = "Changes"
            case isDone = "Done"
            case last = "Last"
        }
    }

    /// One series of a study.
    struct Series: Decodable, Sendable {
        let id: String
        let instances: [String]
        let tags: [String: String]

        private enum CodingKeys: String, CodingKey {
            case id = "ID"
            case instances = "Instances"
            case tags = "MainDicomTags"
        }

        /// Whether it could be a stack of MR slices, or one enhanced image.
        var isMR: Bool { tags["Modality"] == "MR" }
    }

    /// A study, without its series.
    struct Study: Decodable, Sendable {
        let id: String
        /// Whether no image has come for a while; also of one that Orthanc found when it started.
        let isStable: Bool
        private let tags: [String: String]

        /// StudyInstanceUID.
        var uid: String? { tags["StudyInstanceUID"] }
        /// StudyDate as people write it; nil where it has none.
        var day: String? {
            tags["StudyDate"].flatMap { $0.wholeMatch(of: /(\d{4})(\d\d)(\d\d)/) }
                .map { "\($0.output.1)-\($0.output.2)-\($0.output.3)" }
        }

        private enum CodingKeys: String, CodingKey {
            case id = "ID"
            case isStable = "IsStable"
            case tags = "MainDicomTags"
        }
    }

    private struct Parent: Decodable {
        let study: String

        private enum CodingKeys: String, CodingKey { case study = "ParentStudy" }
    }

    /// The changes after one.
    func changes(after number: Int64) async throws -> Changes {
        try await client.json(
            "/changes", query: [("since", "\(number)"), ("limit", "100")])
    }

    /// The number of the newest change.
    func lastChange() async throws -> Int64 {
        let answer: Changes = try await client.json("/changes?last")
        return answer.last
    }

    /// The study that a change is about; nil where it is about none, or about one that is gone.
    ///
    /// An Orthanc that is killed before it calls a study stable never does so later, so that what is
    /// new is a reason to look, too.
    func study(of change: Changes.Change) async throws -> Study? {
        guard Self.isIdentifier(change.resource) else { return nil }
        return try await existing {
            switch change.kind {
            case "StableStudy", "NewStudy":
                return try await client.json("/studies/\(change.resource)")
            case "NewSeries":
                let parent: Parent = try await client.json("/series/\(change.resource)")
                guard Self.isIdentifier(parent.study) else { return nil }
                return try await client.json("/studies/\(parent.study)")
            default: return nil
            }
        }
    }

    /// The series of a study; nil where it is gone.
    func series(of study: Study) async throws -> [Series]? {
        guard Self.isIdentifier(study.id) else { return nil }
        return try await existing { try await client.json("/studies/\(study.id)/series") }
    }

    private func existing<Answer>(
        _ body: () async throws -> Answer?
    ) async throws -> Answer? {
        do {
            return try await body()
        } catch let error as PACSError where error.code == .missing {
            return nil
        }
    }

    /// Orthanc's own identifiers are hexadecimal with dashes; nothing else goes into an address.
    static func isIdentifier(_ text: String) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isHexDigit || $0 == "-" }
    }
}
