import Foundation

/// What a series' tags say of what was scanned, how and when; names of persons are never read.
public struct SeriesFacts: Sendable, Hashable {
    /// Where a date was found.
    public enum DateSource: String, Sendable, Codable, CaseIterable {
        /// AcquisitionDate, or AcquisitionDateTime.
        case acquisition
        /// SeriesDate.
        case series
        /// StudyDate.
        case study
    }

    /// Modality, `MR` where it is of use.
    public var modality = ""
    /// SeriesNumber.
    public var number: Int?
    /// SeriesDescription.
    public var description = ""
    /// ProtocolName.
    public var protocolName = ""
    /// SequenceName, or PulseSequenceName.
    public var sequenceName = ""
    /// ScanningSequence: SE, GR, IR, EP.
    public var scanningSequence: [String] = []
    /// SequenceVariant: SS steady state, SP spoiled, SK segmented.
    public var sequenceVariant: [String] = []
    /// Whether MRAcquisitionType is 3D.
    public var is3D = false
    /// EchoTime, ms; the effective one of an enhanced image.
    public var echoTimeMs: Double?
    /// RepetitionTime, ms.
    public var repetitionTimeMs: Double?
    /// InversionTime, ms.
    public var inversionTimeMs: Double?
    /// FlipAngle, degrees.
    public var flipAngleDegrees: Double?
    /// SliceThickness, mm; never used as a distance.
    public var sliceThicknessMm: Double?
    /// SpacingBetweenSlices, mm; compared with the positions and never used.
    public var statedSliceSpacingMm: Double?
    /// ImageType.
    public var imageType: [String] = []
    /// Whether a contrast agent is named.
    public var hasContrastAgent = false
    /// The largest b-value, s/mm².
    public var bValue: Double?
    /// Manufacturer.
    public var manufacturer = ""
    /// ManufacturerModelName.
    public var scannerModel = ""
    /// MagneticFieldStrength, T.
    public var fieldStrengthT: Double?
    /// SoftwareVersions.
    public var softwareVersions = ""
    /// FrameOfReferenceUID.
    public var frameOfReference = ""
    /// PatientID.
    public var patientID = ""
    /// Day, time and numbers of the study.
    public var study = StudyFiling()
    /// The day of the exam, `YYYY-MM-DD`.
    public var date: String?
    /// Where the day was found.
    public var dateSource: DateSource?
    /// `left` or `right` where ImageLaterality, FrameLaterality or Laterality says so.
    public var side: String?

    /// Facts of nothing.
    public init() {}

    /// Reads the facts of a file; of an enhanced image those of its first frame.
    init(_ file: DICOMAttributes, isEnhanced: Bool) {
        func group(_ tag: UInt32, _ sequence: UInt32) -> [Double] {
            let paths: [[(sequence: UInt32, item: Int)]] = [
                [(DICOMTag.sharedGroups, 0), (sequence, 0)],
                [(DICOMTag.perFrameGroups, 0), (sequence, 0)], [],
            ]
            return paths.lazy.map { file.numbers(tag, in: $0) }.first { !$0.isEmpty } ?? []
        }
        modality = file.text(DICOMTag.modality) ?? ""
        number = file.integer(DICOMTag.seriesNumber)
        description = file.text(DICOMTag.seriesDescription) ?? ""
        protocolName = file.text(DICOMTag.protocolName) ?? ""
        sequenceName =
            file.text(DICOMTag.sequenceName) ?? file.text(DICOMTag.pulseSequenceName) ?? ""
        scanningSequence = file.words(DICOMTag.scanningSequence)
        sequenceVariant = file.words(DICOMTag.sequenceVariant)
        if isEnhanced { addPulse(file) }
        is3D = file.text(DICOMTag.acquisitionType) == "3D"
        echoTimeMs =
            group(DICOMTag.effectiveEchoTime, DICOMTag.echoGroup).first
            ?? file.numbers(DICOMTag.echoTime).first
        repetitionTimeMs = group(DICOMTag.repetitionTime, DICOMTag.timingGroup).first
        inversionTimeMs =
            group(DICOMTag.inversionTimes, DICOMTag.modifierGroup).first
            ?? file.numbers(DICOMTag.inversionTime).first
        flipAngleDegrees = group(DICOMTag.flipAngle, DICOMTag.timingGroup).first
        sliceThicknessMm = group(DICOMTag.sliceThickness, DICOMTag.measuresGroup).first
        statedSliceSpacingMm = group(DICOMTag.spacingBetweenSlices, DICOMTag.measuresGroup).first
        imageType = file.words(DICOMTag.imageType).map { $0.uppercased() }
        hasContrastAgent =
            file.text(DICOMTag.contrastAgent) != nil
            || file.count(DICOMTag.contrastAgentSequence) > 0
        manufacturer = file.text(DICOMTag.manufacturer) ?? ""
        scannerModel = file.text(DICOMTag.scannerModel) ?? ""
        fieldStrengthT = file.numbers(DICOMTag.fieldStrength).first
        softwareVersions = file.text(DICOMTag.softwareVersions) ?? ""
        frameOfReference = file.text(DICOMTag.frameOfReference) ?? ""
        patientID = file.text(DICOMTag.patientID) ?? ""
        study = StudyFiling(file, StudyFiling.Attribute.impersonal)
        (date, dateSource) = Self.date(of: file)
        let letters = [
            file.text(DICOMTag.imageLaterality), file.text(DICOMTag.laterality),
            file.text(
                DICOMTag.frameLaterality,
                in: [(DICOMTag.sharedGroups, 0), (DICOMTag.anatomyGroup, 0)]),
        ]
        side = letters.compactMap { ["L": "left", "R": "right"][$0 ?? ""] }.first
    }

    /// Says in a classic image's words what an enhanced image says in its own.
    private mutating func addPulse(_ file: DICOMAttributes) {
        switch file.text(DICOMTag.echoPulseSequence) {
        case "SPIN": scanningSequence.append("SE")
        case "GRADIENT": scanningSequence.append("GR")
        case "BOTH": scanningSequence += ["SE", "GR"]
        default: break
        }
        if file.text(DICOMTag.inversionRecovery) == "YES" { scanningSequence.append("IR") }
        if let state = file.text(DICOMTag.steadyState), state != "NONE" {
            sequenceVariant.append("SS")
        }
        if let spoiling = file.text(DICOMTag.spoiling), spoiling != "NONE" {
            sequenceVariant.append("SP")
        }
    }

    /// AcquisitionDate, else that of AcquisitionDateTime, else SeriesDate, else StudyDate.
    private static func date(of file: DICOMAttributes) -> (String?, DateSource?) {
        let places: [(UInt32, DateSource)] = [
            (DICOMTag.acquisitionDate, .acquisition),
            (DICOMTag.acquisitionDateTime, .acquisition), (DICOMTag.seriesDate, .series),
            (DICOMTag.studyDate, .study),
        ]
        for (tag, source) in places {
            // The standard's first edition wrote dots between.
            let digits = (file.text(tag) ?? "").filter { $0 != "." }.prefix(8)
            guard digits.count == 8, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else {
                continue
            }
            let text = String(digits)
            return ("\(text.prefix(4))-\(text.dropFirst(4).prefix(2))-\(text.suffix(2))", source)
        }
        return (nil, nil)
    }
}
