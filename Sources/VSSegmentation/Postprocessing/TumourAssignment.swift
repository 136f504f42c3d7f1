import VSImaging

/// The patient's side of a tumour.
public enum Side: String, Sendable, Codable, CaseIterable {
    /// The patient's left.
    case left
    /// The patient's right.
    case right
}

/// What is known of a tumour from earlier exams.
public struct KnownTumour: Sendable, Hashable {
    /// Its side.
    public let side: Side
    /// Its last centroid, mm LPS; of use only where exams share a frame of reference.
    public let centroid: SIMD3<Double>?

    /// Makes a record.
    public init(side: Side, centroid: SIMD3<Double>? = nil) {
        self.side = side
        self.centroid = centroid
    }
}

/// Finds the sides of components: which half of the head each lies in.
struct TumourAssignment {
    /// The x of the head's middle, mm LPS.
    let midlineMm: Double

    /// Finds the middle of the head: the mean of the left and right ends of what is brighter than
    /// the background, over the slices' rows; the image's own middle where that fails.
    init(_ volume: Volume, headThreshold: Float) {
        let shape = volume.shape
        var ends: [Double] = []
        for d in stride(from: 0, to: shape.depth, by: max(1, shape.depth / 12)) {
            for h in stride(from: 0, to: shape.height, by: max(1, shape.height / 40)) {
                let start = shape.index(d, h, 0)
                let row = volume.voxels[start..<start + shape.width]
                guard let first = row.firstIndex(where: { $0 > headThreshold }),
                    let last = row.lastIndex(where: { $0 > headThreshold }),
                    last - first > shape.width / 3
                else { continue }
                let a = volume.affine.point(Double(d), Double(h), Double(first - start))
                let b = volume.affine.point(Double(d), Double(h), Double(last - start))
                ends.append((a.x + b.x) / 2)
            }
        }
        let middle = volume.affine.point(
            Double(shape.depth) / 2, Double(shape.height) / 2, Double(shape.width) / 2)
        midlineMm = ends.count >= 8 ? ends.sorted()[ends.count / 2] : middle.x
    }

    /// The side a point lies on; +x is the patient's left.
    func side(of point: LPSPoint) -> Side { point.x >= midlineMm ? .left : .right }
}
