import Foundation

/// A real head as another person's: mirrored or not, stretched a little, and smoothly bent.
///
/// The patient's frame is in mm with +x to the left, +y posterior, +z superior and its origin midway
/// between the two pori; `source(of:)` says where in the head's file a point of it comes from.
struct HeadWarp: Sendable {
    private struct Wave: Sendable {
        var frequency: SIMD3<Float>
        var shiftMm: SIMD3<Float>
        var phase: Float
    }

    let isMirrored: Bool
    private let middle: SIMD3<Float>
    private let scale: SIMD3<Float>
    private let shear: SIMD2<Float>
    private var waves: [Wave] = []

    /// Draws a warp for a head.
    init(_ marks: HeadLandmarks.Head, random: inout CounterRandom) {
        isMirrored = random.chance(0.5)
        middle = 0.5 * (marks.left.porusMm + marks.right.porusMm)
        let size = random.normal(mean: 1, sd: 0.035)
        func draw() -> Float {
            Float(1 / max(0.87, min(1.15, size * random.normal(mean: 1, sd: 0.035))))
        }
        let x = isMirrored ? -draw() : draw()
        scale = [x, draw(), draw()]
        shear = [Float(random.normal(sd: 0.03)), Float(random.normal(sd: 0.03))]
        func direction() -> SIMD3<Float> {
            CanalFrame.unit([
                Float(random.normal()), Float(random.normal()), Float(random.normal()),
            ])
        }
        for _ in 0..<4 {
            let lengthMm = Float(random.uniform(45, 110))
            // Short waves are shallower, so that nothing folds.
            waves.append(
                Wave(
                    frequency: direction() * (2 * .pi / lengthMm),
                    shiftMm: direction() * Float(random.uniform(0, 0.018)) * lengthMm,
                    phase: Float(random.uniform(0, 2 * .pi))))
        }
    }

    /// Where in the head's file a point of the patient's frame comes from.
    func source(of point: SIMD3<Float>) -> SIMD3<Float> {
        var bent = point
        for wave in waves {
            bent += wave.shiftMm * sin((wave.frequency * point).sum() + wave.phase)
        }
        bent.x += shear.x * bent.y
        bent.z += shear.y * bent.y
        return middle + bent * scale
    }

    /// Where a point of the head's file lies in the patient's frame.
    func target(of mark: SIMD3<Float>) -> SIMD3<Float> {
        var point = (mark - middle) / scale
        // The bend is a contraction: each round gains more than a digit.
        for _ in 0..<12 { point -= (source(of: point) - mark) / scale }
        return point
    }

    /// The ear on a side of the patient, which may be the other one of the head.
    func ear(_ side: TumourSide, of marks: HeadLandmarks.Head) -> CompositeEar {
        let mark = (side == .left) == isMirrored ? marks.right : marks.left
        let sign: Float = side == .left ? 1 : -1
        let porus = target(of: mark.porusMm)
        let canal = target(of: mark.fundusMm) - porus
        let face = mark.faceMm.map { target(of: $0) }
        let along = face[1] - face[0]
        return CompositeEar(
            canal: HeadAnatomy.Ear(
                porus: porus, axis: CanalFrame.unit(canal), lengthMm: canal.lengthMm,
                porusRadiusMm: 2.5, fundusRadiusMm: 1.6, fluidShare: 1, side: sign),
            face: face[0], inwards: CanalFrame.unit([-sign * along.y, sign * along.x, 0]))
    }
}

/// A canal of a real head, and the face of the bone that it opens from.
struct CompositeEar: Sendable {
    let canal: HeadAnatomy.Ear
    private let face: SIMD3<Float>
    private let inwards: SIMD3<Float>

    /// `inwards` is the unit vector from the bone's face, which runs through `face`, into the fossa.
    init(canal: HeadAnatomy.Ear, face: SIMD3<Float>, inwards: SIMD3<Float>) {
        self.canal = canal
        self.face = face
        self.inwards = inwards
    }

    /// How far a point lies inside the posterior fossa, seen from the petrous bone's face, mm.
    func depthMm(_ point: SIMD3<Float>) -> Float { ((point - face) * inwards).sum() }
}
