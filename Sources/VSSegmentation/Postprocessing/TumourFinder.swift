import VSImaging

/// From probabilities to tumours: threshold, components, what is dropped and why, sides.
struct TumourFinder {
    let parameters: SegmentationParameters
    let assignment: TumourAssignment

    /// The tumours, largest first, and the components that were dropped.
    func tumours(
        in probability: ProbabilityMap
    ) -> (tumours: [SegmentedTumour], dropped: [DroppedComponent]) {
        let threshold = Float(parameters.threshold)
        let mask = Mask(
            shape: probability.shape, affine: probability.affine,
            voxels: probability.voxels.map { $0 >= threshold ? 1 : 0 })
        var dropped: [DroppedComponent] = []
        var groups: [(side: Side, parts: [ConnectedComponents.Component], centroid: LPSPoint)] = []
        for component in ConnectedComponents(mask).components {
            let facts = ComponentFacts(component, probability)
            func drop(_ reason: DroppedComponent.Reason) {
                dropped.append(
                    DroppedComponent(
                        volumeMm3: facts.volumeMm3, peakProbability: facts.peak,
                        centroid: facts.centroid, reason: reason))
            }
            let side = assignment.side(of: facts.centroid)
            let near = groups.firstIndex {
                $0.side == side && isNear(component, $0.parts[0], probability)
            }
            if facts.volumeMm3 < parameters.smallestComponentMm3 && near == nil {
                drop(.small)
            } else if facts.peak < parameters.componentPeak
                || facts.mean < parameters.componentMean
            {
                drop(.unsure)
            } else if let near {
                groups[near].parts.append(component)
            } else if groups.filter({ $0.side == side }).count >= parameters.tumoursPerSide {
                drop(.second)
            } else {
                groups.append((side, [component], facts.centroid))
            }
        }
        let tumours = groups.map { group in
            SegmentedTumour(
                side: group.side,
                mask: ConnectedComponents.mask(
                    of: group.parts, shape: probability.shape, affine: probability.affine),
                measurement: TumourMeasurement(group.parts, probability: probability))
        }
        return (
            tumours.sorted { $0.measurement.volumeMm3 > $1.measurement.volumeMm3 }, dropped
        )
    }

    /// Whether the nearest voxels of two components lie within the part distance.
    private func isNear(
        _ small: ConnectedComponents.Component, _ large: ConnectedComponents.Component,
        _ map: ProbabilityMap
    ) -> Bool {
        let limit = parameters.partDistanceMm * parameters.partDistanceMm
        let ends = RowSpan.rows(of: large.voxels, shape: map.shape).flatMap { $0.ends(map.affine) }
        return RowSpan.rows(of: small.voxels, shape: map.shape).contains { row in
            row.ends(map.affine).contains { a in
                ends.contains { b in
                    let step = a - b
                    return step.dot(step) <= limit
                }
            }
        }
    }
}

/// The facts by which a component is kept or dropped.
private struct ComponentFacts {
    let volumeMm3: Double
    let peak: Double
    let mean: Double
    let centroid: LPSPoint

    init(_ component: ConnectedComponents.Component, _ map: ProbabilityMap) {
        var peak: Float = 0
        var sum = 0.0
        var place = LPSPoint.zero
        for at in component.voxels {
            peak = max(peak, map.voxels[at])
            sum += Double(map.voxels[at])
            place += map.affine.point(
                Double(at / map.shape.width / map.shape.height),
                Double(at / map.shape.width % map.shape.height), Double(at % map.shape.width))
        }
        volumeMm3 = Double(component.count) * map.affine.voxelVolumeMm3
        self.peak = Double(peak)
        mean = sum / Double(component.count)
        centroid = place / Double(component.count)
    }
}
