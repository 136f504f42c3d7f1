import VSImaging

/// A real head's signals in one contrast, read at any place of its file.
struct HeadSampler {
    private let values: [Float]
    private let origin: SIMD3<Float>
    private let perMm: SIMD3<Float>
    private let last: SIMD3<Float>
    private let row: Int
    private let plane: Int

    init(_ head: RealHead, contrast: CompositeContrast) {
        values = head.codes.map { contrast.table[Int($0)] }
        origin = head.origin
        perMm = 1 / head.spacing
        row = head.shape.width
        plane = head.shape.width * head.shape.height
        last = [
            Float(head.shape.width - 1), Float(head.shape.height - 1), Float(head.shape.depth - 1),
        ]
    }

    /// The place of a point of the file, mm LPS, in voxels (width, height, depth).
    func voxel(_ point: SIMD3<Float>) -> SIMD3<Float> { (point - origin) * perMm }

    /// The signal at a place in voxels: trilinear; nothing beside the grid, its end slices beyond.
    @inline(__always)
    func value(_ voxel: SIMD3<Float>) -> Float {
        guard voxel.x >= 0, voxel.y >= 0, voxel.x < last.x, voxel.y < last.y else { return 0 }
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
}
