import Foundation
public import VSGrowth

/// A patient.
public struct PatientRecord: Sendable, Hashable, Codable {
    /// The row.
    public var id: Int64
    /// The identifier the clinic gave.
    public var identifier: String
    /// Whether tumours on both sides are expected.
    public var isBilateral: Bool
    /// When it was registered.
    public var createdAt: String
}

/// A registered image series, without its header.
public struct ScanRecord: Sendable, Hashable, Codable {
    /// The row.
    public var id: Int64
    /// The patient.
    public var patientId: Int64
    /// The day of the exam.
    public var examDate: ExamDate
    /// What it was registered as.
    public var sequence: String
    /// Whether it is T2, and so segmented.
    public var isT2: Bool
    /// The content in the image store.
    public var contentHash: String
    /// Slices, rows, columns.
    public var depth: Int
    /// Rows.
    public var height: Int
    /// Columns.
    public var width: Int
    /// Between slices, mm.
    public var sliceSpacingMm: Double
    /// Between rows, mm.
    public var rowSpacingMm: Double
    /// Between columns, mm.
    public var columnSpacingMm: Double
    /// The file's name when it was registered.
    public var sourceName: String
    /// When it was registered.
    public var createdAt: String
}

/// An installed model.
public struct ModelRecord: Sendable, Hashable, Codable {
    /// The row.
    public var id: Int64
    /// The name.
    public var name: String
    /// The version.
    public var version: String
    /// SHA-256 of the file.
    public var sha256: String
    /// The description, as JSON.
    public var description: String
    /// The file.
    public var path: String
    /// Whether new scans are segmented by it.
    public var isActive: Bool
    /// When it was installed.
    public var installedAt: String

    /// Name and version, for people.
    public var title: String { "\(name) \(version)" }
}

/// What one model said of one scan.
public struct SegmentationRecord: Sendable, Hashable, Codable {
    /// The row.
    public var id: Int64
    /// The scan.
    public var scanId: Int64
    /// The model.
    public var modelId: Int64
    /// The model's name.
    public var modelName: String
    /// The model's version.
    public var modelVersion: String
    /// SHA-256 of the model's file.
    public var modelSha256: String
    /// The program's version.
    public var softwareVersion: String
    /// The parameters, as JSON.
    public var parameters: String
    /// `tumour` or `no-tumour`.
    public var finding: String
    /// The highest probability anywhere.
    public var highestProbability: Double
    /// Components that were found and not reported, as JSON.
    public var dropped: String
    /// Seconds it took.
    public var seconds: Double
    /// When it was made.
    public var createdAt: String
}

/// One tumour's measurement, without its mask.
public struct VolumeRecord: Sendable, Hashable, Codable {
    /// The row.
    public var id: Int64
    /// The segmentation.
    public var segmentationId: Int64
    /// The tumour.
    public var tumourId: Int64
    /// Voxel count times voxel volume, mm³.
    public var volumeMm3: Double
    /// Sum of probabilities, mm³.
    public var softVolumeMm3: Double
    /// Standard deviation of ln V.
    public var relativeSD: Double
    /// Of the sphere of this volume, mm.
    public var equivalentDiameterMm: Double
    /// Largest distance, mm.
    public var maximalDiameterMm: Double
    /// Largest distance within a slice, mm.
    public var maximalAxialDiameterMm: Double
    /// ABC/2, mm³.
    public var abc2Mm3: Double
    /// The centre, mm LPS.
    public var centroidXMm: Double
    /// The centre, mm LPS.
    public var centroidYMm: Double
    /// The centre, mm LPS.
    public var centroidZMm: Double
    /// Connected components.
    public var componentCount: Int
    /// Slices.
    public var sliceCount: Int
    /// Highest probability in it.
    public var peakProbability: Double

    /// Makes a record; see the properties.
    public init(
        id: Int64, segmentationId: Int64, tumourId: Int64, volumeMm3: Double,
        softVolumeMm3: Double, relativeSD: Double, equivalentDiameterMm: Double,
        maximalDiameterMm: Double, maximalAxialDiameterMm: Double, abc2Mm3: Double,
        centroidXMm: Double, centroidYMm: Double, centroidZMm: Double, componentCount: Int,
        sliceCount: Int, peakProbability: Double
    ) {
        self.id = id
        self.segmentationId = segmentationId
        self.tumourId = tumourId
        self.volumeMm3 = volumeMm3
        self.softVolumeMm3 = softVolumeMm3
        self.relativeSD = relativeSD
        self.equivalentDiameterMm = equivalentDiameterMm
        self.maximalDiameterMm = maximalDiameterMm
        self.maximalAxialDiameterMm = maximalAxialDiameterMm
        self.abc2Mm3 = abc2Mm3
        self.centroidXMm = centroidXMm
        self.centroidYMm = centroidYMm
        self.centroidZMm = centroidZMm
        self.componentCount = componentCount
        self.sliceCount = sliceCount
        self.peakProbability = peakProbability
    }
}
