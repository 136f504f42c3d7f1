/// What the quality gate says of a scan.
public struct GateVerdict: Sendable, Hashable, Codable {
    /// Whether the scan may be segmented.
    public enum Decision: String, Sendable, Codable, Comparable {
        /// Nothing to say against it.
        case accept
        /// It may be segmented; the reasons lower the confidence.
        case warn
        /// It must not be segmented.
        case refuse

        /// Refuse is the gravest.
        public static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }
        private var rank: Int {
            switch self {
            case .accept: 0
            case .warn: 1
            case .refuse: 2
            }
        }
    }

    /// One finding.
    public struct Reason: Sendable, Hashable, Codable {
        /// A stable code, for a program.
        public enum Code: String, Sendable, Codable, CaseIterable {
            /// Spacing outside what a head scan can have.
            case spacing
            /// Slices too thick for small tumours.
            case thickSlices
            /// Too few slices.
            case fewSlices
            /// A field of view too small for both canals, or too large for a head.
            case fieldOfView
            /// All voxels are equal.
            case constant
            /// So few different values that it is a mask or a drawing, not a scan.
            case fewValues
            /// Many voxels share the largest value.
            case saturated
            /// Voxels that are not finite numbers.
            case notFinite
            /// Slices that are not axial.
            case orientation
            /// By what is known, no T2 image.
            case sequence
            /// By its name, taken after contrast medium.
            case contrast
        }

        /// The code.
        public let code: Code
        /// How grave it is.
        public let decision: Decision
        /// The sentence for a person, with the numbers that show it.
        public let message: String

        /// Makes a reason.
        public init(code: Code, decision: Decision, message: String) {
            self.code = code
            self.decision = decision
            self.message = message
        }
    }

    /// All findings, gravest first.
    public let reasons: [Reason]

    /// Makes a verdict from findings.
    public init(reasons: [Reason]) {
        // In the order of the checks among equals: a sort by decision alone need not be stable.
        self.reasons = reasons.enumerated().sorted {
            ($1.element.decision, $0.offset) < ($0.element.decision, $1.offset)
        }.map(\.element)
    }

    /// The gravest of the findings; accept without any.
    public var decision: Decision { reasons.first?.decision ?? .accept }

    /// Lets through what may be segmented.
    ///
    /// - Parameters:
    ///   - subject: names the scan in the error.
    ///   - remedy: what to do.
    /// - Throws: ``SegmentationError`` of a refused scan, with all that is held against it.
    package func check(_ subject: String, remedy: String) throws(SegmentationError) {
        guard decision == .refuse else { return }
        throw SegmentationError(
            .refused, subject: subject,
            message: reasons.filter { $0.decision == .refuse }.map(\.message)
                .joined(separator: " "),
            remedy: remedy)
    }
}
