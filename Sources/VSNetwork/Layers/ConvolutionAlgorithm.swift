import CKernels

/// How a convolution is computed.
package enum ConvolutionAlgorithm: Sendable {
    /// The sum itself.
    case direct
    /// Winograd's F(4x4, 3x3) in the plane: a quarter of the products, within 1e-5 of the output's
    /// scale of the direct sum. Where nothing is trained, F(4, 3) along three taps in depth besides:
    /// an eighth of the products.
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

    /// Into how many parts Winograd's algorithm cuts the depth of a kernel.
    ///
    /// Training sums its three taps one by one: with F(2, 3) along the depth gradients of a golden network
    /// leave the reference's tolerance (docs/BENCHMARKS.md).
    static func parts(of kernel: WindowShape, trains: Bool) -> Int32 {
        kernel.depth == 3 && !trains ? Int32(VSDB_CUBES) : Int32(kernel.depth)
    }

    /// Floats of the prepared weights.
    func preparedCount(
        _ input: ChannelMap, _ output: ChannelMap, kernel: WindowShape, parts: Int32
    ) -> Int {
        switch self {
        case .direct: input.blocks * output.blocks * kernel.taps * 256
        case .winograd:
            vsdb_winograd_weight_count(Int32(input.blocks), Int32(output.blocks), parts)
        }
    }

    /// Turns packed weights into what the algorithm wants.
    func prepare(
        _ packed: [Float], _ prepared: inout [Float], from input: ChannelMap, to output: ChannelMap,
        parts: Int32
    ) {
        switch self {
        case .direct: prepared = packed
        case .winograd:
            vsdb_winograd_weights_f32(
                packed, Int32(input.blocks), Int32(output.blocks), parts, &prepared)
        }
    }
}
