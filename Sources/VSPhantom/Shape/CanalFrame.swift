/// Where the internal auditory canal lay around a real tumour, estimated from its shape.
///
/// Real tumours have a cone in the canal that points laterally and a little forwards, towards the
/// cochlea. The axis runs through the centres of the cross-sections of that cone; the porus is where,
/// coming from the lateral tip, the cross-section outgrows a canal.
package struct CanalFrame: Sendable, Equatable {
    /// The centre of the porus, mm, +x lateral, +y posterior, +z superior.
    package var porus: SIMD3<Float>
    /// Unit vector from the porus into the canal.
    package var lateral: SIMD3<Float>

    /// The radius at which a cross-section is wider than a canal, mm.
    static let canalRadiusMm: Float = 3.6
    /// The longest part counted as lying in the canal, mm.
    static let canalLengthMm: Float = 11

    /// Estimates the frame of a solid; `cochlea` is its centre where outlined.
    package init(of solid: DistanceGrid, cochlea: SIMD3<Float>?) {
        let inside = Self.insidePoints(solid)
        let centre = Self.mean(inside)
        var direction = Self.unit([0.95, -0.28, 0])
        if let cochlea {
            // The fundus lies medial to and behind the cochlea.
            direction = Self.unit(cochlea + [-4.5, 3.5, 1.5] - centre)
        }
        for _ in 0..<2 {
            let slabs = Slabs(inside, along: direction)
            let tip = slabs.centre(0)
            let inner = slabs.centre(min(6, slabs.count - 1))
            guard (tip - inner).lengthMm > 1 else { break }
            direction = Self.unit(Self.unit(tip - inner) + 1.2 * direction)
        }
        let slabs = Slabs(inside, along: direction)
        let cellMm3 = solid.step * solid.step * solid.step
        var index = 0
        while index < slabs.count - 1, Float(index) < Self.canalLengthMm {
            let area = Float(slabs.members[index].count) * cellMm3
            if index >= 2, area > .pi * Self.canalRadiusMm * Self.canalRadiusMm { break }
            index += 1
        }
        lateral = direction
        let section = slabs.centre(max(0, index - 1))
        let along = slabs.topMm - Float(index) - (section * direction).sum()
        porus = section + along * direction
    }

    /// A point in mm around the real tumour from a point in the canal frame.
    package func native(_ point: SIMD3<Float>) -> SIMD3<Float> {
        let superior = Self.unit(SIMD3<Float>(0, 0, 1) - lateral.z * lateral)
        let posterior = Self.cross(superior, lateral)
        return porus + point.x * lateral + point.y * posterior + point.z * superior
    }

    /// A point in the canal frame from a point around the real tumour.
    package func local(_ point: SIMD3<Float>) -> SIMD3<Float> {
        let superior = Self.unit(SIMD3<Float>(0, 0, 1) - lateral.z * lateral)
        let posterior = Self.cross(superior, lateral)
        let offset = point - porus
        return [(offset * lateral).sum(), (offset * posterior).sum(), (offset * superior).sum()]
    }

    /// Inside points gathered in slabs of 1 mm from the lateral tip inwards.
    private struct Slabs {
        var members: [[SIMD3<Float>]] = []
        var topMm: Float
        var count: Int { members.count }

        init(_ points: [SIMD3<Float>], along direction: SIMD3<Float>) {
            let heights = points.map { ($0 * direction).sum() }
            topMm = heights.max() ?? 0
            let depth = Int(topMm - (heights.min() ?? 0)) + 1
            members = Array(repeating: [], count: depth)
            for (point, height) in zip(points, heights) {
                members[min(depth - 1, Int(topMm - height))].append(point)
            }
        }

        func centre(_ index: Int) -> SIMD3<Float> { mean(members[max(0, min(index, count - 1))]) }
    }

    private static func insidePoints(_ solid: DistanceGrid) -> [SIMD3<Float>] {
        let (nx, ny) = (Int(solid.count.x), Int(solid.count.y))
        return solid.values.indices.compactMap { at in
            guard solid.values[at] < 0 else { return nil }
            let cell = SIMD3(Float(at % nx), Float(at / nx % ny), Float(at / (nx * ny)))
            return solid.origin + solid.step * cell
        }
    }

    private static func mean(_ points: [SIMD3<Float>]) -> SIMD3<Float> {
        points.isEmpty ? .zero : points.reduce(.zero, +) / Float(points.count)
    }

    static func unit(_ v: SIMD3<Float>) -> SIMD3<Float> { v / max(v.lengthMm, 1e-6) }

    static func cross(_ a: SIMD3<Float>, _ b: SIMD3<Float>) -> SIMD3<Float> {
        [a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x]
    }
}

extension SIMD3<Float> {
    /// The Euclidean length.
    package var lengthMm: Float { (self * self).sum().squareRoot() }
}
