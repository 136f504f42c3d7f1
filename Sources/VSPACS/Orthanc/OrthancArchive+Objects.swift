import Foundation
import NIOHTTP1
import VSImaging

/// Fetching images, and what is stored and deleted.
extension OrthancArchive {
    /// Fetches all images of some series as one zip archive, whose names are numbers: names of persons
    /// stand in none.
    ///
    /// An Orthanc that ends in the middle closes the connection, as it does at the end of an answer whose
    /// length it did not know; so the images are counted.
    /// - Parameters:
    ///   - series: the series.
    ///   - folder: where the archive goes.
    /// - Returns: its path.
    /// - Throws: ``PACSError``; of code `incomplete` where some of the images did not come.
    func download(_ series: [Series], into folder: PrivateFolder) async throws -> String {
        let name = "study.zip"
        let file = try folder.create(name)
        defer { try? file.close() }
        let order = try JSONEncoder().encode(["Resources": series.map(\.id)])
        try await client.stream(
            .POST, "/tools/create-media", accept: "application/zip",
            body: ("application/json", order)
        ) { try PrivateFolder.write($0, to: file) }
        let path = "\(folder.path)/\(name)"
        let images = series.map(\.instances.count).reduce(0, +)
        guard let entries = UnpackedArchive.entryCount(path), entries >= images else {
            throw PACSError(
                .incomplete, subject: client.address.text,
                message: "The images of a study broke off on their way.",
                remedy: "Its log says more.")
        }
        return path
    }

    /// What a study is filed by; nil where it is gone.
    func filing(ofStudy uid: String) async throws -> StudyFiling? {
        guard let study = try await find("Study", "StudyInstanceUID", uid).first else { return nil }
        var filing = StudyFiling()
        for (attribute, name) in Self.filingNames {
            filing[attribute] = study.tags[name] ?? study.patientTags?[name]
        }
        return filing
    }

    private static let filingNames: [(StudyFiling.Attribute, String)] = [
        (.studyDate, "StudyDate"), (.studyTime, "StudyTime"), (.studyID, "StudyID"),
        (.accessionNumber, "AccessionNumber"), (.referringPhysician, "ReferringPhysicianName"),
        (.patientName, "PatientName"), (.patientID, "PatientID"),
        (.birthDate, "PatientBirthDate"), (.sex, "PatientSex"),
    ]

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

    private struct Stored: Decodable {
        let status: String

        private enum CodingKeys: String, CodingKey { case status = "Status" }
    }

    /// Deletes the objects of exactly this SOPInstanceUID.
    ///
    /// - Returns: false where there is none.
    /// - Throws: ``PACSError``; of code `refused` where it can be asked, but lets nothing be deleted.
    func delete(instance uid: String) async throws -> Bool {
        let found = try await find("Instance", "SOPInstanceUID", uid)
        for instance in found where Self.isIdentifier(instance.id) {
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

    /// What a search finds.
    private struct Found: Decodable {
        let id: String
        let tags: [String: String]
        let patientTags: [String: String]?

        private enum CodingKeys: String, CodingKey {
            case id = "ID"
            case tags = "MainDicomTags"
            case patientTags = "PatientMainDicomTags"
        }
    }

    private struct Search: Encodable {
        let level: String
        let query: [String: String]
        let isExpanded = true

        private enum CodingKeys: String, CodingKey {
            case level = "Level"
            case query = "Query"
            case isExpanded = "Expand"
        }
    }

    /// What has exactly this UID; Orthanc itself compares as people search.
    private func find(_ level: String, _ name: String, _ uid: String) async throws -> [Found] {
        let order = try JSONEncoder().encode(Search(level: level, query: [name: uid]))
        let answer = try await client.data(
            .POST, "/tools/find", body: ("application/json", order))
        let found: [Found] = try client.decode(answer)
        return found.filter { $0.tags[name] == uid }
    }
}
