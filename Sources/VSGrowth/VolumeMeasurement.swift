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

    /// Makes a measurement.
    public init(
        date: ExamDate, volumeMm3: Double, relativeSD: Double, model: String,
        source: MeasurementSource = .model, sequence: String = "T2", sliceSpacingMm: Double
    ) {
        self.date = date
        self.volumeMm3 = volumeMm3
        self.relativeSD = relativeSD
        self.model = model
        self.source = source
        self.sequence = sequence
        self.sliceSpacingMm = sliceSpacingMm
    }

    /// The diameter of the sphere of this volume, mm.
    public var equivalentDiameterMm: Double {
        VolumeConversion.equivalentDiameterMm(volumeMm3: volumeMm3)
    }

    /// ln V, V in mm³.
    var logVolume: Double { .log(volumeMm3) }

    /// Whether the protocols of two exams differ: another family, or slices apart by over 10 %.
    func differsInProtocol(from other: VolumeMeasurement) -> Bool {
        let ratio = sliceSpacingMm / other.sliceSpacingMm
        return sequence != other.sequence || ratio > 1.1 || ratio < 1 / 1.1
    }
}
