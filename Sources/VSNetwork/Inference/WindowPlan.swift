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

/// Where each tensor of a window lies, found by playing the network's steps once.
///
/// Tensors share the arena with those that are dead by then. What of a level is whole and what holds a
/// slab of slices only is for ``MemoryUse`` to say.
struct WindowPlan {
    /// Bytes of a slab's tensors at the planar levels, at most, where one slice is not more: about what
    /// two cores have of the last cache.
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

        /// The first blocks of it, in its place.
        func first(_ count: Int) -> Tensor {
            Tensor(place: place, blocks: count, lanes: lanes, shape: shape)
        }
    }

    /// Floats of arena needed.
    var floats: Int { memory.peak }
    /// Slices of a slab of the planar levels.
    let slab: Int
    /// The level below the planar ones where it runs in slabs, too.
    let slabbedLevel: Int?
    /// The finest level that runs on all slices at once.
    var firstWhole: Int { slabbedLevel.map { $0 + 1 } ?? planar }

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
    private var slabSkip: Tensor?
    private var slabMap: Tensor?
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
        purpose: Purpose = .everything, memory use: MemoryUse = .fast
    ) {
        let shapes = architecture.shapes(for: window)
        let blocks = architecture.channels.map { ChannelMap([$0]).blocks }
        let hiddenBlocks = architecture.hiddenWidths.map { $0 == 0 ? 0 : ChannelMap([$0]).blocks }
        let planar = architecture.planarLevels
        let slice = (0..<planar).reduce(0) { sum, level in
            let plane = Activation.size(
                batch: 1, blocks: 3 * blocks[level] + max(blocks[level], hiddenBlocks[level]),
                lanes: 16,
                shape: WindowShape(
                    depth: 1, height: shapes[level].height, width: shapes[level].width))
            return sum + plane * MemoryLayout<Float>.stride
        }
        let budget = use == .least ? 0 : slabBytes
        slab = planar == 0 ? window.depth : min(window.depth, max(1, budget / slice))
        self.shapes = shapes
        self.blocks = blocks
        self.hiddenBlocks = hiddenBlocks
        self.planar = planar
        self.purpose = purpose
        keepsSkips = purpose == .everything && use == .fast
        bottom = architecture.levels - 1
        // A residual network's way up reaches further than the halo.
        let canSlab = planar < bottom - 1 && architecture.family == .paper
        slabbedLevel = use == .least && canSlab ? planar : nil
        attendsBeforeBottom = architecture.attendsBeforeBottom
        isPaper = architecture.family == .paper
        let none = [Tensor?](repeating: nil, count: architecture.levels)
        (skip, encoderMiddle, pooled, joined) = (none, none, none, none)
        (hidden, map, decoderMiddle, decoded) = (none, none, none, none)
        // Of the image, the output and the finest maps there is no more at a time than of the features.
        let (imageSlices, outputSlices) =
            planar > 0
            ? (slab, slab)
            : slabbedLevel == 0
                ? (HaloSlab.mostSeen, HaloSlab.most) : (window.depth, window.depth)
        func scalar(_ level: Int, _ slices: Int) -> WindowShape {
            WindowShape(
                depth: min(window.depth, slices), height: shapes[level].height,
                width: shapes[level].width)
        }
        image = Self.take(&memory, 1, scalar(0, imageSlices), lanes: 1)
        output = image
        background = image
        if purpose == .everything {
            output = Self.take(&memory, 1, scalar(0, outputSlices), lanes: 1)
        }
        let firstMap = purpose == .everything ? 0 : bottom - 1
        for level in firstMap...bottom where hiddenBlocks[level] > 0 {
            map[level] = Self.take(
                &memory, 1, level < planar ? scalar(level, slab) : shapes[level], lanes: 1)
        }
        encode()
        switch purpose {
        case .everything:
            decode()
            background = Self.take(&memory, 1, output.shape, lanes: 1)
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

    /// A slab of the level below the planar ones, with its halo.
    private func seenShape(_ level: Int) -> WindowShape {
        var shape = shapes[level]
        shape.depth = min(shape.depth, HaloSlab.mostSeen)
        return shape
    }

    private mutating func encode() {
        for level in 0..<planar {
            skip[level] = take(blocks[level], keepsSkips ? shapes[level] : slabShape(level))
            // Where the encoder runs again beside the decoder, they share it.
            encoderMiddle[level] = take(
                keepsSkips || purpose == .proposals ? blocks[level] : scratchBlocks(level),
                slabShape(level))
            let next = level + 1
            pooled[level] = take(
                blocks[level],
                next < planar
                    ? slabShape(next) : next == slabbedLevel ? seenShape(next) : shapes[next])
        }
        if let slabbedLevel { encodeInSlabs(slabbedLevel) }
        // Where the encoder runs again beside the decoder, its slabs stay where they are.
        for level in 0..<planar where keepsSkips || purpose == .proposals {
            release(encoderMiddle[level])
            if !keepsSkips { release(skip[level]) }
            if level < planar - 1 { release(pooled[level]) }
        }
        for level in firstWhole...bottom {
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

    /// The level's skip features are whole; what makes them holds a slab with its halo.
    private mutating func encodeInSlabs(_ level: Int) {
        let seen = seenShape(level)
        skip[level] = take(blocks[level], shapes[level])
        encoderMiddle[level] = take(blocks[level], seen)
        slabSkip = take(blocks[level], seen)
        release(encoderMiddle[level])
        release(slabSkip)
        if level > 0 { release(pooled[level - 1]) }
        pooled[level] = take(blocks[level], shapes[level + 1])
        if purpose == .proposals { release(skip[level]) }
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
            if level == slabbedLevel {
                decodeInSlabs(level)
                continue
            }
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
        for level in 0..<planar { decodePlanar(level) }
    }

    /// Of a slab of a planar level there is no more than must be, so that it stays in the cache: the hidden
    /// features and what lies between the units share a place, and what comes out goes over what went in.
    private mutating func decodePlanar(_ level: Int) {
        let shape = slabShape(level)
        let isJoinedInPlace = blocks[level] == 1 && (isPaper || level > 0)
        joined[level] = take((isJoinedInPlace ? 1 : 2) * blocks[level], shape)
        let scratch =
            keepsSkips
            ? take(scratchBlocks(level), shape) : encoderMiddle[level]?.first(scratchBlocks(level))
        hidden[level] = hiddenBlocks[level] > 0 ? scratch?.first(hiddenBlocks[level]) : nil
        if isPaper {
            decoderMiddle[level] = scratch?.first(blocks[level])
        } else if level > 0 {
            // The convolution around the unit reads the concatenation last.
            decoded[level] = take(blocks[level], shape)
        }
    }

    private func scratchBlocks(_ level: Int) -> Int { max(blocks[level], hiddenBlocks[level]) }

    /// What lies here stays until the last slab: nothing else may come into its place.
    private mutating func decodeInSlabs(_ level: Int) {
        let seen = seenShape(level)
        let whole = take(2 * blocks[level], seen)
        joined[level] = whole
        // The hidden features are dead when the units run, and what the second unit reads is no longer the
        // concatenation. Borders lie in the same places and stay zero.
        let scratch = take(scratchBlocks(level), seen)
        decoderMiddle[level] = scratch.first(blocks[level])
        decoded[level] = whole.first(blocks[level])
        guard hiddenBlocks[level] > 0 else { return }
        hidden[level] = scratch.first(hiddenBlocks[level])
        slabMap = Self.take(&memory, 1, seen, lanes: 1)
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
            slab: slab, slabbedLevel: slabbedLevel, firstWhole: firstWhole,
            keepsSkips: keepsSkips, image: at(image), skip: lower,
            encoderMiddle: zip(all(encoderMiddle), blocks).map {
                $0.channelBlocks(0..<min($1, $0.blocks))
            },
            pooled: all(pooled), joined: all(joined), hidden: all(hidden), map: all(map),
            decoderMiddle: all(decoderMiddle), decoded: all(decoded), output: at(output),
            background: at(background), slabSkip: at(slabSkip ?? image),
            slabMap: at(slabMap ?? image))
    }
}
