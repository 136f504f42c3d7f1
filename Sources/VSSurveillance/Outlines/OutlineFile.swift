import Foundation
public import VSImaging

/// One person's outlines in a collection without images.
public struct OutlinedSubject: Sendable {
    /// One named set of polygons.
    public struct Structure: Sendable {
        /// The name as typed by the clinic.
        public var name: String
        /// The image it was drawn on.
        public var drawnOn: String
        /// Closed polygons, mm LPS.
        public var polygons: [[LPSPoint]]

        /// Makes a structure.
        public init(name: String, drawnOn: String, polygons: [[LPSPoint]]) {
            self.name = name
            self.drawnOn = drawnOn
            self.polygons = polygons
        }
    }

    /// The collection's name for the person, such as `sub-038`.
    public var id: String
    /// The outlines.
    public var structures: [Structure]

    /// Makes a subject.
    public init(id: String, structures: [Structure]) {
        self.id = id
        self.structures = structures
    }
}

/// Reads a collection of outlines: JSON, by gzip or plain.
///
/// An object of subjects, each with `structures`, a list of `name`, `drawn_on` and
/// `polygons_lps_mm`, a list of closed polygons of points `[x, y, z]` in mm, DICOM LPS.
public enum OutlineFile {
    private struct Subject: Decodable {
        struct Structure: Decodable {
            var name: String
            var drawnOn: String?
            var polygons: [[[Double]]]

            enum CodingKeys: String, CodingKey {
                case name
                case drawnOn = "drawn_on"
                case polygons = "polygons_lps_mm"
            }
        }
        var structures: [Structure]
    }

    /// The subjects of a file, by name.
    ///
    /// - Throws: `ImagingError` where the file cannot be read or holds something else.
    public static func read(_ path: String) throws(ImagingError) -> [OutlinedSubject] {
        let data = try PackedText.data(path)
        let found: [String: Subject]
        do {
            found = try JSONDecoder().decode([String: Subject].self, from: data)
        } catch {
            throw malformed(path, "It is no collection of outlines in JSON.")
        }
        var subjects: [OutlinedSubject] = []
        for (id, subject) in found.sorted(by: { $0.key < $1.key }) {
            var structures: [OutlinedSubject.Structure] = []
            for one in subject.structures {
                let points = one.polygons.joined()
                guard points.allSatisfy({ $0.count == 3 && $0.allSatisfy { abs($0) < 1e4 } })
                else { throw malformed(path, "\(id), \(one.name): a point is not three numbers.") }
                structures.append(
                    OutlinedSubject.Structure(
                        name: one.name, drawnOn: one.drawnOn ?? "",
                        polygons: one.polygons.map { ring in
                            ring.map { LPSPoint($0[0], $0[1], $0[2]) }
                        }))
            }
            subjects.append(OutlinedSubject(id: id, structures: structures))
        }
        return subjects
    }

    private static func malformed(_ path: String, _ message: String) -> ImagingError {
        ImagingError(
            .malformed, subject: path, message: message,
            remedy: "'vsdb import outlines --help' says what a file holds.")
    }
}
