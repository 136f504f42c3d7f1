import Foundation

/// What a path gave: a scan, and for DICOM the series it was made of.
public struct ScanInput: Sendable {
    /// The scan.
    public let image: ScanImage
    /// The series; nil for NIfTI.
    public let series: DICOMSeries?
    /// What is to be told of the choice and of the series, each a sentence.
    public let notes: [String]

    /// Puts together what was read elsewhere.
    public init(image: ScanImage, series: DICOMSeries?, notes: [String] = []) {
        self.image = image
        self.series = series
        self.notes = notes
    }

    /// Reads a NIfTI file or a DICOM series.
    ///
    /// - Parameters:
    ///   - path: a NIfTI file, or a DICOM folder, file, DICOMDIR or zip archive.
    ///   - options: for NIfTI.
    ///   - series: the SeriesInstanceUID to take; nil chooses.
    ///   - mustBeT2: whether a DICOM study's only series has to be recognised as T2 too.
    ///   - ask: called where several series could be meant; returns the UID to take, or nil.
    ///   - progress: told the fraction of the DICOM headers that is read.
    /// - Returns: the scan, and the series it was made of.
    /// - Throws: ``ImagingError``.
    public static func read(
        _ path: String, options: ScanReadingOptions = .init(), series: String? = nil,
        mustBeT2: Bool = false, ask: (DICOMStudy) -> String? = { _ in nil },
        progress: (Double) -> Void = { _ in }
    ) throws(ImagingError) -> ScanInput {
        guard FileManager.default.fileExists(atPath: path) else {
            throw ImagingError(
                .missing, subject: path, message: "There is no such file or folder.",
                remedy: "Check the path.")
        }
        guard DICOMStudy.isDICOM(path) else {
            guard series == nil else {
                throw ImagingError(
                    .unsupported, subject: path, message: "It is no DICOM, and has no series.",
                    remedy: "Leave out --series.")
            }
            return ScanInput(
                image: try ScanReader.read(path, options: options), series: nil, notes: [])
        }
        let study = try DICOMStudy(path, progress: progress)
        let chosen: DICOMSeries
        do throws(ImagingError) {
            chosen = try study.choose(series, mustBeT2: mustBeT2)
        } catch {
            guard error.code == .ambiguous, let answer = ask(study) else { throw error }
            chosen = try study.choose(answer)
        }
        return ScanInput(
            image: try chosen.read(source: path), series: chosen,
            notes: notes(chosen, of: study, isNamed: series != nil))
    }

    private static func notes(
        _ chosen: DICOMSeries, of study: DICOMStudy, isNamed: Bool
    ) -> [String] {
        var notes: [String] = []
        if study.series.count > 1, !isNamed {
            let others = study.series.filter { $0.uid != chosen.uid && $0.score.isCandidate }
            let next = others.map(\.score.points).max().map { "the next has \($0)" }
            notes.append(
                "Of \(study.series.count) series, \(chosen.title) is taken as the T2 one: score "
                    + "\(chosen.score.points) (\(chosen.score.reasons.joined(separator: ", "))); "
                    + (next ?? "no other could be it") + ".")
        }
        if study.series.count == 1, !isNamed {
            let score = chosen.score
            let reasons = score.reasons.joined(separator: ", ")
            notes.append(
                "Its only series, \(chosen.title), is taken: "
                    + (score.exclusion.map { "no T2 one by its tags (\($0)), " } ?? "")
                    + "score \(score.points)\(reasons.isEmpty ? "" : " (\(reasons))").")
        }
        let days = Set(study.series.compactMap(\.facts.date)).sorted()
        if days.count > 1, let day = chosen.facts.date {
            notes.append(
                "Its series are of \(days.count) days (\(days.joined(separator: ", "))); the one that "
                    + "is taken is of \(day).")
        }
        if chosen.isLossy {
            notes.append(
                "Its pixels were compressed with loss; its volume need not compare with others.")
        }
        if let geometry = try? SeriesGeometry(chosen.frames, subject: chosen.uid),
            let stated = chosen.facts.statedSliceSpacingMm,
            abs(stated - geometry.sliceSpacingMm)
                > max(0.01, SeriesGeometry.Tolerance.spacingShare * geometry.sliceSpacingMm)
        {
            let text = { (value: Double) in String(format: "%.3f", value) }
            notes.append(
                "SpacingBetweenSlices says \(text(stated)) mm; the positions say "
                    + "\(text(geometry.sliceSpacingMm)) mm, and count.")
        }
        return notes
    }
}
