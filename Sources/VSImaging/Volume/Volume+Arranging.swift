extension Affine {
    /// The affine of a grid of `shape` turned half round within its slices: rows and columns both run
    /// the other way over the same places.
    public func turnedInPlane(_ shape: GridShape) -> Affine {
        Affine(
            origin: point(0, Double(shape.height - 1), Double(shape.width - 1)),
            depthStep: depthStep, heightStep: -heightStep, widthStep: -widthStep)
    }
}

extension Volume {
    /// The same voxels in the same places with rows and columns both counted from their other end.
    public func turnedInPlane() -> Volume {
        let slice = shape.height * shape.width
        var turned = voxels
        for d in 0..<shape.depth {
            let start = d * slice
            for index in 0..<slice { turned[start + index] = voxels[start + slice - 1 - index] }
        }
        return Volume(shape: shape, affine: affine.turnedInPlane(shape), voxels: turned)
    }

    /// The volume set in the middle of zeros, as large as `shape` along every axis that is shorter; of
    /// an odd difference the larger half comes behind.
    public func padded(to target: GridShape) -> Volume {
        let larger = GridShape(
            depth: max(shape.depth, target.depth), height: max(shape.height, target.height),
            width: max(shape.width, target.width))
        guard larger != shape else { return self }
        let (d0, h0, w0) = Self.margins(shape, larger)
        var values = [Float](repeating: 0, count: larger.count)
        for d in 0..<shape.depth {
            for h in 0..<shape.height {
                let source = shape.index(d, h, 0)
                let target = larger.index(d + d0, h + h0, w0)
                for w in 0..<shape.width { values[target + w] = voxels[source + w] }
            }
        }
        var corner = affine
        corner.origin = affine.point(-Double(d0), -Double(h0), -Double(w0))
        return Volume(shape: larger, affine: corner, voxels: values)
    }

    /// The part of a padded volume that ``padded(to:)`` was made from, on its own grid.
    public func unpadded(to original: GridShape, affine: Affine) -> Volume {
        guard original != shape else { return self }
        let (d0, h0, w0) = Self.margins(original, shape)
        var values: [Float] = []
        values.reserveCapacity(original.count)
        for d in 0..<original.depth {
            for h in 0..<original.height {
                let row = shape.index(d + d0, h + h0, w0)
                values.append(contentsOf: voxels[row..<row + original.width])
            }
        }
        return Volume(shape: original, affine: affine, voxels: values)
    }

    private static func margins(_ inner: GridShape, _ outer: GridShape) -> (Int, Int, Int) {
        (
            (outer.depth - inner.depth) / 2, (outer.height - inner.height) / 2,
            (outer.width - inner.width) / 2
        )
    }
}
