/// A tumour placed in a head: its shape, where it sits along the canal and what it looks like.
struct PhantomTumour: Sendable {
    /// What the inside looks like.
    struct Texture: Sendable {
        var heterogeneity: Float
        var periodMm: Float
        var offset: SIMD3<Float>
        /// Share of the noise range above which there is cyst fluid; large for a solid tumour.
        var cystLevel: Float
        var cystSignal: Float
        var rim: Float
    }

    var shape: TumourShape
    var side: TumourSide
    /// How far the shape is moved into the canal, mm.
    var shiftMm: Float
    /// Signal relative to grey matter.
    var relativeSignal: Float
    var texture: Texture
    /// Width of the fluid cleft between tumour and brain, mm.
    var cleftMm: Float

    /// Places a shape in a canal; a small tumour may lie deep in it, a large one keeps its own seat.
    static func place(
        _ shape: TumourShape, in ear: HeadAnatomy.Ear, side: TumourSide,
        random: inout CounterRandom
    ) -> PhantomTumour {
        let tip = shape.upper.x
        var shift: Float
        if shape.volumeMm3 < 350 {
            shift = Float(random.uniform(0.35, 1.02)) * ear.lengthMm - tip
        } else {
            shift = Float(random.uniform(-1.5, 1.5))
        }
        shift = min(shift, ear.lengthMm + 0.6 - tip)
        return PhantomTumour(
            shape: shape, side: side, shiftMm: shift,
            relativeSignal: relativeSignal(random: &random),
            texture: texture(random: &random), cleftMm: Float(random.uniform(-0.3, 1.2)))
    }

    /// Mostly a little brighter than brain, now and then darker.
    private static func relativeSignal(random: inout CounterRandom) -> Float {
        Float(random.chance(0.82) ? random.uniform(1.06, 1.75) : random.uniform(0.72, 1.06))
    }

    private static func texture(random: inout CounterRandom) -> Texture {
        let kind = random.uniform()
        let cystic = kind > 0.84
        let plain = kind < 0.5
        return Texture(
            heterogeneity: Float(plain ? random.uniform(0, 0.06) : random.uniform(0.06, 0.22)),
            periodMm: Float(random.uniform(1.5, 5)),
            offset: [
                Float(random.uniform(0, 30)), Float(random.uniform(0, 30)),
                Float(random.uniform(0, 30)),
            ],
            cystLevel: cystic ? Float(random.uniform(0.3, 1.3)) : 9,
            cystSignal: Float(random.uniform(0.7, 1)),
            rim: random.chance(0.3) ? Float(random.uniform(0.05, 0.2)) : 0)
    }

    /// The same tumour at another volume; the end of the canal holds, so it grows out of it.
    func grown(toVolumeMm3 volume: Double, in ear: HeadAnatomy.Ear) -> PhantomTumour {
        var other = self
        other.shape = shape.scaled(toVolumeMm3: volume)
        other.shiftMm = min(shiftMm, ear.lengthMm + 0.6 - other.shape.upper.x)
        return other
    }

    /// The signed distance at a point of the canal frame, mm.
    func distance(_ local: SIMD3<Float>) -> Float {
        shape.signedDistance(at: local - SIMD3(shiftMm, 0, 0))
    }

    /// The signal at a point of the canal frame; `depth` is the distance below the surface, mm.
    func signal(
        _ local: SIMD3<Float>, depth: Float, grey: Float, noise: NoiseField
    ) -> Float {
        var value = min(0.75, grey * relativeSignal)
        if texture.heterogeneity > 0.01 {
            let q = local / texture.periodMm + texture.offset
            value *= 1 + texture.heterogeneity * (noise.value(q) + 0.6 * noise.value(q * 2.3))
        }
        if texture.cystLevel < 5 {
            let q = local / 5 + texture.offset * 1.7
            let inside = min(depth - 1, (noise.value(q) - texture.cystLevel) * 4)
            let share = max(0, min(1, 0.5 + inside))
            value += share * (texture.cystSignal - value)
        }
        if texture.rim > 0 { value *= 1 - texture.rim * max(0, 1 - depth / 1.2) }
        return max(0.05, value)
    }
}
