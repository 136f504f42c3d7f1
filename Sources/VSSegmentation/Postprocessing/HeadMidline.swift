package import VSImaging

/// Where the middle of the head lies from left to right, found from the image.
///
/// The head is what is brighter than a tenth of the 99th percentile, averaged over 4 mm along each
/// row so that noise in the air does not count. In each of some rows the middle lies between the
/// head's two ends; the median of these rows is the midline, so that ears and tilt weigh little.
package struct HeadMidline {
    /// The midline's x, mm LPS.
    package let xMm: Double
    /// Whether the head's two ends were seen; otherwise x is the image's own middle.
    package let isFound: Bool

    private static let blockMm = 4.0
    private static let fewestRows = 8

    /// Looks at rows spread over the volume.
    package init(_ volume: Volume) {
        let shape = volume.shape
        let threshold = Preprocessor.headFraction * Preprocessor.percentile99(volume.voxels)
        let block = max(1, Int((Self.blockMm / volume.affine.spacing.width).rounded()))
        var middles: [Double] = []
        for d in stride(from: 0, to: shape.depth, by: max(1, shape.depth / 12)) {
            for h in stride(from: 0, to: shape.height, by: max(1, shape.height / 48)) {
                let start = shape.index(d, h, 0)
                let row = volume.voxels[start..<start + shape.width]
                guard
                    let ends = Self.ends(of: row, block: block, above: threshold),
                    ends.count * block > shape.width / 3
                else { continue }
                let middle = Double((ends.lowerBound + ends.upperBound + 1) * block - 1) / 2
                middles.append(volume.affine.point(Double(d), Double(h), middle).x)
            }
        }
        isFound = middles.count >= Self.fewestRows
        let centre = volume.affine.point(
            Double(shape.depth - 1) / 2, Double(shape.height - 1) / 2,
            Double(shape.width - 1) / 2)
        xMm = isFound ? middles.sorted()[middles.count / 2] : centre.x
    }

    /// The first and last block of a row that are bright; nil where there is none, or where the head
    /// goes on past the image's edge.
    private static func ends(
        of row: ArraySlice<Float>, block: Int, above threshold: Float
    ) -> ClosedRange<Int>? {
        let blocks = row.count / block
        func isBright(_ number: Int) -> Bool {
            let start = row.startIndex + number * block
            return row[start..<start + block].reduce(0, +) > threshold * Float(block)
        }
        guard let first = (0..<blocks).first(where: isBright),
            let last = (0..<blocks).last(where: isBright), first > 0, last < blocks - 1
        else { return nil }
        return first...last
    }
}
