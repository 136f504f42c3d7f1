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
    /// Writes the segmentation of a scan that counts, or a person's outline, as DICOM SEG in the frame
    /// of its series.
    ///
    /// The same segmentation is the same object, with the same UIDs, whenever it is written.
    ///
    /// - Parameters:
    ///   - id: the scan's number.
    ///   - outline: the number of an outline on it that stands; nil takes the model's segmentation.
    ///   - path: the file.
    /// - Returns: what was written.
    /// - Throws: `StoreError` for a scan that is unknown, did not come as DICOM, or shows no tumour, and
    ///   for an outline that is not on it or was taken back; `ImagingError` where the file cannot be
    ///   written.
    public func exportSegmentation(
        ofScan id: Int64, outline: Int64? = nil, to path: String
    ) throws -> DICOMExport {
        let found = try dicomResult(ofScan: id, outline: outline)
        try found.result.writeSegmentation(to: path, like: found.image)
        return found.export(of: found.result.identity.segmentation)
    }

    /// Writes the measurements of a scan as a DICOM report (TID 1500) that refers to the
    /// segmentation of ``exportSegmentation(ofScan:outline:to:)``.
    ///
    /// - Parameters:
    ///   - id: the scan's number.
    ///   - outline: as for the segmentation.
    ///   - path: the file.
    ///   - moment: when the report is made; each moment makes another object, as what is said of the
    ///     change may have become another since. Nil takes the segmentation's, and the object's UIDs
    ///     are made of what it says, so that the same words are the same object.
    /// - Returns: what was written.
    /// - Throws: as for the segmentation.
    public func exportReport(
        ofScan id: Int64, outline: Int64? = nil, to path: String, at moment: Date? = Date()
    ) throws -> DICOMExport {
        var found = try dicomResult(ofScan: id, outline: outline)
        try found.addMeasurements(
            try growth(of: found.patient, asOf: found.record.examDate))
        var base = [found.result.identity.segmentation]
        if let moment {
            let text = moment.formatted(.iso8601)
            (found.result.date, found.result.time) = DICOMFindings.stamp(text)
            base.append(text)
        } else {
            base += found.result.tumours.flatMap(\.words)
        }
        found.result.identity.reportSeries = DICOMUid.derived(["vsdb report series 1"] + base)
        found.result.identity.report = DICOMUid.derived(["vsdb report 1"] + base)
        try found.result.writeReport(to: path)
        return found.export(of: found.result.identity.report)
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
}
