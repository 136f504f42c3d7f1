package import VSImaging

extension TumourAssignment {
    /// What is taken around the places where a tumour's centre can lie, mm: 40 voxels, so that the coarse
    /// levels see there nearly what they see in a run over everything.
    static let marginMm = 16.0

    /// The voxels of a volume where ``isPossible(_:)`` can hold, and ``marginMm`` around them.
    ///
    /// All of them along a direction in which the head was not seen whole. The box has the volume's own
    /// axes; where these are oblique it takes every voxel that may be meant.
    package func searchRange(of volume: Volume) -> VoxelRange {
        var range = VoxelRange(
            start: .zero,
            end: SIMD3(volume.shape.depth, volume.shape.height, volume.shape.width))
        if midline.isFound {
            range.narrow(
                volume.affine, \.x, to: midline.xMm,
                within: Self.lateralMm.upperBound + Self.marginMm)
        }
        if let yMm = midline.yMm {
            range.narrow(
                volume.affine, \.y, to: yMm, within: Self.frontToBackMm + Self.marginMm)
        }
        return range
    }
}

extension VoxelRange {
    /// Cuts the box along the axis that runs most in a direction of the patient to what can lie within
    /// `reachMm` of `centreMm`; leaves it where nothing can.
    fileprivate mutating func narrow(
        _ affine: Affine, _ direction: KeyPath<LPSPoint, Double>, to centreMm: Double,
        within reachMm: Double
    ) {
        let steps = [affine.depthStep, affine.heightStep, affine.widthStep].map {
            $0[keyPath: direction]
        }
        guard let axis = (0..<3).max(by: { abs(steps[$0]) < abs(steps[$1]) }), steps[axis] != 0
        else { return }
        // How far the other two axes move a voxel in that direction.
        var (least, most) = (0.0, 0.0)
        for other in 0..<3 where other != axis {
            let along = steps[other] * Double(end[other] - 1)
            least += min(0, along)
            most += max(0, along)
        }
        let middle = centreMm - affine.origin[keyPath: direction]
        let places = [
            (middle - reachMm - most) / steps[axis], (middle + reachMm - least) / steps[axis],
        ]
        let first = max(Double(start[axis]), (places.min() ?? 0).rounded(.down))
        let last = min(Double(end[axis]), (places.max() ?? 0).rounded(.up) + 1)
        guard first < last else { return }
        start[axis] = Int(first)
        end[axis] = Int(last)
    }
}
