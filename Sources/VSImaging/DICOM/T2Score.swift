import Foundation

/// How far a series is the heavily T2-weighted one of the auditory canals, with the reasons.
///
/// Points are a convention, not a probability: the weights are those of a reader who looks at the
/// list of series. No echo time alone decides, as a CISS has 4 ms and a fast spin echo 120.
public struct T2Score: Sendable, Equatable {
    /// The sum of the points.
    public let points: Int
    /// Each reason with its points, as "t2 name +3".
    public let reasons: [String]
    /// Why the series is no candidate at all; nil where it is one.
    public let exclusion: String?

    /// A candidate needs so many points.
    public static let least = 4
    /// A second candidate within so many points is as good, and a person has to choose.
    public static let margin = 2

    /// Whether it may be chosen without a person.
    public var isCandidate: Bool { exclusion == nil && points >= Self.least }

    /// Scores a series.
    ///
    /// - Parameters:
    ///   - facts: its tags.
    ///   - sliceCount: its slices.
    ///   - geometry: where they lie; nil where they make no stack, which costs its points only.
    public init(_ facts: SeriesFacts, sliceCount: Int, geometry: SeriesGeometry?) {
        var sum = 0
        var reasons: [String] = []
        func add(_ value: Int, _ reason: String) {
            sum += value
            reasons.append("\(reason) \(value > 0 ? "+" : "−")\(abs(value))")
        }
        let evidence = Evidence(facts)
        if evidence.isNamedT2 { add(3, "T2 by name") }
        switch evidence.timing {
        case .t2(let why): add(2, why)
        case .other(let why): add(-3, why)
        case .unknown: break
        }
        if facts.is3D { add(2, "3D") }
        if let geometry {
            let (steps, dims) = (geometry.steps, geometry.dims)
            let normal = steps[0].cross(steps[1])
            if abs(normal.z) > 0.8 * normal.length { add(2, "axial") }
            if max(steps[0].length, steps[1].length) <= 0.7, geometry.sliceSpacingMm <= 2 {
                add(2, "fine voxels")
            }
            let extent = (0..<3).map { Double(dims[$0]) * steps[$0].length }
            if extent[0] >= 60, extent[1] >= 60, extent[2] >= 20 { add(1, "covers both canals") }
        }
        if facts.imageType.contains("DERIVED") { add(-5, "derived image") }
        if evidence.hasContrast { add(-2, "contrast medium") }
        points = sum
        self.reasons = reasons
        exclusion = evidence.exclusion(sliceCount: sliceCount)
    }
}

/// What tags and names say together.
private struct Evidence {
    enum Timing {
        case t2(String)
        case other(String)
        case unknown
    }

    private let facts: SeriesFacts
    private let names: [SequenceName]

    init(_ facts: SeriesFacts) {
        self.facts = facts
        names = [facts.description, facts.protocolName, facts.sequenceName].map(SequenceName.init)
    }

    /// The description counts before the protocol, and both before the sequence's own name.
    private var family: SequenceName.Family {
        names.map(\.family).first { $0 != .unknown } ?? .unknown
    }

    var isNamedT2: Bool { family == .t2 }
    var hasContrast: Bool {
        facts.hasContrastAgent || names.prefix(2).contains(where: \.suggestsContrast)
    }

    /// What echo time, repetition time and flip angle say.
    var timing: Timing {
        guard let echo = facts.echoTimeMs else { return .unknown }
        let text = String(format: "%g ms", (echo * 10).rounded() / 10)
        let isGradient =
            facts.scanningSequence.contains("GR") && !facts.scanningSequence.contains("SE")
        guard isGradient else {
            if facts.scanningSequence.contains("EP") { return .other("echo-planar") }
            if echo >= 60 { return .t2("long echo time \(text)") }
            return echo < 50 ? .other("short echo time \(text)") : .unknown
        }
        let isSpoiled = facts.sequenceVariant.contains("SP")
        let flip = facts.flipAngleDegrees ?? 0
        let repetition = facts.repetitionTimeMs ?? .infinity
        if !isSpoiled, echo <= 10, repetition <= 20, flip >= 30 {
            return .t2("balanced steady state, echo time \(text)")
        }
        return .other("gradient echo, echo time \(text)")
    }

    private var isTimedT2: Bool { if case .t2 = timing { true } else { false } }

    func exclusion(sliceCount: Int) -> String? {
        let type = facts.imageType
        if facts.modality != "MR" {
            return "modality \(facts.modality.isEmpty ? "unknown" : facts.modality), not MR"
        }
        if type.contains("MOSAIC") { return "mosaic: many slices in one image" }
        if type.contains("LOCALIZER") || names.prefix(2).contains(where: \.isLocaliser) {
            return "localiser"
        }
        if (facts.bValue ?? 0) >= 50 || type.contains("DIFFUSION") || type.contains("ADC")
            || names.contains(where: \.isDiffusion)
        {
            return "diffusion"
        }
        if !Set(type).isDisjoint(with: Self.noMagnitude) { return "phase or complex image" }
        // GE writes MPR into the type of originals, too.
        if type.contains("DERIVED"), !Set(type).isDisjoint(with: Self.projections) {
            return "projection or reformat"
        }
        if let inversion = facts.inversionTimeMs, inversion > 1500 {
            return "FLAIR (inversion time \(String(format: "%g", inversion)) ms)"
        }
        if family == .other { return "another contrast by its name" }
        if !isNamedT2, !isTimedT2 { return "nothing says T2" }
        if sliceCount < 5 { return "\(sliceCount) slice\(sliceCount == 1 ? "" : "s") only" }
        return nil
    }

    /// ImageType and ComplexImageComponent of images that are no magnitude.
    private static let noMagnitude: Set<String> = [
        "P", "PHASE", "PHASE MAP", "REAL", "IMAGINARY", "R_IFFT", "I_IFFT", "VELOCITY MAP",
    ]

    private static let projections: Set<String> = [
        "PROJECTION IMAGE", "MPR", "MIP", "MIN_IP", "SUB", "SUBTRACTION", "CSA MPR", "REFORMATTED",
    ]
}

extension SeriesFacts {
    /// The name that the scan is registered under: "T2 CISS", with "contrast" where an agent is
    /// named, or "other MR" where it is no T2.
    public var registeredName: String {
        let names = [description, protocolName, sequenceName].map(SequenceName.init)
        let evidence = Evidence(self)
        guard evidence.exclusion(sliceCount: .max) == nil else { return "other MR" }
        let common = names.lazy.compactMap(\.commonName).first
        return "T2" + (common.map { " \($0)" } ?? "") + (evidence.hasContrast ? " contrast" : "")
    }

    /// Whether an agent is named, or the series' names speak of contrast medium.
    public var tellsContrast: Bool { Evidence(self).hasContrast }
}
