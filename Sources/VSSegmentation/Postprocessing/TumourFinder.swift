package import VSImaging

/// From probabilities to tumours: threshold, components, what is dropped and why, sides.
package struct TumourFinder {
    private let parameters: SegmentationParameters
    private let assignment: TumourAssignment
    private let expected: ExpectedTumours

    /// A finder for one scan.
    package init(
        _ parameters: SegmentationParameters, assignment: TumourAssignment,
        expected: ExpectedTumours = .bothSides
    ) {
        self.parameters = parameters
        self.expected = expected
        var assignment = assignment
        assignment.tumoursPerSide = parameters.tumoursPerSide
        assignment.reachMm = parameters.earlierExamReachMm
        self.assignment = assignment
    }

    /// Finds and measures the tumours.
    ///
    /// - Parameters:
    ///   - probability: on the scan's grid.
    ///   - searched: the voxels that were searched, first and one past the last; nil for all.
    /// - Returns: the tumours, largest first, and the components that were dropped.
    package func tumours(
        in probability: ProbabilityMap, searched: (start: SIMD3<Int>, end: SIMD3<Int>)? = nil
    ) -> (tumours: [SegmentedTumour], dropped: [DroppedComponent]) {
        var dropped: [DroppedComponent] = []
        let groups = groups(in: probability, &dropped)
        let places = assignment.places(of: groups.map(\.facts.centroid))
        var tumours: [SegmentedTumour] = []
        for (group, place) in zip(groups, places) {
            guard let place else {
                dropped.append(dropping(group.facts, .second))
                continue
            }
            let measurement = TumourMeasurement(group.parts, probability: probability)
            tumours.append(
                SegmentedTumour(
                    side: place.side, basis: place.basis,
                    mask: ConnectedComponents.mask(
                        of: group.parts, shape: probability.shape, affine: probability.affine),
                    measurement: measurement,
                    cautions: Caution.cautions(
                        measurement, parts: group.parts, in: probability, searched: searched)))
        }
        tumours.sort { $0.measurement.volumeMm3 > $1.measurement.volumeMm3 }
        let kept = tumours.filter(isExpected(among: tumours))
        for tumour in tumours where !kept.contains(where: { $0.side == tumour.side }) {
            dropped.append(
                DroppedComponent(
                    volumeMm3: tumour.measurement.volumeMm3,
                    peakProbability: tumour.measurement.peakProbability,
                    centroid: tumour.measurement.centroid, reason: .otherSide, side: tumour.side))
        }
        return (kept, dropped)
    }

    /// Which of all tumours, largest first, are those expected.
    private func isExpected(among tumours: [SegmentedTumour]) -> (SegmentedTumour) -> Bool {
        switch expected {
        case .bothSides: return { _ in true }
        case .oneOn(let side): return { $0.side == side }
        case .one:
            let bases: [SegmentedTumour.Basis] = [.nearEarlierExam, .side, .unexpectedSide]
            let chosen = bases.lazy.compactMap { basis in
                tumours.first { $0.basis == basis }
            }.first
            return { $0.side == chosen?.side }
        }
    }

    private func dropping(
        _ facts: ComponentFacts, _ reason: DroppedComponent.Reason
    ) -> DroppedComponent {
        DroppedComponent(
            volumeMm3: facts.volumeMm3, peakProbability: facts.peak, centroid: facts.centroid,
            reason: reason, side: assignment.side(of: facts.centroid))
    }

    /// A tumour's components, the largest first, and what is known of that one.
    private struct Group {
        var parts: [ConnectedComponents.Component]
        let facts: ComponentFacts
        let rows: [RowSpan]
    }

    /// Components that are kept, each with its near parts, largest first.
    private func groups(
        in probability: ProbabilityMap, _ dropped: inout [DroppedComponent]
    ) -> [Group] {
        let threshold = Float(parameters.threshold)
        let mask = Mask(
            shape: probability.shape, affine: probability.affine,
            voxels: [UInt8](count: probability.voxels.count) { range, part in
                for (place, value) in probability.voxels[range].enumerated() {
                    part[place] = value >= threshold ? 1 : 0
                }
            })
        var groups: [Group] = []
        for component in ConnectedComponents(mask).components {
            let facts = ComponentFacts(component, probability)
            guard facts.peak >= parameters.componentPeak, facts.mean >= parameters.componentMean
            else {
                // What is too small to be a tumour is called that, however unsure it is.
                let isSmall = facts.volumeMm3 < parameters.smallestComponentMm3
                dropped.append(dropping(facts, isSmall ? .small : .unsure))
                continue
            }
            guard assignment.isPossible(facts.centroid) else {
                dropped.append(dropping(facts, .place))
                continue
            }
            let rows = RowSpan.rows(of: component.voxels, shape: probability.shape)
            let near = groups.firstIndex {
                RowSpan.areNear(
                    rows, $0.rows, withinMm: parameters.partDistanceMm, probability.affine)
            }
            if let near {
                groups[near].parts.append(component)
            } else if facts.volumeMm3 < parameters.smallestComponentMm3 {
                dropped.append(dropping(facts, .small))
            } else {
                groups.append(Group(parts: [component], facts: facts, rows: rows))
            }
        }
        return groups
    }
}

/// The facts by which a component is kept or dropped.
struct ComponentFacts {
    let volumeMm3: Double
    let peak: Double
    let mean: Double
    let centroid: LPSPoint

    init(_ component: ConnectedComponents.Component, _ map: ProbabilityMap) {
        var peak: Float = 0
        var sum = 0.0
        var place = SIMD3<Double>.zero
        for at in component.voxels {
            peak = max(peak, map.voxels[at])
            sum += Double(map.voxels[at])
            place += map.shape.place(at)
        }
        volumeMm3 = Double(component.count) * map.affine.voxelVolumeMm3
        self.peak = Double(peak)
        mean = sum / Double(component.count)
        let mid = place / Double(component.count)
        centroid = map.affine.point(mid.x, mid.y, mid.z)
    }
}

extension GridShape {
    /// The voxel (d, h, w) at a position in memory.
    func place(_ at: Int) -> SIMD3<Double> {
        [Double(at / width / height), Double(at / width % height), Double(at % width)]
    }
}
