import Foundation

/// Makes simulated patients for training, validation and demonstration, the same for the same seed.
///
///     let generator = try PhantomGenerator(seed: 1, split: .training)
///     let patient = generator.patient(0, exams: 3)
///     let scan = patient.scan(exam: 2)
///
/// Shapes come from real tumours of the split asked for; heads are drawn from formulas, so a network
/// trained on them alone has never seen a real head.
public struct PhantomGenerator: Sendable {
    /// Raised whenever the same seed gives other images than before.
    public static let version = 1

    /// The seed.
    public let seed: UInt64
    /// Where the shapes come from.
    public let split: TumourOutlines.Split
    /// The share of patients without a tumour.
    public let tumourFreeShare: Double
    private let library: TumourShapeLibrary

    /// Makes a generator with the outlines compiled into the program.
    public init(
        seed: UInt64, split: TumourOutlines.Split, tumourFreeShare: Double = 0.12
    ) throws(PhantomError) {
        self.init(
            seed: seed, library: try TumourShapeLibrary(split: split),
            tumourFreeShare: tumourFreeShare)
    }

    /// Makes a generator with a library that others may share.
    public init(seed: UInt64, library: TumourShapeLibrary, tumourFreeShare: Double = 0.12) {
        self.seed = seed
        self.library = library
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
    ) -> PhantomPatient {
        let key = CounterRandom.mix(seed ^ (split == .training ? 0x7261 : 0x7661))
        var random = CounterRandom(seed: key, UInt64(index))
        let anatomy = HeadAnatomy(random: &random)
        let bare = random.chance(tumourFreeShare) && family == nil && initialVolumeMm3 == nil
        let sequence: ScanSequence = random.chance(0.65) ? .ciss : .tse
        let side: TumourSide = random.chance(0.5) ? .left : .right
        let drawn = min(8000, max(50, exp(random.normal(mean: log(420), sd: 1.25))))
        var law = GrowthLaw.random(
            initialVolumeMm3: initialVolumeMm3 ?? drawn, random: &random)
        while let family, law.family != family {
            law = GrowthLaw.random(initialVolumeMm3: law.initialVolumeMm3, random: &random)
        }
        let tubeSeed = random.next()
        let scanSeed = random.next()
        var tumour: PhantomTumour?
        if !bare {
            let shape = library.shape(volumeMm3: law.initialVolumeMm3, random: &random)
            tumour = .place(shape, in: anatomy.ear(side), side: side, random: &random)
        }
        var course = CounterRandom(seed: key, UInt64(index), 0xDA7E)
        return PhantomPatient(
            index: index, side: bare ? nil : side, law: bare ? nil : law,
            subject: tumour?.shape.subject,
            exams: Self.course(
                exams, law: bare ? nil : law, sequence: sequence, random: &course),
            anatomy: anatomy, tumour: tumour, tubeSeed: tubeSeed, seed: scanSeed)
    }

    static func course(
        _ count: Int, law: GrowthLaw?, sequence: ScanSequence, random: inout CounterRandom
    ) -> [PhantomExam] {
        // 2015-01-01 to 2019-12-31, then about yearly.
        let first = 16436 + random.index(1826)
        var day = first
        return (0..<max(1, count)).map { index in
            if index > 0 { day += 365 + Int(random.normal(sd: 35).rounded()) }
            let years = Double(day - first) / 365.25
            // Now and then another scanner is free.
            let other = random.chance(0.08)
            return PhantomExam(
                date: CivilDay(number: day).iso, years: years,
                trueVolumeMm3: law.map { $0.volumeMm3(atYears: years) },
                sequence: other ? (sequence == .ciss ? .tse : .ciss) : sequence)
        }
    }
}
