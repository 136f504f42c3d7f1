import VSImaging

/// The largest distance between two voxel centres of a component, exactly.
///
/// The two ends of a diameter are corners of the convex hull, and a corner of the hull is a corner
/// of its own slice's hull; so only those corners are paired.
struct MaximalDiameter {
    /// The largest distance in the volume, mm.
    let overallMm: Double
    /// The largest distance within one slice, mm: the larger of all slices'.
    let withinSliceMm: Double

    /// Measures a component given by its rows, in ascending order.
    init(_ rows: [RowSpan], _ affine: Affine) {
        var corners: [LPSPoint] = []
        var within = 0.0
        var start = 0
        while start < rows.count {
            var end = start
            while end < rows.count, rows[end].d == rows[start].d { end += 1 }
            let d = Double(rows[start].d)
            let slice = Self.hull(rows[start..<end]).map { affine.point(d, $0.x, $0.y) }
            within = max(within, Self.largestSquare(slice))
            corners += slice
            start = end
        }
        withinSliceMm = within.squareRoot()
        overallMm = Self.largestSquare(corners).squareRoot()
    }

    private static func largestSquare(_ points: [LPSPoint]) -> Double {
        var best = 0.0
        for (i, a) in points.enumerated() {
            for b in points[(i + 1)...] {
                let step = a - b
                best = max(best, step.dot(step))
            }
        }
        return best
    }

    /// The corners of a slice's convex hull as (h, w), by Andrew's monotone chain; hulls survive the
    /// affine map, so voxel positions will do.
    private static func hull(_ rows: ArraySlice<RowSpan>) -> [SIMD2<Double>] {
        func chain(_ points: [SIMD2<Double>]) -> [SIMD2<Double>] {
            var kept: [SIMD2<Double>] = []
            for point in points {
                while kept.count >= 2 {
                    let a = kept[kept.count - 1] - kept[kept.count - 2]
                    let b = point - kept[kept.count - 1]
                    guard a.x * b.y - a.y * b.x <= 0 else { break }
                    kept.removeLast()
                }
                kept.append(point)
            }
            return kept
        }
        let points = rows.flatMap { row in
            row.first == row.last
                ? [SIMD2(Double(row.h), Double(row.first))]
                : [
                    SIMD2(Double(row.h), Double(row.first)),
                    SIMD2(Double(row.h), Double(row.last)),
                ]
        }
        return chain(points) + chain(points.reversed())
    }
}
