import Foundation

/// All series and structure sets below a folder, of as many patients as there are.
///
/// Unlike ``DICOMStudy`` a file that cannot be read spoils only the series beside it.
public struct DICOMCollection: Sendable {
    /// The series, by UID.
    public let series: [DICOMSeries]
    /// Files that are structure sets.
    public let structureSets: [String]
    /// Why files of a folder could not be read, by folder; the first of each.
    public let faults: [String: ImagingError]

    /// Reads the headers of all files below a folder.
    ///
    /// - Parameters:
    ///   - folder: the collection.
    ///   - progress: told the fraction of the files that is read.
    /// - Throws: ``ImagingError`` where the folder cannot be read.
    public init(_ folder: String, progress: (Double) -> Void = { _ in }) throws(ImagingError) {
        let files = try StudyFiles(folder).files
        var instances: [String: [DICOMInstance]] = [:]
        var sets: [String] = []
        var faults: [String: ImagingError] = [:]
        for (index, file) in files.enumerated() {
            progress(Double(index) / Double(files.count))
            let found: DICOMInstance
            do throws(ImagingError) {
                guard let instance = try DICOMInstance(of: file) else {
                    if let doubt = DICOMInstance.doubt(of: file) { throw doubt }
                    continue
                }
                if let doubt = instance.doubt { throw doubt }
                found = instance
            } catch {
                let folder = (file.name as NSString).deletingLastPathComponent
                if faults[folder] == nil { faults[folder] = error }
                continue
            }
            if found.sopClass == StructureSet.sopClass { sets.append(file.path) }
            guard found.facts.modality == "MR", found.pixels.rows > 0, !found.series.isEmpty
            else { continue }
            instances[found.series, default: []].append(found)
        }
        series = instances.map { DICOMSeries(uid: $0.key, instances: $0.value) }
            .sorted { $0.uid < $1.uid }
        structureSets = sets
        self.faults = faults
    }

    /// Why a series cannot be trusted to be whole: a file beside its own could not be read.
    public func fault(of series: DICOMSeries) -> ImagingError? {
        let folders = Set(series.files.map { ($0 as NSString).deletingLastPathComponent })
        return folders.sorted().lazy.compactMap { faults[$0] }.first
    }
}

extension DICOMSeries {
    /// Its files as the user knows them.
    public var files: [String] { instances.map(\.name) }
}
