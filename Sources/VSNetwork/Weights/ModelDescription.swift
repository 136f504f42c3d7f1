/// How voxel values become the network's input.
public struct Normalisation: Hashable, Sendable, Codable {
    /// The method; `zScore` is (x - mean) / standard deviation.
    public enum Method: String, Codable, Sendable {
        /// (x - mean) / standard deviation.
        case zScore
    }

    /// Which voxels give the mean and the deviation.
    public enum Region: String, Codable, Sendable {
        /// Every voxel of the image.
        case image
        /// The voxels of the head: those above a threshold found from the image.
        case head
    }

    /// The method.
    public var method: Method
    /// Which voxels give the mean and the deviation.
    public var region: Region

    /// Makes a normalisation.
    public init(method: Method = .zScore, region: Region = .image) {
        self.method = method
        self.region = region
    }
}

/// How a model takes a whole scan, where it was trained for another way than this program's own.
public struct ScanRule: Hashable, Sendable, Codable {
    /// How the in-plane axes run.
    public enum Orientation: String, Codable, Sendable {
        /// Columns to the left, rows to the back: this program's order.
        case lps = "LPS"
        /// Columns to the right, rows to the front.
        case ras = "RAS"
    }

    /// What is averaged where windows overlap.
    public enum Blending: String, Codable, Sendable {
        /// The probability.
        case probability
        /// The difference of the classes' logits.
        case logit
    }

    /// How the in-plane axes run.
    public var orientation: Orientation
    /// Whether a scan of another spacing is resampled to the model's.
    public var resamples: Bool
    /// Whether windows are as large as the model's, the scan being set in zeros where it is smaller;
    /// otherwise they are as large as memory allows.
    public var usesModelWindow: Bool
    /// What is averaged where windows overlap.
    public var blending: Blending

    /// Makes a rule; the defaults are this program's own way.
    public init(
        orientation: Orientation = .lps, resamples: Bool = true, usesModelWindow: Bool = false,
        blending: Blending = .probability
    ) {
        self.orientation = orientation
        self.resamples = resamples
        self.usesModelWindow = usesModelWindow
        self.blending = blending
    }

    /// The way of the published network (KCL-BMEIS/VS_Seg).
    public static let published = ScanRule(
        orientation: .ras, resamples: false, usesModelWindow: true, blending: .logit)
}

/// Everything a program needs to know to run a model, stored in the model file's own header.
public struct ModelDescription: Hashable, Sendable, Codable {
    /// The model's name: lower-case words joined by hyphens.
    public var name: String
    /// The model's version, for example "1.0".
    public var version: String
    /// The network.
    public var architecture: Architecture
    /// The voxel spacing the network was trained on, mm: depth, height, width.
    public var spacingMm: [Double]
    /// How voxel values become the network's input.
    public var normalisation: Normalisation
    /// What the output's classes mean.
    public var labels: [String]
    /// The imaging sequence the model is for.
    public var sequence: String
    /// The window the network was trained on; larger ones run as well.
    public var window: WindowShape
    /// How it takes a whole scan; nil for this program's own way.
    public var scanRule: ScanRule?
    /// The standard deviation of the tumour's boundary, mm; nil where it was never measured.
    public var boundarySDMm: Double?
    /// The share of scans whose outline is grossly wrong; nil where it was never measured.
    public var grossErrorShare: Double?
    /// How the boundary was measured; nil where it never was.
    public var calibration: CalibrationNote?
    /// Which exams it may judge beside those of untreated tumours; nil for none.
    public var scope: ModelScope?
    /// Probability a voxel must reach to count as tumour.
    public var threshold: Double
    /// A component's highest probability must reach this to be reported; nil for the default.
    public var componentPeak: Double?
    /// A component smaller than this is dropped, mm³; nil for the default.
    public var componentVolumeMm3: Double?
    /// What it was trained on.
    public var trainingData: String
    /// How it was trained.
    public var trainingRecipe: String
    /// The licence of the weights.
    public var licence: String
    /// What the model may be used for; printed with every result.
    public var intendedUse: String

    /// Makes a description; see the properties.
    public init(
        name: String, version: String, architecture: Architecture = Architecture(),
        spacingMm: [Double] = [1.5, 0.4, 0.4], normalisation: Normalisation = Normalisation(),
        labels: [String] = ["background", "vestibular schwannoma"], sequence: String = "T2",
        window: WindowShape = WindowShape(depth: 24, height: 96, width: 96),
        scanRule: ScanRule? = nil, boundarySDMm: Double? = nil, threshold: Double = 0.5,
        componentPeak: Double? = nil,
        componentVolumeMm3: Double? = nil, trainingData: String = "", trainingRecipe: String = "",
        licence: String = "Apache-2.0", intendedUse: String = "Research use only."
    ) {
        self.name = name
        self.version = version
        self.architecture = architecture
        self.spacingMm = spacingMm
        self.normalisation = normalisation
        self.labels = labels
        self.sequence = sequence
        self.window = window
        self.scanRule = scanRule
        self.boundarySDMm = boundarySDMm
        self.threshold = threshold
        self.componentPeak = componentPeak
        self.componentVolumeMm3 = componentVolumeMm3
        self.trainingData = trainingData
        self.trainingRecipe = trainingRecipe
        self.licence = licence
        self.intendedUse = intendedUse
    }
}
