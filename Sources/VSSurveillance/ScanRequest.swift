public import VSGrowth
public import VSSegmentation
public import VSStore

/// A scan file to be registered for a patient.
public struct ScanRequest: Sendable {
    /// The file.
    public var file: String
    /// The patient's identifier.
    public var patient: String
    /// The day of the exam.
    public var date: ExamDate
    /// What the scan is, for example "T2" or "T2 CISS".
    public var sequence: String
    /// The tumour's side, where it is known.
    public var side: Side?
    /// Whether the patient must be registered already.
    public var isStrict: Bool
    /// Whether a file without orientation is taken as right-to-left, front-to-back, foot-to-head.
    public var assumesAxes: Bool
    /// Whether a scan that is registered already is segmented again, beside its earlier results.
    public var isAgain: Bool
    /// Whether each tumour is measured again on small changes of the scan, for the scan's own error.
    public var measuresRepeatability: Bool
    /// Where to look; nil searches the whole field of view.
    public var box: SearchBox?
    /// Whether a worker is to segment it later.
    public var isQueued = false
    /// How it was made, as far as it is known.
    public var acquisition = Acquisition()
    /// How it came in; a job's cause.
    public var origin = "command-line"

    /// Makes a request.
    public init(
        file: String, patient: String, date: ExamDate, sequence: String = "T2", side: Side? = nil,
        isStrict: Bool = false, assumesAxes: Bool = false, isAgain: Bool = false,
        measuresRepeatability: Bool = false, box: SearchBox? = nil
    ) {
        self.file = file
        self.patient = patient
        self.date = date
        self.sequence = sequence
        self.side = side
        self.isStrict = isStrict
        self.assumesAxes = assumesAxes
        self.isAgain = isAgain
        self.measuresRepeatability = measuresRepeatability
        self.box = box
    }
}
