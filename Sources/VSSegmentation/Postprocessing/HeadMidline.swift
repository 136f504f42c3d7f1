package import VSImaging

/// Where the middle of the head lies from left to right and from front to back, found from the image.
///
/// The head is what is brighter than a tenth of the 99th percentile, averaged over 4 mm along each
/// line so that noise in the air does not count. In each of some lines the middle lies between the
/// head's two ends; the median of these lines is the middle, so that ears, nose and tilt weigh little.
package struct HeadMidline {
    /// The midline's x, mm LPS.
    package let xMm: Double
    /// Whether the head's two ends were seen; otherwise x is the image's own middle.
    package let isFound: Bool
    /// The middle from front to back, y in mm LPS; nil where the ends were not seen, or where the
    /// image's columns do not run from front to back.
    package let yMm: Double?

    private static let blockMm = 4.0
    private static let fewestLines = 8

    /// Looks at lines spread over the volume.
    ///
    /// - Parameters:
    ///   - volume: the scan.
    ///   - percentile: the 99th percentile of its values where it is known; nil finds it.
    package init(_ volume: Volume, percentile99 percentile: Float? = nil) {
        let (shape, affine) = (volume.shape, volume.affine)
        let threshold =
            Preprocessor.headFraction * (percentile ?? Preprocessor.percentile99(volume.voxels))
        let slices = stride(from: 0, to: shape.depth, by: max(1, shape.depth / 12))
        var rows: [Double] = []
        var columns: [Double] = []
        for d in slices {
            for h in stride(from: 0, to: shape.height, by: max(1, shape.height / 48)) {
                let line = Line(
                    start: shape.index(d, h, 0), step: 1, count: shape.width,
                    spacing: affine.spacing.width)
                if let w = line.middle(in: volume.voxels, above: threshold) {
                    rows.append(affine.point(Double(d), Double(h), w).x)
                }
            }
            for w in stride(from: 0, to: shape.width, by: max(1, shape.width / 48)) {
                let line = Line(
                    start: shape.index(d, 0, w), step: shape.width, count: shape.height,
                    spacing: affine.spacing.height)
                if let h = line.middle(in: volume.voxels, above: threshold) {
                    columns.append(affine.point(Double(d), h, Double(w)).y)
                }
            }
        }
        isFound = rows.count >= Self.fewestLines
        let centre = affine.point(
            Double(shape.depth - 1) / 2, Double(shape.height - 1) / 2,
            Double(shape.width - 1) / 2)
        xMm = isFound ? rows.sorted()[rows.count / 2] : centre.x
        let step = affine.heightStep
        let runsToBack = abs(step.y) > max(abs(step.x), abs(step.z))
        let isSeen = runsToBack && columns.count >= Self.fewestLines
        yMm = isSeen ? columns.sorted()[columns.count / 2] : nil
    }

    /// One row or column of voxels.
    private struct Line {
        let start: Int
        let step: Int
        let count: Int
        let spacing: Double

        /// The place between the head's two ends; nil where the line misses the head, or where the
        /// head goes on past the image's edge.
        func middle(in voxels: [Float], above threshold: Float) -> Double? {
            let block = max(1, Int((HeadMidline.blockMm / spacing).rounded()))
            let blocks = count / block
            func isBright(_ number: Int) -> Bool {
                let first = start + number * block * step
                let sum = (0..<block).reduce(Float(0)) { $0 + voxels[first + $1 * step] }
                return sum > threshold * Float(block)
            }
            guard let first = (0..<blocks).first(where: isBright),
                let last = (0..<blocks).last(where: isBright), first > 0, last < blocks - 1,
                (last - first + 1) * block > count / 3
            else { return nil }
            return Double((first + last + 1) * block - 1) / 2
        }
    }
}
