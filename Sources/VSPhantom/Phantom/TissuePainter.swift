/// The signal at one pixel from the interpolated fields, edges softened over about a pixel.
struct TissuePainter {
    let contrast: PhantomContrast
    let anatomy: HeadAnatomy
    /// Width over which an edge is softened, mm.
    let edgeMm: Float

    /// The fields at one pixel; `values` holds one per case of `HeadField`, `stride` apart.
    struct Fields {
        let values: UnsafePointer<Float>
        let stride: Int
        subscript(_ field: HeadField) -> Float { values[field.rawValue * stride] }
    }

    @inline(__always)
    private func cover(_ distance: Float) -> Float { max(0, min(1, 0.5 - distance / edgeMm)) }

    @inline(__always)
    private func cover(_ distance: Float, _ widthMm: Float) -> Float {
        max(0, min(1, 0.5 - distance / widthMm))
    }

    @inline(__always)
    private func mix(_ from: Float, _ to: Float, _ share: Float) -> Float {
        from + share * (to - from)
    }

    /// The signal at a pixel; `point` is its place in the head's frame.
    func signal(_ f: Fields, at point: () -> SIMD3<Float>) -> Float {
        let skin = f[.skin]
        guard skin < edgeMm else { return 0 }
        let cavity = min(f[.fossa], f[.temporal])
        var value: Float = 0
        if cavity > -edgeMm { value = outside(f, skin: skin, cavity: cavity, at: point) }
        if cavity < edgeMm {
            value = mix(value, inside(f), cover(cavity))
        }
        return value * cover(skin)
    }

    /// Within the skull: the posterior fossa, and what lies above the tentorium.
    private func inside(_ f: Fields) -> Float {
        guard f[.fossa] > -edgeMm else { return fossa(f) }
        guard f[.temporal] < edgeMm else { return fossa(f) }
        let above = mix(temporal(f), contrast.dura, cover(f[.fossa].magnitude - 0.35))
        return f[.fossa] > edgeMm ? above : mix(above, fossa(f), cover(f[.fossa]))
    }

    private func outside(
        _ f: Fields, skin: Float, cavity: Float, at point: () -> SIMD3<Float>
    ) -> Float {
        let coarse = f[.coarseNoise]
        let fine = f[.fineNoise]
        let depth = -skin
        let scalp = depth < anatomy.scalpMm + 2
        // Between skin and bone: fat, crossed by muscle and by strands.
        let ridge = (0.8 * coarse + 0.4 * fine + anatomy.fatPlanes).magnitude
        let strands = max(0, min(0.9, (ridge - 0.1) * 3.2))
        var value = contrast.fat * (0.9 + 0.1 * fine)
        if !scalp { value = mix(value, contrast.muscle, strands) }
        value = mix(value, contrast.muscle * (1 + 0.25 * fine), cover(f[.muscle], 1.5))
        if depth < 1.8 { value = contrast.skin }
        let bone = f[.bone]
        if bone < 1 {
            value = mix(value, boneSignal(f, cavity: cavity, at: point), cover(bone, 0.8))
        }
        let clivus = f[.clivus]
        if clivus < 1 {
            value = mix(value, contrast.marrow * (1.1 + 0.2 * fine), cover(clivus, 1))
        }
        let air = f[.air]
        if air < 1.4 {
            let lining = contrast.mucosa * 0.7
            value = mix(value, mix(lining, contrast.bone, 0.35), cover(air - 0.7, 0.8))
            let inside = anatomy.sinusFilled && coarse > 0.2 ? contrast.mucosa : 0
            value = mix(value, inside, cover(air))
        }
        let eye = f[.eye]
        if eye < 2 {
            value = mix(value, contrast.muscle, cover(eye - 0.8))
            value = mix(value, contrast.vitreous, cover(eye))
        }
        if cavity < 0.9 { value = mix(value, contrast.dura, cover(cavity - 0.5)) }
        return value
    }

    private func boneSignal(
        _ f: Fields, cavity: Float, at point: () -> SIMD3<Float>
    ) -> Float {
        var value = contrast.bone
        let mastoid = f[.mastoid]
        let inner = min(-f[.bone] - 1.2, cavity - 2.4)
        if inner > 0, mastoid > 0 {
            let fat = f[.coarseNoise] * 0.9 + anatomy.apexMarrow + 0.3 * f[.fineNoise]
            let share = max(0, min(1, fat)) * min(1, inner)
            value = mix(value, contrast.marrow, share)
        }
        if mastoid < 1 {
            let p = point()
            let cells = anatomy.noise.value(p * 0.75) + 0.5 * anatomy.noise.value(p * 1.6)
            let wall = max(0, min(1, cells * 0.8 - anatomy.pneumatisation + 0.25))
            let lit = contrast.bone + wall * contrast.mucosa * anatomy.mastoidFluid
            value = mix(value, lit, cover(mastoid, 2))
        }
        return value
    }

    private func fossa(_ f: Fields) -> Float {
        var value = contrast.fluid * (1 - contrast.flowLoss * flowShare(f))
        let fluid = value
        let cerebellum = f[.cerebellum]
        if cerebellum < edgeMm {
            value = mix(value, foliaSignal(f), cover(cerebellum))
        }
        let stem = f[.stem]
        if stem < edgeMm {
            let tissue = mix(contrast.white, contrast.grey, 0.3) * (1 + 0.03 * f[.fineNoise])
            value = mix(value, tissue, cover(stem))
        }
        let ventricle = f[.ventricle]
        if ventricle < edgeMm { value = mix(value, fluid, cover(ventricle)) }
        return value
    }

    /// How much of the fluid's signal flow takes away here, as a share of the most it takes.
    private func flowShare(_ f: Fields) -> Float {
        max(0, min(1, 0.4 + 0.5 * f[.coarseNoise] + 0.3 * f[.fineNoise]))
    }

    private func foliaSignal(_ f: Fields) -> Float {
        let strength = f[.foliaStrength]
        let wave = 0.5 + 0.5 * FastMath.sine(f[.foliaPhase] * (2 * .pi))
        let core = max(0, min(1, (0.28 - strength) * 5))
        let lamella = max(0, min(1, (0.3 - wave) * 4))
        let tissue = mix(
            contrast.grey, contrast.white, max(core, lamella * min(1, strength * 2)))
        // Sulci narrow with depth and fade out.
        let threshold = 1.05 - anatomy.foliaWidth * strength * (1 + 0.4 * f[.coarseNoise])
        let sulcus =
            max(0, min(1, (wave - threshold) * 6 + 0.5)) * min(1, strength * 2.5)
            * max(0, min(1, 0.75 + 0.5 * f[.fineNoise]))
        return mix(
            tissue * (1 + 0.03 * f[.fineNoise]), contrast.fluid, sulcus * anatomy.foliaContrast)
    }

    private func temporal(_ f: Fields) -> Float {
        let depth = -f[.temporal]
        let gyrus = f[.gyrus].magnitude
        let rim = max(0.1, 0.7 + 0.7 * f[.fineNoise])
        let cortex = cover(depth - 4.5, 1.5)
        let grey = max(cortex, max(0, min(1, (0.55 - gyrus) * 5)))
        let tissue = mix(contrast.white, contrast.grey, grey) * (1 + 0.03 * f[.fineNoise])
        let open = max(0, min(1, (16 - depth) / 4))
        let sulcus = max(0, min(1, (0.12 - gyrus) * 12 + 0.4)) * open
        return mix(contrast.fluid, tissue, cover(rim - depth) * (1 - 0.9 * sulcus))
    }
}
