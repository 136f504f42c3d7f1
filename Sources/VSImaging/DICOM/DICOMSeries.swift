import Foundation

/// One series of a study: its files, its facts, and how it scores as the T2 one.
public struct DICOMSeries: Sendable {
    /// SeriesInstanceUID.
    public let uid: String
    /// StudyInstanceUID.
    public let study: String
    /// What its tags say; of a classic series those of its first image.
    public let facts: SeriesFacts
    /// Its slices in the files' order.
    public let frames: [DICOMFrame]
    /// How it scores.
    public let score: T2Score
    /// Whether any of its pixels were compressed with loss.
    public let isLossy: Bool
    /// UIDs of its SOP classes and transfer syntaxes.
    public let sopClasses: [String]
    /// See ``sopClasses``.
    public let transferSyntaxes: [String]
    let instances: [DICOMInstance]

    /// The series as people know it: its number and description.
    public var title: String {
        let number = facts.number.map { "series \($0)" } ?? "series \(uid)"
        return facts.description.isEmpty ? number : "\(number) '\(facts.description)'"
    }

    /// How many slices it has, in words: "1 slice".
    public var sliceCount: String { "\(frames.count) slice\(frames.count == 1 ? "" : "s")" }

    init(uid: String, instances: [DICOMInstance]) {
        self.uid = uid
        self.instances = instances
        study = instances.first?.study ?? ""
        var facts = instances.first?.facts ?? SeriesFacts()
        let frames = instances.flatMap(\.frames)
        facts.bValue = frames.compactMap(\.bValue).max()
        self.facts = facts
        self.frames = frames
        isLossy = instances.contains(where: \.isLossy)
        sopClasses = Set(instances.map(\.sopClass)).sorted()
        transferSyntaxes = Set(instances.map(\.transferSyntax)).sorted()
        let geometry = try? SeriesGeometry(frames, subject: uid)
        score = T2Score(facts, sliceCount: frames.count, geometry: geometry)
    }
}
