import CKernels

/// The order of the network's steps.
///
/// The planar levels run slab by slab, all layers of a few slices before the next. A level below them
/// runs as a whole, or the first of them in slabs with their halo, as ``MemoryUse`` wants it.
extension PreparedUNet {
    /// Runs everything but the classifier.
    ///
    /// - Parameters:
    ///   - input: the window's voxels.
    ///   - workspace: memory for the window's shape.
    ///   - see: told of the attention maps by level, those of the planar levels slab by slab.
    ///   - classify: told of each slab of the finest features that is ready, and its slices.
    func run(
        _ input: UnsafeBufferPointer<Float>, workspace: Workspace,
        see: (Int, Activation) -> Void = { _, _ in },
        classify: (Activation, Range<Int>) -> Void
    ) {
        let tensors = workspace.tensors
        let planar = architecture.planarLevels
        let depth = workspace.window.depth
        encode(input, workspace: workspace)
        let firstWhole = tensors.firstWhole
        for level in (firstWhole..<bottom).reversed() { decode(level, tensors) }
        clearBorders(
            0..<firstWhole, tensors.joined, tensors.hidden, tensors.decoderMiddle, tensors.decoded)
        let parts = tensors.slabbedLevel == nil ? [.whole(depth)] : HaloSlab.all(of: depth)
        if let level = tensors.slabbedLevel { score(level, parts, tensors) }
        let finest = decoder[0] == nil ? tensors.joined[0] : tensors.decoded[0]
        for part in parts {
            if let level = tensors.slabbedLevel { decode(level, part, tensors) }
            guard planar > 0 else {
                classify(finest.slices(part.inner), part.own)
                continue
            }
            for range in slabs(of: part.own, tensors.slab) {
                if !tensors.keepsSkips {
                    for level in 0..<planar { encodeSlab(level, range, input, tensors) }
                }
                var features = tensors.decoded[planar].slices(part.place(of: range))
                for level in (0..<planar).reversed() {
                    features = decodeSlab(level, range, features, tensors)
                    if attention[level] != nil {
                        see(level, tensors.map[level].slices(range.fromZero))
                    }
                }
                classify(features, range)
            }
        }
        for level in planar...bottom where attention[level] != nil {
            if level == tensors.slabbedLevel { sigmoid(tensors.map[level]) }
            see(level, tensors.map[level])
        }
    }

    /// Runs the encoder with the bottom and its attention.
    func encode(_ input: UnsafeBufferPointer<Float>, workspace: Workspace) {
        precondition(input.count == workspace.window.count, "one value per voxel of the window")
        let tensors = workspace.tensors
        let planar = architecture.planarLevels
        let depth = workspace.window.depth
        clearBorder(tensors.image)
        clearBorders(0..<planar, tensors.encoderMiddle, tensors.pooled, tensors.skip)
        if let level = tensors.slabbedLevel {
            clearBorders(level..<level + 1, tensors.encoderMiddle, tensors.skip)
            clearBorder(tensors.slabSkip)
            for part in HaloSlab.all(of: depth) { encode(level, part, input, tensors) }
            clearBorder(tensors.pooled[level])
            downsample[level].run(tensors.skip[level], into: tensors.pooled[level])
        } else if planar == 0 {
            pack(input, 0..<depth, tensors)
        } else {
            for range in slabs(of: 0..<depth, tensors.slab) {
                for level in 0..<planar { encodeSlab(level, range, input, tensors, below: range) }
            }
        }
        for level in tensors.firstWhole...bottom { encode(level, tensors) }
        guard !architecture.attendsBeforeBottom else { return }
        attend(bottom, tensors.skip[bottom], tensors.hidden[bottom], map: tensors.map[bottom])
    }

    /// The image's slices `range`, from the first of its tensor on.
    private func pack(
        _ input: UnsafeBufferPointer<Float>, _ range: Range<Int>, _ tensors: WindowTensors
    ) {
        var slab = tensors.image.slices(range.fromZero).raw
        let plane = tensors.image.shape.height * tensors.image.shape.width
        vsdb_pack_scalar_f32(input.baseAddress?.advanced(by: range.lowerBound * plane), &slab)
    }

    private func slabs(of slices: Range<Int>, _ slab: Int) -> [Range<Int>] {
        stride(from: slices.lowerBound, to: slices.upperBound, by: slab).map {
            $0..<min($0 + slab, slices.upperBound)
        }
    }

    /// The tensors of these levels lie where others lay before; the kernels leave borders alone.
    private func clearBorders(_ levels: Range<Int>, _ tensors: [Activation]...) {
        for list in tensors { for level in levels { clearBorder(list[level]) } }
    }

    private func encode(_ level: Int, _ tensors: WindowTensors) {
        let input = level == 0 ? tensors.image : tensors.pooled[level - 1]
        if level == bottom, architecture.attendsBeforeBottom {
            clearBorder(tensors.hidden[level])
            attend(level, input, tensors.hidden[level], map: tensors.map[level])
        }
        clearBorder(level == bottom ? tensors.skip[level] : tensors.joined[level])
        clearBorder(tensors.encoderMiddle[level])
        encoder[level].run(input, middle: tensors.encoderMiddle[level], into: tensors.skip[level])
        guard level < bottom else { return }
        clearBorder(tensors.pooled[level])
        downsample[level].run(tensors.skip[level], into: tensors.pooled[level])
    }

    /// A slab of the slabbed level's skip features, from the image.
    private func encode(
        _ level: Int, _ part: HaloSlab, _ input: UnsafeBufferPointer<Float>,
        _ tensors: WindowTensors
    ) {
        if level == 0 { pack(input, part.seen, tensors) }
        for range in slabs(of: part.seen, tensors.slab) {
            for finer in 0..<level {
                encodeSlab(finer, range, input, tensors, below: part.place(of: range))
            }
        }
        let seen = part.seen.fromZero
        let made = tensors.slabSkip.slices(seen)
        encoder[level].run(
            (level == 0 ? tensors.image : tensors.pooled[level - 1]).slices(seen),
            middle: tensors.encoderMiddle[level].slices(seen), into: made)
        copy(made.slices(part.inner), into: tensors.skip[level].slices(part.own))
    }

    /// The slices `range` of a planar level; `below` says where the last of these levels puts them for the
    /// next, nil where the next has had them before.
    private func encodeSlab(
        _ level: Int, _ range: Range<Int>, _ input: UnsafeBufferPointer<Float>,
        _ tensors: WindowTensors, below: Range<Int>? = nil
    ) {
        if level == 0 { pack(input, range, tensors) }
        let own = range.fromZero
        let skip = tensors.skip[level].slices(tensors.keepsSkips ? range : own)
        encoder[level].run(
            (level == 0 ? tensors.image : tensors.pooled[level - 1]).slices(own),
            middle: tensors.encoderMiddle[level].slices(own), into: skip)
        let isLast = level == architecture.planarLevels - 1
        guard let place = isLast ? below : own else { return }
        downsample[level].run(skip, into: tensors.pooled[level].slices(place))
    }

    /// Joins what comes from below with the encoder's features, and attends to them.
    func join(_ level: Int, _ tensors: WindowTensors) {
        let joined = tensors.joined[level]
        upsample[level].run(
            tensors.decoded[level + 1],
            into: joined.channelBlocks(joined.blocks / 2..<joined.blocks))
        clearBorder(tensors.hidden[level])
        attend(level, joined, tensors.hidden[level], map: tensors.map[level])
    }

    private func decode(_ level: Int, _ tensors: WindowTensors) {
        let joined = tensors.joined[level]
        join(level, tensors)
        guard let block = decoder[level] else { return }
        if block.hasMiddle { clearBorder(tensors.decoderMiddle[level]) }
        block.run(joined, middle: tensors.decoderMiddle[level], into: tensors.decoded[level]) {
            clearBorder(tensors.decoded[level])
        }
    }

    /// A slab of the slabbed level's concatenation [skip, up].
    private func join(_ level: Int, _ part: HaloSlab, _ tensors: WindowTensors) -> Activation {
        let joined = tensors.joined[level].slices(part.seen.fromZero)
        let half = joined.blocks / 2
        copy(tensors.skip[level].slices(part.seen), into: joined.channelBlocks(0..<half))
        let coarser = part.seen.divided(by: architecture.strides[level].depth)
        upsample[level].run(
            tensors.decoded[level + 1].slices(coarser),
            into: joined.channelBlocks(half..<joined.blocks))
        return joined
    }

    /// The slabbed level's scores, whole.
    private func score(_ level: Int, _ parts: [HaloSlab], _ tensors: WindowTensors) {
        guard let attention = attention[level] else { return }
        for part in parts {
            let seen = part.seen.fromZero
            let map = tensors.slabMap.slices(seen)
            attention.score(
                join(level, part, tensors), hidden: tensors.hidden[level].slices(seen), into: map)
            copy(map.slices(part.inner), into: tensors.map[level].slices(part.own))
        }
    }

    /// A slab of the slabbed level's decoded features, right in the slices wanted.
    private func decode(_ level: Int, _ part: HaloSlab, _ tensors: WindowTensors) {
        let seen = part.seen.fromZero
        let joined = join(level, part, tensors)
        if let attention = attention[level] {
            let score = tensors.slabMap.slices(seen)
            copy(tensors.map[level].slices(part.seen), into: score)
            attention.weigh(joined, score: score)
        }
        decoder[level]?.run(
            joined, middle: tensors.decoderMiddle[level].slices(seen),
            into: tensors.decoded[level].slices(seen))
    }

    /// The slices `range` of a planar level, decoded from the coarser level's.
    private func decodeSlab(
        _ level: Int, _ range: Range<Int>, _ coarser: Activation, _ tensors: WindowTensors
    ) -> Activation {
        let own = range.fromZero
        let skip = tensors.skip[level].slices(tensors.keepsSkips ? range : own)
        let buffer = tensors.joined[level].slices(own)
        let upper = buffer.channelBlocks(buffer.blocks - skip.blocks..<buffer.blocks)
        // Skip features of one block are joined where they lie: nobody reads them again.
        let isJoinedInPlace = buffer.blocks == skip.blocks
        let joined = isJoinedInPlace ? skip.stacked(upper) : buffer
        if !isJoinedInPlace { copy(skip, into: buffer.channelBlocks(0..<skip.blocks)) }
        upsample[level].run(coarser, into: upper)
        let map = tensors.map[level].slices(own)
        let isWeighedLater =
            attention[level]?.weighsAll == true && decoder[level]?.takesAttention == true
        attention[level]?.run(
            joined, hidden: tensors.hidden[level].slices(own), map: map, applies: !isWeighedLater)
        guard let block = decoder[level] else { return joined }
        // What two units make goes over what the first has read.
        let decoded =
            block.hasMiddle
            ? joined.channelBlocks(0..<skip.blocks) : tensors.decoded[level].slices(own)
        block.run(
            joined, map: isWeighedLater ? map : nil,
            middle: tensors.decoderMiddle[level].slices(own), into: decoded)
        return decoded
    }

    private func attend(
        _ level: Int, _ joined: Activation, _ hidden: Activation, map: Activation
    ) {
        attention[level]?.run(joined, hidden: hidden, map: map)
    }
}
