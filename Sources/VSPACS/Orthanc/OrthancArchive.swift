import Foundation
import NIOHTTP1
import VSImaging

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

    private struct Order: Encodable {
        let resources: [String]

        private enum CodingKeys: String, CodingKey { case resources = "Resources" }
    }

    private struct Stored: Decodable {
        let status: String

        private enum CodingKeys: String, CodingKey { case status = "Status" }
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

    /// What a study is filed by; nil where it is gone.
    func filing(ofStudy uid: String) async throws -> StudyFiling? {
        let order = try JSONEncoder().encode(
            Search(level: "Study", query: ["StudyInstanceUID": uid], isExpanded: true))
        let answer = try await client.data(
            .POST, "/tools/find", body: ("application/json", order))
        let found: [Filed] = try client.decode(answer)
        guard let study = found.first(where: { $0.tags["StudyInstanceUID"] == uid }) else {
            return nil
        }
        var filing = StudyFiling()
        for (attribute, name) in Self.filingNames {
            filing[attribute] = study.tags[name] ?? study.patientTags[name]
        }
        return filing
    }

    private static let filingNames: [(StudyFiling.Attribute, String)] = [
        (.studyDate, "StudyDate"), (.studyTime, "StudyTime"), (.studyID, "StudyID"),
        (.accessionNumber, "AccessionNumber"), (.referringPhysician, "ReferringPhysicianName"),
        (.patientName, "PatientName"), (.patientID, "PatientID"),
        (.birthDate, "PatientBirthDate"), (.sex, "PatientSex"),
    ]

    private struct Search: Encodable {
        let level: String
        let query: [String: String]
        let isExpanded: Bool

        private enum CodingKeys: String, CodingKey {
            case level = "Level"
            case query = "Query"
            case isExpanded = "Expand"
        }
    }

    private struct Filed: Decodable {
        let tags: [String: String]
        let patientTags: [String: String]

        private enum CodingKeys: String, CodingKey {
            case tags = "MainDicomTags"
            case patientTags = "PatientMainDicomTags"
        }
    }

    /// Deletes the objects of exactly this SOPInstanceUID.
    ///
    /// - Returns: false where there is none.
    /// - Throws: ``PACSError``; of code `refused` where it can be asked, but lets nothing be deleted.
    func delete(instance uid: String) async throws -> Bool {
        let order = try JSONEncoder().encode(
            Search(level: "Instance", query: ["SOPInstanceUID": uid], isExpanded: true))
        let answer = try await client.data(
            .POST, "/tools/find", body: ("application/json", order))
        let all: [Instance] = try client.decode(answer)
        // It compares as people search; only the very same UID is ours.
        let found = all.filter { $0.tags["SOPInstanceUID"] == uid && Self.isIdentifier($0.id) }
        for instance in found {
            do {
                _ = try await client.data(.DELETE, "/instances/\(instance.id)")
            } catch let error as PACSError where error.code == .missing {
                continue
            } catch let error as PACSError where [.denied, .answer].contains(error.code) {
                throw PACSError(
                    .refused, subject: client.address.text,
                    message: "It lets no object be deleted.",
                    remedy: "Delete instance \(uid) there by hand.")
            }
        }
        return !found.isEmpty
    }

    private struct Instance: Decodable {
        let id: String
        let tags: [String: String]

        private enum CodingKeys: String, CodingKey {
            case id = "ID"
            case tags = "MainDicomTags"
        }
    }

    /// Fetches series into a zip archive, whose names are numbers: names of persons stand in none.
    func download(_ series: [String], to file: FileHandle) async throws {
        let order = try JSONEncoder().encode(Order(resources: series))
        try await client.stream(
            .POST, "/tools/create-media", accept: "application/zip",
            body: ("application/json", order)
        ) { try PrivateFolder.write($0, to: file) }
    }

    /// Stores an object; one that is there already stays as it is.
    func store(_ object: Data) async throws {
        let answer = try await client.data(
            .POST, "/instances", body: ("application/dicom", object))
        let status = try? JSONDecoder().decode(Stored.self, from: answer).status
        guard status == "Success" || status == "AlreadyStored" else {
            throw PACSError(
                .answer, subject: client.address.text,
                message: "It did not store the result (\(status ?? "no status")).",
                remedy: "Its log says more.")
        }
    }

    /// Orthanc's own identifiers are hexadecimal with dashes; nothing else goes into an address.
    private static func isIdentifier(_ text: String) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isHexDigit || $0 == "-" }
    }
}
