/// A deterministic source of simulated patients: drawn heads or composites.
public protocol PatientGenerator: Sendable {
    /// The kind of patient it makes.
    associatedtype Patient: SimulatedPatient

    /// The generator's name in a manifest.
    static var name: String { get }
    /// Raised whenever the same seed gives other images than before.
    static var version: Int { get }
    /// The seed.
    var seed: UInt64 { get }
    /// Where the shapes come from, and the heads where they are real.
    var split: TumourOutlines.Split { get }

    /// The patient of that number with a course of `exams` exams; nothing is painted yet.
    ///
    /// - Parameters:
    ///   - index: any number from 0; the same number is the same patient.
    ///   - exams: how many exams the course has, at least 1.
    ///   - family: the course wanted; nil draws one, or none where the patient has no tumour.
    ///   - initialVolumeMm3: the volume at the first exam; nil draws one.
    /// - Returns: the patient.
    func patient(
        _ index: Int, exams: Int, family: GrowthLaw.Family?, initialVolumeMm3: Double?
    ) -> Patient
}

/// One simulated patient with at most one tumour and a course of exams, painted when asked for.
public protocol SimulatedPatient: Sendable {
    /// The patient's number within the generator.
    var index: Int { get }
    /// The tumour's side; nil without a tumour.
    var side: TumourSide? { get }
    /// How the tumour changes; nil without a tumour.
    var law: GrowthLaw? { get }
    /// The subject of the public collection whose outlines gave the shape; nil without a tumour.
    var subject: String? { get }
    /// The real head that the scans show; nil where the head is drawn.
    var head: String? { get }
    /// The exams in order of time.
    var exams: [PhantomExam] { get }

    /// Paints one exam; any order, any thread, always the same.
    func scan(exam: Int) -> PhantomScan
}

extension SimulatedPatient {
    /// A name for files and tables: `p` and at least three digits.
    public var id: String {
        let digits = String(index)
        return "p" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    }
}

extension PhantomGenerator: PatientGenerator {
    /// The generator's name in a manifest.
    public static let name = "phantom"
}

extension PhantomPatient: SimulatedPatient {
    /// None: the head is drawn.
    public var head: String? { nil }
}
