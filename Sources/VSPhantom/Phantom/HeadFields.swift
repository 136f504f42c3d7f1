/// The smooth fields from which a head is painted, evaluated on a coarse lattice and interpolated.
///
/// Signed distances are in mm, negative inside.
enum HeadField: Int, CaseIterable {
    case skin, bone, fossa, temporal, stem, cerebellum, ventricle, foliaPhase, foliaStrength
    case gyrus, coarseNoise, fineNoise, air, clivus, muscle, mastoid, eye
}

extension HeadAnatomy {
    /// Writes every field's value at a point of the head's frame.
    ///
    /// - Parameters:
    ///   - point: mm, the head's frame.
    ///   - brainPoint: Where the brain that is seen at `point` would lie without a tumour.
    ///   - out: One float for each case of `HeadField`.
    ///   - stride: The distance between one field's float and the next one's.
    func evaluate(
        at point: SIMD3<Float>, brainPoint: SIMD3<Float>, into out: UnsafeMutablePointer<Float>,
        stride: Int
    ) {
        func set(_ field: HeadField, _ value: Float) { out[field.rawValue * stride] = value }
        let warp = warping(at: point)
        let p = (point + warp) / size
        let b = (brainPoint + warp) / size
        let l = p.x.magnitude
        let coarse = noise.value(point * 0.09 + 7)
        let fine = noise.value(point * 0.28 + 3)
        let skin = skinDistance(p)
        let fossa = fossaDistance(p) + 0.4 * fine
        let temporal = min(temporalDistance(p) + 1.6 * coarse, occipitalDistance(p))
        let cavity = min(fossa, temporal)
        set(.skin, skin)
        set(.fossa, fossa)
        set(.temporal, temporal)
        set(.coarseNoise, coarse)
        set(.fineNoise, fine)
        set(.bone, boneDistance(p, cavity: cavity, skin: skin, coarse: coarse))
        set(.clivus, clivusDistance(p, fossa: fossa))
        set(.muscle, muscleDistance(p, skin: skin, coarse: coarse))
        set(.air, airDistance(p, coarse: coarse))
        set(.mastoid, mastoidDistance(p))
        set(.eye, (SIMD3(l - 32, p.y + 80, p.z - 14)).lengthMm - 12)
        let brainFossa = fossaDistance(b)
        let stem = stemDistance(b)
        set(.stem, stem)
        set(.ventricle, ventricleDistance(b))
        let cerebellum = cerebellumDistance(b, fossa: brainFossa, fine: fine)
        set(.cerebellum, cerebellum)
        let wobble = noise.value(b * 0.07 + 13) * 1.5 + noise.value(b * 0.17 + 5) * 0.35
        let tilt = 0.35 * b.z + 0.16 * b.y
        set(.foliaPhase, (-brainFossa * 0.95 + tilt) / foliaPeriodMm + wobble)
        let depth = max(0, -cerebellum)
        let reach = foliaDepthMm * (1 + 0.35 * coarse)
        set(.foliaStrength, max(0, 1 - depth / max(3, reach)))
        set(.gyrus, noise.value(b / gyrusScale + 21) + 0.35 * noise.value(b / (0.45 * gyrusScale)))
    }

    private func warping(at point: SIMD3<Float>) -> SIMD3<Float> {
        let q = point * 0.033
        // Little near the canals, so that the pori keep to the face of the petrous bone.
        let far = min(1, max(0.12, (point.y.magnitude + point.z.magnitude * 0.7) / 25))
        return far * 1.1
            * SIMD3(noise.value(q), noise.value(q + 11.3), noise.value(q + 23.7))
    }

    private func skinDistance(_ p: SIMD3<Float>) -> Float {
        let narrowing = 1 - 0.0035 * max(0, -p.z - 10) + 0.0012 * min(p.z, 30)
        let a = headHalfWidth * narrowing * (p.y < -30 ? 1 + 0.004 * (p.y + 30) : 1)
        let b = headHalfLength * (p.y > 0 ? 0.9 : 1)
        let pinna = Self.ellipsoid(
            SIMD3(p.x.magnitude - a - 1 - 0.25 * (p.y - 6), p.y - 9, p.z + 2), SIMD3(3.2, 13, 22))
        return min(Self.ellipse(SIMD2(p.x, p.y + 4), SIMD2(a, b)), pinna)
    }

    static func ellipse(_ p: SIMD2<Float>, _ radii: SIMD2<Float>) -> Float {
        let q = p / radii
        let k = (q * q).sum().squareRoot()
        let g = ((q / radii) * (q / radii)).sum().squareRoot()
        guard g > 1e-6 else { return -min(radii.x, radii.y) }
        return max((k - 1) * k / g, -min(radii.x, radii.y))
    }

    static func ellipsoid(_ p: SIMD3<Float>, _ radii: SIMD3<Float>) -> Float {
        let q = p / radii
        let k = q.lengthMm
        let g = (q / radii).lengthMm
        guard g > 1e-6 else { return -min(radii.x, min(radii.y, radii.z)) }
        return max((k - 1) * k / g, -min(radii.x, min(radii.y, radii.z)))
    }

    /// A piecewise linear function of height.
    static func table(_ z: Float, _ keys: [(Float, Float)]) -> Float {
        guard let first = keys.first, let last = keys.last else { return 0 }
        if z <= first.0 { return first.1 }
        for index in 1..<keys.count where z < keys[index].0 {
            let (z0, v0) = keys[index - 1]
            return v0 + (z - z0) / (keys[index].0 - z0) * (keys[index].1 - v0)
        }
        return last.1
    }

    private static let fossaScale: [(Float, Float)] = [
        (-45, 0.3), (-34, 0.52), (-24, 0.78), (-12, 0.95), (0, 1), (10, 1.0), (20, 0.92), (32, 0.7),
    ]

    private func fossaDistance(_ p: SIMD3<Float>) -> Float {
        let k = Self.table(p.z, Self.fossaScale)
        // Higher up the front opens towards the interpeduncular cistern.
        let open = 1 + 0.012 * max(0, p.z)
        var q = SIMD2(p.x.magnitude, p.y - 14) / k + [0, 14]
        if q.y < 0 { q.y /= open }
        var nearest = Float.infinity
        var inside = false
        fossa.withUnsafeBufferPointer { ring in
            var a = ring[ring.count - 1]
            a.x = -0.001
            for v in ring {
                let edge = v - a
                let offset = q - a
                let t = max(0, min(1, (offset * edge).sum() / max(1e-6, (edge * edge).sum())))
                let gap = offset - t * edge
                if a.x > 0.5 || v.x > 0.5 { nearest = min(nearest, (gap * gap).sum()) }
                if (a.y > q.y) != (v.y > q.y), q.x < edge.x * (q.y - a.y) / edge.y + a.x {
                    inside.toggle()
                }
                a = v
            }
        }
        let distance = nearest.squareRoot() * k
        return (inside ? -distance : distance) - 0.8
    }

    private func temporalDistance(_ p: SIMD3<Float>) -> Float {
        let centre = SIMD3<Float>(38, -37, 19) + temporalShift
        return Self.ellipsoid(
            SIMD3(p.x.magnitude, p.y, p.z) - centre, SIMD3(26, 31, 27))
    }

    private func occipitalDistance(_ p: SIMD3<Float>) -> Float {
        Self.ellipsoid(
            SIMD3(p.x.magnitude - 22, p.y - 12, p.z - 53 - temporalShift.z),
            SIMD3(44, 70, 38))
    }

    private func boneDistance(
        _ p: SIMD3<Float>, cavity: Float, skin: Float, coarse: Float
    ) -> Float {
        // Thick at the skull base and petrous bone, thin behind.
        let behind = max(0, min(1, (p.y - 18) / 14))
        let beneath = max(0, min(1, (-p.z - 12) / 10))
        let thickness = (15 - 9.5 * behind) * (1 - 0.45 * beneath) + 1.2 * coarse
        return max(cavity - thickness, skin + scalpMm + 1)
    }

    private func clivusDistance(_ p: SIMD3<Float>, fossa: Float) -> Float {
        max(Self.ellipsoid(p - SIMD3(0, -22, -4), SIMD3(13, 8.5, 26)), 1.8 - fossa)
    }

    private func muscleDistance(_ p: SIMD3<Float>, skin: Float, coarse: Float) -> Float {
        let l = p.x.magnitude
        let nape = Self.ellipsoid(
            SIMD3(l - 20, p.y - 58, p.z + 30), SIMD3(24, 18, 26))
        let chewing = Self.ellipsoid(
            SIMD3(l - 46, p.y + 46, p.z + 22), SIMD3(14, 20, 24))
        let temple = max(
            Self.ellipse(SIMD2(l - 64, p.y + 34), SIMD2(7, 26)), skin + scalpMm)
        return min(min(nape, chewing), temple) + 1.4 * coarse
    }

    private func airDistance(_ p: SIMD3<Float>, coarse: Float) -> Float {
        let l = p.x.magnitude
        let sphenoid = Self.ellipsoid(SIMD3(l, p.y + 48, p.z - 6), SIMD3(15, 15, 13))
        let pharynx = Self.ellipsoid(SIMD3(l, p.y + 47, p.z + 28), SIMD3(13, 12, 20))
        let nose = Self.ellipsoid(SIMD3(l - 9, p.y + 78, p.z + 2), SIMD3(7, 18, 22))
        let antrum = Self.ellipsoid(SIMD3(l - 30, p.y + 72, p.z + 18), SIMD3(13, 14, 15))
        let cavities = min(min(sphenoid, pharynx), min(nose, antrum)) + 1.2 * coarse
        let tympanum = Self.ellipsoid(SIMD3(l - 48.5, p.y + 5, p.z), SIMD3(3, 4.5, 6))
        let meatus = max(
            SIMD3(0, p.y + 2 + 0.25 * (l - 56), p.z + 3).lengthMm - 2.2 + 0.8 * coarse,
            max(50 - l, l - 64))
        return min(cavities, min(tympanum, meatus))
    }

    private func mastoidDistance(_ p: SIMD3<Float>) -> Float {
        Self.ellipsoid(
            SIMD3(p.x.magnitude - 58, p.y - 12, p.z + 4), SIMD3(13, 17, 24))
    }

    private static let stemWidth: [(Float, Float)] = [
        (-34, 7), (-18, 9.5), (-9, 13), (0, 16), (8, 17), (16, 15), (24, 16), (34, 19),
    ]
    private static let stemDepth: [(Float, Float)] = [
        (-34, 6), (-18, 7.5), (-9, 10), (0, 12.5), (8, 13), (16, 12), (26, 10),
    ]
    private static let stemCentre: [(Float, Float)] = [
        (-34, 13), (-18, 11), (-9, 9), (0, 8), (8, 7.5), (16, 7), (26, 5),
    ]

    private func stemDistance(_ p: SIMD3<Float>) -> Float {
        let a = Self.table(p.z, Self.stemWidth) * stemScale
        let b = Self.table(p.z, Self.stemDepth) * stemScale
        let c = Self.table(p.z, Self.stemCentre)
        let pons = Self.ellipse(SIMD2(p.x, p.y - c), SIMD2(a, b))
        // A shallow groove for the basilar artery in front.
        let groove = max(0, 1.6 - p.x.magnitude * 0.4) * (p.y < c ? 1 : 0)
        let peduncle = Self.ellipsoid(
            SIMD3(p.x.magnitude - 17, p.y - 16, p.z - 1), SIMD3(11, 7.5, 9))
        return min(pons + groove, peduncle)
    }

    private func ventricleDistance(_ p: SIMD3<Float>) -> Float {
        let a = Self.table(
            p.z, [(-17, 0.6), (-10, 4), (-4, 7.5), (2, 8), (9, 5), (16, 2), (24, 1.3)])
        let b = Self.table(
            p.z, [(-17, 0.8), (-10, 2.4), (-4, 3.6), (2, 4.6), (9, 4.2), (16, 2.4), (24, 1.2)])
        let roof = 0.25 * p.x.magnitude
        let centre = Self.table(p.z, [(-17, 20), (0, 23.5), (10, 22), (24, 17)])
        return Self.ellipse(
            SIMD2(p.x, p.y - centre - roof), SIMD2(a, b) * ventricleScale)
    }

    private func cerebellumDistance(_ p: SIMD3<Float>, fossa: Float, fine: Float) -> Float {
        let l = p.x.magnitude
        let front =
            cisternDepthMm - 2 + max(0, 13 - l) * 0.9 - max(0, l - 23) * 1.3
            + 0.1 * max(0, p.z) - p.y
        let rim = max(0.2, cerebellumRimMm * (1 + 0.3 * fine))
        let hemisphere = Self.roundMax(fossa + rim, front + 0.9 * fine, 6)
        let flocculus = Self.ellipsoid(
            SIMD3(l - 20.5, p.y - cisternDepthMm, p.z + 4), SIMD3(4.5, 4, 4))
        return max(min(hemisphere, flocculus), fossa + 0.8)
    }

    /// The intersection of two solids with a rounded edge.
    static func roundMax(_ a: Float, _ b: Float, _ radius: Float) -> Float {
        let u = max(a + radius, 0)
        let v = max(b + radius, 0)
        guard u > 0, v > 0 else { return max(a, b) }
        return min(-radius, max(a, b)) + (u * u + v * v).squareRoot()
    }
}
