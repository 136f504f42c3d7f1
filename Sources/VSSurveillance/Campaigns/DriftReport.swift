import Foundation
public import VSGrowth
public import VSStore

/// How a new model's answers differ from those of the model before.
public struct DriftReport: Sendable {
    /// One band of volume.
    public struct Band: Sendable {
        /// The band; nil for all volumes.
        public let band: AgreementBand?
        /// Pairs in it.
        public let count: Int
        /// Bias and limits of ln (new / old); nil for fewer than two pairs.
        public let limits: LimitsOfAgreement?
    }

    /// A tumour whose class would be another.
    public struct ClassChange: Sendable {
        /// The patient.
        public let identifier: String
        /// The tumour's side.
        public let side: String
        /// The class by the model before; nil where it measured nothing.
        public let oldClass: GrowthClass?
        /// The class by the new model; nil where it measured nothing.
        public let newClass: GrowthClass?
        /// What the old class rests on.
        public let oldSentence: String
        /// What the new class rests on.
        public let newSentence: String
    }

    /// Tumours that both measured, scan by scan.
    public let pairs: [DriftPair]
    /// Measured by the model before, and not by the new one.
    public let lost: [DriftPair]
    /// Measured by the new model, and not by the one before.
    public let found: [DriftPair]
    /// All volumes first, then each band.
    public let bands: [Band]
    /// Tumours that either model judges.
    public let tumours: Int
    /// Tumours whose class would be another.
    public let changes: [ClassChange]
    /// Scans that the new model has not segmented yet.
    public let missing: Int

    init(
        _ all: [DriftPair], tumours: Int, changes: [ClassChange], missing: Int
    ) {
        pairs = all.filter { $0.oldVolumeMm3 != nil && $0.newVolumeMm3 != nil }
        lost = all.filter { $0.newVolumeMm3 == nil }
        found = all.filter { $0.oldVolumeMm3 == nil }
        self.tumours = tumours
        self.changes = changes
        self.missing = missing
        let volumes = Self.volumes(pairs)
        bands =
            [Band(band: nil, count: volumes.count, limits: LimitsOfAgreement(volumes))]
            + AgreementBand.allCases.map { band in
                let part = volumes.filter {
                    AgreementBand(first: $0.first, second: $0.second) == band
                }
                return Band(band: band, count: part.count, limits: LimitsOfAgreement(part))
            }
    }

    /// New and old volumes of the pairs, mm³.
    public static func volumes(_ pairs: [DriftPair]) -> [(first: Double, second: Double)] {
        pairs.compactMap { pair in
            guard let new = pair.newVolumeMm3, let old = pair.oldVolumeMm3 else { return nil }
            return (new, old)
        }
    }

    /// Why a promotion without a person is not allowed, each a sentence; empty where it is.
    public func objections(by limits: PromotionLimits) -> [String] {
        var reasons: [String] = []
        func check(_ name: String, _ value: Double, _ limit: Double) {
            guard abs(value) > limit else { return }
            reasons.append(
                "\(name) is \(Self.text(value)) %, more than \(Self.text(limit)) %.")
        }
        let logs = Self.volumes(pairs).map { log($0.first / $0.second) }
        if !logs.isEmpty {
            let bias = 100 * (exp(logs.reduce(0, +) / Double(logs.count)) - 1)
            check("The bias of the volumes", bias, limits.maximalBiasPercent)
        }
        let measured = pairs.count + lost.count
        if measured > 0 {
            check(
                "The share of lost measurements", 100 * Double(lost.count) / Double(measured),
                limits.maximalLostPercent)
        }
        if tumours > 0 {
            check(
                "The share of tumours with another class",
                100 * Double(changes.count) / Double(tumours), limits.maximalClassChangePercent)
        }
        return reasons
    }

    private static func text(_ value: Double) -> String {
        "\((value * 10).rounded() / 10)"
    }
}
