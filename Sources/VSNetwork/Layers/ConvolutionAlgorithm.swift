import CKernels

/// How a convolution is computed.
package enum ConvolutionAlgorithm: Sendable {
    /// The sum itself.
    case direct
    /// Winograd's F(4x4, 3x3) in the plane: a quarter of the products, about 1e-5 of the output's
    /// scale off the direct sum.
    case winograd

    /// The one for every convolution prepared while this is set; nil for the suited one.
    ///
    /// For comparisons of the two.
    @TaskLocal package static var forced: ConvolutionAlgorithm?

    /// The one for a kernel: Winograd's for 3 x 3 in the plane, but not on the image itself, whose
    /// one channel leaves too little to do per transformed tile.
    static func suited(to kernel: WindowShape, fromImage: Bool) -> ConvolutionAlgorithm {
        let isSuited = kernel.height == 3 && kernel.width == 3 && !fromImage
        return isSuited ? forced ?? .winograd : .direct
    }

    /// Floats of the prepared weights.
    func preparedCount(_ input: ChannelMap, _ output: ChannelMap, kernel: WindowShape) -> Int {
        switch self {
        case .direct: input.blocks * output.blocks * kernel.taps * 256
        case .winograd:
            vsdb_winograd_weight_count(
                Int32(input.blocks), Int32(output.blocks), Int32(kernel.depth))
        }
    }

    /// Turns packed weights into what the algorithm wants.
    func prepare(
        _ packed: [Float], _ prepared: inout [Float], from input: ChannelMap, to output: ChannelMap,
        depth: Int
    ) {
        switch self {
        case .direct: prepared = packed
        case .winograd:
            vsdb_winograd_weights_f32(
                packed, Int32(input.blocks), Int32(output.blocks), Int32(depth), &prepared)
        }
    }
}
