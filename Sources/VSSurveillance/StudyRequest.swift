public import VSGrowth
import VSImaging
public import VSSegmentation
public import VSStore

/// A path to be registered: a NIfTI file, or DICOM whose tags may say whose scan it is and of when.
public struct StudyRequest: Sendable {
    /// A NIfTI file, or a DICOM folder, file, DICOMDIR or zip archive.
    public var path: String
    /// The patient's identifier; nil takes PatientID.
    public var patient: String?
    /// The day of the exam; nil takes the tags'.
    public var date: ExamDate?
    /// What the scan is; nil takes what the tags say, and "T2" for NIfTI.
    public var sequence: String?
    /// The tumour's side; nil takes the tags', where they name one.
    public var side: Side?
    /// The SeriesInstanceUID to take; nil chooses.
    public var series: String?
    /// Whether a study's only series has to be recognised as T2 too, as where nobody named the study.
    public var mustBeT2 = false
    /// Turns the identifier and the UIDs into pseudonyms; nil keeps them.
    public var pseudonymiser: Pseudonymiser?
    /// Whether the patient must be registered already.
    public var isStrict = false
    /// Whether a NIfTI file without orientation is taken as right-left, front-back, foot-head.
    public var assumesAxes = false
    /// Whether a scan that is registered already is segmented again.
    public var isAgain = false
    /// Whether each tumour is measured again on small changes of the scan, for the scan's own error.
    public var measuresRepeatability = false
    /// Whether a worker is to segment it later.
    public var isQueued = false
    /// Where to look; nil searches the whole field of view.
    public var box: SearchBox?
    /// How it was made; what is nil takes what the tags say.
    public var acquisition = Acquisition()
    /// How it came in; a job's cause.
    public var origin = "command-line"

    /// Makes a request; what is nil is taken from the tags.
    public init(
        path: String, patient: String? = nil, date: ExamDate? = nil, sequence: String? = nil,
        side: Side? = nil, series: String? = nil
    ) {
        self.path = path
        self.patient = patient
        self.date = date
        self.sequence = sequence
        self.side = side
        self.series = series
    }
}

extension StudyRequest {
    /// The request for the scan that was read, with what the tags say where nothing was typed.
    ///
    /// - Throws: `StoreError` where neither the user nor the tags name the patient or the day.
    func completed(by input: ScanInput) throws -> (request: ScanRequest, notes: [String]) {
        let facts = input.series?.facts
        var notes = input.notes
        func missing(_ what: String, _ option: String) -> StoreError {
            StoreError(
                .invalid, subject: path, message: "Nothing says \(what).",
                remedy: "Give it with \(option).")
        }
        let tagged = facts.map(\.patientID).flatMap { $0.isEmpty ? nil : $0 }
        guard let identifier = patient ?? tagged else {
            throw missing("whose scan it is", "--patient")
        }
        if let patient, let tagged, patient != tagged {
            notes.append(
                "PatientID in the files is another than the identifier that was given"
                    + (pseudonymiser == nil
                        ? "; DICOM results of this scan are written under that of the files." : ".")
            )
        }
        let taggedDate = facts?.date.flatMap { ExamDate(iso: $0) }
        guard let day = date ?? taggedDate else { throw missing("when it was taken", "--date") }
        if let source = facts?.dateSource, date == nil, source != .acquisition {
            notes.append("The day of the exam, \(day.iso), is that of the \(source.rawValue).")
        }
        if let date, let taggedDate, date != taggedDate {
            notes.append("The files say that the exam was on \(taggedDate.iso).")
        }
        let taggedSide = facts?.side.flatMap { Side(rawValue: $0) }
        if let taggedSide, side != taggedSide {
            notes.append(
                side.map {
                    "The files name the \(taggedSide.rawValue) side; the tumour is looked for on the "
                        + "\($0.rawValue), as was asked for."
                }
                    ?? "The files name the \(taggedSide.rawValue) side (ImageLaterality or Laterality), "
                    + "and the tumour is looked for there; --side says otherwise.")
        }
        var request = ScanRequest(
            file: path, patient: pseudonymiser?.pseudonym(of: identifier) ?? identifier, date: day,
            sequence: sequence ?? facts?.registeredName ?? "T2", side: side ?? taggedSide,
            isStrict: isStrict, assumesAxes: assumesAxes, isAgain: isAgain,
            measuresRepeatability: measuresRepeatability, box: box)
        request.isQueued = isQueued
        let told = facts.map { Acquisition($0) } ?? Acquisition()
        request.acquisition = Acquisition(
            fieldStrengthT: acquisition.fieldStrengthT ?? told.fieldStrengthT,
            scanner: acquisition.scanner ?? told.scanner,
            hasContrast: acquisition.hasContrast ?? told.hasContrast)
        request.origin = origin
        return (request, notes)
    }

    /// The record of the series that was read; nil for NIfTI.
    func record(of input: ScanInput) throws -> SeriesRecord? {
        guard let series = input.series else { return nil }
        let facts = series.facts
        func hidden(_ uid: String) -> String {
            uid.isEmpty ? uid : pseudonymiser?.uid(uid) ?? uid
        }
        let order = try SeriesGeometry(series.frames, subject: path).order
        var record = SeriesRecord(
            studyUid: hidden(series.study), seriesUid: hidden(series.uid),
            instances: order.map {
                let frame = series.frames[$0]
                return .init(uid: hidden(frame.instance), frame: frame.frame)
            })
        if !facts.frameOfReference.isEmpty {
            record.frameOfReferenceUid = hidden(facts.frameOfReference)
        }
        record.sopClassUid = series.sopClasses.joined(separator: "\\")
        record.transferSyntaxUid = series.transferSyntaxes.joined(separator: "\\")
        record.isPseudonymised = pseudonymiser != nil
        record.studyDate = facts.study[.studyDate]
        if pseudonymiser == nil {
            record.studyTime = facts.study[.studyTime]
            record.studyId = facts.study[.studyID]
            record.accessionNumber = facts.study[.accessionNumber]
            if let patient, patient != facts.patientID { record.sourcePatientId = facts.patientID }
        }
        record.isLossy = series.isLossy
        record.dateSource = date == nil ? facts.dateSource?.rawValue : nil
        record.description = pseudonymiser == nil ? facts.description : ""
        record.manufacturer = facts.manufacturer
        record.scannerModel = facts.scannerModel
        record.softwareVersions = facts.softwareVersions
        record.sequenceName = facts.sequenceName
        record.fieldStrengthT = Self.positive(facts.fieldStrengthT)
        record.echoTimeMs = Self.positive(facts.echoTimeMs)
        record.repetitionTimeMs = Self.positive(facts.repetitionTimeMs)
        record.flipAngleDegrees = facts.flipAngleDegrees
        record.sliceThicknessMm = Self.positive(facts.sliceThicknessMm)
        return record
    }

    /// A number that the scanner may have left at zero for unknown.
    private static func positive(_ value: Double?) -> Double? {
        value.flatMap { $0 > 0 ? $0 : nil }
    }
}

extension Acquisition {
    /// What a series' tags say of how it was made.
    init(_ facts: SeriesFacts) {
        let scanner = [facts.manufacturer, facts.scannerModel].filter { !$0.isEmpty }
            .joined(separator: " ").prefix(200)
        self.init(
            // Zero stands for unknown, and no scanner has a hundred tesla.
            fieldStrengthT: facts.fieldStrengthT.flatMap { $0 > 0 && $0 < 100 ? $0 : nil },
            scanner: scanner.isEmpty ? nil : String(scanner), hasContrast: facts.tellsContrast)
    }
}
