public import VSGrowth
import VSImaging
public import VSNetwork
public import VSSegmentation
import VSStore

/// The boundary error of a model, measured on tumours that were scanned twice.
public struct ModelCalibration: Sendable {
    /// What the model said of one pair.
    public struct Measured: Sendable {
        /// Names the pair.
        public let name: String
        /// The volumes; nil where the pair was left out.
        public let pair: BoundaryCalibration.Pair?
        /// Why it was left out; empty where it was not.
        public let reason: String
    }

    /// What the model says of itself.
    public let description: ModelDescription
    /// Every pair in its order.
    public let measured: [Measured]
    /// The boundary error.
    public let result: BoundaryCalibration

    /// Pairs that were left out.
    public var leftOut: Int { measured.count { $0.pair == nil } }

    /// The card of it.
    ///
    /// - Parameter data: what was measured, in words.
    /// - Returns: the card, without a scope.
    public func card(data: String) -> ModelCard {
        ModelCard(
            boundarySDMm: result.boundarySDMm, grossErrorShare: result.grossErrorShare,
            calibration: CalibrationNote(
                pairs: result.pairs, leftOut: leftOut, lowMm: result.lowMm, highMm: result.highMm,
                data: data, softwareVersion: SoftwareVersion.current))
    }

    /// Measures every pair of a folder, one tumour expected on each scan.
    ///
    /// A pair counts where the tumour was found on both scans and on the same side.
    /// - Parameters:
    ///   - folder: the pairs.
    ///   - segmenter: the model.
    ///   - progress: told the fraction done and the pairs that are measured.
    ///   - isCancelled: asked between windows.
    /// - Throws: the error of a scan that cannot be read or is refused, and `StoreError` where too few
    ///   pairs are left.
    public init(
        _ folder: CalibrationFolder, by segmenter: Segmenter,
        progress: (Double, Int) -> Void = { _, _ in }, isCancelled: () -> Bool = { false }
    ) throws {
        description = segmenter.description
        var measured: [Measured] = []
        let total = Double(2 * folder.pairs.count)
        for (number, pair) in folder.pairs.enumerated() {
            let volumes = try [pair.first, pair.second].enumerated().map { half, file in
                let scan = try ScanReader.read(file).volume
                let found = try segmenter.segment(
                    scan, subject: file, expected: .one,
                    progress: { progress((Double(2 * number + half) + $0) / total, number) },
                    isCancelled: isCancelled)
                return (tumour: found.tumours.first, spacing: scan.affine.spacing.depth)
            }
            measured.append(Self.measured(pair, volumes[0], volumes[1]))
        }
        self.measured = measured
        let pairs = measured.compactMap(\.pair)
        guard let result = BoundaryCalibration(pairs) else {
            throw StoreError(
                .invalid, subject: "pairs",
                message: "\(pairs.count) of \(measured.count) pairs can be compared, and "
                    + "\(BoundaryCalibration.fewestPairs) are needed.",
                remedy: "Add pairs in which the model finds the tumour on both scans.")
        }
        self.result = result
    }

    private typealias Half = (tumour: SegmentedTumour?, spacing: Double)

    private static func measured(
        _ pair: CalibrationFolder.Pair, _ first: Half, _ second: Half
    ) -> Measured {
        guard let a = first.tumour, let b = second.tumour else {
            let place =
                first.tumour == nil
                ? second.tumour == nil ? "both scans" : "the first scan" : "the second scan"
            return Measured(
                name: pair.name, pair: nil, reason: "no tumour was found on \(place)")
        }
        guard a.side == b.side else {
            return Measured(
                name: pair.name, pair: nil, reason: "the tumours lie on different sides")
        }
        return Measured(
            name: pair.name,
            pair: .init(
                firstMm3: a.measurement.volumeMm3, secondMm3: b.measurement.volumeMm3,
                firstSliceSpacingMm: first.spacing, secondSliceSpacingMm: second.spacing,
                trueLogChange: pair.trueLogChange),
            reason: "")
    }
}
