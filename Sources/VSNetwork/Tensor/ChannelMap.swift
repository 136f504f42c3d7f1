/// Where the channels of a tensor lie in its blocks of 16.
///
/// A concatenation is made of segments that each start a new block, so that both halves can be
/// written in place; a channel's block place then differs from its number.
package struct ChannelMap: Sendable, Equatable {
    /// The padded place of each channel.
    package let places: [Int]
    /// Real channels in each block.
    package let valid: [Int32]

    /// Channels in segments of these lengths.
    package init(_ segments: [Int]) {
        var places: [Int] = []
        var valid: [Int32] = []
        for length in segments {
            places += (0..<length).map { valid.count * 16 + $0 }
            for start in stride(from: 0, to: length, by: 16) {
                valid.append(Int32(min(16, length - start)))
            }
        }
        self.places = places
        self.valid = valid
    }

    /// Blocks of 16.
    package var blocks: Int { valid.count }

    /// Spreads one value per channel over the padded places; the rest is `filler`.
    func padded(_ values: some Collection<Float>, filler: Float = 0) -> [Float] {
        var result = [Float](repeating: filler, count: blocks * 16)
        for (place, value) in zip(places, values) { result[place] = value }
        return result
    }

    /// One value per channel from the padded places.
    func gathered(_ values: [Double]) -> [Float] { places.map { Float(values[$0]) } }
}
