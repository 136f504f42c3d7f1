import Foundation
public import VSGrowth
public import VSImaging
public import VSSegmentation
import VSStore

extension Surveillance {
    /// Registers a scan: reads, judges, segments and stores it in one transaction.
    ///
    /// Only T2 scans are segmented: at once, or by a worker where the request says so. Nothing is stored
    /// where anything fails or the run is cancelled.
    ///
    /// - Parameters:
    ///   - request: the file and what it is.
    ///   - today: exams after this day are refused.
    ///   - progress: told the fraction of the network's run that is done.
    ///   - isCancelled: asked while the network runs.
    /// - Returns: what was stored, or that the scan was known.
    /// - Throws: an error of the file, the network or the store; then nothing was stored.
    public func register(
        _ request: ScanRequest, today: ExamDate, progress: (Double) -> Void = { _ in },
        isCancelled: () -> Bool = { false }
    ) throws -> Registration {
        try Store.checkIdentifier(request.patient)
        try check(request.date, today: today)
        var stages = StageClock()
        let input = try ScanInput.read(
            request.file, options: ScanReadingOptions(assumesAxes: request.assumesAxes))
        stages.lap("read")
        return try register(
            request, input.image, today: today, notes: input.notes, stages: stages, progress,
            isCancelled)
    }

    /// Registers what a path gives: a NIfTI file, or the T2 series of a DICOM study, whose tags say
    /// whose scan it is and of when where the request does not.
    ///
    /// - Parameters:
    ///   - study: the path and what is known of it.
    ///   - today: exams after this day are refused.
    ///   - ask: called where several series could be the T2 one; returns a SeriesInstanceUID or nil.
    ///   - progress: told what is done and its fraction.
    ///   - isCancelled: asked while the network runs.
    /// - Returns: what was stored, or that the scan was known.
    /// - Throws: an error of the files, the network or the store; then nothing was stored.
    public func register(
        _ study: StudyRequest, today: ExamDate, ask: (DICOMStudy) -> String? = { _ in nil },
        progress: (String, Double) -> Void = { _, _ in }, isCancelled: () -> Bool = { false }
    ) throws -> Registration {
        if let patient = study.patient { try Store.checkIdentifier(patient) }
        if let date = study.date { try check(date, today: today) }
        try study.acquisition.check()
        var stages = StageClock()
        let input = try ScanInput.read(
            study.path, options: ScanReadingOptions(assumesAxes: study.assumesAxes),
            series: study.series, mustBeT2: study.mustBeT2, ask: ask,
            progress: { progress("reading headers", $0) })
        stages.lap("read")
        let (request, notes) = try study.completed(by: input)
        return try register(
            request, input.image, series: try study.record(of: input), today: today, notes: notes,
            stages: stages, { progress("segmenting", $0) }, isCancelled)
    }

    /// Judges, segments and stores a scan that was read.
    private func register(
        _ request: ScanRequest, _ image: ScanImage, series: SeriesRecord? = nil, today: ExamDate,
        notes told: [String], stages started: StageClock, _ progress: (Double) -> Void,
        _ isCancelled: () -> Bool
    ) throws -> Registration {
        var stages = started
        try Store.checkIdentifier(request.patient)
        try check(request.date, today: today)
        let isKnown = try store.hasPatient(request.patient)
        if request.isStrict, !isKnown { _ = try store.patient(request.patient) }
        let hash = ImageStore.contentHash(of: image.volume)
        if let known = try store.scan(ofContent: hash, patient: request.patient) {
            let isRestored = try store.images.restore(image.volume)
            let other = try otherSeries(known, series)
            guard request.isAgain else { return repeated(known, request, isRestored, other) }
            guard let known = asT2(known, request) else {
                return notT2(known, request, isRestored, other)
            }
            return try request.isQueued
                ? queuedAgain(known, request, isRestored)
                : again(known, request, image.volume, isRestored, progress, isCancelled)
        }
        stages.lap("hash")
        let isT2 = QualityGate.isT2(request.sequence)
        if let fuller = try series.flatMap({
            try store.fullerScan(than: $0, patient: request.patient, isT2: isT2)
        }) {
            return contained(try store.scan(fuller).record, request)
        }
        let others = try store.otherPatients(withContent: hash, than: request.patient)
        let earlier = try series.flatMap {
            try store.scan(ofSeries: $0.seriesUid, patient: request.patient)
        }
        let verdict = QualityGate().verdict(
            on: image.volume, sequence: isT2 ? request.sequence : nil)
        if isT2, request.isQueued {
            try verdict.check(request.file, remedy: "Nothing was stored.")
        }
        let model = isT2 && !request.isQueued ? try activeModel() : nil
        let result = try model.map {
            try segment(
                image.volume, by: $0, request, content: hash, subject: request.file,
                verdict: verdict, progress, isCancelled)
        }
        if let result { stages.add(result.timings) }
        stages.skip()
        try store.images.insert(image.volume, hash: hash)
        stages.lap("store voxels")
        let recorded = try store.recordRegistration(
            try entry(request, image, hash: hash, isT2: isT2, verdict: verdict, series: series),
            segmentation: try result.flatMap { result in
                try model.map { try entry(result, by: $0, spacing: image.volume.affine.spacing) }
            },
            rule: rule, job: try JobOptions(request).wish(cause: request.origin))
        stages.lap("store rows")
        var notes = told
        notes += others.map {
            "The same image is registered for patient \($0); one of the two is a mistake."
        }
        if !recorded.superseded.isEmpty {
            notes.append(Self.fuller(recorded.scan, than: recorded.superseded))
        } else if let earlier {
            notes.append(Self.changedSeries(earlier))
        }
        notes += result.map { remarks($0, request) } ?? verdict.reasons.map(\.message)
        return try finished(
            request, recorded, isNew: !isKnown, result: result, notes: notes, stages: stages.laps)
    }

    /// Segments a registered scan again with the active model and stores the result beside the
    /// earlier ones.
    ///
    /// - Parameters:
    ///   - id: the scan's number.
    ///   - measuresRepeatability: whether each tumour is measured again for the scan's own error.
    ///   - progress: told the fraction done.
    ///   - isCancelled: asked while the network runs.
    /// - Returns: what the model said.
    /// - Throws: an error of the network or the store; then nothing was stored.
    public func resegment(
        scan id: Int64, measuresRepeatability: Bool = false, progress: (Double) -> Void = { _ in },
        isCancelled: () -> Bool = { false }
    ) throws -> SegmentationResult {
        let (record, patient, _) = try store.scan(id)
        guard let model = try activeModel() else { throw Self.noModel() }
        let request = ScanRequest(
            file: record.sourceName, patient: patient, date: record.examDate,
            sequence: record.sequence, measuresRepeatability: measuresRepeatability)
        let volume = try store.images.volume(record.contentHash)
        let result = try segment(
            volume, by: model, request, content: record.contentHash, subject: "scan \(id)",
            without: id, progress, isCancelled)
        try store.recordSegmentation(
            try entry(result, by: model, spacing: volume.affine.spacing), scan: id, rule: rule)
        return result
    }

    /// Runs the model with all that is known of the patient's tumours.
    func segment(
        _ volume: Volume, by model: ModelRecord, _ request: ScanRequest, content hash: String,
        subject: String, verdict: GateVerdict? = nil, without scan: Int64? = nil,
        _ progress: (Double) -> Void,
        _ isCancelled: () -> Bool
    ) throws -> SegmentationResult {
        let isKnown = try store.hasPatient(request.patient)
        let isBilateral = try isKnown && store.patient(request.patient).isBilateral
        let places = try store.tumourPlaces(
            ofPatient: request.patient, around: request.date, without: scan)
        let known = places.compactMap { place in
            Side(rawValue: place.side).map { KnownTumour(side: $0, centroid: place.centroid) }
        }
        let segmenter = try segmenter(for: model)
        let share = request.measuresRepeatability ? 0.5 : 1
        var result = try segmenter.segment(
            volume, subject: subject, sequence: request.sequence, verdict: verdict,
            box: request.box, known: known,
            expected: isBilateral ? .bothSides : request.side.map { .oneOn($0) } ?? .one,
            progress: { progress(share * $0) }, isCancelled: isCancelled)
        if request.measuresRepeatability {
            try segmenter.measureAgain(
                &result, in: volume, subject: subject, seed: ScanPrecision.seed(ofContent: hash),
                progress: { progress(share + (1 - share) * $0) }, isCancelled: isCancelled)
        }
        return result
    }

    /// Segments a scan that is registered already, as asked for.
    private func again(
        _ known: ScanRecord, _ request: ScanRequest, _ volume: Volume, _ isRestored: Bool,
        _ progress: (Double) -> Void, _ isCancelled: () -> Bool
    ) throws -> Registration {
        guard let model = try activeModel() else { throw Self.noModel() }
        var request = request
        request.date = known.examDate
        request.sequence = known.sequence
        let result = try segment(
            volume, by: model, request, content: known.contentHash, subject: request.file,
            without: known.id, progress, isCancelled)
        try correct(known)
        let segmentation = try store.recordSegmentation(
            try entry(result, by: model, spacing: volume.affine.spacing), scan: known.id,
            rule: rule)
        var notes = ["This scan is registered already; its earlier segmentations are kept."]
        if isRestored { notes.append(Self.restored) }
        return try finished(
            request, RecordedScan(scan: known.id, segmentation: segmentation, isRepeat: true),
            isNew: false, result: result, notes: notes + remarks(result, request), stages: [])
    }

    func check(_ date: ExamDate, today: ExamDate) throws(StoreError) {
        guard date > today else { return }
        throw StoreError(
            .invalid, subject: date.iso,
            message: "The exam lies in the future (today is \(today.iso)).",
            remedy: "Give the day of the exam as YYYY-MM-DD.")
    }

    private func activeModel() throws -> ModelRecord? {
        guard let model = try store.activeModel() else { throw Self.noModel() }
        return model
    }

    static func noModel() -> StoreError {
        StoreError(
            .unknown, subject: "model", message: "No model is installed.",
            remedy: "Install one with 'vsdb model install FILE'.")
    }

    static let restored =
        "Its voxels were missing or damaged in the image store, and are stored again."

    private func finished(
        _ request: ScanRequest, _ recorded: RecordedScan, isNew: Bool,
        result: SegmentationResult?, notes: [String], stages: [(name: String, seconds: Double)]
    ) throws -> Registration {
        let growth = try growth(of: request.patient)
        let volumes = try recorded.segmentation.map { try store.volumes(ofSegmentation: $0) } ?? []
        let tumours = try volumes.compactMap { side, volume -> Registration.Tumour? in
            guard let side = Side(rawValue: side) else { return nil }
            let judged = growth.tumours.first { $0.side == side }
            return Registration.Tumour(
                side: side, volume: volume,
                hasOwnError: try store.repeatability(ofVolume: volume.id)?.spreadSD != nil,
                assessment: judged?.assessment)
        }
        return Registration(
            patient: request.patient, date: request.date, scan: recorded.scan, isNewPatient: isNew,
            isRepeat: recorded.isRepeat, isSegmented: result != nil, tumours: tumours,
            highestProbability: result?.highestProbability, job: recorded.job, notes: notes,
            intendedUse: try result.flatMap { _ in try store.activeModel()?.intendedUse },
            stages: stages)
    }
}

/// Seconds of each stage of a registration.
private struct StageClock {
    private(set) var laps: [(name: String, seconds: Double)] = []
    private let clock = ContinuousClock()
    private var mark = ContinuousClock().now

    mutating func lap(_ name: String) {
        let now = clock.now
        laps.append((name, (now - mark) / .seconds(1)))
        mark = now
    }

    /// Takes over the network's own stages.
    mutating func add(_ timings: SegmentationTimings) {
        laps += [
            ("prepare", timings.preprocessing), ("network", timings.network),
            ("measure", timings.postprocessing),
        ]
    }

    /// Leaves out what was timed elsewhere.
    mutating func skip() { mark = clock.now }
}
