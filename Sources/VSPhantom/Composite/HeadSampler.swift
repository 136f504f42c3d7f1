import VSImaging

/// A real head's signals in one contrast, read at any place of its frame.
///
/// Places are in voxels of the fine grid (width, height, depth). Beyond it the coarse grid is read
/// where there is one; beyond both there is nothing at the sides, and the end slices go on above
/// and below.
struct HeadSampler {
    /// A grid with its values in the contrast.
    private struct Grid {
        let values: [Float]
        let last: SIMD3<Float>
        let row: Int
        let plane: Int

        init(_ grid: HeadGrid, contrast: CompositeContrast) {
            values = grid.codes.map { contrast.table[Int($0)] }
            last = grid.last
            row = grid.shape.width
            plane = grid.shape.width * grid.shape.height
        }

        /// Trilinear; the place lies within the grid sideways.
        @inline(__always)
        func value(_ voxel: SIMD3<Float>) -> Float {
            let z = max(0, min(last.z - 0.001, voxel.z))
            let (i, j, k) = (Int(voxel.x), Int(voxel.y), Int(z))
            let fx = voxel.x - Float(i)
            let fy = voxel.y - Float(j)
            let fz = z - Float(k)
            let at = k * plane + j * row + i
            return values.withUnsafeBufferPointer { v in
                let a = v[at] + fx * (v[at + 1] - v[at])
                let b = v[at + row] + fx * (v[at + row + 1] - v[at + row])
                let up = at + plane
                let c = v[up] + fx * (v[up + 1] - v[up])
                let d = v[up + row] + fx * (v[up + row + 1] - v[up + row])
                let low = a + fy * (b - a)
                return low + fz * (c + fy * (d - c) - low)
            }
        }

        /// Whether a place lies within the grid sideways.
        @inline(__always)
        func spans(_ voxel: SIMD3<Float>) -> Bool {
            voxel.x >= 0 && voxel.y >= 0 && voxel.x < last.x && voxel.y < last.y
        }
    }

    private let fossa: Grid
    private let around: Grid?
    private let origin: SIMD3<Float>
    private let perMm: SIMD3<Float>
    private let coarseOffset: SIMD3<Float>
    private let coarseStep: SIMD3<Float>

    init(_ head: RealHead, contrast: CompositeContrast) {
        fossa = Grid(head.fossa, contrast: contrast)
        around = head.around.map { Grid($0, contrast: contrast) }
        origin = head.fossa.origin
        perMm = 1 / head.fossa.spacing
        let coarse = head.around ?? head.fossa
        coarseOffset = (origin - coarse.origin) / coarse.spacing
        coarseStep = head.fossa.spacing / coarse.spacing
    }

    /// The place of a point of the head's frame, mm LPS.
    func voxel(_ point: SIMD3<Float>) -> SIMD3<Float> { (point - origin) * perMm }

    /// The signal at a place.
    @inline(__always)
    func value(_ voxel: SIMD3<Float>) -> Float {
        let isInside = fossa.spans(voxel)
        guard let around else { return isInside ? fossa.value(voxel) : 0 }
        if isInside, voxel.z >= 0, voxel.z <= fossa.last.z { return fossa.value(voxel) }
        let coarse = coarseOffset + voxel * coarseStep
        return around.spans(coarse) ? around.value(coarse) : 0
    }
}
