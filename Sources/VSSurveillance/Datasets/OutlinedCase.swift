public import VSGrowth
import VSImaging
import VSStore

/// A T2 scan and a person's outline of it, written as files.
public struct OutlinedCase: Sendable, Hashable {
    /// The patient's identifier.
    public let patient: String
    /// The scan's number.
    public let scan: Int64
    /// The day of the exam.
    public let date: ExamDate
    /// The image, NIfTI.
    public let image: String
    /// The mask, NIfTI on the image's grid.
    public let mask: String
}

extension Surveillance {
    /// Writes the T2 scans that a reader outlined, with those outlines, to train on or to evaluate by.
    ///
    /// Of each scan the reader's newest outlines count, of both sides where there are two.
    ///
    /// - Parameters:
    ///   - reader: who outlined; an import names the data set.
    ///   - folder: a folder that is there.
    ///   - progress: told how many patients are done, and of how many.
    /// - Returns: the cases by patient and date.
    /// - Throws: `StoreError` where the reader outlined no T2 scan, or voxels are damaged.
    public func writeOutlinedCases(
        reader: String, to folder: String, progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> [OutlinedCase] {
        var cases: [OutlinedCase] = []
        let patients = try store.patientSummaries().map(\.identifier)
        for (index, patient) in patients.enumerated() {
            progress(index, patients.count)
            let own = try store.exams(ofPatient: patient).filter {
                $0.source == .manual && $0.model == "outline by \(reader)"
            }
            for scan in Set(own.map(\.scanId)).sorted() {
                let record = try store.scan(scan).record
                guard record.isT2 else { continue }
                let volume = try store.images.volume(record.contentHash)
                var mask = Mask(emptyOn: volume)
                for exam in own where exam.scanId == scan {
                    mask.formUnion(try store.mask(of: exam, like: volume))
                }
                let one = OutlinedCase(
                    patient: patient, scan: scan, date: record.examDate,
                    image: "\(folder)/scan-\(scan).nii.gz",
                    mask: "\(folder)/scan-\(scan)-mask.nii.gz")
                try NIfTIWriter.write(volume, to: one.image)
                try NIfTIWriter.write(mask, to: one.mask)
                cases.append(one)
            }
        }
        guard !cases.isEmpty else {
            throw StoreError(
                .unknown, subject: reader, message: "This reader has outlined no T2 scan.",
                remedy: "'vsdb import' names the data set as the reader, or what --reader says.")
        }
        return cases.sorted { ($0.patient, $0.date, $0.scan) < ($1.patient, $1.date, $1.scan) }
    }
}
