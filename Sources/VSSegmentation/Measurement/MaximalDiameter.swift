import VSImaging

/// The largest distance between two voxel centres of a component, exactly.
///
/// The two ends of a diameter are extreme points, and an extreme point is the first or last voxel
/// of its row; so the candidates are the ends of each row, and all pairs of them are measured.
enum MaximalDiameter {
    /// The largest distance in the volume, mm.
    static func overall(_ rows: [RowSpan], _ affine: Affine) -> Double {
        largest(rows.flatMap { $0.ends(affine) })
    }

    /// The largest distance within one slice, mm: the larger of all slices'.
    static func withinSlices(_ rows: [RowSpan], _ affine: Affine) -> Double {
        Dictionary(grouping: rows, by: \.d).values
            .map { largest($0.flatMap { $0.ends(affine) }) }.max() ?? 0
    }

    private static func largest(_ points: [LPSPoint]) -> Double {
        var best = 0.0
        for (i, a) in points.enumerated() {
            for b in points[(i + 1)...] {
                let step = a - b
                best = max(best, step.dot(step))
            }
        }
        return best.squareRoot()
    }
}

/// The first and last voxel of a component in one row.
struct RowSpan {
    let d: Int
    let h: Int
    var first: Int
    var last: Int

    func ends(_ affine: Affine) -> [LPSPoint] {
        [first, last].map { affine.point(Double(d), Double(h), Double($0)) }
    }

    /// The rows of a component's voxels, given as ascending positions in memory.
    static func rows(of voxels: [Int], shape: GridShape) -> [RowSpan] {
        var rows: [RowSpan] = []
        for at in voxels {
            let w = at % shape.width
            let h = at / shape.width % shape.height
            let d = at / shape.width / shape.height
            if let last = rows.last, last.d == d, last.h == h {
                rows[rows.count - 1].last = w
            } else {
                rows.append(RowSpan(d: d, h: h, first: w, last: w))
            }
        }
        return rows
    }
}
