import Foundation
public import VSImaging

/// Judges a scan before it is segmented: wrong spacing, wrong series or empty data otherwise come
/// back as an empty or absurd mask without a word of why.
public struct QualityGate: Sendable, Hashable, Codable {
    /// In-plane spacing that can be segmented at all, mm.
    public var inPlaneMm: ClosedRange<Double> = 0.1...1.5
    /// Distance between slices that can be segmented at all, mm.
    public var throughPlaneMm: ClosedRange<Double> = 0.2...6.5
    /// Slices further apart than this lower the confidence: readers agree less above 1.5 mm
    /// (Bathla 2025); a tenth is for rounding.
    public var thickSliceMm = 1.65
    /// Fewer slices than this cannot show a tumour from end to end.
    public var fewestSlices = 5
    /// The field of view below which one of the canals is likely outside, mm left to right.
    public var smallestWidthMm = 60.0
    /// The largest extent a head scan can have, mm.
    public var largestExtentMm = 400.0
    /// The share of voxels at the largest value that is called saturation.
    public var saturatedShare = 0.02

    /// The default limits.
    public init() {}

    /// The verdict on a volume.
    ///
    /// - Parameters:
    ///   - volume: the scan in canonical order.
    ///   - sequence: what the user or the header says it is; nil where unknown.
    public func verdict(on volume: Volume, sequence: String? = nil) -> GateVerdict {
        GateVerdict(
            reasons: geometry(volume) + intensities(volume.voxels) + kind(sequence))
    }

    private func geometry(_ volume: Volume) -> [GateVerdict.Reason] {
        var reasons: [GateVerdict.Reason] = []
        func add(_ code: GateVerdict.Reason.Code, _ decision: GateVerdict.Decision, _ text: String)
        { reasons.append(.init(code: code, decision: decision, message: text)) }
        let spacing = volume.affine.spacing
        if !inPlaneMm.contains(spacing.height) || !inPlaneMm.contains(spacing.width) {
            add(
                .spacing, .refuse,
                "The pixels are \(mm(spacing.width)) x \(mm(spacing.height)) mm; "
                    + "\(mm(inPlaneMm.lowerBound)) to \(mm(inPlaneMm.upperBound)) mm can be "
                    + "segmented.")
        }
        if !throughPlaneMm.contains(spacing.depth) {
            add(
                .spacing, .refuse,
                "The slices are \(mm(spacing.depth)) mm apart; \(mm(throughPlaneMm.lowerBound)) to "
                    + "\(mm(throughPlaneMm.upperBound)) mm can be segmented.")
        } else if spacing.depth > thickSliceMm {
            add(
                .thickSlices, .warn,
                "The slices are \(mm(spacing.depth)) mm apart; volumes of small tumours are "
                    + "uncertain above 1.5 mm.")
        }
        if volume.shape.depth < fewestSlices {
            add(
                .fewSlices, .refuse,
                "It has \(volume.shape.depth) slices; at least \(fewestSlices) are needed.")
        }
        let width = Double(volume.shape.width) * spacing.width
        let extents = [
            width, Double(volume.shape.height) * spacing.height,
            Double(volume.shape.depth) * spacing.depth,
        ]
        if width < smallestWidthMm {
            add(
                .fieldOfView, .warn,
                "It is \(mm(width)) mm wide, so one of the auditory canals may lie outside.")
        }
        if let largest = extents.max(), largest > largestExtentMm {
            add(.fieldOfView, .refuse, "It extends over \(mm(largest)) mm, more than a head.")
        }
        let normal = volume.affine.depthStep / volume.affine.depthStep.length
        if abs(normal.z) < 0.7 {
            add(
                .orientation, .warn,
                "Its slices are not axial; the model has seen axial slices only.")
        }
        return reasons
    }

    private func intensities(_ voxels: [Float]) -> [GateVerdict.Reason] {
        var low = Float.infinity
        var high = -Float.infinity
        var notFinite = 0
        for value in voxels {
            if value.isFinite {
                low = min(low, value)
                high = max(high, value)
            } else {
                notFinite += 1
            }
        }
        if notFinite > 0 {
            return [
                .init(
                    code: .notFinite, decision: .refuse,
                    message: "\(notFinite) of its voxels are not finite numbers.")
            ]
        }
        guard high > low else {
            return [
                .init(
                    code: .constant, decision: .refuse,
                    message: "All its voxels have the value \(low).")
            ]
        }
        let top = voxels.reduce(0) { $0 + ($1 == high ? 1 : 0) }
        let share = Double(top) / Double(voxels.count)
        guard share > saturatedShare else { return [] }
        return [
            .init(
                code: .saturated, decision: .warn,
                message: "\(String(format: "%.1f", share * 100)) % of its voxels share the largest "
                    + "value, so bright fluid is clipped.")
        ]
    }

    private func kind(_ sequence: String?) -> [GateVerdict.Reason] {
        guard let sequence, !Self.isT2(sequence) else { return [] }
        return [
            .init(
                code: .sequence, decision: .refuse,
                message: "It is a \(sequence) image; the model is for T2.")
        ]
    }

    /// Whether a sequence's name means T2-weighted imaging of the cisterns.
    public static func isT2(_ sequence: String) -> Bool {
        let name = sequence.lowercased()
        let families = [
            "t2", "ciss", "ci3d", "fiesta", "bffe", "space", "cube", "drive", "tse", "vista",
        ]
        let others = ["flair", "t2*", "dwi", "diffusion"]
        return families.contains { name.contains($0) } && !others.contains { name.contains($0) }
    }

    private func mm(_ value: Double) -> String { String(format: "%.3g", value) }
}
