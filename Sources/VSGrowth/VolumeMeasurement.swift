import RealModule

/// One tumour's volume at one exam.
public struct VolumeMeasurement: Sendable, Hashable, Codable {
    /// The day of the exam.
    public var date: ExamDate
    /// The volume, mm³; positive.
    ///
    /// "No tumour found" is a finding and never a measurement.
    public var volumeMm3: Double
    /// The standard deviation of ln V from measurement error.
    public var relativeSD: Double
    /// What measured it: model name, version and the hash of its weights; "manual" for outlines.
    public var model: String
    /// Whether a model or a person outlined it.
    public var source: MeasurementSource
    /// The sequence family, for example "T2 CISS"; exams of other families differ by protocol.
    public var sequence: String
    /// The distance between slices, mm.
    public var sliceSpacingMm: Double
    /// The scanner's field strength; nil where unknown, which never counts as changed.
    public var fieldStrengthTesla: Double?
    /// The scanner; nil where unknown.
    public var scanner: String?
    /// Whether contrast medium was given; nil where unknown.
    public var hasContrast: Bool?
    /// Whether ``relativeSD`` is this scan's own, from measuring it repeatedly.
    public var hasOwnError: Bool
    /// Whether what measured it was made for tumours after surgery, too.
    public var coversPostSurgery: Bool
    /// The share of outlines of what measured it that are grossly wrong; nil takes the prior's.
    public var grossErrorShare: Double?

    /// Makes a measurement.
    public init(
        date: ExamDate, volumeMm3: Double, relativeSD: Double, model: String,
        source: MeasurementSource = .model, sequence: String = "T2", sliceSpacingMm: Double,
        fieldStrengthTesla: Double? = nil, scanner: String? = nil, hasContrast: Bool? = nil,
        hasOwnError: Bool = false, coversPostSurgery: Bool = false,
        grossErrorShare: Double? = nil
    ) {
        self.date = date
        self.volumeMm3 = volumeMm3
        self.relativeSD = relativeSD
        self.model = model
        self.source = source
        self.sequence = sequence
        self.sliceSpacingMm = sliceSpacingMm
        self.fieldStrengthTesla = fieldStrengthTesla
        self.scanner = scanner
        self.hasContrast = hasContrast
        self.hasOwnError = hasOwnError
        self.coversPostSurgery = coversPostSurgery
        self.grossErrorShare = grossErrorShare
    }

    /// The diameter of the sphere of this volume, mm.
    public var equivalentDiameterMm: Double {
        VolumeConversion.equivalentDiameterMm(volumeMm3: volumeMm3)
    }

    /// ln V, V in mm³.
    var logVolume: Double { .log(volumeMm3) }

    /// Writes every key; what is unknown is null.
    public func encode(to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        try keyed.encode(date, forKey: .date)
        try keyed.encode(volumeMm3, forKey: .volumeMm3)
        try keyed.encode(relativeSD, forKey: .relativeSD)
        try keyed.encode(model, forKey: .model)
        try keyed.encode(source, forKey: .source)
        try keyed.encode(sequence, forKey: .sequence)
        try keyed.encode(sliceSpacingMm, forKey: .sliceSpacingMm)
        try keyed.encode(fieldStrengthTesla, forKey: .fieldStrengthTesla)
        try keyed.encode(scanner, forKey: .scanner)
        try keyed.encode(hasContrast, forKey: .hasContrast)
        try keyed.encode(hasOwnError, forKey: .hasOwnError)
        try keyed.encode(coversPostSurgery, forKey: .coversPostSurgery)
        try keyed.encode(grossErrorShare, forKey: .grossErrorShare)
    }
}
