/// One patient's head: the sizes and positions that differ between people, in the head's own frame.
///
/// The frame is in mm with +x to the patient's left, +y posterior and +z superior; its origin lies
/// midway between the pori of the two internal auditory canals, near their height.
struct HeadAnatomy: Sendable {
    /// One side's canal and inner ear.
    struct Ear: Sendable {
        var porus: SIMD3<Float>
        /// Unit vector from porus to fundus.
        var axis: SIMD3<Float>
        var lengthMm: Float
        var porusRadiusMm: Float
        var fundusRadiusMm: Float
        /// Signal of the canal's fluid relative to the cistern's.
        var fluidShare: Float
        /// +1 on the left, -1 on the right.
        var side: Float
        var fundus: SIMD3<Float> { porus + lengthMm * axis }

        /// A point of the canal frame (lateral, posterior, superior) in the head's frame.
        func head(_ local: SIMD3<Float>) -> SIMD3<Float> {
            porus + local.x * axis + local.y * posterior + local.z * superior
        }

        /// A point of the head's frame in the canal frame.
        func local(_ point: SIMD3<Float>) -> SIMD3<Float> {
            let offset = point - porus
            return [(offset * axis).sum(), (offset * posterior).sum(), (offset * superior).sum()]
        }

        var superior: SIMD3<Float> {
            CanalFrame.unit(SIMD3<Float>(0, 0, 1) - axis.z * axis)
        }
        var posterior: SIMD3<Float> {
            // Right-handed on the left side, mirrored on the right.
            side * CanalFrame.cross(superior, axis)
        }
    }

    var size: Float
    var headHalfWidth: Float
    var headHalfLength: Float
    var scalpMm: Float
    var fossa: [SIMD2<Float>]
    var cerebellumRimMm: Float
    var cisternDepthMm: Float
    var stemScale: Float
    var ventricleScale: Float
    var temporalShift: SIMD3<Float>
    var foliaPeriodMm: Float
    var foliaDepthMm: Float
    var foliaContrast: Float
    var foliaWidth: Float
    var gyrusScale: Float
    var pneumatisation: Float
    var apexMarrow: Float
    /// Signal of mastoid cells relative to mucosa: more where they hold fluid.
    var mastoidFluid: Float
    /// Shifts where planes of fat part the muscles.
    var fatPlanes: Float
    var lesionCount: Int
    var sinusFilled: Bool
    var basilarX: Float
    var left: Ear
    var right: Ear
    var noise: NoiseField

    init(random: inout CounterRandom) {
        size = Float(random.uniform(0.93, 1.06))
        headHalfWidth = Float(random.uniform(70, 78))
        headHalfLength = Float(random.uniform(92, 102))
        scalpMm = Float(random.uniform(3.5, 7.5))
        let outline: [SIMD2<Float>] = [
            [0, -12.5], [10, -11.5], [22, -3.5], [34, 7], [46, 16], [54, 29], [50, 46], [34, 58],
            [12, 62.5], [0, 59],
        ]
        let widthScale = Float(random.uniform(0.95, 1.06))
        let lengthScale = Float(random.uniform(0.93, 1.06))
        let forwards = Float(random.uniform(-2, 2))
        let rough = outline.map { vertex in
            let y = vertex.y > 0 ? vertex.y * lengthScale : vertex.y + forwards * vertex.y / 12
            let jitter = SIMD2(Float(random.uniform(-1.2, 1.2)), Float(random.uniform(-1.2, 1.2)))
            return SIMD2(vertex.x * widthScale, y) + (vertex.x == 0 ? [0, jitter.y] : jitter)
        }
        fossa = Self.rounded(Self.rounded(rough))
        cerebellumRimMm = Float(random.uniform(0.4, 2.6))
        cisternDepthMm = Float(random.uniform(4.5, 9.5))
        stemScale = Float(random.uniform(0.92, 1.06))
        ventricleScale = Float(random.uniform(0.75, 1.35))
        temporalShift = [
            Float(random.uniform(-2, 2)), Float(random.uniform(-4, 4)),
            Float(random.uniform(-5, 5)),
        ]
        foliaPeriodMm = Float(random.uniform(2.6, 4.2))
        foliaDepthMm = Float(random.uniform(8, 18))
        gyrusScale = Float(random.uniform(8, 12))
        pneumatisation = Float(random.uniform(-0.2, 1.8))
        apexMarrow = Float(random.uniform(-1.5, 1.2))
        mastoidFluid = random.chance(0.1) ? Float(random.uniform(0.6, 1)) : 0.3
        fatPlanes = Float(random.uniform(-0.6, 0.6))
        lesionCount = random.chance(0.3) ? 1 + random.index(6) : 0
        sinusFilled = random.chance(0.12)
        basilarX = Float(random.normal(mean: 0, sd: 1.8))
        noise = NoiseField(random: &random)
        foliaContrast = Float(random.uniform(0.2, 0.95))
        foliaWidth = Float(random.uniform(0.14, 0.34))
        let face = rough[2] + [0.2, 0.8]
        left = Self.ear(side: 1, face: face, random: &random)
        right = Self.ear(side: -1, face: face, random: &random)
    }

    private static func ear(
        side: Float, face: SIMD2<Float>, random: inout CounterRandom
    ) -> Ear {
        let forwards = Float(random.uniform(0.08, 0.34))
        let rise = Float(random.uniform(-0.1, 0.12))
        return Ear(
            porus: [
                side * (face.x + Float(random.uniform(-0.4, 0.8))),
                face.y + Float(random.uniform(0.2, 1.2)), Float(random.uniform(-1.5, 1.5)),
            ],
            axis: CanalFrame.unit([side, -forwards, rise]),
            lengthMm: Float(random.uniform(8.5, 13)),
            porusRadiusMm: Float(random.uniform(2.0, 3.9)),
            fundusRadiusMm: Float(random.uniform(1.2, 2.3)),
            fluidShare: Float(random.uniform(0.68, 1)), side: side)
    }

    /// Cuts the corners of an open line of points (Chaikin), its ends kept.
    private static func rounded(_ line: [SIMD2<Float>]) -> [SIMD2<Float>] {
        var out = [line[0]]
        for (a, b) in zip(line, line.dropFirst()) {
            out += [0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b]
        }
        return out + [line[line.count - 1]]
    }

    func ear(_ side: TumourSide) -> Ear { side == .left ? left : right }
}

/// The side of the body that a tumour is on.
public enum TumourSide: String, Sendable, Codable, CaseIterable {
    /// The patient's left.
    case left
    /// The patient's right.
    case right
}
