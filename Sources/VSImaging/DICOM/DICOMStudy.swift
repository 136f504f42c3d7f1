import Foundation

/// The series below a path, and the choice of the T2 one.
public final class DICOMStudy: Sendable {
    /// The path as the user named it.
    public let source: String
    /// The series, best first.
    public let series: [DICOMSeries]
    // An archive's folder lives as long as its files are needed.
    private let files: StudyFiles

    /// Whether a path is to be read as DICOM: a folder, a zip archive, or a file that begins as one.
    public static func isDICOM(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            return false
        }
        let endings = [".nii", ".nii.gz", ".hdr", ".hdr.gz", ".img", ".img.gz"]
        if endings.contains(where: path.hasSuffix) { return false }
        if isFolder.boolValue { return true }
        return DICOMAttributes.isPlausible(path)
            || [".zip", ".dcm"].contains { path.lowercased().hasSuffix($0) }
            || StudyFiles.start(path, 4) == StudyFiles.zipStart
            || StudyFiles.start(path, 2) == StudyFiles.gzipStart
    }

    /// Reads the headers of all images below a path.
    ///
    /// - Parameters:
    ///   - path: a folder, a file, a DICOMDIR or a zip archive.
    ///   - progress: told the fraction of the files that is read.
    /// - Throws: ``ImagingError`` where there is no image, or a file is damaged that could be one of the
    ///   series' own.
    public init(_ path: String, progress: (Double) -> Void = { _ in }) throws(ImagingError) {
        source = path
        files = try StudyFiles(path)
        var instances: [String: [DICOMInstance]] = [:]
        var doubt: ImagingError?
        for (index, file) in files.files.enumerated() {
            progress(Double(index) / Double(files.files.count))
            guard let found = try DICOMInstance(of: file, isMeant: files.isEveryFileMeant) else {
                doubt = doubt ?? DICOMInstance.doubt(of: file)
                continue
            }
            // Reports, plans and media directories have no rows; they are no series to choose.
            guard found.hasSize, !found.series.isEmpty else {
                doubt = doubt ?? found.doubt
                continue
            }
            instances[found.series, default: []].append(found)
        }
        guard !instances.isEmpty else {
            throw Self.noImage(files, subject: path)
        }
        if let doubt { throw doubt }
        series = instances.map { DICOMSeries(uid: $0.key, instances: $0.value) }.sorted {
            ($0.score.isCandidate ? 1 : 0, $0.score.points, $1.uid)
                > ($1.score.isCandidate ? 1 : 0, $1.score.points, $0.uid)
        }
    }

    private static func noImage(_ files: StudyFiles, subject: String) -> ImagingError {
        let all = files.files
        let packed = all.filter { $0.name.hasSuffix(".gz") }.count
        let archives = all.filter { StudyFiles.start($0.path, 4) == StudyFiles.zipStart }.map(
            \.name)
        guard archives.isEmpty || packed > 0 else {
            let names = archives.prefix(3).joined(separator: ", ")
            return ImagingError(
                .unsupported, subject: subject,
                message: "It holds no DICOM image, but \(archives.count) zip "
                    + "archive\(archives.count == 1 ? "" : "s") (\(names)\(archives.count > 3 ? ", …" : "")).",
                remedy: "Give an archive by its own name; those in a folder are not unpacked.")
        }
        let message =
            files.isEveryFileMeant && all.count == 1
            ? "It is a DICOM object without an image."
            : "It holds no DICOM image (\(all.count) other file\(all.count == 1 ? "" : "s")"
                + (packed > 0 ? ", \(packed) of them compressed with gzip)." : ").")
        return ImagingError(
            .unsupported, subject: subject, message: message,
            remedy: packed > 0
                ? "Unpack them with 'gunzip' first; zip archives are read as they are."
                : "Give the folder of an MR study, or a NIfTI file by its own name.")
    }

    /// The series to take: the one named, else the only T2 candidate or the one clearly ahead.
    ///
    /// - Parameters:
    ///   - uid: a SeriesInstanceUID, or nil.
    ///   - mustBeT2: whether a study's only series has to be recognised as T2 too, as where nobody
    ///     named the study.
    /// - Returns: the series.
    /// - Throws: ``ImagingError`` of code `ambiguous` where two are close, `unsupported` where none
    ///   is T2, each with the scored list.
    public func choose(
        _ uid: String? = nil, mustBeT2: Bool = false
    ) throws(ImagingError) -> DICOMSeries {
        if let uid {
            guard let found = series.first(where: { $0.uid == uid }) else {
                throw ImagingError(
                    .missing, subject: source, message: "It holds no series \(uid).\n\(list)\n",
                    remedy: "Give one of these with --series.")
            }
            return found
        }
        // What is no MR is not taken for anybody.
        let imaged = Self.patients(series.filter { $0.facts.modality == "MR" })
        guard imaged.count < 2 else {
            throw ImagingError(
                .ambiguous, subject: source,
                message: "Its series are of \(imaged.count) patients: "
                    + "\(imaged.joined(separator: ", ")).\n\(list)\n",
                remedy: "Give the folder of one patient, or choose with --series UID.")
        }
        // One image series alone is meant, whatever it is; its own checks say what is wrong.
        if !mustBeT2, series.count == 1, series[0].score.exclusion.map(Self.isOverridden) ?? true {
            return series[0]
        }
        let candidates = series.filter(\.score.isCandidate)
        guard let best = candidates.first else {
            throw ImagingError(
                .unsupported, subject: source,
                message: (series.count == 1
                    ? "Its series is not" : "None of its \(series.count) series is")
                    + " recognised as T2 of the auditory canals.\n\(list)\n",
                remedy: "Give one with --series UID if you know better.")
        }
        let close = candidates.filter { $0.score.points > best.score.points - T2Score.margin }
        guard close.count == 1 else {
            throw ImagingError(
                .ambiguous, subject: source,
                message: "\(close.count) of its series could be the T2 one.\n\(list)\n",
                remedy: "Choose with --series UID.")
        }
        return best
    }

    /// Too few slices are told by the geometry's own checks, with a better sentence.
    private static func isOverridden(_ exclusion: String) -> Bool {
        exclusion.hasSuffix(" only")
    }

    /// The PatientIDs of series, sorted.
    private static func patients(_ series: [DICOMSeries]) -> [String] {
        Set(series.map(\.facts.patientID).filter { !$0.isEmpty }).sorted()
    }

    /// A series as people know it, with its day, and its patient where there are several.
    public func title(of series: DICOMSeries) -> String {
        let patient =
            Self.patients(self.series).count < 2
            ? nil
            : series.facts.patientID.isEmpty
                ? "no PatientID" : "patient \(series.facts.patientID)"
        return [series.title, patient, series.facts.date].compactMap(\.self)
            .joined(separator: ", ")
    }

    /// The series with their scores, one a line.
    public var list: String {
        series.map { series in
            let why = series.score.exclusion.map { "no: \($0)" } ?? "score \(series.score.points)"
            let reasons = series.score.reasons.joined(separator: ", ")
            return "  \(title(of: series)), \(series.sliceCount), \(why)"
                + (reasons.isEmpty ? "" : " (\(reasons))") + "\n    \(series.uid)"
        }.joined(separator: "\n")
    }
}
