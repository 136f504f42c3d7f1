import Foundation

/// The DICOM series that a scan was read from, and how it was scanned.
public struct SeriesRecord: Sendable, Hashable, Codable {
    /// One slice's image.
    public struct Instance: Sendable, Hashable, Codable {
        /// SOPInstanceUID.
        public var uid: String
        /// The frame in it, from 0.
        public var frame: Int

        /// Makes a reference.
        public init(uid: String, frame: Int) {
            self.uid = uid
            self.frame = frame
        }
    }

    /// StudyInstanceUID; empty where the file has none.
    public var studyUid: String
    /// SeriesInstanceUID.
    public var seriesUid: String
    /// FrameOfReferenceUID.
    public var frameOfReferenceUid: String?
    /// SOPClassUID; several with a backslash between.
    public var sopClassUid: String
    /// The transfer syntax; several with a backslash between.
    public var transferSyntaxUid: String
    /// The slices, in the order of the header's third axis.
    public var instances: [Instance]
    /// Whether UIDs are keyed hashes and free text is left out.
    public var isPseudonymised: Bool
    /// Whether the pixels were compressed with loss.
    public var isLossy: Bool
    /// Where the day of the exam was found: `acquisition`, `series`, `study`; nil where it was typed.
    public var dateSource: String?
    /// PatientID of the files where it is another than the patient's identifier, empty where they
    /// have none; nil where it is the same, or not known.
    public var sourcePatientId: String?
    /// StudyDate, YYYYMMDD.
    public var studyDate: String?
    /// StudyTime.
    public var studyTime: String?
    /// StudyID.
    public var studyId: String?
    /// AccessionNumber.
    public var accessionNumber: String?
    /// SeriesDescription.
    public var description: String
    /// Manufacturer.
    public var manufacturer: String
    /// ManufacturerModelName.
    public var scannerModel: String
    /// SoftwareVersions.
    public var softwareVersions: String
    /// SequenceName.
    public var sequenceName: String
    /// MagneticFieldStrength, T.
    public var fieldStrengthT: Double?
    /// EchoTime, ms.
    public var echoTimeMs: Double?
    /// RepetitionTime, ms.
    public var repetitionTimeMs: Double?
    /// FlipAngle, degrees.
    public var flipAngleDegrees: Double?
    /// SliceThickness, mm, as stated.
    public var sliceThicknessMm: Double?

    /// Makes a record of a series; what the tags do not say is left empty.
    public init(studyUid: String, seriesUid: String, instances: [Instance]) {
        self.studyUid = studyUid
        self.seriesUid = seriesUid
        self.instances = instances
        sopClassUid = ""
        transferSyntaxUid = ""
        isPseudonymised = false
        isLossy = false
        description = ""
        manufacturer = ""
        scannerModel = ""
        softwareVersions = ""
        sequenceName = ""
    }
}
