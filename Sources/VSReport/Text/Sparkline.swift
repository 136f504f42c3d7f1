/// A row of block characters that rises and falls with its values.
public enum Sparkline {
    private static let blocks = Array("▁▂▃▄▅▆▇█")

    /// The line of positive values; equal values give a middle line, none an empty one.
    public static func text(_ values: [Double]) -> String {
        guard let low = values.min(), let high = values.max() else { return "" }
        return String(
            values.map { value in
                guard high > low else { return blocks[3] }
                let place = (value - low) / (high - low) * Double(blocks.count - 1)
                return blocks[Int(place.rounded())]
            })
    }
}
