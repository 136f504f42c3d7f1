import VSImaging

/// One simulated patient: a real head made another's by a smooth warp, and at most one tumour.
public struct CompositePatient: SimulatedPatient {
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
    /// The name of the real head.
    public var head: String? { realHead.id }

    let canals: CanalFluid
    let realHead: RealHead
    let warp: HeadWarp
    let noise: NoiseField
    let tumour: PhantomTumour?
    let seed: UInt64

    /// Paints one exam; any order, any thread, always the same.
    ///
    /// - Precondition: `exam` is an index of `exams`.
    public func scan(exam: Int) -> PhantomScan {
        let plan = exams[exam]
        var random = CounterRandom(seed: seed, 0x5CA4, UInt64(exam))
        // A patient is mostly scanned again by the same protocol.
        let isMoved = random.chance(0.12)
        var planning = CounterRandom(seed: seed, 0x9207, isMoved ? UInt64(exam) + 1 : 0)
        let facts = CompositeProtocol(hasTumour: tumour != nil, random: &planning)
        var geometry = ScanGeometry(shape: facts.shape, spacing: facts.spacing, random: &random)
        geometry.centre += facts.middle
        let contrast = CompositeContrast(
            plan.sequence, tissue: realHead.landmarks.tissue, fluid: realHead.landmarks.fluid,
            random: &random)
        var grown = tumour
        if let tumour, let volume = plan.trueVolumeMm3 {
            let ear = warp.ear(tumour.side, of: realHead.landmarks)
            grown = tumour.grown(toVolumeMm3: volume, in: ear.canal)
        }
        var simulation = AcquisitionSimulation.random(
            sequence: plan.sequence, spacing: geometry.spacing, random: &random)
        // The head brings a scanner's blur with it.
        simulation.pointSpreadMm *= 0.8
        simulation.bias *= 0.8
        let painted = CompositeRenderer(
            head: realHead, warp: warp, contrast: contrast, noise: noise, tumour: grown,
            canals: canals, geometry: geometry, cleftSignal: Float(random.uniform(0.82, 1))
        ).render { simulation.sliceWeights(stepMm: $0) }
        var image = Volume(shape: geometry.shape, affine: geometry.affine, voxels: painted.image)
        simulation.apply(to: &image, random: &random)
        let gain = Float(random.uniform(300, 1400))
        for at in image.voxels.indices { image.voxels[at] = (image.voxels[at] * gain).rounded() }
        return PhantomScan(
            image: image,
            truth: Mask(shape: geometry.shape, affine: geometry.affine, voxels: painted.truth),
            trueVolumeMm3: plan.trueVolumeMm3, side: side, date: plan.date,
            sequence: plan.sequence)
    }
}
