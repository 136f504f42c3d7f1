import CKernels
import VSNetwork

/// A tensor [N][C][D][H][W] in double, zero outside: what the kernels are judged by.
struct PlainTensor {
    let batch: Int
    let channels: Int
    let shape: WindowShape
    var values: [Double]

    /// Zeros.
    init(batch: Int, channels: Int, shape: WindowShape) {
        self.batch = batch
        self.channels = channels
        self.shape = shape
        values = Array(repeating: 0, count: batch * channels * shape.count)
    }

    /// Numbers between -1 and 1, each exactly a float.
    init(
        batch: Int, channels: Int, shape: WindowShape, random numbers: inout SeededNumbers
    ) {
        self.init(batch: batch, channels: channels, shape: shape)
        for index in values.indices { values[index] = Double(numbers.float()) }
    }

    /// The same size with other values.
    func map(_ change: (Double) -> Double) -> PlainTensor {
        var result = self
        result.values = values.map(change)
        return result
    }

    /// PReLU of every channel by its slope.
    func activated(_ slope: [Float]) -> PlainTensor {
        var result = self
        forEachVoxel { n, d, h, w in
            for c in 0..<channels where self[n, c, d, h, w] < 0 {
                result[n, c, d, h, w] *= Double(slope[c])
            }
        }
        return result
    }

    private func index(_ n: Int, _ c: Int, _ d: Int, _ h: Int, _ w: Int) -> Int {
        (((n * channels + c) * shape.depth + d) * shape.height + h) * shape.width + w
    }

    /// The value at a place; zero outside the image.
    subscript(_ n: Int, _ c: Int, _ d: Int, _ h: Int, _ w: Int) -> Double {
        get {
            let isInside =
                d >= 0 && d < shape.depth && h >= 0 && h < shape.height && w >= 0
                && w < shape.width
            return isInside ? values[index(n, c, d, h, w)] : 0
        }
        set { values[index(n, c, d, h, w)] = newValue }
    }

    /// Calls `body` with every place (n, d, h, w).
    func forEachVoxel(_ body: (Int, Int, Int, Int) -> Void) {
        for n in 0..<batch {
            for d in 0..<shape.depth {
                for h in 0..<shape.height { for w in 0..<shape.width { body(n, d, h, w) } }
            }
        }
    }
}

/// The same tensor as the kernels hold it, written and read by the layout that CKernels.h states:
/// [N][B][D][H+2][W+2][lanes] with a border of zeros.
final class BlockedTensor {
    /// What lies in the places of a block that are no channel: it must never matter.
    static let rubbish: Float = 77

    var raw: vsdb_tensor
    let channels: ChannelMap
    private let lanes: Int
    private let arena: Arena

    /// The plain tensor in blocks; `segments` lists the channels of each part of a concatenation.
    init(_ plain: PlainTensor, segments: [Int]? = nil, lanes: Int = 16) throws {
        channels = ChannelMap(segments ?? [plain.channels])
        self.lanes = lanes
        let size = Activation.size(
            batch: plain.batch, blocks: channels.blocks, lanes: lanes, shape: plain.shape)
        arena = try Arena(count: size)
        raw =
            Activation(
                memory: arena.base, batch: plain.batch, blocks: channels.blocks, lanes: lanes,
                shape: plain.shape
            ).raw
        plain.forEachVoxel { n, d, h, w in
            for place in 0..<channels.blocks * lanes {
                raw.data[index(n, place, d, h, w)] = Self.rubbish
            }
            for (c, place) in channels.places.enumerated() {
                raw.data[index(n, place, d, h, w)] = Float(plain[n, c, d, h, w])
            }
        }
    }

    private func index(_ n: Int, _ place: Int, _ d: Int, _ h: Int, _ w: Int) -> Int {
        let (height, width) = (Int(raw.height) + 2, Int(raw.width) + 2)
        let image = n * channels.blocks + place / lanes
        let row = (image * Int(raw.depth) + d) * height + h + 1
        return (row * width + w + 1) * lanes + place % lanes
    }

    /// The channels as a plain tensor.
    var plain: PlainTensor {
        var result = PlainTensor(
            batch: Int(raw.batch), channels: channels.places.count,
            shape: WindowShape(
                depth: Int(raw.depth), height: Int(raw.height), width: Int(raw.width)))
        result.forEachVoxel { n, d, h, w in
            for (c, place) in channels.places.enumerated() {
                result[n, c, d, h, w] = Double(raw.data[index(n, place, d, h, w)])
            }
        }
        return result
    }

    /// Whether every value of the border is zero, as every kernel expects of its input.
    var hasZeroBorder: Bool {
        let (height, width) = (Int(raw.height), Int(raw.width))
        for n in 0..<Int(raw.batch) {
            for place in 0..<channels.blocks * lanes {
                for d in 0..<Int(raw.depth) {
                    for h in -1...height {
                        for w in -1...width where h < 0 || h == height || w < 0 || w == width {
                            guard raw.data[index(n, place, d, h, w)] == 0 else { return false }
                        }
                    }
                }
            }
        }
        return true
    }

    /// Fills the border with rubbish.
    func spoilBorder() {
        for n in 0..<Int(raw.batch) {
            for place in 0..<channels.blocks * lanes {
                for d in 0..<Int(raw.depth) {
                    for h in [-1, Int(raw.height)] {
                        for w in -1...Int(raw.width) {
                            raw.data[index(n, place, d, h, w)] = Self.rubbish
                        }
                    }
                    for h in 0..<Int(raw.height) {
                        raw.data[index(n, place, d, h, -1)] = Self.rubbish
                        raw.data[index(n, place, d, h, Int(raw.width))] = Self.rubbish
                    }
                }
            }
        }
    }

    /// Zeroes the places of a block that are no channel.
    func clearPadding() {
        let real = Set(channels.places)
        plain.forEachVoxel { n, d, h, w in
            for place in 0..<channels.blocks * lanes where !real.contains(place) {
                raw.data[index(n, place, d, h, w)] = 0
            }
        }
    }
}
