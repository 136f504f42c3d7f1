/// A box of voxels: from `low` up to but not including `high`, as (d, h, w).
package struct VoxelBox: Equatable, Sendable {
    package let low: (Int, Int, Int)
    package let high: (Int, Int, Int)

    package static func == (a: VoxelBox, b: VoxelBox) -> Bool { a.low == b.low && a.high == b.high }

    /// The smallest box that holds the foreground of all masks; nil where all are empty.
    package init?(containing masks: [Mask]) {
        var low = (Int.max, Int.max, Int.max)
        var high = (0, 0, 0)
        for mask in masks {
            let width = mask.shape.width
            for row in 0..<mask.shape.depth * mask.shape.height {
                let range = (row * width, (row + 1) * width)
                guard let first = mask.firstForeground(from: range.0, to: range.1),
                    let last = mask.lastForeground(from: first, to: range.1)
                else { continue }
                let (d, h) = (row / mask.shape.height, row % mask.shape.height)
                low = (min(low.0, d), min(low.1, h), min(low.2, first - range.0))
                high = (max(high.0, d + 1), max(high.1, h + 1), max(high.2, last - range.0 + 1))
            }
        }
        guard high.0 > 0 else { return nil }
        self.low = low
        self.high = high
    }

    /// The size of the box.
    package var shape: GridShape {
        GridShape(depth: high.0 - low.0, height: high.1 - low.1, width: high.2 - low.2)
    }

    /// The places in memory of each of its rows, in a grid of a shape.
    func rows(of grid: GridShape) -> some Sequence<Range<Int>> {
        (low.0..<high.0).lazy.flatMap { d in
            (low.1..<high.1).lazy.map { h in
                grid.index(d, h, low.2)..<grid.index(d, h, low.2) + high.2 - low.2
            }
        }
    }
}
