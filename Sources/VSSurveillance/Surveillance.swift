public import Foundation
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

    /// Installs a model file after checking it and trying it on a built-in phantom; a wrong or damaged
    /// one changes nothing.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - activating: begins a campaign for it; a model for which there is nothing to segment takes
    ///     over at once.
    /// - Returns: the record, and whether it is new.
    /// - Throws: `NetworkError` for a wrong or damaged file, `StoreError` where it cannot be stored.
    @discardableResult
    public func installModel(
        _ path: String, activating: Bool = false
    ) throws -> (model: ModelRecord, isNew: Bool) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw NetworkError(
                .unreadable, subject: path, message: "The model file cannot be read.",
                remedy: "Check the path.")
        }
        return try installModel(data, subject: path, activating: activating)
    }

    /// Installs a model from its bytes; one that was tried already needs no trial run.
    @discardableResult
    public func installModel(
        _ data: Data, subject: String, activating: Bool = false, isTried: Bool = false
    ) throws -> (model: ModelRecord, isNew: Bool) {
        let file = try ModelFile(data, subject: subject)
        if !isTried { try ModelTrial.run(file, subject: subject, parameters: parameters) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var (model, isNew) = try store.installModel(
            data, name: file.description.name, version: file.description.version,
            description: String(decoding: try encoder.encode(file.description), as: UTF8.self))
        if activating, !model.isActive {
            try startCampaign(model)
            model.isActive = try store.activeModel()?.id == model.id
        }
        return (model, isNew)
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
    ///   - date: exams and treatments after this day are left out, so that an old answer can be made
    ///     again; nil takes all. The segmentations are those that count now.
    ///   - other: a rule for this answer alone; nil takes the one in force.
    ///   - allowingMixedSources: whether volumes of different models or readers are compared.
    /// - Returns: the exams, and each tumour's curve and class.
    /// - Throws: `StoreError` for an unknown patient or a store that cannot be read.
    public func growth(
        of patient: String, asOf date: ExamDate? = nil, by other: GrowthRule? = nil,
        allowingMixedSources: Bool = false
    ) throws -> PatientGrowth {
        let rule = other ?? rule
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
            patient: patient, exams: exams, tumours: tumours,
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
    /// What the models that measured may be used for.
    public let intendedUse: String
}
