extension Architecture {
    /// How many of the finest levels work within slices alone, kernels and strides alike.
    ///
    /// They can run slab by slab: all layers of a few slices before the next, while these are in the
    /// processor's cache. The bottom never counts.
    var planarLevels: Int {
        zip(kernels, strides).prefix { $0.depth == 1 && $1.depth == 1 }.count
    }

    /// The channels of each level's attention module between its two convolutions; 0 for no module.
    var hiddenWidths: [Int] {
        channels.enumerated().map { level, width in
            switch attention {
            case .none: 0
            case .gate: level < levels - 1 ? width / 2 : 0
            case .spatial: attendedSegments(level).reduce(0, +) / 2
            }
        }
    }
}

/// What becomes of the finest levels' features between the encoder and the decoder; the results are the
/// same, bit for bit.
public enum SkipFeatures: Sendable, Hashable {
    /// They wait in memory.
    case kept
    /// They are made a second time when the decoder wants them: about half the memory, for about a tenth
    /// more time.
    case recomputed
}

/// Where each tensor of a window lies, found by playing the network's steps once.
///
/// Tensors share the arena with those that are dead by then. Between the encoder and the decoder of
/// the planar levels only their skip features are alive, if they are kept: a window then needs about one
/// and a half feature maps of full resolution, and half of one otherwise.
struct WindowPlan {
    /// Bytes of a slab's tensors at the planar levels, at most, where more than one slice would be
    /// more: about what two cores have of the last cache.
    static let slabBytes = 16 << 20

    /// What a run is for.
    enum Purpose {
        /// The probability of every voxel.
        case everything
        /// The attention map of the level above the bottom, where to look; the planar levels'
        /// features then need not be kept.
        case proposals
    }

    private struct Tensor {
        let place: MemoryPlan.Place
        let blocks: Int
        let lanes: Int
        let shape: WindowShape
    }

    /// Floats of arena needed.
    var floats: Int { memory.peak }
    /// Slices of a slab.
    let slab: Int

    private let shapes: [WindowShape]
    private let blocks: [Int]
    private let hiddenBlocks: [Int]
    private let planar: Int
    /// Whether the planar levels' skip features are kept whole, for the decoder.
    private let keepsSkips: Bool
    private let purpose: Purpose
    private let bottom: Int
    private let attendsBeforeBottom: Bool
    private let isPaper: Bool
    private var memory = MemoryPlan()
    private var image: Tensor
    private var output: Tensor
    private var background: Tensor
    private var skip: [Tensor?]
    private var encoderMiddle: [Tensor?]
    private var pooled: [Tensor?]
    private var joined: [Tensor?]
    private var hidden: [Tensor?]
    private var map: [Tensor?]
    private var decoderMiddle: [Tensor?]
    private var decoded: [Tensor?]

    init(
        _ architecture: Architecture, window: WindowShape, slabBytes: Int = WindowPlan.slabBytes,
        purpose: Purpose = .everything, skips: SkipFeatures = .kept
    ) {
        let shapes = architecture.shapes(for: window)
        let blocks = architecture.channels.map { ChannelMap([$0]).blocks }
        let hiddenBlocks = architecture.hiddenWidths.map { $0 == 0 ? 0 : ChannelMap([$0]).blocks }
        let planar = architecture.planarLevels
        let slice = (0..<planar).reduce(0) { sum, level in
            let plane = Activation.size(
                batch: 1, blocks: 4 * blocks[level] + hiddenBlocks[level], lanes: 16,
                shape: WindowShape(
                    depth: 1, height: shapes[level].height, width: shapes[level].width))
            return sum + plane * MemoryLayout<Float>.stride
        }
        slab = planar == 0 ? window.depth : min(window.depth, max(1, slabBytes / slice))
        self.shapes = shapes
        self.blocks = blocks
        self.hiddenBlocks = hiddenBlocks
        self.planar = planar
        self.purpose = purpose
        keepsSkips = purpose == .everything && skips == .kept
        bottom = architecture.levels - 1
        attendsBeforeBottom = architecture.attendsBeforeBottom
        isPaper = architecture.family == .paper
        let none = [Tensor?](repeating: nil, count: architecture.levels)
        (skip, encoderMiddle, pooled, joined) = (none, none, none, none)
        (hidden, map, decoderMiddle, decoded) = (none, none, none, none)
        image = Self.take(&memory, 1, window, lanes: 1)
        output = purpose == .everything ? Self.take(&memory, 1, window, lanes: 1) : image
        background = purpose == .everything ? Self.take(&memory, 1, window, lanes: 1) : image
        let firstMap = purpose == .everything ? 0 : bottom - 1
        for level in firstMap...bottom where hiddenBlocks[level] > 0 {
            map[level] = Self.take(&memory, 1, shapes[level], lanes: 1)
        }
        encode()
        switch purpose {
        case .everything: decode()
        case .proposals: propose()
        }
    }

    private static func take(
        _ memory: inout MemoryPlan, _ blocks: Int, _ shape: WindowShape, lanes: Int = 16
    ) -> Tensor {
        let size = Activation.size(batch: 1, blocks: blocks, lanes: lanes, shape: shape)
        return Tensor(place: memory.reserve(size), blocks: blocks, lanes: lanes, shape: shape)
    }

    private mutating func take(_ blocks: Int, _ shape: WindowShape) -> Tensor {
        Self.take(&memory, blocks, shape)
    }

    private mutating func release(_ tensor: Tensor?) {
        if let tensor { memory.release(tensor.place) }
    }

    /// A slab of a level.
    private func slabShape(_ level: Int) -> WindowShape {
        WindowShape(depth: slab, height: shapes[level].height, width: shapes[level].width)
    }

    private mutating func encode() {
        for level in 0..<planar {
            skip[level] = take(blocks[level], keepsSkips ? shapes[level] : slabShape(level))
            encoderMiddle[level] = take(blocks[level], slabShape(level))
            let isLast = level == planar - 1
            pooled[level] = take(
                blocks[level], isLast ? shapes[level + 1] : slabShape(level + 1))
        }
        // Where the encoder runs again beside the decoder, its slabs stay where they are.
        for level in 0..<planar where keepsSkips || purpose == .proposals {
            release(encoderMiddle[level])
            if !keepsSkips { release(skip[level]) }
            if level < planar - 1 { release(pooled[level]) }
        }
        for level in planar...bottom {
            if level == bottom, attendsBeforeBottom { reserveHidden(level) }
            let isJoined = level < bottom && (purpose == .everything || level == bottom - 1)
            let whole = take((isJoined ? 2 : 1) * blocks[level], shapes[level])
            skip[level] = whole
            if level < bottom { joined[level] = whole }
            encoderMiddle[level] = take(blocks[level], shapes[level])
            release(encoderMiddle[level])
            if level > 0 { release(pooled[level - 1]) }
            if level < bottom { pooled[level] = take(blocks[level], shapes[level + 1]) }
            if purpose == .proposals, level < bottom - 1 { release(whole) }
        }
    }

    private mutating func propose() {
        decoded[bottom] = skip[bottom]
        if !attendsBeforeBottom { reserveHidden(bottom) }
        reserveHidden(bottom - 1)
    }

    private mutating func reserveHidden(_ level: Int) {
        guard hiddenBlocks[level] > 0 else { return }
        hidden[level] = take(hiddenBlocks[level], shapes[level])
        release(hidden[level])
    }

    private mutating func decode() {
        // The bottom's features go up as they are.
        decoded[bottom] = skip[bottom]
        if !attendsBeforeBottom { reserveHidden(bottom) }
        for level in (planar..<bottom).reversed() {
            reserveHidden(level)
            release(decoded[level + 1])
            if isPaper {
                decoderMiddle[level] = take(blocks[level], shapes[level])
                release(joined[level])
                decoded[level] = take(blocks[level], shapes[level])
                release(decoderMiddle[level])
            } else if level > 0 {
                // The convolution around the unit reads the concatenation last.
                decoded[level] = take(blocks[level], shapes[level])
                release(joined[level])
            }
        }
        for level in 0..<planar {
            let shape = slabShape(level)
            joined[level] = take(2 * blocks[level], shape)
            if hiddenBlocks[level] > 0 { hidden[level] = take(hiddenBlocks[level], shape) }
            if isPaper { decoderMiddle[level] = take(blocks[level], shape) }
            if isPaper || level > 0 { decoded[level] = take(blocks[level], shape) }
        }
    }

    func tensors(in arena: Arena) -> WindowTensors {
        func at(_ tensor: Tensor) -> Activation {
            Activation(
                memory: arena.base + tensor.place.offset, batch: 1, blocks: tensor.blocks,
                lanes: tensor.lanes, shape: tensor.shape)
        }
        // What an architecture does not have is never run on.
        func all(_ tensors: [Tensor?]) -> [Activation] { tensors.map { at($0 ?? image) } }
        let lower = zip(all(skip), blocks).map { $0.channelBlocks(0..<$1) }
        return WindowTensors(
            slab: slab, keepsSkips: keepsSkips, image: at(image), skip: lower,
            encoderMiddle: all(encoderMiddle),
            pooled: all(pooled), joined: all(joined), hidden: all(hidden), map: all(map),
            decoderMiddle: all(decoderMiddle), decoded: all(decoded), output: at(output),
            background: at(background))
    }
}
