/// Runs the layers of a slab of slices strip by strip of rows, so that what one layer writes is read by
/// the next while it is in the processor's cache.
///
/// Each layer may read one row past those it writes, so each follows the one before by ``lag`` rows.
/// Results are those of whole slices, bit by bit: strips begin where Winograd's tiles do.
struct RowStrips {
    /// A layer, told the rows to write.
    typealias Step = (Range<Int>) -> Void

    /// Rows by which a layer is behind the one before: a tile's, and more than the one it reads past its own.
    private static let lag = 4
    /// What a strip's rows are a multiple of at the finest level, for tiles and cells of the coarser
    /// planar levels to begin with it.
    static let multiple = 16

    /// Rows of a strip.
    let rows: Int

    /// Runs `steps`, in order, over `height` rows.
    func run(height: Int, _ steps: [Step]) {
        for start in stride(from: 0, to: height, by: rows) {
            let isLast = start + rows >= height
            for (number, step) in steps.enumerated() {
                let first = max(0, start - number * Self.lag)
                let end = isLast ? height : max(0, start + rows - number * Self.lag)
                if first < end { step(first..<end) }
            }
        }
    }
}
