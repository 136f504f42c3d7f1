import VSImaging

/// One simulated patient: a head, at most one tumour, and a course of exams painted when asked for.
public struct PhantomPatient: Sendable {
    /// The patient's number within the generator.
    public let index: Int
    /// The tumour's side; nil without a tumour.
    public let side: TumourSide?
    /// How the tumour changes; nil without a tumour.
    public let law: GrowthLaw?
    /// The subject of the public collection whose outlines gave the shape; nil without a tumour.
    public let subject: String?
    /// The exams in order of time.
    public let exams: [PhantomExam]

    let anatomy: HeadAnatomy
    let tumour: PhantomTumour?
    let tubeSeed: UInt64
    let seed: UInt64

    /// Paints one exam; any order, any thread, always the same.
    ///
    /// - Precondition: `exam` is an index of `exams`.
    public func scan(exam: Int) -> PhantomScan {
        let plan = exams[exam]
        var random = CounterRandom(seed: seed, 0x5CA4, UInt64(exam))
        // A patient is mostly scanned again by the same protocol.
        let moved = random.chance(0.12)
        var planning = CounterRandom(seed: seed, 0x9207, moved ? UInt64(exam) + 1 : 0)
        let protocolFacts = ScanProtocol(random: &planning)
        let geometry = ScanGeometry(
            shape: protocolFacts.shape, spacing: protocolFacts.spacing, random: &random)
        let contrast = PhantomContrast(plan.sequence, random: &random)
        // The same branches and loops at every exam.
        var tubeRandom = CounterRandom(seed: tubeSeed)
        let tubes = anatomy.tubes(contrast, random: &tubeRandom)
        var grown = tumour
        if let tumour, let volume = plan.trueVolumeMm3 {
            grown = tumour.grown(toVolumeMm3: volume, in: anatomy.ear(tumour.side))
        }
        let simulation = AcquisitionSimulation.random(
            sequence: plan.sequence, spacing: geometry.spacing, random: &random)
        let painted = PhantomRenderer(
            anatomy: anatomy, contrast: contrast, tubes: tubes, tumour: grown, geometry: geometry
        ).render { simulation.sliceWeights(stepMm: $0) }
        var image = Volume(
            shape: geometry.shape, affine: geometry.affine, voxels: painted.image)
        simulation.apply(to: &image, random: &random)
        let gain = Float(random.uniform(300, 1400))
        for at in image.voxels.indices { image.voxels[at] = (image.voxels[at] * gain).rounded() }
        let truth =
            painted.truth.isEmpty
            ? [UInt8](repeating: 0, count: geometry.shape.count) : painted.truth
        return PhantomScan(
            image: image,
            truth: Mask(shape: geometry.shape, affine: geometry.affine, voxels: truth),
            trueVolumeMm3: plan.trueVolumeMm3, side: side, date: plan.date,
            sequence: plan.sequence)
    }
}

/// Grid and spacing of one exam, as different scanners choose them.
struct ScanProtocol {
    var shape: GridShape
    var spacing: Spacing

    init(random: inout CounterRandom) {
        let kind = random.uniform()
        let thick = kind > 0.92
        let inPlane =
            thick
            ? random.uniform(0.45, 0.65)
            : random.chance(0.5) ? 0.4 : random.uniform(0.36, 0.52)
        let depth =
            thick
            ? random.uniform(2.4, 3.4)
            : kind < 0.7 ? 1.5 : kind < 0.82 ? 1.0 : random.uniform(1.2, 2)
        spacing = Spacing(depth: depth, height: inPlane, width: inPlane)
        let wide = random.uniform(140, thick ? 215 : 185)
        let high = random.uniform(115, thick ? 215 : 165)
        let deep = random.uniform(44, 60)
        shape = GridShape(
            depth: Int(deep / depth), height: Int(high / inPlane / 2) * 2,
            width: Int(wide / inPlane / 2) * 2)
    }
}
