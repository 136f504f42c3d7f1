public import VSGrowth
public import VSImaging

/// One exam of a public data set: an image, and what people outlined on it.
public struct DatasetExam: Sendable {
    /// Where the image is.
    public enum Image: Sendable {
        /// A NIfTI file.
        case file(String)
        /// A DICOM series.
        case series(DICOMSeries)
    }

    /// Where the truth is.
    public enum Truth: Sendable {
        /// A NIfTI mask of one tumour, on any grid of the same space.
        case mask(String)
        /// A NIfTI file of several labels, one of which may be the cochlea.
        case labels(String)
        /// Closed polygons, mm LPS, of a structure of this name in this file.
        case polygons([[LPSPoint]], name: String, file: String)
    }

    /// The case as the collection names it.
    public var name: String
    /// The patient's identifier here.
    public var patient: String
    /// The day of the exam.
    public var date: ExamDate
    /// How that day is known.
    public var basis: String
    /// What the scan is.
    public var sequence: String
    /// The image.
    public var image: Image
    /// The truth; nil where the collection has none.
    public var truth: Truth?
    /// What is to be told of it, each a sentence.
    public var remarks: [String] = []

    /// Makes an exam.
    public init(
        name: String, patient: String, date: ExamDate, basis: String, sequence: String,
        image: Image, truth: Truth?
    ) {
        self.name = name
        self.patient = patient
        self.date = date
        self.basis = basis
        self.sequence = sequence
        self.image = image
        self.truth = truth
    }
}

/// What a folder of a data set holds, before any voxel is read.
public struct DatasetListing: Sendable {
    /// Something that is not imported.
    public struct Omission: Sendable, Hashable {
        /// The case or the file.
        public var name: String
        /// Why.
        public var reason: String

        /// Makes an omission.
        public init(_ name: String, _ reason: String) {
            self.name = name
            self.reason = reason
        }
    }

    /// The exams, by patient and date.
    public var exams: [DatasetExam] = []
    /// What is left out.
    public var leftOut: [Omission] = []

    /// An empty listing.
    public init() {}

    mutating func leaveOut(_ name: String, _ reason: String) {
        leftOut.append(Omission(name, reason))
    }

    mutating func sort() {
        exams.sort { ($0.patient, $0.date, $0.name) < ($1.patient, $1.date, $1.name) }
    }
}

/// The public data sets that can be imported.
public enum PublicDataset: String, Sendable, CaseIterable {
    /// TCIA Vestibular-Schwannoma-SEG.
    case vsSEG = "vs-seg"
    /// TCIA Vestibular-Schwannoma-MC-RC and MC-RC2.
    case vsMCRC = "vs-mc-rc"
    /// The crossMoDA challenges of 2021 to 2023.
    case crossMoDA = "crossmoda"
    /// BIDS, with manual masks among the derivatives.
    case bids

    /// What a folder holds of this data set.
    ///
    /// - Parameters:
    ///   - folder: the data set.
    ///   - assumedDay: the day of exams of which nothing says the day.
    ///   - includesT1: whether T1 series are taken, too; of crossMoDA they always are.
    ///   - progress: told what is read and its fraction.
    /// - Returns: the exams, and what is left out with the reasons.
    /// - Throws: an error where the folder cannot be read or has another layout.
    public func listing(
        of folder: String, assumedDay: ExamDate, includesT1: Bool = false,
        progress: (String, Double) -> Void = { _, _ in }
    ) throws -> DatasetListing {
        let source = DatasetFolder(path: folder, assumedDay: assumedDay, includesT1: includesT1)
        try source.check()
        var listing =
            switch self {
            case .vsSEG: try VSSEGLayout(source).listing(progress)
            case .vsMCRC: try VSMCRCLayout(source).listing(progress)
            case .crossMoDA: try CrossMoDALayout(source).listing()
            case .bids: try BIDSLayout(source).listing()
            }
        listing.sort()
        return listing
    }
}
