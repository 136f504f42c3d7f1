import Foundation
public import VSImaging

/// Slices through a tumour with its outline: one whole slice for place, then a row of enlarged ones.
public struct OverlayPicture: Sendable {
    private let volume: Volume
    private let mask: Mask
    private let title: String
    private let caption: String
    private let grey: SliceGrey

    /// Makes a picture.
    ///
    /// - Parameters:
    ///   - volume: the scan.
    ///   - mask: its tumours, on the same grid; may be empty.
    ///   - title: above the picture.
    ///   - caption: below it.
    public init(volume: Volume, mask: Mask, title: String, caption: String) {
        self.volume = volume
        self.mask = mask
        self.title = title
        self.caption = caption
        grey = SliceGrey(volume)
    }

    /// Draws the picture into a file, PNG or SVG by its ending.
    public func write(to path: String) throws(ReportError) {
        let slices = chosenSlices()
        let canvas = try Canvas(width: 960, height: 640, path: path)
        canvas.fill(x: 0, y: 0, width: 960, height: 640, .ink)
        canvas.text(title, x: 20, y: 32, size: 16, .paper, bold: true)
        let whole = VoxelRectangle(
            top: 0, left: 0, height: volume.shape.height, width: volume.shape.width)
        drawPanel(
            canvas, slice: slices.main, rectangle: whole, x: 20, y: 52, width: 440, height: 520)
        let zoom = zoomed(around: slices.main)
        for (number, slice) in slices.near.enumerated() {
            let x = 480 + Double(number % 2) * 232
            let y = 52 + Double(number / 2) * 264
            drawPanel(canvas, slice: slice, rectangle: zoom, x: x, y: y, width: 222, height: 254)
        }
        canvas.text(caption, x: 20, y: 600, size: 11, .paper)
        canvas.text(researchLine, x: 20, y: 622, size: 10, .orange)
        try canvas.save()
    }

    /// The slice with most tumour, and four spread over the tumour; the middle ones without one.
    private func chosenSlices() -> (main: Int, near: [Int]) {
        let shape = volume.shape
        let size = shape.height * shape.width
        let counts = (0..<shape.depth).map { d in
            mask.voxels[d * size..<(d + 1) * size].reduce(0) { $0 + Int($1) }
        }
        guard let most = counts.max(), most > 0, let main = counts.firstIndex(of: most) else {
            let middle = shape.depth / 2
            return (middle, (0..<4).map { min(shape.depth - 1, max(0, middle - 2 + $0)) })
        }
        let with = counts.indices.filter { counts[$0] > 0 }
        guard with.count > 4 else {
            let first = max(0, min(with[0], shape.depth - 4))
            return (main, (0..<min(4, shape.depth)).map { first + $0 })
        }
        let near = (0..<4).map { with[(with.count - 1) * (2 * $0 + 1) / 8] }
        return (main, near)
    }

    /// A square of about 45 mm around the tumour, or around the image's middle.
    private func zoomed(around slice: Int) -> VoxelRectangle {
        let shape = volume.shape
        let spacing = volume.affine.spacing
        var centre = (h: shape.height / 2, w: shape.width / 2)
        var reach = 45.0
        if let box = VoxelBox(containing: [mask]) {
            centre = ((box.low.1 + box.high.1) / 2, (box.low.2 + box.high.2) / 2)
            let extent = max(
                Double(box.shape.height) * spacing.height, Double(box.shape.width) * spacing.width)
            reach = max(reach, extent + 20)
        }
        let rows = min(shape.height, Int(reach * 254 / 222 / spacing.height))
        let columns = min(shape.width, Int(reach / spacing.width))
        return VoxelRectangle(
            top: max(0, min(centre.h - rows / 2, shape.height - rows)),
            left: max(0, min(centre.w - columns / 2, shape.width - columns)), height: rows,
            width: columns)
    }

    private func drawPanel(
        _ canvas: Canvas, slice: Int, rectangle: VoxelRectangle, x: Double, y: Double,
        width: Double, height: Double
    ) {
        let spacing = volume.affine.spacing
        let mm = (
            w: Double(rectangle.width) * spacing.width, h: Double(rectangle.height) * spacing.height
        )
        let scale = min(width / mm.w, height / mm.h)
        let size = (w: mm.w * scale, h: mm.h * scale)
        let corner = (x: x + (width - size.w) / 2, y: y + (height - size.h) / 2)
        // Radiological view: the patient's right on the reader's left, so W runs to the right.
        canvas.picture(
            grey.pixels(slice: slice, rectangle), columns: rectangle.width, x: corner.x,
            y: corner.y, width: size.w, height: size.h)
        canvas.clipped(x: corner.x, y: corner.y, width: size.w, height: size.h) {
            for edge in MaskOutline(mask, slice: slice).segments {
                func place(_ h: Double, _ w: Double) -> (x: Double, y: Double) {
                    (
                        corner.x + (w - Double(rectangle.left)) * spacing.width * scale,
                        corner.y + (h - Double(rectangle.top)) * spacing.height * scale
                    )
                }
                canvas.line(
                    [place(edge.0.h, edge.0.w), place(edge.1.h, edge.1.w)], .orange, width: 1.4)
            }
        }
        canvas.text("R", x: corner.x + 5, y: corner.y + 15, size: 11, .paper)
        canvas.text("L", x: corner.x + size.w - 5, y: corner.y + 15, size: 11, .paper, anchor: .end)
        canvas.text(
            "slice \(slice + 1)", x: corner.x + 5, y: corner.y + size.h - 7, size: 10, .paper)
        let bar = 10 * scale
        let end = (x: corner.x + size.w - 8, y: corner.y + size.h - 9)
        canvas.line([(end.x - bar, end.y), end], .paper, width: 2)
        canvas.text("10 mm", x: end.x, y: end.y - 5, size: 9, .paper, anchor: .end)
    }
}

/// A part of a slice.
struct VoxelRectangle {
    let top: Int
    let left: Int
    let height: Int
    let width: Int
}

/// Grey values of slices between the 1st and 99.5th percentile.
struct SliceGrey {
    private let volume: Volume
    private let low: Float
    private let scale: Float

    /// `window`: what is black and what is white, as fractions of that range.
    init(_ volume: Volume, window: ClosedRange<Double> = 0...1) {
        self.volume = volume
        let step = max(1, volume.voxels.count / 100_000)
        let sample = stride(from: 0, to: volume.voxels.count, by: step).map { volume.voxels[$0] }
            .filter(\.isFinite).sorted()
        let black = sample.isEmpty ? 0 : sample[sample.count / 100]
        let white = sample.isEmpty ? 1 : sample[sample.count * 995 / 1000]
        low = black + Float(window.lowerBound) * (white - black)
        let high = black + Float(window.upperBound) * (white - black)
        scale = high > low ? 255 / (high - low) : 0
    }

    func pixels(slice: Int, _ rectangle: VoxelRectangle) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(rectangle.height * rectangle.width)
        for h in rectangle.top..<rectangle.top + rectangle.height {
            for w in rectangle.left..<rectangle.left + rectangle.width {
                result.append(grey(volume[slice, h, w]))
            }
        }
        return result
    }

    /// Of the voxels at these places in memory.
    func pixels(at places: [Int]) -> [UInt8] { places.map { grey(volume.voxels[$0]) } }

    /// Of another grid's values of the same scan.
    func pixels(of image: Volume) -> [UInt8] { image.voxels.map(grey) }

    private func grey(_ voxel: Float) -> UInt8 {
        let value = (voxel - low) * scale
        return value.isFinite ? UInt8(min(max(value, 0), 255)) : 0
    }
}

/// The edges between foreground and background in one slice, in voxel coordinates whose integers are
/// the corners between voxels.
package struct MaskOutline {
    package typealias Corner = (h: Double, w: Double)
    package private(set) var segments: [(Corner, Corner)] = []

    package init(_ mask: Mask, slice: Int) {
        let shape = mask.shape
        func isSet(_ h: Int, _ w: Int) -> Bool {
            h >= 0 && w >= 0 && h < shape.height && w < shape.width && mask[slice, h, w] == 1
        }
        for h in 0...shape.height {
            for w in 0...shape.width {
                let here = isSet(h, w)
                if here != isSet(h - 1, w) {
                    segments.append(((Double(h), Double(w)), (Double(h), Double(w + 1))))
                }
                if here != isSet(h, w - 1) {
                    segments.append(((Double(h), Double(w)), (Double(h + 1), Double(w))))
                }
            }
        }
    }
}
