/// A tumour ready to be painted: the map from the grid frame to its canal frame, and its box.
struct TumourPainter {
    let tumour: PhantomTumour
    let noise: NoiseField
    let grey: Float
    let lower: SIMD3<Float>
    let upper: SIMD3<Float>
    private let origin: SIMD3<Float>
    private let columns: (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>)

    init(
        _ tumour: PhantomTumour, ear: HeadAnatomy.Ear, noise: NoiseField, grey: Float,
        geometry: ScanGeometry
    ) {
        self.tumour = tumour
        self.noise = noise
        self.grey = grey
        let local = { (grid: SIMD3<Float>) in ear.local(geometry.head(grid)) }
        let zero = local(.zero)
        origin = zero
        columns = (local([1, 0, 0]) - zero, local([0, 1, 0]) - zero, local([0, 0, 1]) - zero)
        var low = SIMD3<Float>(repeating: .infinity)
        var high = -low
        for corner in 0..<8 {
            let point = SIMD3<Float>(
                corner & 1 == 0 ? tumour.shape.lower.x : tumour.shape.upper.x,
                corner & 2 == 0 ? tumour.shape.lower.y : tumour.shape.upper.y,
                corner & 4 == 0 ? tumour.shape.lower.z : tumour.shape.upper.z)
            let grid = geometry.grid(ear.head(point + [tumour.shiftMm, 0, 0]))
            low = pointwiseMin(low, grid)
            high = pointwiseMax(high, grid)
        }
        lower = low - 1
        upper = high + 1
    }

    /// A point of the grid frame in the canal frame.
    func local(_ grid: SIMD3<Float>) -> SIMD3<Float> {
        origin + grid.x * columns.0 + grid.y * columns.1 + grid.z * columns.2
    }
}
