extension HeadAnatomy {
    /// Everything tubular, in painting order: fluid in bone, vessels in bone, nerves, cisternal vessels.
    func tubes(_ contrast: PhantomContrast, random: inout CounterRandom) -> [Tube] {
        var tubes: [Tube] = []
        for ear in [left, right] {
            tubes += sinuses(ear.side, contrast, random: &random)
            tubes += ear.fluidSpaces(contrast, random: &random)
            tubes += lateralRecess(ear.side, contrast, random: &random)
            tubes += trigeminal(ear.side, contrast, random: &random)
            tubes += lowerNerves(ear.side, contrast, random: &random)
            tubes += ear.nerves(contrast, random: &random)
        }
        tubes += basilar(contrast, random: &random)
        for ear in [left, right] {
            tubes += anteriorInferior(ear, contrast, random: &random)
            tubes += smallVessels(ear.side, contrast, random: &random)
        }
        return lesions(contrast, random: &random) + tubes
    }

    private func jitter(_ mm: Double, _ random: inout CounterRandom) -> SIMD3<Float> {
        [
            Float(random.uniform(-mm, mm)), Float(random.uniform(-mm, mm)),
            Float(random.uniform(-mm, mm)),
        ]
    }

    /// Bright spots in pons and cerebellum, as of small infarcts or demyelination.
    private func lesions(_ contrast: PhantomContrast, random: inout CounterRandom) -> [Tube] {
        (0..<lesionCount).map { index in
            let side: Float = random.chance(0.5) ? 1 : -1
            let pons = index % 2 == 0
            let place: SIMD3<Float> =
                pons
                ? [side * Float(random.uniform(1, 12)), Float(random.uniform(3, 16)), 0]
                : [side * Float(random.uniform(14, 34)), Float(random.uniform(20, 40)), 0]
            let centre = place + [0, 0, Float(random.uniform(-12, 14))]
            return Tube(
                start: centre, end: centre + jitter(2, &random),
                startRadius: Float(random.uniform(0.8, 2.6)),
                endRadius: Float(random.uniform(0.5, 1.8)),
                signal: min(0.9, contrast.grey * Float(random.uniform(1.15, 1.9))))
        }
    }

    /// Thin vessels that cross the cistern, such as the petrosal vein.
    private func smallVessels(
        _ side: Float, _ contrast: PhantomContrast, random: inout CounterRandom
    ) -> [Tube] {
        (0..<2 + random.index(5)).flatMap { _ -> [Tube] in
            let start = SIMD3<Float>(15, 4, Float(random.uniform(-9, 12))) + jitter(3, &random)
            let end = SIMD3<Float>(
                Float(random.uniform(14, 30)), Float(random.uniform(-8, 9)), start.z)
            let bend = 0.5 * (start + end) + jitter(3, &random)
            let mirror = SIMD3<Float>(side, 1, 1)
            return Tube.curve(
                [start * mirror, bend * mirror, (end + jitter(2, &random)) * mirror],
                radius: Float(random.uniform(0.2, 0.5)),
                signal: random.chance(0.5) ? contrast.artery : contrast.vein)
        }
    }

    private func sinuses(
        _ side: Float, _ contrast: PhantomContrast, random: inout CounterRandom
    ) -> [Tube] {
        let size = Float(random.uniform(2.2, 4.2))
        let offset = jitter(1.2, &random)
        let sigmoid: [SIMD3<Float>] = [
            [55, 34, 20], [52, 27, 8], [49, 21, -4], [42, 14, -13], [32, 8, -17], [27, 3, -24],
        ]
        let carotid: [SIMD3<Float>] = [
            [30, -20, -34], [29, -20, -14], [26, -21, -7], [19, -25, -5], [13, -29, 0],
            [12, -33, 9],
        ]
        let mirror = SIMD3<Float>(side, 1, 1)
        return Tube.curve(
            sigmoid.map { ($0 + offset) * mirror * SIMD3(repeating: self.size) }, radius: size,
            signal: contrast.vein)
            + Tube.curve(
                carotid.map { ($0 + offset) * mirror * SIMD3(repeating: self.size) }, radius: 2.6,
                signal: contrast.artery)
    }

    private func lateralRecess(
        _ side: Float, _ contrast: PhantomContrast, random: inout CounterRandom
    ) -> [Tube] {
        let points: [SIMD3<Float>] = [
            [4, 24, -6], [10, 21, -7.5], [16, 14, -8], [19, 9, -8.5],
        ]
        return Tube.curve(
            points.map { $0 * SIMD3(side, 1, 1) }, radius: 0.9, endRadius: 1.5,
            signal: contrast.fluid * (1 - 0.4 * contrast.flowLoss))
            + plexus(side, contrast, random: &random)
    }

    /// Choroid plexus that hangs out of the lateral recess: small grey tufts in the cistern.
    private func plexus(
        _ side: Float, _ contrast: PhantomContrast, random: inout CounterRandom
    ) -> [Tube] {
        (0..<random.index(5)).map { _ in
            let place = (SIMD3<Float>(18.5, 7.5, -8) + jitter(2.2, &random)) * SIMD3(side, 1, 1)
            return Tube(
                start: place, end: place + jitter(2, &random),
                startRadius: Float(random.uniform(0.4, 1.1)),
                endRadius: Float(random.uniform(0.3, 0.9)),
                signal: contrast.grey * Float(random.uniform(0.8, 1.6)))
        }
    }

    private func trigeminal(
        _ side: Float, _ contrast: PhantomContrast, random: inout CounterRandom
    ) -> [Tube] {
        let mirror = SIMD3<Float>(side, 1, 1)
        let cave = SIMD3<Float>(21, -20, 8) + jitter(1, &random)
        let pocket = Tube(
            start: (cave + [-1, 4, 0.5]) * mirror, end: (cave + [1, -3, -2]) * mirror,
            startRadius: 2, endRadius: 3.2, signal: contrast.fluid)
        let root = SIMD3<Float>(15, 3, 6) + jitter(1, &random)
        return [pocket]
            + Tube.curve(
                [root, 0.5 * (root + cave) + jitter(0.8, &random), cave].map { $0 * mirror },
                radius: Float(random.uniform(1.2, 1.8)), endRadius: 0.9, signal: contrast.nerve)
    }

    private func lowerNerves(
        _ side: Float, _ contrast: PhantomContrast, random: inout CounterRandom
    ) -> [Tube] {
        (0..<3).flatMap { index -> [Tube] in
            let z = -9 - 2.2 * Float(index)
            let points: [SIMD3<Float>] = [
                [10, 10, z], [17, 6 + 0.5 * Float(index), z + 0.6], [24, 3, -11 - Float(index)],
            ]
            return Tube.curve(
                points.map { ($0 + jitter(0.8, &random)) * SIMD3(side, 1, 1) },
                radius: Float(random.uniform(0.35, 0.6)), signal: contrast.nerve)
        }
    }

    private func basilar(_ contrast: PhantomContrast, random: inout CounterRandom) -> [Tube] {
        let radius = Float(random.uniform(1.3, 2.1))
        let x = basilarX
        let front = Float(random.uniform(-9.5, -7))
        var tubes = Tube.curve(
            [
                [x * 0.3, front + 5, -20], [x, front + 1.5, -12], [x * 1.4, front, -2],
                [x, front - 1, 9], [x * 0.4, front - 3, 18], [0, front - 4, 22],
            ], radius: radius, signal: contrast.artery)
        for side in [Float(-1), 1] {
            let thin = radius * Float(random.uniform(0.5, 0.95))
            tubes += Tube.curve(
                [
                    [x * 0.3, front + 5, -20], [x * 0.3 + side * 4, front + 8, -26],
                    [side * Float(random.uniform(7, 12)), 7, -34],
                ], radius: thin, signal: contrast.artery)
            // Superior cerebellar and posterior cerebral arteries around the upper pons.
            for z in [Float(16), 20] {
                tubes += Tube.curve(
                    [
                        [x * 0.4, front - 3.4, z], [side * 9, front - 0.5, z + 0.6],
                        [side * 17.5, 2, z + 1], [side * 19, 11, z + 2], [side * 15, 20, z + 3],
                    ].map { $0 + jitter(0.8, &random) },
                    radius: Float(random.uniform(0.5, 0.9)), signal: contrast.artery)
            }
        }
        return tubes
    }

    /// The anterior inferior cerebellar artery, which often loops to or into the canal.
    private func anteriorInferior(
        _ ear: Ear, _ contrast: PhantomContrast, random: inout CounterRandom
    ) -> [Tube] {
        let side = ear.side
        let depth = Float(random.uniform(-5, 3.5))
        let z = ear.porus.z + Float(random.uniform(-2.5, 1.5))
        let apex = ear.head([depth, Float(random.uniform(-1, 1)), Float(random.uniform(-1.2, 0.8))])
        let out: [SIMD3<Float>] = [
            [basilarX, -8, -8], [side * 7, -5.5, -7], [side * 13, -3, z - 2.5],
        ]
        let back: [SIMD3<Float>] = [
            [side * 17.5, 4, z - 2], [side * 20, 8.5, z - 4], [side * 25, 10, z - 6],
        ]
        return Tube.curve(
            out.map { $0 + jitter(1, &random) } + [apex] + back.map { $0 + jitter(1, &random) },
            radius: Float(random.uniform(0.45, 0.75)), endRadius: 0.35, signal: contrast.artery)
    }
}
