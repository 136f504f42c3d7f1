/// How bright the fluid of a patient's two canals is: a dull canal alone is no tumour.
struct CanalFluid: Sendable {
    private let leftShare: Float
    private let rightShare: Float

    /// Most canals as they are, some duller, as where flow or susceptibility take signal away.
    init(random: inout CounterRandom) {
        func draw() -> Float {
            random.chance(0.35) ? Float(random.uniform(0.6, 0.95)) : 1
        }
        leftShare = draw()
        rightShare = draw()
    }

    /// The dimming of a canal, given in the patient's frame; nil where it is left as it is.
    func dimming(
        _ canal: HeadAnatomy.Ear, side: TumourSide, in geometry: ScanGeometry
    ) -> CanalDimming? {
        let share = side == .left ? leftShare : rightShare
        guard share < 1 else { return nil }
        return CanalDimming(
            porus: geometry.grid(canal.porus), fundus: geometry.grid(canal.fundus), share: share)
    }
}

/// The dimming of one canal in the grid frame of a scan.
struct CanalDimming {
    let porus: SIMD3<Float>
    let fundus: SIMD3<Float>
    let share: Float
    let lower: SIMD3<Float>
    let upper: SIMD3<Float>

    private static let radiusMm: Float = 2.5
    private static let softMm: Float = 1.5

    init(porus: SIMD3<Float>, fundus: SIMD3<Float>, share: Float) {
        self.porus = porus
        self.fundus = fundus
        self.share = share
        let reach = Self.radiusMm + Self.softMm
        lower = pointwiseMin(porus, fundus) - reach
        upper = pointwiseMax(porus, fundus) + reach
    }

    /// What the signal at a point is multiplied by.
    func factor(_ point: SIMD3<Float>) -> Float {
        let axis = fundus - porus
        let offset = point - porus
        let along = max(0, min(1, (offset * axis).sum() / (axis * axis).sum()))
        let distance = (offset - along * axis).lengthMm
        let cover = max(0, min(1, (Self.radiusMm + Self.softMm - distance) / Self.softMm))
        return 1 - cover * (1 - share)
    }
}
