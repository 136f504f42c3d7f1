/// Closed polygons on parallel planes that outline one solid, as planning systems draw them.
///
/// The planes may be oblique. A polygon inside another is a hole. Where planes were left out, the drawn
/// ones reach half way to each other; a slice of voxels in the very middle is like the lower one.
public struct ContourStack: Sendable {
    /// One plane: its place along the normal, mm, and its polygons in the plane's own axes, mm.
    struct Plane: Sendable {
        var offset: Double
        var rings: [[SIMD2<Double>]]
    }

    /// Polygons may leave their plane by this, mm.
    public static let planarityMm = 0.1
    /// Polygons closer than this along the normal lie on one plane, mm.
    static let samePlaneMm = 0.1

    /// The planes' unit normal, LPS, towards the head's top.
    public let normal: LPSPoint
    /// The distance between neighbouring planes, mm: the median.
    public let spacingMm: Double
    let planes: [Plane]
    let across: LPSPoint
    let down: LPSPoint

    /// Polygons of at least three points each, mm LPS, not repeating the first point; shorter ones are
    /// left out.
    ///
    /// - Throws: ``ImagingError`` where fewer than two planes are left, or a polygon is not planar.
    public init(_ polygons: [[LPSPoint]], subject: String) throws(ImagingError) {
        let rings = polygons.filter { $0.count >= 3 }
        let normal = Self.normal(of: rings)
        guard let normal else {
            throw Self.malformed(subject, "It has no polygon with an area.")
        }
        for ring in rings {
            let offsets = ring.map { $0.dot(normal) }
            let spread = (offsets.max() ?? 0) - (offsets.min() ?? 0)
            guard spread <= Self.planarityMm else {
                throw Self.malformed(
                    subject, "Its polygons do not lie in parallel planes (off by \(spread) mm).")
            }
        }
        // The plane's columns run as near to the patient's left as they can.
        let left = LPSPoint(1, 0, 0)
        let flat = left - left.dot(normal) * normal
        across = flat / flat.length
        down = normal.cross(across)
        self.normal = normal
        planes = Self.planes(rings, normal, across, down)
        let gaps = zip(planes.dropFirst(), planes).map { $0.offset - $1.offset }.sorted()
        guard !gaps.isEmpty else {
            throw Self.malformed(subject, "It is drawn on one plane only, so it has no volume.")
        }
        spacingMm = gaps[gaps.count / 2]
    }

    /// Area times plane distance, summed over the planes, mm³.
    ///
    /// Each plane reaches half way to its neighbours, the end ones half a plane distance beyond.
    public var planimetricVolumeMm3: Double {
        var volume = 0.0
        for (index, plane) in planes.enumerated() {
            let before =
                index > 0 ? plane.offset - planes[index - 1].offset : spacingMm
            let after =
                index + 1 < planes.count ? planes[index + 1].offset - plane.offset : spacingMm
            volume += Self.area(plane.rings) * (before + after) / 2
        }
        return volume
    }

    /// The largest gap between neighbouring planes in units of their usual distance; over 1.5 where
    /// planes were left out.
    public var largestGap: Double {
        zip(planes.dropFirst(), planes).map { ($0.offset - $1.offset) / spacingMm }.max() ?? 1
    }

    /// The outline as voxels whose centres lie inside, on a grid along the planes with a slice on each
    /// of them.
    ///
    /// - Parameter wanted: between voxels within a plane; half the plane distance at most, so that
    ///   slices stay the thickest way.
    /// - Returns: the mask with a margin of four voxels and one slice.
    public func mask(stepMm wanted: Double = 0.25) -> Mask {
        let step = min(wanted, spacingMm / 2)
        let points = planes.flatMap { $0.rings.joined() }
        let low = points.reduce(points[0], pointwiseMin) - 4 * step
        let high = points.reduce(points[0], pointwiseMax) + 4 * step
        let first = planes[0].offset - spacingMm
        let last = planes[planes.count - 1].offset + spacingMm
        let shape = GridShape(
            depth: Int(((last - first) / spacingMm).rounded()) + 1,
            height: Int(((high.y - low.y) / step).rounded(.up)) + 1,
            width: Int(((high.x - low.x) / step).rounded(.up)) + 1)
        let affine = Affine(
            origin: first * normal + low.x * across + low.y * down,
            depthStep: spacingMm * normal, heightStep: step * down, widthStep: step * across)
        var voxels = [UInt8](repeating: 0, count: shape.count)
        for d in 1..<shape.depth - 1 {
            let offset = first + Double(d) * spacingMm
            let plane = planes.min { abs($0.offset - offset) < abs($1.offset - offset) }
            guard let plane else { continue }
            for h in 0..<shape.height {
                let y = low.y + Double(h) * step
                for span in Self.spans(plane.rings, y) {
                    let from = max(0, Int(((span.from - low.x) / step).rounded(.up)))
                    let to = min(shape.width - 1, Int(((span.to - low.x) / step).rounded(.down)))
                    guard from <= to else { continue }
                    for w in from...to { voxels[shape.index(d, h, w)] = 1 }
                }
            }
        }
        return Mask(shape: shape, affine: affine, voxels: voxels)
    }

    private static func malformed(_ subject: String, _ message: String) -> ImagingError {
        ImagingError(
            .malformed, subject: subject, message: message,
            remedy: "Export the outline again as closed polygons on parallel planes.")
    }

    /// The sum of the polygons' area vectors, each turned to point the same way.
    private static func normal(of rings: [[LPSPoint]]) -> LPSPoint? {
        let areas = rings.map { ring in
            zip(ring, ring.dropFirst() + ring.prefix(1)).reduce(into: LPSPoint.zero) {
                $0 += ($1.0 - ring[0]).cross($1.1 - ring[0])
            }
        }
        guard let largest = areas.max(by: { $0.length < $1.length }), largest.length > 0 else {
            return nil
        }
        let sum = areas.reduce(into: LPSPoint.zero) { $0 += $1.dot(largest) < 0 ? -$1 : $1 }
        let unit = sum / sum.length
        return unit.z < 0 ? -unit : unit
    }

    private static func planes(
        _ rings: [[LPSPoint]], _ normal: LPSPoint, _ across: LPSPoint, _ down: LPSPoint
    ) -> [Plane] {
        let placed = rings.map { ring in
            (
                offset: ring.reduce(0) { $0 + $1.dot(normal) } / Double(ring.count),
                ring: ring.map { SIMD2($0.dot(across), $0.dot(down)) }
            )
        }.sorted { $0.offset < $1.offset }
        var planes: [Plane] = []
        for (offset, ring) in placed {
            if let last = planes.last, offset - last.offset < samePlaneMm {
                planes[planes.count - 1].rings.append(ring)
            } else {
                planes.append(Plane(offset: offset, rings: [ring]))
            }
        }
        return planes
    }

    /// The area that an odd number of polygons encloses, mm².
    static func area(_ rings: [[SIMD2<Double>]]) -> Double {
        rings.enumerated().reduce(0) { sum, item in
            let (index, ring) = item
            let around = rings.enumerated().count { other, outer in
                other != index
                    && spans(outer, ring[0].y).contains {
                        $0.from < ring[0].x && ring[0].x < $0.to
                    }
            }
            let twice = zip(ring, ring.dropFirst() + ring.prefix(1)).reduce(0) {
                $0 + $1.0.x * $1.1.y - $1.1.x * $1.0.y
            }
            return sum + (around.isMultiple(of: 2) ? 1 : -1) * abs(twice) / 2
        }
    }

    /// The parts of the line at height `y` that lie inside, ascending.
    private static func spans(
        _ rings: [[SIMD2<Double>]], _ y: Double
    ) -> [(from: Double, to: Double)] {
        var crossings: [Double] = []
        for ring in rings {
            for (a, b) in zip(ring, ring.dropFirst() + ring.prefix(1))
            where (a.y > y) != (b.y > y) {
                crossings.append(a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x))
            }
        }
        crossings.sort()
        return stride(from: 0, to: crossings.count - 1, by: 2).map {
            (crossings[$0], crossings[$0 + 1])
        }
    }

    private static func spans(
        _ ring: [SIMD2<Double>], _ y: Double
    ) -> [(from: Double, to: Double)] { spans([ring], y) }
}
