/// Between the reference's weight order [out][in][tap] and the kernels' blocks of 16 x 16.
///
/// Padded channels get zero weights, so that what lies in their places never matters.
enum WeightPacking {
    /// Packs [out][in][tap] into [out block][in block][tap][16 in][16 out].
    static func forward(
        _ weights: some RandomAccessCollection<Float>, out: ChannelMap, input: ChannelMap,
        taps: Int, into packed: inout [Float]
    ) {
        scatter(weights, rows: out, columns: input, taps: taps, into: &packed) { o, i, tap in
            let block = ((o / 16) * input.blocks + i / 16) * taps + tap
            return block * 256 + (i % 16) * 16 + o % 16
        }
    }

    /// Packs [out][in][tap] for the data gradient: roles exchanged and taps reversed,
    /// [in block][out block][tap][16 out][16 in].
    static func backward(
        _ weights: some RandomAccessCollection<Float>, out: ChannelMap, input: ChannelMap,
        taps: Int, into packed: inout [Float]
    ) {
        scatter(weights, rows: out, columns: input, taps: taps, into: &packed) { o, i, tap in
            let block = ((i / 16) * out.blocks + o / 16) * taps + (taps - 1 - tap)
            return block * 256 + (o % 16) * 16 + i % 16
        }
    }

    /// Packs [row][column][tap] with roles exchanged, taps as they are:
    /// [column block][row block][tap][16 rows][16 columns].
    static func exchanged(
        _ weights: some RandomAccessCollection<Float>, rows: ChannelMap, columns: ChannelMap,
        taps: Int, into packed: inout [Float]
    ) {
        scatter(weights, rows: rows, columns: columns, taps: taps, into: &packed) { r, c, tap in
            let block = ((c / 16) * rows.blocks + r / 16) * taps + tap
            return block * 256 + (r % 16) * 16 + c % 16
        }
    }

    /// Unpacks a weight gradient [out block][in block][tap][16 in][16 out] into [out][in][tap].
    static func unpackForward(
        _ packed: [Float], out: ChannelMap, input: ChannelMap, taps: Int,
        into gradient: UnsafeMutableBufferPointer<Float>
    ) {
        gather(rows: out, columns: input, taps: taps, into: gradient) { o, i, tap in
            let block = ((o / 16) * input.blocks + i / 16) * taps + tap
            return packed[block * 256 + (i % 16) * 16 + o % 16]
        }
    }

    /// Packs a transposed convolution's [in][out][tap] into [tap][out block][in block][16 in][16 out].
    static func upsample(
        _ weights: some RandomAccessCollection<Float>, out: ChannelMap, input: ChannelMap,
        taps: Int, into packed: inout [Float]
    ) {
        scatter(weights, rows: input, columns: out, taps: taps, into: &packed) { i, o, tap in
            let block = (tap * out.blocks + o / 16) * input.blocks + i / 16
            return block * 256 + (i % 16) * 16 + o % 16
        }
    }

    /// Packs [in][out][tap] for the data gradient: [in block][out block][tap][16 out][16 in].
    static func upsampleBackward(
        _ weights: some RandomAccessCollection<Float>, out: ChannelMap, input: ChannelMap,
        taps: Int, into packed: inout [Float]
    ) {
        scatter(weights, rows: input, columns: out, taps: taps, into: &packed) { i, o, tap in
            let block = ((i / 16) * out.blocks + o / 16) * taps + tap
            return block * 256 + (o % 16) * 16 + i % 16
        }
    }

    /// Unpacks [tap][out block][in block][16 in][16 out] into [in][out][tap].
    static func unpackUpsample(
        _ packed: [Float], out: ChannelMap, input: ChannelMap, taps: Int,
        into gradient: UnsafeMutableBufferPointer<Float>
    ) {
        gather(rows: input, columns: out, taps: taps, into: gradient) { i, o, tap in
            let block = (tap * out.blocks + o / 16) * input.blocks + i / 16
            return packed[block * 256 + (i % 16) * 16 + o % 16]
        }
    }

    /// Packs [1][in][tap], a convolution to one channel, into [in block][tap][16].
    static func score(
        _ weights: some RandomAccessCollection<Float>, input: ChannelMap, taps: Int,
        into packed: inout [Float]
    ) {
        var next = weights.startIndex
        for place in input.places {
            for tap in 0..<taps {
                packed[((place / 16) * taps + tap) * 16 + place % 16] = weights[next]
                next = weights.index(after: next)
            }
        }
    }

    /// Packs [1][in][tap] for the data gradient of a convolution to one channel:
    /// [in block][tap reversed][16 rows, the first used][16 in].
    static func scoreBackward(
        _ weights: some RandomAccessCollection<Float>, input: ChannelMap, taps: Int,
        into packed: inout [Float]
    ) {
        var next = weights.startIndex
        for place in input.places {
            for tap in 0..<taps {
                let block = (place / 16) * taps + (taps - 1 - tap)
                packed[block * 256 + place % 16] = weights[next]
                next = weights.index(after: next)
            }
        }
    }

    /// Unpacks [block][tap][16] into [channel][tap].
    static func unpackScore(
        _ packed: [Float], channels: ChannelMap, taps: Int,
        into gradient: UnsafeMutableBufferPointer<Float>
    ) {
        var next = 0
        for place in channels.places {
            for tap in 0..<taps {
                gradient[next] = packed[((place / 16) * taps + tap) * 16 + place % 16]
                next += 1
            }
        }
    }

    @inline(__always)
    private static func scatter(
        _ weights: some RandomAccessCollection<Float>, rows: ChannelMap, columns: ChannelMap,
        taps: Int, into packed: inout [Float], _ place: (Int, Int, Int) -> Int
    ) {
        var next = weights.startIndex
        packed.withUnsafeMutableBufferPointer { target in
            for row in rows.places {
                for column in columns.places {
                    for tap in 0..<taps {
                        target[place(row, column, tap)] = weights[next]
                        next = weights.index(after: next)
                    }
                }
            }
        }
    }

    @inline(__always)
    private static func gather(
        rows: ChannelMap, columns: ChannelMap, taps: Int,
        into gradient: UnsafeMutableBufferPointer<Float>, _ value: (Int, Int, Int) -> Float
    ) {
        var next = 0
        for row in rows.places {
            for column in columns.places {
                for tap in 0..<taps {
                    gradient[next] = value(row, column, tap)
                    next += 1
                }
            }
        }
    }
}
