/// What a run's memory is spent on; the results are the same, bit for bit.
public enum MemoryUse: Sendable, Hashable, CaseIterable {
    /// The finest levels' features wait in memory for the decoder: about one and a half feature maps of
    /// full resolution.
    case fast
    /// They are made a second time when the decoder wants them: about half the memory, for about a tenth
    /// more time.
    case lean
    /// The first level with kernels in depth runs in slabs of slices as well, each with a halo of those
    /// that its features depend on, which are made again for each slab; the planar levels make one slice
    /// at a time.
    case least
}

/// Slices of a level with kernels in depth that are made together, and those around them that they
/// depend on.
struct HaloSlab {
    /// Slices on either side.
    ///
    /// Where a slab ends inside the window, the first unit's last slice is wrong; by the second unit so is
    /// the whole quad it lies in, since the four slices of Winograd's cubes share their rounding. Slabs and
    /// halos are whole quads, and so the slices wanted have the bits of a run over everything. The attention
    /// map is made before, in slabs of its own: two more convolutions would reach further.
    static let halo = 4
    /// Slices of a slab without its halo: as many as there are in both halos, which bounds the work to
    /// twice that of the whole.
    static let most = 2 * halo
    /// Slices of a slab with its halo, at most.
    static let mostSeen = most + 2 * halo

    /// The slices wanted.
    let own: Range<Int>
    /// The slices made.
    let seen: Range<Int>
    /// The slices wanted, counted from the first one made.
    var inner: Range<Int> { place(of: own) }

    /// A range of the window's slices, counted from the first one made.
    func place(of slices: Range<Int>) -> Range<Int> {
        slices.lowerBound - seen.lowerBound..<slices.upperBound - seen.lowerBound
    }

    /// The slabs of `depth` slices, in order.
    static func all(of depth: Int) -> [HaloSlab] {
        stride(from: 0, to: depth, by: most).map { start in
            let end = min(start + most, depth)
            return HaloSlab(
                own: start..<end, seen: max(0, start - halo)..<min(end + halo, depth))
        }
    }

    /// One slab of everything.
    static func whole(_ depth: Int) -> HaloSlab { HaloSlab(own: 0..<depth, seen: 0..<depth) }
}

extension Range<Int> {
    /// The same slices on a level with a stride of `stride` in depth above it; both ends are multiples.
    func divided(by stride: Int) -> Range<Int> { lowerBound / stride..<upperBound / stride }

    /// A range of as many, from 0.
    var fromZero: Range<Int> { 0..<count }
}
