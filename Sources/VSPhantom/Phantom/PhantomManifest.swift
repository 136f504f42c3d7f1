import Foundation
public import VSImaging

/// What a folder of simulated scans holds and what is true of it: `manifest.json`.
///
/// Paths are relative to the folder. Keys are the property names below; an absent key means that the
/// patient has no tumour.
public struct PhantomManifest: Sendable, Codable, Hashable {
    /// The file's name within its folder.
    public static let fileName = "manifest.json"

    /// One scan of one patient.
    public struct Exam: Sendable, Codable, Hashable {
        /// The image file.
        public let image: String
        /// The truth file: voxels at least half filled by tumour.
        public let mask: String
        /// The day of the exam, ISO 8601.
        public let date: String
        /// Years since the first exam.
        public let years: Double
        /// The sequence that the image imitates.
        public let sequence: ScanSequence
        /// The volume of the analytic solid, mm³.
        public let trueVolumeMm3: Double?
        /// The volume of the truth mask, mm³.
        public let maskVolumeMm3: Double?
        /// Distances between voxel centres, mm.
        public let spacingMm: Spacing
    }

    /// One patient with a course of exams.
    public struct Patient: Sendable, Codable, Hashable {
        /// The name of the patient and of its folder.
        public let id: String
        /// The tumour's side.
        public let side: TumourSide?
        /// The subject of the public collection whose outlines gave the shape.
        public let shapeSubject: String?
        /// The real head that the scans show; absent where the head is drawn.
        public let head: String?
        /// How the tumour changes.
        public let law: GrowthLaw?
        /// The exams in order of time.
        public let exams: [Exam]
    }

    /// What made the folder: `phantom`, or another generator's name.
    public let generator: String
    /// The generator's version; the same version and seed give the same images.
    public let generatorVersion: Int
    /// The seed.
    public let seed: UInt64
    /// Where the shapes come from.
    public let split: TumourOutlines.Split
    /// All patients, in order.
    public let patients: [Patient]

    /// Makes a manifest from its parts.
    public init(
        generator: String, generatorVersion: Int, seed: UInt64, split: TumourOutlines.Split,
        patients: [Patient]
    ) {
        self.generator = generator
        self.generatorVersion = generatorVersion
        self.seed = seed
        self.split = split
        self.patients = patients
    }

    /// Reads the manifest of a folder.
    public init(folder: String) throws(PhantomError) {
        let path = folder + "/" + Self.fileName
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw PhantomError(
                .request, subject: path, message: "the manifest is missing or unreadable.",
                remedy: "Name a folder written by `vsdb phantom`.")
        }
        do {
            self = try JSONDecoder().decode(Self.self, from: bytes)
        } catch {
            throw PhantomError(
                .request, subject: path, message: "the manifest is damaged (\(error)).",
                remedy: "Write the folder again.")
        }
    }

    /// Writes the manifest into a folder, keys sorted.
    public func write(folder: String) throws(PhantomError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let path = folder + "/" + Self.fileName
        do {
            try encoder.encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw PhantomError(
                .unwritable, subject: path,
                message: "the manifest cannot be written (\(error.localizedDescription)).",
                remedy: "Choose a folder that can be written.")
        }
    }
}
