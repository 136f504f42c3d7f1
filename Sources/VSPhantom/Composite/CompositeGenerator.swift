import Foundation

/// Makes simulated patients from real tumour-free heads with a tumour of a real shape painted in.
///
///     let generator = try CompositeGenerator(seed: 1, split: .training, heads: "Resources/heads")
///     let scan = generator.patient(0, exams: 3).scan(exam: 2)
///
/// Validation uses other heads and other shapes than training. The same seed gives the same images.
public struct CompositeGenerator: PatientGenerator {
    /// The generator's name in a manifest.
    public static let name = "composite"
    /// Raised whenever the same seed gives other images than before.
    public static let version = 2

    /// The seed.
    public let seed: UInt64
    /// Where shapes and heads come from.
    public let split: TumourOutlines.Split
    /// The share of patients without a tumour.
    public let tumourFreeShare: Double
    private let library: TumourShapeLibrary
    private let heads: HeadCollection

    /// Makes a generator with the outlines compiled into the program and a folder of heads.
    ///
    /// - Throws: `PhantomError` where the folder has no usable head of the split.
    public init(
        seed: UInt64, split: TumourOutlines.Split, heads folder: String,
        tumourFreeShare: Double = 0.2
    ) throws(PhantomError) {
        self.init(
            seed: seed, library: try TumourShapeLibrary(split: split),
            heads: try HeadCollection(folder: folder, split: split),
            tumourFreeShare: tumourFreeShare)
    }

    /// Makes a generator with shapes and heads that others may share.
    ///
    /// - Precondition: `library` and `heads` are of one split.
    public init(
        seed: UInt64, library: TumourShapeLibrary, heads: HeadCollection,
        tumourFreeShare: Double = 0.2
    ) {
        precondition(library.split == heads.split, "shapes and heads are of one split")
        self.seed = seed
        self.library = library
        self.heads = heads
        self.tumourFreeShare = tumourFreeShare
        split = library.split
    }

    /// The patient of that number with its course; nothing is painted yet.
    ///
    /// - Parameters:
    ///   - index: Any number from 0; the same number is the same patient.
    ///   - exams: How many exams the course has, at least 1; more do not change the earlier ones.
    ///   - family: The course wanted; nil draws one, or none where the patient has no tumour.
    ///   - initialVolumeMm3: The volume at the first exam; nil draws one between 50 mm³ and 8 cm³.
    /// - Returns: The patient; its scans are painted by `scan(exam:)`.
    public func patient(
        _ index: Int, exams: Int, family: GrowthLaw.Family? = nil, initialVolumeMm3: Double? = nil
    ) -> CompositePatient {
        let key = CounterRandom.mix(seed ^ (split == .training ? 0x7263 : 0x7663))
        var random = CounterRandom(seed: key, UInt64(index), 0xC0)
        let head = heads.heads[random.index(heads.heads.count)]
        let warp = HeadWarp(head.landmarks, random: &random)
        let noise = NoiseField(random: &random)
        let isBare = random.chance(tumourFreeShare) && family == nil && initialVolumeMm3 == nil
        let sequence: ScanSequence = random.chance(0.65) ? .ciss : .tse
        let side: TumourSide = random.chance(0.5) ? .left : .right
        let drawn = min(8000, max(50, exp(random.normal(mean: log(420), sd: 1.25))))
        var law = GrowthLaw.random(initialVolumeMm3: initialVolumeMm3 ?? drawn, random: &random)
        while let family, law.family != family {
            law = GrowthLaw.random(initialVolumeMm3: law.initialVolumeMm3, random: &random)
        }
        let scanSeed = random.next()
        var tumour: PhantomTumour?
        if !isBare {
            let shape = library.shape(volumeMm3: law.initialVolumeMm3, random: &random)
            var placed = PhantomTumour.place(
                shape, in: warp.ear(side, of: head.landmarks).canal, side: side, random: &random)
            // Real heads are less blotched than drawn ones.
            placed.texture.heterogeneity *= 0.75
            placed.texture.periodMm *= Float(random.uniform(1, 1.8))
            tumour = placed
        }
        var course = CounterRandom(seed: key, UInt64(index), 0xDA7E)
        return CompositePatient(
            index: index, side: isBare ? nil : side, law: isBare ? nil : law,
            subject: tumour?.shape.subject,
            exams: PhantomGenerator.course(
                exams, law: isBare ? nil : law, sequence: sequence, random: &course),
            canals: CanalFluid(random: &random), realHead: head, warp: warp, noise: noise,
            tumour: tumour, seed: scanSeed)
    }
}
