/// A smooth solid through a stack of planar outlines, as a signed distance.
///
/// Each plane's polygons give a signed distance in the plane (even-odd rule, so an outline inside an
/// outline is a hole); between planes the distances are interpolated linearly (shape-based
/// interpolation, Raya and Udupa 1990), and beyond the end planes the solid closes within half a
/// plane spacing. A light blur takes the steps out. Coordinates are mm with +x lateral, +y posterior,
/// +z superior: the outlines of a right-sided tumour are mirrored.
package enum OutlineSolid {
    /// The grid step of native solids, mm.
    static let stepMm: Float = 0.5
    private static let marginMm: Float = 3

    /// The solid, or nil for fewer than two planes or an empty outline.
    package static func solid(of polygons: [[SIMD3<Double>]]) -> DistanceGrid? {
        let planes = planes(of: polygons)
        guard planes.count >= 2 else { return nil }
        let points = planes.flatMap { $0.rings.flatMap { $0 } }
        guard let first = points.first else { return nil }
        var low = first
        var high = first
        for point in points {
            low = pointwiseMin(low, point)
            high = pointwiseMax(high, point)
        }
        let spacing = medianSpacing(planes.map(\.z))
        let margin = SIMD2<Float>(repeating: marginMm)
        let origin = SIMD3(low - margin, planes[0].z - 0.5 * spacing - marginMm)
        let top = SIMD3(high + margin, planes[planes.count - 1].z + 0.5 * spacing + marginMm)
        let count = SIMD3<Int32>(((top - origin) / stepMm).rounded(.up)) &+ 1
        let maps = planes.map { distances(to: $0.rings, origin: origin, count: count) }
        var values = [Float]()
        values.reserveCapacity(Int(count.x) * Int(count.y) * Int(count.z))
        for k in 0..<Int(count.z) {
            let z = origin.z + Float(k) * stepMm
            values += layer(at: z, planes: planes.map(\.z), maps: maps, spacing: spacing)
        }
        var grid = DistanceGrid(origin: origin, step: stepMm, count: count, values: values)
        grid.smooth(rounds: 2)
        return grid
    }

    private struct Plane {
        var z: Float
        var rings: [[SIMD2<Float>]]
    }

    /// Polygons gathered by height; outlines within 0.25 mm of each other share a plane.
    private static func planes(of polygons: [[SIMD3<Double>]]) -> [Plane] {
        let rings = polygons.filter { $0.count >= 3 }.map { ring in
            (
                z: ring.reduce(0) { $0 + $1.z } / Double(ring.count),
                ring: ring.map { SIMD2(Float($0.x), Float($0.y)) }
            )
        }
        var planes: [Plane] = []
        for (z, ring) in rings.sorted(by: { $0.z < $1.z }) {
            if let last = planes.last, Float(z) - last.z < 0.25 {
                planes[planes.count - 1].rings.append(ring)
            } else {
                planes.append(Plane(z: Float(z), rings: [ring]))
            }
        }
        return planes
    }

    private static func medianSpacing(_ heights: [Float]) -> Float {
        let gaps = zip(heights.dropFirst(), heights).map { $0 - $1 }.sorted()
        return gaps[gaps.count / 2]
    }

    /// One layer of the solid at height `z`.
    private static func layer(
        at z: Float, planes: [Float], maps: [[Float]], spacing: Float
    ) -> [Float] {
        let last = planes.count - 1
        if z <= planes[0] || z >= planes[last] {
            let map = maps[z <= planes[0] ? 0 : last]
            let beyond = z <= planes[0] ? planes[0] - z : z - planes[last]
            // The end cap: a dome that reaches zero half a spacing past the last outline.
            let half = 0.5 * spacing
            return map.map { max($0 + beyond * beyond / half, beyond - half) }
        }
        let upper = planes.firstIndex { $0 > z } ?? last
        let share = (z - planes[upper - 1]) / (planes[upper] - planes[upper - 1])
        return zip(maps[upper - 1], maps[upper]).map { $0 + share * ($1 - $0) }
    }

    /// The in-plane signed distance to the rings at every (x, y) of the grid.
    private static func distances(
        to rings: [[SIMD2<Float>]], origin: SIMD3<Float>, count: SIMD3<Int32>
    ) -> [Float] {
        var map = [Float](repeating: 0, count: Int(count.x) * Int(count.y))
        for j in 0..<Int(count.y) {
            for i in 0..<Int(count.x) {
                let point = SIMD2(
                    origin.x + Float(i) * stepMm, origin.y + Float(j) * stepMm)
                map[j * Int(count.x) + i] = signedDistance(from: point, to: rings)
            }
        }
        return map
    }

    private static func signedDistance(from p: SIMD2<Float>, to rings: [[SIMD2<Float>]]) -> Float {
        var nearest = Float.infinity
        var inside = false
        for ring in rings {
            var a = ring[ring.count - 1]
            for b in ring {
                let edge = b - a
                let offset = p - a
                let square = (edge * edge).sum()
                let t = square > 0 ? max(0, min(1, (offset * edge).sum() / square)) : 0
                let gap = offset - t * edge
                nearest = min(nearest, (gap * gap).sum())
                if (a.y > p.y) != (b.y > p.y),
                    p.x < edge.x * (p.y - a.y) / edge.y + a.x
                {
                    inside.toggle()
                }
                a = b
            }
        }
        return inside ? -nearest.squareRoot() : nearest.squareRoot()
    }
}
