import VSImaging

/// The first and last voxel of a component in one row; voxels between them may be missing.
struct RowSpan {
    let d: Int
    let h: Int
    var first: Int
    var last: Int

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

    /// Whether some row of `a` lies within a distance of some row of `b`, centre to centre.
    static func areNear(
        _ a: [RowSpan], _ b: [RowSpan], withinMm limit: Double, _ affine: Affine
    ) -> Bool {
        let step = affine.widthStep
        let square = step.dot(step)
        return a.contains { a in
            b.contains { b in
                let across =
                    Double(b.d - a.d) * affine.depthStep + Double(b.h - a.h) * affine.heightStep
                // The columns between the two rows run over all of these; the nearest counts.
                let low = Double(b.first - a.last)
                let high = Double(b.last - a.first)
                let columns = min(max(-across.dot(step) / square, low), high)
                return (across + columns * step).length <= limit
            }
        }
    }
}
