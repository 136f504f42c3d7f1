package import VSImaging
package import VSNetwork

/// The places of a scan that the network's coarse levels want to see whole.
///
/// The quick pass gives the attention of the level above the bottom in cells of 2 x 8 x 8 voxels (of the
/// 2.5D network). Cells that reach a low threshold are looked at with so much around them that their
/// voxels see what they would see in a run over everything.
package struct Proposals {
    /// Cells whose attention reaches this are looked at; a tumour's is near 1, elsewhere it is below
    /// 0.001 in all but a few cells.
    package static let threshold: Float = 0.05
    /// What is taken around a cell: slices, rows, columns.
    static let margin: SIMD3<Int> = [12, 80, 80]
    /// Where the boxes would take more of the volume than this, it is run whole.
    static let largestShare = 0.5

    /// The boxes, apart from each other.
    package let boxes: [VoxelRange]

    /// Boxes around cells of a volume; nil where running everything costs no more.
    package init?(cells: [VoxelRange], in shape: GridShape, multiple: WindowShape) {
        let limit = SIMD3(shape.depth, shape.height, shape.width)
        var boxes: [VoxelRange] = []
        for cell in cells {
            let wide = VoxelRange(
                start: pointwiseMax(cell.start &- Self.margin, .zero),
                end: pointwiseMin(cell.end &+ Self.margin, limit))
            Self.add(wide.rounded(to: multiple, in: shape), to: &boxes)
        }
        self.boxes = boxes
        guard !boxes.isEmpty, share(of: shape) <= Self.largestShare else { return nil }
    }

    /// The cells of a window's attention map that are to be looked at, as voxels of the volume.
    package static func cells(
        _ map: [Float], _ shape: WindowShape, window: WindowShape, at start: SIMD3<Int>
    ) -> [VoxelRange] {
        let side = SIMD3(
            window.depth / shape.depth, window.height / shape.height, window.width / shape.width)
        return map.indices.filter { map[$0] >= threshold }.map { index in
            let place = SIMD3(
                index / shape.width / shape.height, index / shape.width % shape.height,
                index % shape.width)
            let first = start &+ place &* side
            return VoxelRange(start: first, end: first &+ side)
        }
    }

    /// The share of a volume that the boxes take.
    func share(of shape: GridShape) -> Double {
        Double(boxes.reduce(0) { $0 + $1.count }) / Double(shape.count)
    }

    /// Adds a box, joined with all that it overlaps.
    private static func add(_ box: VoxelRange, to boxes: inout [VoxelRange]) {
        var box = box
        while let at = boxes.firstIndex(where: box.overlaps) { box.formUnion(boxes.remove(at: at)) }
        boxes.append(box)
    }
}

extension Volume {
    /// The voxels of a box, as a volume of its own.
    func part(_ box: VoxelRange) -> Volume {
        let size = box.end &- box.start
        let part = GridShape(depth: size.x, height: size.y, width: size.z)
        var values: [Float] = []
        values.reserveCapacity(part.count)
        for d in box.start.x..<box.end.x {
            for h in box.start.y..<box.end.y {
                let row = shape.index(d, h, box.start.z)
                values.append(contentsOf: voxels[row..<row + part.width])
            }
        }
        var corner = affine
        corner.origin = affine.point(
            Double(box.start.x), Double(box.start.y), Double(box.start.z))
        return Volume(shape: part, affine: corner, voxels: values)
    }

    /// Writes a part back to where its box lies.
    mutating func set(_ part: Volume, at box: VoxelRange) {
        for d in 0..<part.shape.depth {
            for h in 0..<part.shape.height {
                let source = part.shape.index(d, h, 0)
                let target = shape.index(box.start.x + d, box.start.y + h, box.start.z)
                for w in 0..<part.shape.width { voxels[target + w] = part.voxels[source + w] }
            }
        }
    }

    /// Whether a value reaches `threshold` on a face of the box that is not the volume's own: there may
    /// then be more of it outside.
    package func reaches(_ threshold: Float, onFacesOf box: VoxelRange) -> Bool {
        let limit = SIMD3(shape.depth, shape.height, shape.width)
        for d in box.start.x..<box.end.x {
            for h in box.start.y..<box.end.y {
                for w in box.start.z..<box.end.z where self[d, h, w] >= threshold {
                    let at = SIMD3(d, h, w)
                    for axis in 0..<3 {
                        let isFirst = at[axis] == box.start[axis] && at[axis] > 0
                        let isLast = at[axis] == box.end[axis] - 1 && at[axis] < limit[axis] - 1
                        if isFirst || isLast { return true }
                    }
                }
            }
        }
        return false
    }
}
