/// Signal of each tissue relative to cerebrospinal fluid, for one sequence with its protocol.
struct PhantomContrast: Sendable {
    var fluid: Float = 1
    var grey: Float
    var white: Float
    var fat: Float
    var muscle: Float
    var skin: Float
    var bone: Float
    var marrow: Float
    var nerve: Float
    var artery: Float
    var vein: Float
    var labyrinth: Float
    var vitreous: Float
    var mucosa: Float
    var dura: Float
    /// The greatest share of fluid signal lost to flow in the cisterns.
    var flowLoss: Float

    /// A contrast as met in practice: the ratios vary with echo time, coil and scanner.
    init(_ sequence: ScanSequence, random: inout CounterRandom) {
        func draw(_ low: Double, _ high: Double) -> Float { Float(random.uniform(low, high)) }
        let brain: Float
        switch sequence {
        case .ciss:
            brain = draw(0.24, 0.46)
            grey = brain * draw(1.02, 1.15)
            white = brain * draw(0.82, 0.95)
            fat = draw(0.3, 0.75)
            muscle = draw(0.12, 0.24)
            artery = draw(0.04, 0.35)
            vein = draw(0.15, 0.5)
        case .tse:
            brain = draw(0.24, 0.44)
            grey = brain * draw(1.12, 1.35)
            white = brain * draw(0.75, 0.92)
            fat = draw(0.35, 0.95)
            muscle = draw(0.08, 0.2)
            artery = draw(0.02, 0.1)
            vein = draw(0.03, 0.35)
        }
        skin = draw(0.2, 0.4)
        bone = draw(0.015, 0.06)
        marrow = draw(0.1, 0.35)
        nerve = brain * draw(0.8, 1.1)
        labyrinth = draw(0.8, 1)
        vitreous = draw(0.95, 1.15)
        mucosa = draw(0.6, 1)
        dura = draw(0.08, 0.2)
        flowLoss = max(0, sequence == .tse ? draw(-0.15, 0.7) : draw(-0.2, 0.35))
    }
}
