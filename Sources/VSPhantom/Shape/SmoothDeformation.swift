/// A smooth random displacement of space: a few long sine waves, mm in and out.
///
/// The longest wave is three times the tumour's size and the steepest slope is 0.35, so the map folds
/// nowhere and a solid keeps its topology.
package struct SmoothDeformation: Sendable {
    private struct Wave: Sendable {
        var direction: SIMD3<Float>
        var amplitude: SIMD3<Float>
        var phase: Float
    }

    private var waves: [Wave] = []

    /// No displacement.
    package init() {}

    /// Waves for a tumour of the given diameter; `strength` 1 moves its surface by up to about 8 % of
    /// the diameter.
    package init(diameterMm: Float, strength: Float, random: inout CounterRandom) {
        for index in 0..<6 {
            let lengthMm =
                diameterMm * Float(index < 3 ? random.uniform(1.8, 3) : random.uniform(0.9, 1.8))
            let direction = Self.direction(&random) * (2 * .pi / lengthMm)
            let size = strength * 0.012 * lengthMm * Float(random.uniform(0.5, 1.2))
            waves.append(
                Wave(
                    direction: direction, amplitude: Self.direction(&random) * size,
                    phase: Float(random.uniform(0, 2 * .pi))))
        }
    }

    /// The point of the undeformed solid that is seen at `point`.
    package func source(of point: SIMD3<Float>) -> SIMD3<Float> {
        var moved = point
        for wave in waves {
            moved += wave.amplitude * FastMath.sine((wave.direction * point).sum() + wave.phase)
        }
        return moved
    }

    private static func direction(_ random: inout CounterRandom) -> SIMD3<Float> {
        CanalFrame.unit([Float(random.normal()), Float(random.normal()), Float(random.normal())])
    }
}

/// Cheap elementary functions of single precision for fields that need no last digits.
package enum FastMath {
    /// The sine to about 2e-4, for arguments within a few hundred.
    package static func sine(_ radians: Float) -> Float {
        let turns = radians * (1 / (2 * .pi))
        let t = turns - turns.rounded()
        // The parabola through 0, 1, 0 on each half turn, squared once to even out its error.
        let parabola = 8 * t - 16 * t * t.magnitude
        return 0.225 * (parabola * parabola.magnitude - parabola) + parabola
    }
}
