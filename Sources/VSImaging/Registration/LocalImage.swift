import Foundation

/// A cube of an image about a point, on an even grid of the patient's axes; what is outside the image,
/// or left out, is not a number.
struct LocalImage {
    /// Voxels along each side.
    let count: Int
    /// Between voxels, mm.
    let spacingMm: Double
    private let values: [Float]

    /// The cube of `reachMm` to each side of a centre.
    ///
    /// - Parameters:
    ///   - volume: the image.
    ///   - centre: the cube's middle, mm LPS.
    ///   - reachMm: from there to its faces.
    ///   - spacingMm: between its voxels.
    ///   - excluded: what is left out.
    ///   - marginMm: what is left out around that.
    init(
        _ volume: Volume, centre: LPSPoint, reachMm: Double, spacingMm: Double, excluded: Mask?,
        marginMm: Double
    ) {
        let half = Int((reachMm / spacingMm).rounded(.up))
        count = 2 * half + 1
        self.spacingMm = spacingMm
        let shape = GridShape(depth: count, height: count, width: count)
        let corner = centre - SIMD3(repeating: Double(half) * spacingMm)
        let affine = Affine(
            origin: corner,
            spacing: Spacing(depth: spacingMm, height: spacingMm, width: spacingMm))
        var values = volume.resampled(to: shape, affine: affine, outside: .nan).voxels
        if let excluded {
            let inside = excluded.values(on: shape, affine).map { $0 > 0.01 }
            let squared = DistanceTransform(
                isSeed: inside, shape: shape, spacing: affine.spacing
            ).squaredMm2
            for place in values.indices where squared[place] <= marginMm * marginMm {
                values[place] = .nan
            }
        }
        self.values = values
    }

    /// The value at a point relative to the centre and its gradient per mm, trilinear; nil outside.
    @inline(__always)
    func sample(_ p: SIMD3<Double>) -> (value: Double, gradient: SIMD3<Double>)? {
        let place = p / spacingMm + SIMD3(repeating: Double(count - 1) / 2)
        let low = place.rounded(.down)
        guard low.min() >= 0, low.max() < Double(count - 1) else { return nil }
        let f = place - low
        // x runs fastest, as the grid's columns run along x.
        let start = (Int(low.z) * count + Int(low.y)) * count + Int(low.x)
        return values.withUnsafeBufferPointer { v in
            func at(_ x: Int, _ y: Int, _ z: Int) -> Double {
                Double(v[start + (z * count + y) * count + x])
            }
            func mix(_ a: Double, _ b: Double, _ t: Double) -> Double { a + t * (b - a) }
            let x00 = mix(at(0, 0, 0), at(1, 0, 0), f.x), x10 = mix(at(0, 1, 0), at(1, 1, 0), f.x)
            let x01 = mix(at(0, 0, 1), at(1, 0, 1), f.x), x11 = mix(at(0, 1, 1), at(1, 1, 1), f.x)
            let y0 = mix(x00, x10, f.y), y1 = mix(x01, x11, f.y)
            let value = mix(y0, y1, f.z)
            guard value.isFinite else { return nil }
            let dx0 = mix(at(1, 0, 0) - at(0, 0, 0), at(1, 1, 0) - at(0, 1, 0), f.y)
            let dx1 = mix(at(1, 0, 1) - at(0, 0, 1), at(1, 1, 1) - at(0, 1, 1), f.y)
            let gradient = SIMD3(mix(dx0, dx1, f.z), mix(x10 - x00, x11 - x01, f.z), y1 - y0)
            return (value, gradient / spacingMm)
        }
    }
}

extension Mask {
    /// How much of each voxel of another grid the mask covers, 0 to 1, trilinear.
    package func values(on shape: GridShape, _ affine: Affine) -> [Float] {
        guard let box = VoxelBox(containing: [self]) else {
            return Array(repeating: 0, count: shape.count)
        }
        // Two voxels about it, so that it falls to zero as far as it does in the whole.
        let low = (max(0, box.low.0 - 2), max(0, box.low.1 - 2), max(0, box.low.2 - 2))
        let high = (
            min(self.shape.depth, box.high.0 + 2), min(self.shape.height, box.high.1 + 2),
            min(self.shape.width, box.high.2 + 2)
        )
        var part: [Float] = []
        for d in low.0..<high.0 {
            for h in low.1..<high.1 {
                let row = self.shape.index(d, h, 0)
                part += voxels[row + low.2..<row + high.2].map { Float($0) }
            }
        }
        var corner = self.affine
        corner.origin = corner.point(Double(low.0), Double(low.1), Double(low.2))
        return Volume(
            shape: GridShape(
                depth: high.0 - low.0, height: high.1 - low.1, width: high.2 - low.2),
            affine: corner, voxels: part
        ).resampled(to: shape, affine: affine, outside: 0).voxels
    }
}
