import Foundation
public import VSGrowth
import VSNetwork
public import VSSegmentation
public import VSStore

/// The use cases of the service, for the command line and any other front.
public struct Surveillance: Sendable {
    /// The store.
    public let store: Store
    /// The thresholds of growth.
    public var rule: GrowthRule
    /// What decides a segmentation beside the model.
    public var parameters: SegmentationParameters

    /// The use cases on a store.
    public init(
        _ store: Store, rule: GrowthRule = .init(), parameters: SegmentationParameters = .init()
    ) {
        self.store = store
        self.rule = rule
        self.parameters = parameters
    }

    /// Loads an installed model after comparing its file with the hash it was installed under.
    public func segmenter(for model: ModelRecord) throws -> Segmenter {
        guard let data = FileManager.default.contents(atPath: model.path),
            Store.sha256(of: data) == model.sha256
        else {
            throw StoreError(
                .corrupt, subject: model.title, message: "The model's file is missing or changed.",
                remedy: "Install the model again.")
        }
        return Segmenter(
            try ModelFile(data, subject: model.path), parameters: parameters)
    }

    /// Records a treatment of a side's tumour.
    ///
    /// - Returns: whether it is new.
    @discardableResult
    public func registerTreatment(
        _ treatment: Treatment, patient: String, side: Side
    ) throws -> Bool {
        try store.recordTreatment(treatment, patient: patient, side: side.rawValue, rule: rule)
    }

    /// The growth of each tumour of a patient, with all exams.
    ///
    /// - Parameters:
    ///   - patient: the patient's identifier.
    ///   - date: exams and treatments after this day are left out, and the rule is the one by which
    ///     the patient was judged on that day, if any was; nil takes all, by the rule in force. The
    ///     segmentations are those that count now.
    ///   - other: a rule for this answer alone.
    ///   - allowingMixedSources: whether volumes of different models or readers are compared.
    /// - Returns: the exams, and each tumour's curve and class.
    /// - Throws: `StoreError` for an unknown patient or a store that cannot be read.
    public func growth(
        of patient: String, asOf date: ExamDate? = nil, by other: GrowthRule? = nil,
        allowingMixedSources: Bool = false
    ) throws -> PatientGrowth {
        let rule = try other ?? date.flatMap { try store.rule(ofPatient: patient, on: $0) } ?? rule
        let exams = try store.exams(ofPatient: patient).filter { exam in
            date.map { exam.examDate <= $0 } ?? true
        }
        let sides = Side.allCases.filter { side in exams.contains { $0.side == side.rawValue } }
        let tumours = try sides.map { side in
            let treatments = try store.treatments(ofPatient: patient, side: side.rawValue)
                .filter { treatment in date.map { treatment.date <= $0 } ?? true }
            let curve = Store.curve(
                exams, side: side.rawValue, treatments: treatments,
                allowingMixedSources: allowingMixedSources)
            return PatientGrowth.Tumour(
                side: side, curve: curve,
                assessment: curve.assessment(by: rule, allowingMixedSources: allowingMixedSources))
        }
        return PatientGrowth(
            patient: patient, exams: exams, tumours: tumours, rule: rule,
            intendedUse: try intendedUse(of: exams))
    }
}

/// All that is known of a patient's growth.
public struct PatientGrowth: Sendable {
    /// One tumour.
    public struct Tumour: Sendable {
        /// Its side.
        public let side: Side
        /// Its volumes and treatments.
        public let curve: GrowthCurve
        /// What they say.
        public let assessment: GrowthAssessment?
    }

    /// The patient's identifier.
    public let patient: String
    /// All measurements, of models and of people, and exams without a tumour.
    public let exams: [ExamRecord]
    /// The tumours.
    public let tumours: [Tumour]
    /// What they were judged by.
    public let rule: GrowthRule
    /// What the models that measured may be used for.
    public let intendedUse: String
}
