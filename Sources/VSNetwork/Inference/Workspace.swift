import CKernels

/// The memory of one run for one window, planned ahead; owned by one run at a time.
///
/// Tensors of one level share the arena with those that are dead by then, so that the whole network
/// needs about four full-resolution feature maps.
public final class Workspace {
    /// The window it is for.
    public let window: WindowShape
    let tensors: WindowTensors
    private let arena: Arena

    /// Bytes of activations this workspace holds.
    public var bytes: Int { arena.count * MemoryLayout<Float>.stride }

    init(architecture: Architecture, window: WindowShape) throws(NetworkError) {
        try architecture.check(window)
        let plan = WindowPlan(architecture, window: window)
        arena = try Arena(count: plan.floats)
        tensors = plan.tensors(in: arena)
        self.window = window
    }
}

/// The tensors of one run, by level.
struct WindowTensors {
    var image: Activation
    var joined: [Activation] = []
    var pooled: [Activation] = []
    var encoderMiddle: [Activation] = []
    var hidden: [Activation] = []
    var map: [Activation] = []
    var decoderMiddle: [Activation] = []
    var decoded: [Activation] = []
    var output: Activation
    var background: Activation
}

/// Where each tensor of a window lies, found by playing the network's steps once.
struct WindowPlan {
    private struct Tensor {
        let place: MemoryPlan.Place
        let blocks: Int
        let lanes: Int
        let shape: WindowShape
    }

    /// Floats of arena needed.
    let floats: Int
    private let image: Tensor
    private var joined: [Tensor] = []
    private var pooled: [Tensor] = []
    private var encoderMiddle: [Tensor] = []
    private var hidden: [Tensor?] = Array(repeating: nil, count: 5)
    private var map: [Tensor?] = Array(repeating: nil, count: 5)
    private var decoderMiddle: [Tensor?] = Array(repeating: nil, count: 4)
    private var decoded: [Tensor?] = Array(repeating: nil, count: 5)
    private let output: Tensor
    private let background: Tensor

    init(_ architecture: Architecture, window: WindowShape) {
        var memory = MemoryPlan()
        let shapes = architecture.shapes(for: window)
        let blocks = architecture.channels.map { ChannelMap([$0]).blocks }
        func take(_ blocks: Int, _ shape: WindowShape, lanes: Int = 16) -> Tensor {
            let size = Activation.size(batch: 1, blocks: blocks, lanes: lanes, shape: shape)
            return Tensor(place: memory.reserve(size), blocks: blocks, lanes: lanes, shape: shape)
        }
        image = take(1, window, lanes: 1)
        for level in 0..<5 {
            joined.append(take(level == 4 ? blocks[4] : 2 * blocks[level], shapes[level]))
            encoderMiddle.append(take(blocks[level], shapes[level]))
            memory.release(encoderMiddle[level].place)
            if level > 0 { memory.release(pooled[level - 1].place) }
            if level < 4 { pooled.append(take(blocks[level], shapes[level + 1])) }
        }
        for level in (0..<5).reversed() {
            let width = architecture.channels[level]
            let hiddenWidth =
                switch architecture.attention {
                case .none: 0
                case .gate: level < 4 ? width / 2 : 0
                case .spatial: level < 4 ? width : width / 2
                }
            if hiddenWidth > 0 {
                let scratch = take(ChannelMap([hiddenWidth]).blocks, shapes[level])
                hidden[level] = scratch
                map[level] = take(1, shapes[level], lanes: 1)
                memory.release(scratch.place)
            }
            if level < 4 {
                if let below = decoded[level + 1] { memory.release(below.place) }
                let middle = take(blocks[level], shapes[level])
                decoderMiddle[level] = middle
                memory.release(joined[level].place)
                decoded[level] = take(blocks[level], shapes[level])
                memory.release(middle.place)
            } else {
                // The bottom's features go up as they are.
                decoded[4] = joined[4]
            }
        }
        output = take(1, window, lanes: 1)
        background = take(1, window, lanes: 1)
        floats = memory.peak
    }

    func tensors(in arena: Arena) -> WindowTensors {
        func at(_ tensor: Tensor) -> Activation {
            Activation(
                memory: arena.base + tensor.place.offset, batch: 1, blocks: tensor.blocks,
                lanes: tensor.lanes, shape: tensor.shape)
        }
        return WindowTensors(
            image: at(image), joined: joined.map(at), pooled: pooled.map(at),
            encoderMiddle: encoderMiddle.map(at), hidden: hidden.map { at($0 ?? image) },
            map: map.map { at($0 ?? image) },
            decoderMiddle: decoderMiddle.compactMap { $0 }.map(at),
            decoded: decoded.compactMap { $0 }.map(at), output: at(output),
            background: at(background))
    }
}

/// Zeroes the border of a tensor whose memory held another before.
func clearBorder(_ x: Activation) {
    var raw = x.raw
    vsdb_clear_border_f32(&raw)
}
