import Foundation
public import VSImaging

/// Judges a scan before it is segmented: wrong spacing, a wrong series or empty data otherwise come
/// back as an empty or absurd mask without a word of why.
public struct QualityGate: Sendable, Hashable, Codable {
    /// In-plane spacing that can be segmented at all, mm.
    public var inPlaneMm: ClosedRange<Double> = 0.1...1.5
    /// Distance between slices that can be segmented at all, mm.
    public var throughPlaneMm: ClosedRange<Double> = 0.2...6.5
    /// Slices further apart than this lower the confidence: readers agree less above 1.5 mm
    /// (Bathla 2025); a tenth is for rounding.
    public var thickSliceMm = 1.65
    /// Pixels more oblong than this lower the confidence.
    public var largestPixelRatio = 1.5
    /// Fewer slices than this cannot show a tumour from end to end.
    public var fewestSlices = 5
    /// The field of view below which a canal likely lies outside, mm: left to right, front to back,
    /// foot to head.
    public var smallestExtentMm: SIMD3<Double> = [60, 40, 12]
    /// The largest extent a head scan can have, mm.
    public var largestExtentMm = 400.0
    /// The share of voxels at the largest value that is called saturation.
    public var saturatedShare = 0.02
    /// The share of voxels at the largest value from which nothing can be seen any more.
    public var uselessShare = 0.25
    /// Fewer different values than this make no scan.
    public var fewestValues = 16

    /// The default limits.
    public init() {}

    /// Judges a volume; linear in its voxels.
    ///
    /// - Parameters:
    ///   - volume: the scan in canonical order.
    ///   - sequence: what the user or the header says it is; nil where unknown.
    /// - Returns: the verdict with all that speaks against the scan.
    public func verdict(on volume: Volume, sequence: String? = nil) -> GateVerdict {
        GateVerdict(
            reasons: spacing(of: volume) + extent(of: volume) + intensities(of: volume)
                + kind(sequence))
    }

    private func spacing(of volume: Volume) -> [GateVerdict.Reason] {
        let spacing = volume.affine.spacing
        var reasons: [GateVerdict.Reason] = []
        if !inPlaneMm.contains(spacing.height) || !inPlaneMm.contains(spacing.width) {
            reasons.append(
                .init(
                    .spacing, .refuse,
                    "The pixels are \(mm(spacing.width)) x \(mm(spacing.height)) mm; "
                        + "\(mm(inPlaneMm.lowerBound)) to \(mm(inPlaneMm.upperBound)) mm can be "
                        + "segmented."))
        } else if max(spacing.width / spacing.height, spacing.height / spacing.width)
            > largestPixelRatio
        {
            reasons.append(
                .init(
                    .spacing, .warn,
                    "The pixels are oblong, \(mm(spacing.width)) x \(mm(spacing.height)) mm."))
        }
        if !throughPlaneMm.contains(spacing.depth) {
            reasons.append(
                .init(
                    .spacing, .refuse,
                    "The slices are \(mm(spacing.depth)) mm apart; "
                        + "\(mm(throughPlaneMm.lowerBound)) to \(mm(throughPlaneMm.upperBound)) mm "
                        + "can be segmented."))
        } else if spacing.depth > thickSliceMm {
            reasons.append(
                .init(
                    .thickSlices, .warn,
                    "The slices are \(mm(spacing.depth)) mm apart; volumes of small tumours are "
                        + "uncertain above 1.5 mm."))
        }
        let box = spacing.depth * spacing.height * spacing.width
        // A gantry tilt of 30 degrees keeps 87 % of the box.
        if reasons.isEmpty, volume.affine.voxelVolumeMm3 < box / 2 {
            reasons.append(
                .init(.spacing, .refuse, "Its axes are far from being at right angles."))
        }
        return reasons
    }

    private func extent(of volume: Volume) -> [GateVerdict.Reason] {
        var reasons: [GateVerdict.Reason] = []
        let (shape, spacing) = (volume.shape, volume.affine.spacing)
        if shape.depth < fewestSlices {
            reasons.append(
                .init(
                    .fewSlices, .refuse,
                    "It has \(shape.depth) slice\(shape.depth == 1 ? "" : "s"); at least "
                        + "\(fewestSlices) are needed."))
        }
        let extent = SIMD3(
            Double(shape.width) * spacing.width, Double(shape.height) * spacing.height,
            Double(shape.depth) * spacing.depth)
        for axis in 0..<3 where extent[axis] < smallestExtentMm[axis] {
            let word = ["wide", "deep", "high"][axis]
            reasons.append(
                .init(
                    .fieldOfView, .warn,
                    "It is \(mm(extent[axis])) mm \(word), so an auditory canal may lie outside."))
        }
        if extent.max() > largestExtentMm {
            reasons.append(
                .init(
                    .fieldOfView, .refuse,
                    "It extends over \(mm(extent.max())) mm, more than a head."))
        }
        let normal = volume.affine.depthStep / volume.affine.depthStep.length
        if abs(normal.z) < 0.7 {
            reasons.append(
                .init(
                    .orientation, .warn,
                    "Its slices are not axial; the model has seen axial slices only."))
        }
        return reasons
    }

    private func kind(_ sequence: String?) -> [GateVerdict.Reason] {
        guard let sequence else { return [] }
        let name = SequenceName(sequence)
        switch name.family {
        case .other:
            return [
                .init(.sequence, .refuse, "It is a \(sequence) image; the model is for T2.")
            ]
        case .unknown:
            return [
                .init(
                    .sequence, .refuse,
                    "'\(sequence)' is not known as a T2 sequence; the model is for T2.")
            ]
        case .t2:
            guard name.suggestsContrast else { return [] }
            return [
                .init(
                    .contrast, .warn,
                    "'\(sequence)' suggests contrast medium; its volume need not compare with "
                        + "those without.")
            ]
        }
    }

    /// Whether a sequence's name means T2-weighted imaging of the cisterns.
    public static func isT2(_ sequence: String) -> Bool { SequenceName(sequence).family == .t2 }

    private func mm(_ value: Double) -> String { String(format: "%.3g", value) }
}

extension GateVerdict.Reason {
    init(_ code: Code, _ decision: GateVerdict.Decision, _ message: String) {
        self.init(code: code, decision: decision, message: message)
    }
}
