package import VSImaging

/// The patient's side of a tumour.
public enum Side: String, Sendable, Codable, CaseIterable {
    /// The patient's left.
    case left
    /// The patient's right.
    case right
}

/// What is known of a tumour from earlier exams, or from whoever registers the scan.
public struct KnownTumour: Sendable, Hashable, Codable {
    /// Its side.
    public let side: Side
    /// Its last centroid, mm LPS; nil where it was never measured.
    public let centroid: SIMD3<Double>?

    /// Makes a record.
    public init(side: Side, centroid: SIMD3<Double>? = nil) {
        self.side = side
        self.centroid = centroid
    }
}

/// How many tumours a patient may have, and where.
public enum ExpectedTumours: Sendable, Hashable {
    /// One on each side at most, as in neurofibromatosis type 2.
    case bothSides
    /// One: that of earlier exams, else the largest.
    case one
    /// One, on this side.
    case oneOn(Side)
}

/// Gives components to tumours: by nearness to an earlier exam's, else by the side of the head.
///
/// A component within ``reachMm`` of a known tumour's centroid is that tumour, the nearest pairs
/// first, even where a larger one lies elsewhere on the side. Exams are not registered to each
/// other, so nearness never overrules the image: a component clearly on the other side of a midline
/// that was found is not taken. What is left goes to the side it lies on, the largest first, up to
/// the number of tumours a side may have.
package struct TumourAssignment {
    /// How a component came to its side.
    package typealias Place = (side: Side, basis: SegmentedTumour.Basis)

    /// The farthest a tumour's centroid is looked for from where it was, mm.
    package var reachMm = 15.0
    /// Tumours on one side at most.
    package var tumoursPerSide = 1
    /// A component this far from the midline is on its side beyond doubt, mm.
    static let clearMm = 10.0

    /// How far from the midline a tumour's centre can lie, mm: the canals open about 25 mm from it.
    static let lateralMm = 8.0...60.0
    /// How far before or behind the head's middle a tumour's centre can lie, mm: the canals open near
    /// it, in the heads this was tried on at most 24 mm before it.
    static let frontToBackMm = 45.0

    let midline: HeadMidline
    private let known: [KnownTumour]

    /// Rules for one scan.
    package init(midline: HeadMidline, known: [KnownTumour] = []) {
        self.midline = midline
        self.known = known
    }

    /// The side a point lies on; +x is the patient's left.
    package func side(of point: LPSPoint) -> Side { point.x >= midline.xMm ? .left : .right }

    /// Whether a vestibular schwannoma can have its centre there; as far as the head was seen whole.
    package func isPossible(_ point: LPSPoint) -> Bool {
        if let y = midline.yMm, abs(point.y - y) > Self.frontToBackMm { return false }
        return !midline.isFound || Self.lateralMm.contains(abs(point.x - midline.xMm))
    }

    /// The place of each component, given by their centroids, largest first; nil for those that are
    /// one too many on their side.
    package func places(of centroids: [LPSPoint]) -> [Place?] {
        var places = [Place?](repeating: nil, count: centroids.count)
        for (component, tumour) in nearPairs(centroids) {
            places[component] = (known[tumour].side, .nearEarlierExam)
        }
        for index in centroids.indices where places[index] == nil {
            let side = side(of: centroids[index])
            guard places.count(where: { $0?.side == side }) < tumoursPerSide else { continue }
            let isExpected = known.isEmpty || known.contains { $0.side == side }
            places[index] = (side, isExpected ? .side : .unexpectedSide)
        }
        return places
    }

    /// Components and known tumours that belong together, the nearest pairs first, each used once.
    private func nearPairs(_ centroids: [LPSPoint]) -> [(component: Int, tumour: Int)] {
        var pairs: [(component: Int, tumour: Int, distance: Double)] = []
        for (component, point) in centroids.enumerated() {
            let isClear = midline.isFound && abs(point.x - midline.xMm) > Self.clearMm
            for (tumour, known) in known.enumerated() {
                guard let earlier = known.centroid, !isClear || known.side == side(of: point)
                else { continue }
                let distance = (point - earlier).length
                if distance <= reachMm { pairs.append((component, tumour, distance)) }
            }
        }
        var found: [(component: Int, tumour: Int)] = []
        for pair in pairs.sorted(by: { $0.distance < $1.distance })
        where !found.contains(where: { $0.component == pair.component || $0.tumour == pair.tumour })
        {
            found.append((pair.component, pair.tumour))
        }
        return found
    }
}
