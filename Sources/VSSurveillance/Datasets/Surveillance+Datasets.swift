import Foundation
public import VSGrowth
import VSImaging
public import VSSegmentation
import VSStore

/// What importing one exam of a data set did.
public struct DatasetImport: Sendable {
    /// The exam as the collection has it.
    public let exam: DatasetExam
    /// The scan's number; nil where the exam was left out.
    public let scan: Int64?
    /// Whether the scan or its outline is new.
    public let isNew: Bool
    /// The outlines that came with it; empty where it has no truth.
    public let tumours: [(side: Side, volumeMm3: Double)]
    /// The job that will segment it; nil where none waits.
    public let job: Int64?
    /// Why it was left out; nil where it was not.
    public let reason: String?
    /// What is to be told of it, each a sentence.
    public let remarks: [String]
}

extension Surveillance {
    /// Imports exams of a data set: each scan with its truth as a person's outline, in a transaction of
    /// its own.
    ///
    /// An exam that cannot be used is left out with the reason, and the others go on; what was
    /// imported before changes nothing. An error of the database ends the import, and keeps what was
    /// done.
    ///
    /// - Parameters:
    ///   - exams: what the data set holds.
    ///   - reader: who is named as having drawn the outlines.
    ///   - today: exams after this day are left out.
    ///   - isQueued: whether new T2 scans are queued for workers.
    ///   - progress: told how many exams are done.
    ///   - isCancelled: asked between exams; those not done are not returned.
    /// - Returns: what became of each exam, in order.
    /// - Throws: an error of the store.
    public func importDataset(
        _ exams: [DatasetExam], reader: String, today: ExamDate, isQueued: Bool = false,
        progress: (Int) -> Void = { _ in }, isCancelled: () -> Bool = { false }
    ) throws -> [DatasetImport] {
        var done: [DatasetImport] = []
        for exam in exams {
            if isCancelled() { break }
            progress(done.count)
            do {
                done.append(
                    try importExam(exam, reader: reader, today: today, isQueued: isQueued))
            } catch {
                guard let reason = Self.reason(error) else { throw error }
                done.append(
                    DatasetImport(
                        exam: exam, scan: nil, isNew: false, tumours: [], job: nil, reason: reason,
                        remarks: exam.remarks))
            }
        }
        progress(done.count)
        return done
    }

    /// Why one exam cannot be used; nil where the trouble is not the exam's own.
    private static func reason(_ error: any Error) -> String? {
        switch error {
        case let refusal as TruthRefusal: refusal.reason
        case let error as ImagingError: "\(error.subject): \(error.message)"
        case let error as StoreError where error.code == .invalid: error.message
        default: nil
        }
    }

    private func importExam(
        _ exam: DatasetExam, reader: String, today: ExamDate, isQueued: Bool
    ) throws -> DatasetImport {
        try Store.checkIdentifier(exam.patient)
        guard exam.date <= today else {
            throw TruthRefusal("its day, \(exam.date.iso), lies in the future")
        }
        let input = try read(exam)
        let hash = ImageStore.contentHash(of: input.image.volume)
        if let known = try store.scan(ofContent: hash, patient: exam.patient),
            known.examDate != exam.date
        {
            throw TruthRefusal(
                "the same image is registered as this patient's exam of \(known.examDate.iso)")
        }
        let truth = try exam.truth.map { try TruthMask($0, on: input.image.volume) }
        let tumours = try truth.map { try outlines($0, on: input.image.volume, exam) } ?? []
        let remarks = exam.remarks + (truth?.remarks ?? [])
        let (scan, name) = try entry(exam, input, hash: hash)
        try store.images.insert(input.image.volume, hash: hash)
        let recorded = try store.recordImportedScan(
            scan,
            outlines: tumours.isEmpty
                ? nil
                : OutlineEntry(
                    reader: reader, sourceName: truth?.file ?? name,
                    note: (["\(exam.name), \(exam.basis)."] + remarks).joined(separator: " "),
                    tumours: tumours), rule: rule,
            job: isQueued
                ? try JobOptions(
                    ScanRequest(file: name, patient: exam.patient, date: exam.date)
                ).wish(cause: "import") : nil)
        return DatasetImport(
            exam: exam, scan: recorded.scan, isNew: recorded.isNew || recorded.isOutlineNew,
            tumours: tumours.compactMap { tumour in
                Side(rawValue: tumour.side).map { ($0, tumour.volume.volumeMm3) }
            }, job: recorded.job, reason: nil, remarks: remarks)
    }

    private func read(_ exam: DatasetExam) throws -> ScanInput {
        switch exam.image {
        case .file(let path): ScanInput(image: try ScanReader.read(path), series: nil)
        case .series(let series):
            ScanInput(image: try series.read(source: exam.name), series: series)
        }
    }

    private func entry(
        _ exam: DatasetExam, _ input: ScanInput, hash: String
    ) throws -> (scan: ScanEntry, name: String) {
        let path =
            switch exam.image {
            case .file(let path): path
            case .series(let series): series.files.first ?? exam.name
            }
        var request = ScanRequest(
            file: path, patient: exam.patient, date: exam.date, sequence: exam.sequence)
        if let facts = input.series?.facts { request.acquisition = Acquisition(facts) }
        let isT2 = QualityGate.isT2(exam.sequence)
        let verdict = QualityGate().verdict(
            on: input.image.volume, sequence: isT2 ? exam.sequence : nil)
        let series = try StudyRequest(path: path, date: nil).record(of: input)
        let scan = try entry(
            request, input.image, hash: hash, isT2: isT2,
            verdict: verdict, series: series)
        return (scan, (path as NSString).lastPathComponent)
    }

    private func outlines(
        _ truth: TruthMask, on scan: Volume, _ exam: DatasetExam
    ) throws -> [TumourEntry] {
        let isKnown = try store.hasPatient(exam.patient)
        let places =
            try isKnown ? store.tumourPlaces(ofPatient: exam.patient, around: exam.date) : []
        let known = places.compactMap { place in
            Side(rawValue: place.side).map { KnownTumour(side: $0, centroid: place.centroid) }
        }
        let isBilateral = try isKnown && store.patient(exam.patient).isBilateral
        return try OutlineMask(onGrid: truth.mask).tumours(
            side: nil, on: scan, known: known, isBilateral: isBilateral, subject: exam.name
        ).map { Self.entry($0.mask, side: $0.side, error: rule.error) }
    }
}
