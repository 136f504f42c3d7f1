/// What was measured in a DICOM series, to be written as DICOM SEG and SR in that series' frame.
public struct DICOMResult: Sendable {
    /// A coded concept (DICOM PS3.3, 8.8).
    public struct Code: Sendable, Hashable {
        /// The code; at most 16 characters.
        public let value: String
        /// The scheme it is from: SCT, DCM, UCUM, or 99VSDB for the program's own.
        public let scheme: String
        /// For people; at most 64 characters.
        public let meaning: String

        /// Makes a code.
        public init(_ value: String, _ scheme: String, _ meaning: String) {
            self.value = value
            self.scheme = scheme
            self.meaning = meaning
        }
    }

    /// The series that was measured.
    public struct Source: Sendable, Hashable {
        /// StudyInstanceUID.
        public var studyUid: String
        /// SeriesInstanceUID.
        public var seriesUid: String
        /// FrameOfReferenceUID.
        public var frameOfReferenceUid: String
        /// SOPClassUID of all its images.
        public var sopClassUid: String
        /// SOP instance and frame (from 0) of each slice, in the order of the file's third axis.
        public var slices: [(uid: String, frame: Int)] {
            zip(instances, frames).map { ($0, $1) }
        }
        private let instances: [String]
        private let frames: [Int]

        /// Makes a reference to a series.
        public init(
            studyUid: String, seriesUid: String, frameOfReferenceUid: String, sopClassUid: String,
            slices: [(uid: String, frame: Int)]
        ) {
            self.studyUid = studyUid
            self.seriesUid = seriesUid
            self.frameOfReferenceUid = frameOfReferenceUid
            self.sopClassUid = sopClassUid
            instances = slices.map(\.uid)
            frames = slices.map(\.frame)
        }

        /// Whether the slices are frames of larger images.
        var isMultiFrame: Bool {
            Set(instances).count < instances.count || frames.contains { $0 > 0 }
        }
    }

    /// One tumour: a segment, and a group of measurements.
    public struct Tumour: Sendable {
        /// What it is called, for people.
        public var label: String
        /// Its UID for life.
        public var trackingUid: String
        /// Whether it lies on the right.
        public var isRight: Bool
        /// Its voxels, on the scan's canonical grid; not empty.
        public var mask: Mask
        /// What was measured: the concept, the number and its unit.
        public var numbers: [(concept: Code, value: Double, unit: Code)] = []
        /// What is said of it.
        public var sentences: [(concept: Code, text: String)] = []

        /// Makes a tumour without measurements.
        public init(label: String, trackingUid: String, isRight: Bool, mask: Mask) {
            self.label = label
            self.trackingUid = trackingUid
            self.isRight = isRight
            self.mask = mask
        }
    }

    /// The UIDs of the objects that are written.
    public struct Identity: Sendable, Hashable {
        /// The segmentation's SeriesInstanceUID and SOPInstanceUID.
        public var segmentationSeries, segmentation: String
        /// The report's.
        public var reportSeries, report: String
        /// The program and model as an observer.
        public var device: String

        /// Names all.
        public init(
            segmentationSeries: String, segmentation: String, reportSeries: String, report: String,
            device: String
        ) {
            self.segmentationSeries = segmentationSeries
            self.segmentation = segmentation
            self.reportSeries = reportSeries
            self.report = report
            self.device = device
        }
    }

    /// The model that outlined.
    public struct Algorithm: Sendable, Hashable {
        /// Its name and version.
        public var name, version: String
        /// SHA-256 of its file.
        public var sha256: String

        /// Names all.
        public init(name: String, version: String, sha256: String) {
            self.name = name
            self.version = version
            self.sha256 = sha256
        }
    }

    /// Who outlined the tumours.
    public enum Author: Sendable, Hashable {
        /// A model.
        case model(Algorithm)
        /// A person; without a name where it is not to be told.
        case reader(name: String?)
    }

    /// PatientID of the study.
    public var patient: String
    /// What else the study is filed by, as far as it is known.
    public var filing = StudyFiling()
    /// The series that was measured.
    public var source: Source
    /// The tumours; at least one.
    public var tumours: [Tumour]
    /// The objects' UIDs.
    public var identity: Identity
    /// Who outlined the tumours.
    public var author: Author
    /// The version of the program that measured.
    public var software: String
    /// When the object was made, in local time as the study's own: YYYYMMDD and HHMMSS.
    public var date, time: String
    /// The day of the exam, YYYY-MM-DD.
    public var timePoint: String
    /// What the numbers may be used for.
    public var intendedUse: String

    /// Names all.
    public init(
        patient: String, source: Source, tumours: [Tumour], identity: Identity,
        author: Author, software: String, date: String, time: String, timePoint: String,
        intendedUse: String
    ) {
        self.patient = patient
        self.source = source
        self.tumours = tumours
        self.identity = identity
        self.author = author
        self.software = software
        self.date = date
        self.time = time
        self.timePoint = timePoint
        self.intendedUse = intendedUse
    }
}
