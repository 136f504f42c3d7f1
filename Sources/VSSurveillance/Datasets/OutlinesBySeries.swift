import Foundation
import VSImaging

/// What structure sets and files of contours outline, by the series they refer to.
struct OutlinesBySeries {
    private struct Source {
        var file: String
        var names: [String]
        var polygons: [[[LPSPoint]]]
        var otherContours: [Int]
    }

    private var sources: [String: [Source]] = [:]

    /// Reads the structure sets of a collection; one that cannot be read is left out by name.
    init(_ collection: DICOMCollection, _ listing: inout DatasetListing) {
        for file in collection.structureSets {
            do throws(ImagingError) {
                let set = try StructureSet(file)
                let source = Source(
                    file: file, names: set.structures.map(\.name),
                    polygons: set.structures.map(\.polygons),
                    otherContours: set.structures.map(\.otherContours))
                for uid in Set(set.referencedSeries) { sources[uid, default: []].append(source) }
            } catch {
                listing.leaveOut(error.subject, error.message)
            }
        }
    }

    /// Adds the authors' contours, JSON files below the folder, for series without a structure set.
    mutating func addContours(in folder: DatasetFolder, _ listing: inout DatasetListing) {
        let names = folder.files().filter { name in
            let last = (name as NSString).lastPathComponent.lowercased()
            return last.contains("contours") && (last.hasSuffix(".json") || last.hasSuffix(".gz"))
        }
        let withSets = Set(sources.keys)
        for name in names {
            do throws(ImagingError) {
                let file = "\(folder.path)/\(name)"
                for (uid, structures) in try ContoursFile(file).structures
                where !withSets.contains(uid) {
                    sources[uid, default: []].append(
                        Source(
                            file: file, names: structures.map(\.name),
                            polygons: structures.map(\.polygons),
                            otherContours: structures.map { _ in 0 }))
                }
            } catch {
                listing.leaveOut(error.subject, error.message)
            }
        }
    }

    /// Whether anything refers to a series.
    func has(_ series: DICOMSeries) -> Bool { sources[series.uid] != nil }

    /// The tumour that is outlined on a series.
    func truth(
        of series: DICOMSeries
    ) -> Result<(truth: DatasetExam.Truth, remark: String?), Refusal> {
        var reasons: [String] = []
        for source in sources[series.uid] ?? [] {
            switch TumourStructure(source.names) {
            case .found(let index, var remark):
                let name = source.names[index]
                guard !source.polygons[index].isEmpty else {
                    reasons.append("structure '\(name)' has no closed contour")
                    continue
                }
                if source.otherContours[index] > 0 {
                    let told =
                        "\(source.otherContours[index]) contours of '\(name)' are no closed "
                        + "polygons and are left out."
                    remark = [remark, told].compactMap { $0 }.joined(separator: " ")
                }
                remark =
                    [remark, Self.followUps(source.names)].compactMap(\.self)
                    .joined(separator: " ")
                return .success(
                    (
                        .polygons(source.polygons[index], name: name, file: source.file),
                        remark.flatMap { $0.isEmpty ? nil : $0 }
                    ))
            case .none(let reason): reasons.append(reason)
            }
        }
        return .failure(Refusal(reason: Set(reasons).sorted().joined(separator: "; ")))
    }

    /// A sentence on outlines of the tumour at later exams, of which there are no images.
    private static func followUps(_ names: [String]) -> String? {
        let later = names.filter { name in
            switch OutlineName(name) {
            case .after, .inYear: true
            case .baseline, .meningioma, .other, .unclear: false
            }
        }
        guard !later.isEmpty else { return nil }
        let shown = later.map { "'\($0)'" }.joined(separator: ", ")
        return
            "Outlines of later exams (\(shown)) are left out, as the collection has no images of them."
    }

    /// Why a series has no truth that could be used.
    struct Refusal: Error {
        let reason: String
    }
}
