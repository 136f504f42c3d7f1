import VSImaging
import VSSegmentation
import VSStore

extension Surveillance {
    /// What a DICOM object of a scan says: of the segmentation that counts, or of an outline.
    func dicomResult(ofScan id: Int64, outline: Int64? = nil) throws -> DICOMFindings {
        let scan = try store.scan(id)
        guard let series = try store.series(ofScan: id) else {
            throw StoreError(
                .invalid, subject: "scan \(id)",
                message: "It was registered from NIfTI, and there is no DICOM series to refer to.",
                remedy: "Register the series' DICOM folder and export that scan; "
                    + "'vsdb export mask' writes NIfTI.")
        }
        let source = try DICOMResult.Source(series, scan: id)
        guard !(series.sourcePatientId ?? scan.patient).contains("\\") else {
            throw StoreError(
                .invalid, subject: "scan \(id)",
                message: "The identifier has a backslash, which DICOM does not allow in PatientID.",
                remedy: "Register the patient under another identifier.")
        }
        let drawing = try outline.map { try outlined($0, ofScan: id, series) } ?? segmented(id)
        var found = DICOMFindings(drawing, of: try store.scanWithImage(id), series, source)
        if let successor = try store.successor(ofScan: id) {
            found.remarks.append(
                "Scan \(successor) holds more images of this series, and counts in its place.")
        }
        return found
    }

    /// The segmentation of a scan that counts.
    private func segmented(_ id: Int64) throws -> DICOMDrawing {
        let outlines = try store.manualVolumes(ofScan: id).filter(\.stands)
        let names = outlines.map { "\($0.id) by \($0.reader)" }.joined(separator: ", ")
        guard try outlines.isEmpty || store.currentSegmentation(ofScan: id) != nil else {
            throw StoreError(
                .invalid, subject: "scan \(id)",
                message: "No model's segmentation counts on it; what counts is outline \(names).",
                remedy: "--outline writes one of them.")
        }
        let scan = try StoredScan(store, scan: id)
        let segments = try store.segments(
            ofSegmentation: scan.segmentation.id, like: scan.image.volume)
        guard !segments.isEmpty else {
            throw StoreError(
                .unknown, subject: "scan \(id)",
                message: "No tumour was found, and DICOM has no empty segmentation.",
                remedy: "'vsdb show scan \(id)' says how near to one it came.")
        }
        let model = try store.models().first { $0.sha256 == scan.segmentation.modelSha256 }
        return DICOMDrawing(
            scan.segmentation, segments, intendedUse: model?.intendedUse,
            remarks: outlines.isEmpty
                ? []
                : [
                    "Outline \(names) stands beside the model's segmentation; the object holds the "
                        + "model's, and --outline writes the other."
                ])
    }

    /// A person's outline of one tumour.
    private func outlined(
        _ number: Int64, ofScan id: Int64, _ series: SeriesRecord
    ) throws -> DICOMDrawing {
        let standing = try store.manualVolumes(ofScan: id).filter(\.stands)
        guard let outline = standing.first(where: { $0.id == number }) else {
            let names = standing.map { "\($0.id) by \($0.reader)" }.joined(separator: ", ")
            throw StoreError(
                .unknown, subject: "scan \(id)",
                message: "It has no outline \(number) that stands.",
                remedy: names.isEmpty
                    ? "No outline stands on this scan." : "Those that stand are \(names).")
        }
        var remarks: [String] = []
        if let later = standing.last(where: { $0.side == outline.side && $0.id > number }) {
            remarks.append("Outline \(later.id) of the same tumour is newer, and counts.")
        }
        remarks.append(
            series.isPseudonymised
                ? "The name of who drew it is left out, as the scan is pseudonymised."
                : "The object names who drew it: \(outline.reader).")
        let volume = try store.images.volume(store.scan(id).record.contentHash)
        return DICOMDrawing(
            outline, try store.segment(of: outline, like: volume),
            isNamed: !series.isPseudonymised, remarks: remarks)
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
