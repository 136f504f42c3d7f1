import VSImaging

/// Grid and spacing of one exam: mostly a slab through the canals, now and then a whole head.
struct CompositeProtocol {
    var shape: GridShape
    var spacing: Spacing
    /// From the point between the pori to the middle of the field of view, mm.
    var middle: SIMD3<Float>

    /// Draws a protocol; heads without a tumour are often shown whole in thick slices, as routine
    /// scans are, so that a network learns to stay silent there.
    init(hasTumour: Bool, random: inout CounterRandom) {
        let kind = random.uniform()
        let isWhole = random.chance(hasTumour ? 0.05 : 0.35)
        let isThick = kind > 0.88
        let inPlane =
            isWhole
            ? random.uniform(0.45, hasTumour ? 0.65 : 0.9)
            : random.chance(0.5) ? 0.4 : random.uniform(0.36, 0.52)
        let depth =
            isWhole
            ? random.uniform(2, hasTumour ? 3.3 : 5.5)
            : isThick
                ? random.uniform(2.4, 3.4)
                : kind < 0.65 ? 1.5 : kind < 0.8 ? 1.0 : random.uniform(1.0, 2)
        let wide = isWhole ? random.uniform(170, 190) : random.uniform(130, 190)
        let high = isWhole ? random.uniform(200, 222) : random.uniform(105, 190)
        let deep = isWhole ? random.uniform(95, 125) : random.uniform(42, 58)
        spacing = Spacing(depth: depth, height: inPlane, width: inPlane)
        shape = GridShape(
            depth: Int(deep / depth), height: Int(high / inPlane / 2) * 2,
            width: Int(wide / inPlane / 2) * 2)
        // The canals lie low in a whole head.
        middle = isWhole ? [0, -6, 40] : [0, high > 150 ? 0 : 7, 2]
    }
}
