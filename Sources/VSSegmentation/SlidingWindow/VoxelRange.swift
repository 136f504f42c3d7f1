import VSImaging
import VSNetwork

/// A range of voxels (d, h, w): the first, and one past the last.
package struct VoxelRange: Hashable, Sendable {
    package var start: SIMD3<Int>
    package var end: SIMD3<Int>

    /// A box from its first voxel to one past its last.
    package init(start: SIMD3<Int>, end: SIMD3<Int>) {
        self.start = start
        self.end = end
    }

    /// Voxels in the box.
    var count: Int { (end &- start).wrappedProduct }

    /// The size of the box.
    var shape: GridShape {
        let size = end &- start
        return GridShape(depth: size.x, height: size.y, width: size.z)
    }

    package func overlaps(_ other: VoxelRange) -> Bool {
        all(start .< other.end) && all(other.start .< end)
    }

    mutating func formUnion(_ other: VoxelRange) {
        start = pointwiseMin(start, other.start)
        end = pointwiseMax(end, other.end)
    }

    /// The box grown to multiples of what the network takes, as far as the volume goes: pooling then
    /// meets the same voxels as in a run over everything.
    func rounded(to multiple: WindowShape, in shape: GridShape) -> VoxelRange {
        let steps = SIMD3(multiple.depth, multiple.height, multiple.width)
        let limit = SIMD3(shape.depth, shape.height, shape.width)
        var result = self
        for axis in 0..<3 {
            let step = steps[axis]
            result.start[axis] = start[axis] / step * step
            result.end[axis] = min(limit[axis], (end[axis] + step - 1) / step * step)
        }
        return result
    }
}

extension SIMD3<Int> {
    fileprivate var wrappedProduct: Int { x &* y &* z }
}
