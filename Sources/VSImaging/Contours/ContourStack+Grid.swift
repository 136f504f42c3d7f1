extension ContourStack {
    /// The outline as those voxels of a grid whose centres lie inside.
    ///
    /// The grid may be oblique to the planes and have other slices than they. Each plane stands for
    /// the space half way to its neighbours, the end ones for half a plane distance beyond; the
    /// lower border of that space belongs to it and the upper does not.
    /// - Parameters:
    ///   - shape: the grid's size.
    ///   - affine: where it lies.
    /// - Returns: the mask; empty where the outline lies elsewhere.
    public func mask(on shape: GridShape, affine: Affine) -> Mask {
        var mask = Mask(
            shape: shape, affine: affine, voxels: [UInt8](repeating: 0, count: shape.count))
        guard let inverse = affine.inverse, let box = box(in: inverse, shape) else { return mask }
        for d in box.low.0..<box.high.0 {
            for h in box.low.1..<box.high.1 {
                for w in box.low.2..<box.high.2
                where contains(affine.point(Double(d), Double(h), Double(w))) {
                    mask[d, h, w] = 1
                }
            }
        }
        return mask
    }

    /// Whether a point lies inside; an even number of polygons around it is outside.
    func contains(_ point: LPSPoint) -> Bool {
        let offset = point.dot(normal)
        guard let index = plane(at: offset) else { return false }
        let (x, y) = (point.dot(across), point.dot(down))
        var isInside = false
        for ring in planes[index].rings {
            var a = ring[ring.count - 1]
            for b in ring {
                if (a.y > y) != (b.y > y), x < a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x) {
                    isInside.toggle()
                }
                a = b
            }
        }
        return isInside
    }

    /// The plane that stands for a place along the normal; nil beyond the ends.
    private func plane(at offset: Double) -> Int? {
        let last = planes.count - 1
        guard offset >= planes[0].offset - spacingMm / 2,
            offset < planes[last].offset + spacingMm / 2
        else { return nil }
        let above = (1..<planes.count).first {
            offset < (planes[$0 - 1].offset + planes[$0].offset) / 2
        }
        return above.map { $0 - 1 } ?? last
    }

    /// The voxels that can lie inside; nil where there is none.
    private func box(
        in inverse: InverseAffine, _ shape: GridShape
    ) -> (low: (Int, Int, Int), high: (Int, Int, Int))? {
        let reach = planes.indices.map { index in
            max(
                spacingMm, index > 0 ? planes[index].offset - planes[index - 1].offset : 0,
                index + 1 < planes.count ? planes[index + 1].offset - planes[index].offset : 0)
        }
        var low = SIMD3<Double>(repeating: .infinity)
        var high = -low
        for (plane, reach) in zip(planes, reach) {
            for point in plane.rings.joined() {
                for side in [-reach, reach] {
                    let place =
                        (plane.offset + side / 2) * normal + point.x * across + point.y * down
                    low = pointwiseMin(low, inverse.voxel(at: place))
                    high = pointwiseMax(high, inverse.voxel(at: place))
                }
            }
        }
        let ends = SIMD3(Double(shape.depth), Double(shape.height), Double(shape.width))
        low = pointwiseMax(low.rounded(.down), .zero)
        high = pointwiseMin(high.rounded(.up) + 1, ends)
        guard low.x < high.x, low.y < high.y, low.z < high.z else { return nil }
        return (
            (Int(low.x), Int(low.y), Int(low.z)), (Int(high.x), Int(high.y), Int(high.z))
        )
    }
}
