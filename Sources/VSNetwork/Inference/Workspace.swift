import CKernels

/// The memory of one run for one window, planned ahead; owned by one run at a time.
///
/// See ``WindowPlan`` for what it holds.
public final class Workspace {
    /// The window it is for.
    public let window: WindowShape
    let tensors: WindowTensors
    private let arena: Arena

    /// Bytes of activations this workspace holds.
    public var bytes: Int { arena.count * MemoryLayout<Float>.stride }

    init(
        architecture: Architecture, window: WindowShape, slabBytes: Int = WindowPlan.slabBytes,
        purpose: WindowPlan.Purpose = .everything, memory use: MemoryUse = .fast,
        reusing old: consuming Workspace? = nil
    ) throws(NetworkError) {
        try architecture.check(window)
        let plan = WindowPlan(
            architecture, window: window, slabBytes: slabBytes, purpose: purpose, memory: use)
        arena = try Self.arena(plan.floats, reusing: old)
        tensors = plan.tensors(in: arena)
        self.window = window
    }

    /// The old workspace's memory where it suffices; otherwise that is given back before more is taken.
    private static func arena(
        _ floats: Int, reusing old: consuming Workspace?
    ) throws(NetworkError) -> Arena {
        if let arena = old.take()?.arena, arena.count >= floats { return arena }
        return try Arena(count: floats)
    }
}

/// The tensors of one run, by level.
///
/// Of a planar level (``Architecture/planarLevels``) only the last level's `pooled` and, if it is kept, `skip`
/// are whole; the others hold a slab of slices, as the image and the output do. Of the level below, if that
/// runs in slabs, `map`, `pooled` and `skip` are whole; the others, and the last planar level's `pooled`, hold
/// a slab with its halo.
struct WindowTensors {
    /// Slices of a slab of the planar levels.
    var slab: Int
    /// The level below the planar ones where it runs in slabs, too.
    var slabbedLevel: Int?
    /// The finest level that runs on all slices at once.
    var firstWhole: Int
    /// Whether the planar levels' `skip` is whole, for a decoder, or of a slab, too.
    var keepsSkips: Bool
    var image: Activation
    /// The encoder's output of each level; of a level that is not planar the lower half of `joined`.
    var skip: [Activation]
    var encoderMiddle: [Activation]
    var pooled: [Activation]
    /// [skip, up] of each level but the bottom.
    var joined: [Activation]
    var hidden: [Activation]
    var map: [Activation]
    var decoderMiddle: [Activation]
    /// The decoder's output; of the bottom, the encoder's.
    var decoded: [Activation]
    var output: Activation
    var background: Activation
    /// The slabbed level's skip features and attention map, with the halo.
    var slabSkip: Activation
    var slabMap: Activation
}

/// Zeroes the border of a tensor whose memory held another before.
func clearBorder(_ x: Activation) {
    var raw = x.raw
    vsdb_clear_border_f32(&raw)
}
