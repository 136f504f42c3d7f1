public import Foundation
public import VSGrowth
public import VSImaging

/// A scan to be registered; its voxels are in the image store already.
public struct ScanEntry: Sendable {
    /// The patient's identifier.
    public var patient: String
    /// The day of the exam.
    public var examDate: ExamDate
    /// What it is, for example "T2".
    public var sequence: String
    /// Whether it is T2.
    public var isT2: Bool
    /// The content in the image store.
    public var contentHash: String
    /// The NIfTI header, bit for bit.
    public var header: Data
    /// The size.
    public var shape: GridShape
    /// The spacing.
    public var spacing: Spacing
    /// The file's name.
    public var sourceName: String
    /// The gate's verdict, as JSON.
    public var gate: String
    /// The DICOM series it was read from; nil for NIfTI.
    public var series: SeriesRecord?
    /// How it was made, as far as it is known.
    public var acquisition: Acquisition

    /// Makes an entry.
    public init(
        patient: String, examDate: ExamDate, sequence: String, isT2: Bool, contentHash: String,
        header: Data, shape: GridShape, spacing: Spacing, sourceName: String, gate: String,
        series: SeriesRecord? = nil, acquisition: Acquisition = Acquisition()
    ) {
        self.series = series
        self.acquisition = acquisition
        self.patient = patient
        self.examDate = examDate
        self.sequence = sequence
        self.isT2 = isT2
        self.contentHash = contentHash
        self.header = header
        self.shape = shape
        self.spacing = spacing
        self.sourceName = sourceName
        self.gate = gate
    }
}

/// One tumour of a segmentation to be recorded.
public struct TumourEntry: Sendable {
    /// `left` or `right`.
    public var side: String
    /// The measurement; its `id`, `segmentationId` and `tumourId` are set when recorded.
    public var volume: VolumeRecord
    /// The voxels on the scan's canonical grid.
    public var mask: Mask
    /// How steadily it was measured; nil where it was measured once.
    public var repeatability: RepeatabilityRecord?

    /// Makes an entry.
    public init(
        side: String, volume: VolumeRecord, mask: Mask, repeatability: RepeatabilityRecord? = nil
    ) {
        self.side = side
        self.volume = volume
        self.mask = mask
        self.repeatability = repeatability
    }
}

/// A component that a segmentation found and did not measure.
public struct OtherComponent: Sendable, Hashable {
    /// The side it lies on, `left` or `right`.
    public var side: String
    /// Its volume, mm³.
    public var volumeMm3: Double

    /// Makes a component.
    public init(side: String, volumeMm3: Double) {
        self.side = side
        self.volumeMm3 = volumeMm3
    }
}

/// A segmentation to be recorded.
public struct SegmentationEntry: Sendable {
    /// The model.
    public var model: ModelRecord
    /// The program's version.
    public var softwareVersion: String
    /// The parameters, as JSON.
    public var parameters: String
    /// The highest probability anywhere.
    public var highestProbability: Double
    /// Components that were not reported, as JSON.
    public var dropped: String
    /// Seconds it took.
    public var seconds: Double
    /// The tumours; none is the finding "no tumour found".
    public var tumours: [TumourEntry]
    /// Components large and sure enough for a tumour that are not measured, as one more than expected.
    public var otherComponents: [OtherComponent]

    /// Makes an entry.
    public init(
        model: ModelRecord, softwareVersion: String, parameters: String,
        highestProbability: Double, dropped: String, seconds: Double, tumours: [TumourEntry],
        otherComponents: [OtherComponent] = []
    ) {
        self.model = model
        self.softwareVersion = softwareVersion
        self.parameters = parameters
        self.highestProbability = highestProbability
        self.dropped = dropped
        self.seconds = seconds
        self.tumours = tumours
        self.otherComponents = otherComponents
    }
}
