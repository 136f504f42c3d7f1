package import CKernels

/// A view of activations in channel blocks: [N][B][D][H+2][W+2][lanes].
///
/// B blocks of 16 channels, or one block of one channel (lanes = 1). It does not own its memory; an ``Arena`` does.
package struct Activation {
    package var raw: vsdb_tensor

    /// The size of one image.
    package var shape: WindowShape {
        WindowShape(depth: Int(raw.depth), height: Int(raw.height), width: Int(raw.width))
    }

    /// Images in the batch.
    package var batch: Int { Int(raw.batch) }

    /// Blocks of 16 channels.
    package var blocks: Int { Int(raw.blocks) }

    /// Voxels in the whole batch.
    package var voxels: Int { batch * shape.count }

    /// The blocks `range` of this tensor, in place.
    package func channelBlocks(_ range: Range<Int>) -> Activation {
        var part = self
        part.raw.data = raw.data + range.lowerBound * raw.block
        part.raw.blocks = Int32(range.count)
        return part
    }

    /// The slices `range` of this tensor, in place.
    package func slices(_ range: Range<Int>) -> Activation {
        var part = self
        part.raw.data = raw.data + range.lowerBound * raw.plane
        part.raw.depth = Int32(range.count)
        return part
    }

    /// This tensor's only block and `upper`'s as one tensor of two blocks, in place.
    ///
    /// Both must lie in one arena, be of one shape, and have one block and one image.
    func stacked(_ upper: Activation) -> Activation {
        precondition(blocks == 1 && upper.blocks == 1 && batch == 1 && shape == upper.shape)
        var both = self
        both.raw.blocks = 2
        both.raw.block = upper.raw.data - raw.data
        return both
    }

    /// Floats a tensor of this kind takes.
    package static func size(batch: Int, blocks: Int, lanes: Int, shape: WindowShape) -> Int {
        let floats = batch * blocks * shape.depth * (shape.height + 2) * (shape.width + 2) * lanes
        return (floats + 15) / 16 * 16
    }

    /// The first voxel of row (n, d, h) of the first block.
    func row(_ n: Int, _ d: Int, _ h: Int) -> UnsafeMutablePointer<Float> {
        let start = n * raw.image + d * raw.plane
        return raw.data + start + (h + 1) * raw.row + Int(raw.lanes)
    }

    /// The values of a one-channel tensor as a plain [N][D][H][W] array.
    var plain: [Float] {
        var raw = raw
        var result = [Float](repeating: 0, count: voxels)
        vsdb_unpack_scalar_f32(&raw, &result)
        return result
    }

    /// A tensor at `memory`, which must hold ``size(batch:blocks:lanes:shape:)`` floats, aligned to
    /// 64 bytes.
    package init(
        memory: UnsafeMutablePointer<Float>, batch: Int, blocks: Int, lanes: Int,
        shape: WindowShape
    ) {
        let row = (shape.width + 2) * lanes
        let plane = (shape.height + 2) * row
        raw = vsdb_tensor(
            data: memory, batch: Int32(batch), blocks: Int32(blocks), lanes: Int32(lanes),
            depth: Int32(shape.depth), height: Int32(shape.height), width: Int32(shape.width),
            row: row, plane: plane, block: shape.depth * plane,
            image: blocks * shape.depth * plane)
    }
}

extension WindowShape {
    /// The shape as a kernel size or stride of the C kernels.
    var extent: vsdb_extent {
        vsdb_extent(depth: Int32(depth), height: Int32(height), width: Int32(width))
    }

    /// The product of the sides: taps of a kernel.
    var taps: Int { count }
}
