import VSImaging

/// Why a measurement deserves less confidence.
public enum Caution: String, Sendable, Codable, CaseIterable {
    /// The tumour is under 400 mm³, where readers agree less (Bathla 2025).
    case smallTumour
    /// The slices lie more than 1.5 mm apart (Bathla 2025).
    case thickSlices
    /// It reaches the edge of what was searched, so part of it may be missing.
    case cutOff

    /// The volume under which readers agree less, mm³.
    static let smallMm3 = 400.0

    /// The sentence for a person.
    public var message: String {
        switch self {
        case .smallTumour: "It is smaller than 400 mm³."
        case .thickSlices: "The slices lie more than 1.5 mm apart."
        case .cutOff: "It reaches the edge of the searched field, so part of it may be missing."
        }
    }

    /// The cautions about a tumour's measurement.
    static func cautions(
        _ measurement: TumourMeasurement, parts: [ConnectedComponents.Component],
        in map: ProbabilityMap, searched: (start: SIMD3<Int>, end: SIMD3<Int>)?
    ) -> [Caution] {
        let shape = map.shape
        let start = searched?.start ?? .zero
        let end = searched?.end ?? SIMD3(shape.depth, shape.height, shape.width)
        let low = SIMD3<Double>(start)
        let high = SIMD3<Double>(end &- 1)
        let isCut = parts.contains {
            $0.voxels.contains {
                let place = shape.place($0)
                return any(place .<= low) || any(place .>= high)
            }
        }
        var cautions: [Caution] = []
        if measurement.volumeMm3 < smallMm3 { cautions.append(.smallTumour) }
        if map.affine.spacing.depth > QualityGate().thickSliceMm { cautions.append(.thickSlices) }
        if isCut { cautions.append(.cutOff) }
        return cautions
    }
}
