public import Foundation
public import VSImaging
import VSSegmentation
import VSStore

/// What was written as a DICOM object.
public struct DICOMExport: Sendable {
    /// One tumour in it.
    public struct Tumour: Sendable, Hashable {
        /// Its side.
        public let side: String
        /// Voxels of its segment.
        public let voxels: Int
        /// Its volume, mm³.
        public let volumeMm3: Double
        /// Its UID for life.
        public let trackingUid: String
    }

    /// The object's SOPInstanceUID.
    public let instanceUid: String
    /// The tumours, in the order of the segments.
    public let tumours: [Tumour]
    /// What whoever takes the object should know.
    public let notes: [String]
}

extension Surveillance {
    /// Writes the segmentation of a scan that counts as DICOM SEG in the frame of its series.
    ///
    /// The same segmentation is the same object, with the same UIDs, whenever it is written.
    ///
    /// - Parameters:
    ///   - id: the scan's number.
    ///   - path: the file.
    /// - Returns: what was written.
    /// - Throws: `StoreError` for a scan that is unknown, did not come as DICOM, or shows no tumour;
    ///   `ImagingError` where the file cannot be written.
    public func exportSegmentation(ofScan id: Int64, to path: String) throws -> DICOMExport {
        let found = try dicomResult(ofScan: id)
        try found.result.writeSegmentation(to: path, like: found.scan.image)
        return found.export(of: found.result.identity.segmentation)
    }

    /// Writes the measurements of a scan as a DICOM report (TID 1500) that refers to the
    /// segmentation of ``exportSegmentation(ofScan:to:)``.
    ///
    /// - Parameters:
    ///   - id: the scan's number.
    ///   - path: the file.
    ///   - moment: when the report is made; each moment makes another object, as what is said of the
    ///     change may have become another since. Nil takes the segmentation's, and the object's UIDs
    ///     are made of what it says, so that the same words are the same object.
    /// - Returns: what was written.
    /// - Throws: as for the segmentation.
    public func exportReport(
        ofScan id: Int64, to path: String, at moment: Date? = Date()
    ) throws -> DICOMExport {
        var found = try dicomResult(ofScan: id)
        try found.addMeasurements(
            try growth(of: found.scan.patient, asOf: found.scan.record.examDate))
        var base = [found.result.identity.segmentation]
        if let moment {
            let text = moment.formatted(.iso8601)
            (found.result.date, found.result.time) = Self.stamp(text)
            base.append(text)
        } else {
            base += found.result.tumours.flatMap(\.words)
        }
        found.result.identity.reportSeries = DICOMUid.derived(["vsdb report series 1"] + base)
        found.result.identity.report = DICOMUid.derived(["vsdb report 1"] + base)
        try found.result.writeReport(to: path)
        return found.export(of: found.result.identity.report)
    }

    func dicomResult(ofScan id: Int64) throws -> DICOMFindings {
        _ = try store.scan(id)
        guard let series = try store.series(ofScan: id) else {
            throw StoreError(
                .invalid, subject: "scan \(id)",
                message: "It was registered from NIfTI, and there is no DICOM series to refer to.",
                remedy: "Register the series' DICOM folder and export that scan; "
                    + "'vsdb export mask' writes NIfTI.")
        }
        let source = try DICOMResult.Source(series, scan: id)
        let readers = try readers(ofScan: id)
        let scan = try StoredScan(store, scan: id)
        let segments = try store.segments(
            ofSegmentation: scan.segmentation.id, like: scan.image.volume)
        guard !segments.isEmpty else {
            throw StoreError(
                .unknown, subject: "scan \(id)",
                message: "No tumour was found, and DICOM has no empty segmentation.",
                remedy: "'vsdb show scan \(id)' says how near to one it came.")
        }
        guard !(series.sourcePatientId ?? scan.patient).contains("\\") else {
            throw StoreError(
                .invalid, subject: "scan \(id)",
                message: "The identifier has a backslash, which DICOM does not allow in PatientID.",
                remedy: "Register the patient under another identifier.")
        }
        let model = try store.models().first { $0.sha256 == scan.segmentation.modelSha256 }
        var found = DICOMFindings(
            scan: scan, series: series, source: source, segments: segments,
            intendedUse: model?.intendedUse ?? "Research use only.",
            stamp: Self.stamp(scan.segmentation.createdAt))
        if !readers.isEmpty {
            found.remarks.append(
                "An outline by \(readers.joined(separator: ", ")) stands beside the model's "
                    + "segmentation; the object holds the model's.")
        }
        if let successor = try store.successor(ofScan: id) {
            found.remarks.append(
                "Scan \(successor) holds more images of this series, and counts in its place.")
        }
        return found
    }

    /// Who drew outlines on a scan that stand.
    ///
    /// - Throws: `StoreError` where they are all that counts, as no object that names a model as its
    ///   author holds them.
    private func readers(ofScan id: Int64) throws -> [String] {
        let readers = Set(
            try store.manualVolumes(ofScan: id).filter(\.stands).map(\.reader)
        ).sorted()
        guard try !readers.isEmpty && store.currentSegmentation(ofScan: id) == nil else {
            return readers
        }
        throw StoreError(
            .invalid, subject: "scan \(id)",
            message: "What counts on it is an outline by \(readers.joined(separator: ", ")), and "
                + "DICOM objects are written of a model's segmentation alone.",
            remedy: "'vsdb export bids FOLDER' writes outlines as NIfTI masks.")
    }

    /// What the archive of a scan's study files it by, from one of the study's own images.
    ///
    /// - Parameters:
    ///   - id: the scan's number.
    ///   - path: a file, a folder, a DICOMDIR or a zip archive of the study.
    /// - Returns: with the patient's name, which is nowhere stored.
    /// - Throws: `StoreError` for a scan that did not come as DICOM or is pseudonymised; `ImagingError`
    ///   where nothing there is of the scan's study.
    public func filing(ofScan id: Int64, from path: String) throws -> StudyFiling {
        _ = try store.scan(id)
        guard let series = try store.series(ofScan: id), !series.isPseudonymised else {
            throw StoreError(
                .invalid, subject: "scan \(id)",
                message: "It is pseudonymised, or did not come as DICOM, and has no source study.",
                remedy: "Leave out --source.")
        }
        return try StudyFiling.read(path, ofStudy: series.studyUid)
    }

    /// YYYYMMDD and HHMMSS of an ISO 8601 instant in UTC, in local time as a study's own.
    private static func stamp(_ instant: String) -> (String, String) {
        guard let date = try? Date(instant, strategy: .iso8601) else { return ("", "") }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .current
        let parts = calendar.dateComponents(
            [.year, .month, .day, .hour, .minute, .second], from: date)
        func text(_ parts: [Int?]) -> String {
            parts.map { String(format: "%02d", $0 ?? 0) }.joined()
        }
        return (
            text([parts.year, parts.month, parts.day]),
            text([parts.hour, parts.minute, parts.second])
        )
    }
}

extension DICOMResult.Source {
    /// The series of a scan, where it can be referred to.
    fileprivate init(_ series: SeriesRecord, scan: Int64) throws {
        func error(_ lack: String) -> StoreError {
            StoreError(
                .invalid, subject: "scan \(scan)",
                message: "Its series \(lack), and a DICOM object cannot refer to it.",
                remedy: "'vsdb export mask' writes NIfTI on the scan's own grid.")
        }
        guard !series.studyUid.isEmpty else { throw error("has no StudyInstanceUID") }
        guard let frame = series.frameOfReferenceUid, !frame.isEmpty else {
            throw error("has no FrameOfReferenceUID")
        }
        guard !series.sopClassUid.isEmpty, !series.sopClassUid.contains("\\") else {
            throw error("has no SOPClassUID, or several")
        }
        self.init(
            studyUid: series.studyUid, seriesUid: series.seriesUid, frameOfReferenceUid: frame,
            sopClassUid: series.sopClassUid,
            slices: series.instances.map { ($0.uid, $0.frame) })
    }
}
