/// The 26-connected components of a mask, largest first.
public struct ConnectedComponents: Sendable {
    /// One component.
    public struct Component: Sendable, Equatable {
        /// Its voxels, as positions in memory, ascending.
        public let voxels: [Int]
        /// The number of its voxels.
        public var count: Int { voxels.count }
    }

    /// The components, largest first; of equal ones the one met first in memory.
    public let components: [Component]

    /// Finds the components by breadth-first search from each unvisited foreground voxel.
    ///
    /// Time is linear in the number of voxels, memory in those of the box that holds the foreground.
    public init(_ mask: Mask) {
        guard let box = VoxelBox(containing: [mask]) else {
            components = []
            return
        }
        let shape = box.shape
        var unvisited: [UInt8] = []
        unvisited.reserveCapacity(shape.count)
        for row in box.rows(of: mask.shape) { unvisited += mask.voxels[row] }
        var found: [Component] = []
        var queue: [Int] = []
        for seed in unvisited.indices where unvisited[seed] == 1 {
            queue.removeAll(keepingCapacity: true)
            queue.append(seed)
            unvisited[seed] = 0
            var next = 0
            while next < queue.count {
                let (d, h, w) = shape.place(queue[next])
                next += 1
                for nd in max(0, d - 1)...min(shape.depth - 1, d + 1) {
                    for nh in max(0, h - 1)...min(shape.height - 1, h + 1) {
                        for nw in max(0, w - 1)...min(shape.width - 1, w + 1) {
                            let neighbour = shape.index(nd, nh, nw)
                            if unvisited[neighbour] == 1 {
                                unvisited[neighbour] = 0
                                queue.append(neighbour)
                            }
                        }
                    }
                }
            }
            let voxels = queue.sorted().map { index in
                let (d, h, w) = shape.place(index)
                return mask.shape.index(box.low.0 + d, box.low.1 + h, box.low.2 + w)
            }
            found.append(Component(voxels: voxels))
        }
        components = found.enumerated()
            .sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
            .map(\.element)
    }

    /// The mask of some of the components.
    public static func mask(
        of components: [Component], shape: GridShape, affine: Affine
    ) -> Mask {
        var voxels = [UInt8](repeating: 0, count: shape.count)
        for component in components { for at in component.voxels { voxels[at] = 1 } }
        return Mask(shape: shape, affine: affine, voxels: voxels)
    }
}
