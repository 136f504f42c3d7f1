/// A random monotone change of a head's contrast, so that one head gives many protocols.
///
/// Signals come out relative to fluid, which is about 1.
struct CompositeContrast: Sendable {
    /// The signal of each code of a head's file.
    let table: [Float]
    /// The signal of grey matter, to which a tumour's is relative.
    let grey: Float

    /// Draws a contrast for a sequence; `tissue` and `fluid` are the head's own signals.
    init(
        _ sequence: ScanSequence, tissue: Float, fluid: Float, random: inout CounterRandom
    ) {
        func draw(_ low: Double, _ high: Double) -> Float { Float(random.uniform(low, high)) }
        let isCISS = sequence == .ciss
        // Now and then so heavily weighted that little but fluid is seen.
        let brain = isCISS && random.chance(0.15) ? draw(0.1, 0.22) : draw(0.22, 0.45)
        // How far the contrast between white and grey matter is kept.
        let darker = isCISS ? draw(0.04, 0.1) : draw(0.08, 0.2)
        let brighter = isCISS ? draw(0.06, 0.16) : draw(0.16, 0.36)
        let middle = draw(0.32, 0.6)
        let crest = isCISS ? draw(0.01, 0.05) : draw(0.03, 0.14)
        let upper = brain * (1 + brighter)
        let points: [(Float, Float)] = [
            (0, 0), (0.08 * tissue, draw(0, 0.02)), (0.45 * tissue, brain * draw(0.25, 0.5)),
            (0.85 * tissue, brain * (1 - darker)), (1.35 * tissue, upper),
            (0.5 * (1.35 * tissue + fluid), upper + middle * (1 - upper)), (fluid, 1),
            (max(1, 1.05 * fluid), 1 + crest),
        ]
        grey = brain * (1 + 0.5 * brighter)
        table = (0..<256).map { code in
            let signal = Float(code * code) / (255 * 255)
            var at = 1
            while at < points.count - 1, points[at].0 < signal { at += 1 }
            let (low, high) = (points[at - 1], points[at])
            return low.1 + (signal - low.0) / (high.0 - low.0) * (high.1 - low.1)
        }
    }
}
