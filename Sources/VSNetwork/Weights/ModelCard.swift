public import Foundation

/// Which exams a model may judge beside those of untreated tumours.
public struct ModelScope: Hashable, Sendable, Codable {
    /// Whether it was made for tumours after surgery, too.
    public var postSurgery: Bool

    /// Makes a scope.
    public init(postSurgery: Bool = false) { self.postSurgery = postSurgery }
}

/// How a model's boundary error was measured.
public struct CalibrationNote: Hashable, Sendable, Codable {
    /// Tumours that were measured twice.
    public var pairs: Int
    /// Pairs that were left out, as the tumour was not found or lay on different sides.
    public var leftOut: Int
    /// The lower end of the 95 % interval of `boundarySDMm`, mm.
    public var lowMm: Double
    /// The upper end, mm.
    public var highMm: Double
    /// What was measured, in words.
    public var data: String
    /// The program that measured.
    public var softwareVersion: String

    /// Makes a note.
    public init(
        pairs: Int, leftOut: Int, lowMm: Double, highMm: Double, data: String,
        softwareVersion: String
    ) {
        self.pairs = pairs
        self.leftOut = leftOut
        self.lowMm = lowMm
        self.highMm = highMm
        self.data = data
        self.softwareVersion = softwareVersion
    }
}

/// What is learnt of a model after its file was written, as JSON beside it.
///
/// A model is known by the hash of its file, and volumes of different hashes are never compared. So a
/// measured error goes into a card, which leaves the file and its hash as they are.
public struct ModelCard: Hashable, Sendable, Codable {
    /// The standard deviation of the tumour's boundary, mm; nil leaves the model's own.
    public var boundarySDMm: Double?
    /// The share of scans whose outline is grossly wrong and not rough; nil leaves the model's own.
    public var grossErrorShare: Double?
    /// How both were measured.
    public var calibration: CalibrationNote?
    /// Which exams it may judge; nil leaves the model's own.
    public var scope: ModelScope?

    /// Makes a card.
    public init(
        boundarySDMm: Double? = nil, grossErrorShare: Double? = nil,
        calibration: CalibrationNote? = nil, scope: ModelScope? = nil
    ) {
        self.boundarySDMm = boundarySDMm
        self.grossErrorShare = grossErrorShare
        self.calibration = calibration
        self.scope = scope
    }

    /// Reads a card.
    ///
    /// - Throws: ``NetworkError`` naming the file, for one that is no JSON, holds a key that is not
    ///   known, a boundary that is not between 0 and 10 mm, or a share that is not from 0 to 0.5.
    public init(contentsOf path: String) throws(NetworkError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw NetworkError(
                .unreadable, subject: path, message: "The card cannot be read.",
                remedy: "Check the path.")
        }
        try self.init(data, subject: path)
    }

    /// Reads a card's bytes; `subject` names them in errors.
    public init(_ data: Data, subject: String) throws(NetworkError) {
        let known: Set<String> = ["boundarySDMm", "grossErrorShare", "calibration", "scope"]
        let keys = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any]
        guard let keys, let card = try? JSONDecoder().decode(ModelCard.self, from: data) else {
            throw Self.refused(subject, "it is no JSON of a card")
        }
        if let extra = keys.keys.filter({ !known.contains($0) }).min() {
            throw Self.refused(subject, "\(extra) is not known")
        }
        if let delta = card.boundarySDMm, !(delta > 0 && delta < 10) {
            throw Self.refused(subject, "boundarySDMm is \(delta)")
        }
        if let share = card.grossErrorShare, !(0...0.5).contains(share) {
            throw Self.refused(subject, "grossErrorShare is \(share)")
        }
        self = card
    }

    /// The card as JSON, keys sorted, with a line's end.
    public func encoded() throws(NetworkError) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            throw NetworkError(
                .unwritable, subject: "card", message: "The card cannot be encoded.",
                remedy: "Use finite numbers in it.")
        }
        return data + Data("\n".utf8)
    }

    /// Writes the card through a temporary file.
    public func write(to path: String) throws(NetworkError) {
        let data = try encoded()
        do {
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw NetworkError(
                .unwritable, subject: path, message: "The card cannot be written.",
                remedy: "Check the folder, its permissions and the free space.")
        }
    }

    private static func refused(_ subject: String, _ clause: String) -> NetworkError {
        NetworkError(
            .malformed, subject: subject, message: "The card is refused: \(clause).",
            remedy: "A card holds boundarySDMm (mm), grossErrorShare, calibration and scope; 'vsdb "
                + "model calibrate --card FILE' writes one.")
    }
}

extension ModelDescription {
    /// This description with what a card says in place of its own.
    public func with(_ card: ModelCard) -> ModelDescription {
        var result = self
        if let delta = card.boundarySDMm {
            result.boundarySDMm = delta
            result.calibration = card.calibration
            result.grossErrorShare = card.grossErrorShare
        }
        if let scope = card.scope { result.scope = scope }
        return result
    }
}
