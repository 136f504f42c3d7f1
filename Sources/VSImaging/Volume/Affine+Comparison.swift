extension Affine {
    /// The largest distance between the places that two affines give the eight corner voxels of one
    /// shape, mm.
    public func largestCornerDistanceMm(to other: Affine, over shape: GridShape) -> Double {
        var largest = 0.0
        for corner in 0..<8 {
            let d = corner & 1 == 0 ? 0 : Double(shape.depth - 1)
            let h = corner & 2 == 0 ? 0 : Double(shape.height - 1)
            let w = corner & 4 == 0 ? 0 : Double(shape.width - 1)
            largest = max(largest, (point(d, h, w) - other.point(d, h, w)).length)
        }
        return largest
    }
}
