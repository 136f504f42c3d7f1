import Foundation
import VSImaging

/// The contours that the authors of the public collection publish as JSON: a list of structures, each
/// with closed polygons, mm LPS.
struct ContoursFile {
    private struct Entry: Decodable {
        var series: String?
        var name: String?
        var points: [[[Double]]]

        enum CodingKeys: String, CodingKey {
            case series = "MR_SeriesInstanceUID"
            case name = "structure_name"
            case points = "LPS_contour_points"
        }
    }

    /// The structures of each series, in the file's order.
    let structures: [String: [(name: String, polygons: [[LPSPoint]])]]

    /// Reads a file.
    ///
    /// - Throws: `ImagingError` where it cannot be read or holds something else.
    init(_ path: String) throws(ImagingError) {
        let data = try PackedText.data(path)
        guard let entries = try? JSONDecoder().decode([Entry].self, from: data),
            entries.allSatisfy({ entry in
                entry.points.joined().allSatisfy {
                    $0.count == 3 && $0.allSatisfy { abs($0) < 1e4 }
                }
            })
        else {
            throw ImagingError(
                .malformed, subject: path, message: "It is no list of contours in JSON.",
                remedy: "Copy the collection's contours again.")
        }
        var found: [String: [(name: String, polygons: [[LPSPoint]])]] = [:]
        for entry in entries {
            let polygons = entry.points.map { ring in
                ring.map { LPSPoint($0[0], $0[1], $0[2]) }
            }
            found[entry.series ?? "", default: []].append((entry.name ?? "", polygons))
        }
        structures = found
    }
}
