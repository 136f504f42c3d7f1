import Foundation

extension HeadAnatomy.Ear {
    /// The canal and the labyrinth: bright fluid in the petrous bone.
    func fluidSpaces(_ contrast: PhantomContrast, random: inout CounterRandom) -> [Tube] {
        var tubes = canal(contrast)
        let fundus = lengthMm
        let fluid = contrast.labyrinth
        let centre = SIMD3<Float>(fundus + 4.2, -4.6, -1.4)
        tubes += cochlea(centre, signal: fluid)
        let vestibule = SIMD3<Float>(fundus + 4.6, 1.7, 0.6)
        tubes.append(
            tube(vestibule + [-0.8, -1.3, -0.8], vestibule + [0.9, 1.4, 1.2], 1.85, fluid))
        // Cochlea and vestibule join at the base.
        tubes.append(tube(vestibule + [-0.5, -1.5, -1], centre + [0.5, 2.4, 0.2], 0.9, fluid))
        let bore = Float(random.uniform(0.5, 0.75))
        let tilt = Float(random.uniform(-0.35, 0.35))
        tubes += ring(
            vestibule + [2.9, 2.4, 0.6], radius: 2.9, [0.9, 0.1, 0], [-0.1, 0.9, tilt], bore, fluid)
        tubes += ring(
            vestibule + [0.2, -0.6, 3.6], radius: 3.3, [0.65, -0.7, 0], [0, 0, 1], bore, fluid)
        tubes += ring(
            vestibule + [1.2, 3.6, 1.2], radius: 3.2, [0.75, 0.65, 0], [0, 0.1, 1], bore, fluid)
        return tubes
    }

    private func canal(_ contrast: PhantomContrast) -> [Tube] {
        let flare = Tube(
            start: head([-1.2, 0.2, 0]), end: head([1.5, 0, 0]), startRadius: porusRadiusMm * 1.25,
            endRadius: porusRadiusMm, signal: contrast.fluid * fluidShare,
            onlyBrightens: true)
        let bore = Tube(
            start: head([0, 0, 0]), end: head([lengthMm - fundusRadiusMm, 0, 0]),
            startRadius: porusRadiusMm, endRadius: fundusRadiusMm,
            signal: contrast.fluid * fluidShare,
            onlyBrightens: true)
        return [flare, bore]
    }

    private func cochlea(_ centre: SIMD3<Float>, signal: Float) -> [Tube] {
        let axis = CanalFrame.unit([0.62, -0.76, -0.15])
        let a = CanalFrame.unit(CanalFrame.cross(axis, [0, 0, 1]))
        let b = CanalFrame.cross(a, axis)
        let points = (0...44).map { index -> SIMD3<Float> in
            let turn = Float(index) / 18
            let angle = 2 * .pi * turn + 0.6
            let radius = 3.4 * (1 - 0.3 * turn)
            return head(
                centre + radius * (cos(angle) * a + sin(angle) * b) + (1.2 * turn - 1.2) * axis)
        }
        return Tube.string(points, radius: 1.05, endRadius: 0.8, signal: signal)
    }

    private func ring(
        _ centre: SIMD3<Float>, radius: Float, _ u: SIMD3<Float>, _ v: SIMD3<Float>,
        _ bore: Float, _ signal: Float
    ) -> [Tube] {
        let points = (0...24).map { index -> SIMD3<Float> in
            let angle = 2 * .pi * Float(index) / 24
            return head(
                centre + radius
                    * (cos(angle) * CanalFrame.unit(u) + sin(angle) * CanalFrame.unit(v)))
        }
        return Tube.string(points, radius: bore, signal: signal)
    }

    private func tube(
        _ from: SIMD3<Float>, _ to: SIMD3<Float>, _ radius: Float, _ signal: Float
    ) -> Tube {
        Tube(
            start: head(from), end: head(to), startRadius: radius, endRadius: radius,
            signal: signal)
    }

    /// Facial, cochlear and vestibular nerves from the brainstem to the fundus.
    func nerves(_ contrast: PhantomContrast, random: inout CounterRandom) -> [Tube] {
        var tubes: [Tube] = []
        let root = SIMD3<Float>(
            side * Float(random.uniform(12, 14)), Float(random.uniform(4, 8)),
            porus.z + Float(random.uniform(-3, 0)))
        let quadrants: [SIMD3<Float>] = [
            [0, -0.9, 0.9], [0, -0.9, -0.9], [0, 0.9, 0.9], [0, 0.9, -0.9],
        ]
        for (index, corner) in quadrants.enumerated() {
            let start = root + (index == 0 ? SIMD3(0, -1.6, 0.9) : SIMD3(0, 0.3, 0))
            let spread = max(0.55, 0.5 * fundusRadiusMm)
            let sag = Float(random.uniform(-0.7, 0.7))
            let middle = 0.5 * (start + porus) + [0, sag, Float(random.uniform(-0.7, 0.7))]
            let radius = Float(random.uniform(0.38, 0.62)) * (index == 0 ? 1.1 : 1)
            tubes += Tube.curve(
                [
                    start, middle, head([0.5, 0.5 * corner.y, 0.5 * corner.z]),
                    head([0.6 * lengthMm, corner.y * spread, corner.z * spread]),
                    head([lengthMm + 0.5, corner.y * spread, corner.z * spread]),
                ], radius: radius * 1.15, endRadius: radius * 0.85, signal: contrast.nerve)
        }
        return tubes
    }
}
