public import Foundation
public import VSImaging

/// One plane of a scan with the tumour's outlines, for a viewer.
///
/// Grey in 120 steps and few colours: a slice of a head takes some tens of kB.
public struct SlicePicture: Sendable {
    /// Tumours by one hand.
    public struct Outline: Sendable {
        /// Who drew, and thereby the colour.
        public enum Hand: UInt8, Sendable {
            /// A model: orange.
            case model
            /// Readers: blue.
            case reader
        }

        /// On the scan's grid.
        public let mask: Mask
        /// Who drew it.
        public let hand: Hand

        /// Names a mask's hand.
        ///
        /// - Parameters:
        ///   - mask: tumours, on the scan's grid.
        ///   - hand: who drew them.
        public init(_ mask: Mask, by hand: Hand) {
            self.mask = mask
            self.hand = hand
        }
    }

    private let volume: Volume
    private let outlines: [Outline]
    private let plane: SlicePlane
    private let window: ClosedRange<Double>
    private let label: String

    /// Makes a picture.
    ///
    /// - Parameters:
    ///   - volume: the scan.
    ///   - outlines: its tumours; a later one is drawn over those before.
    ///   - plane: where the picture's pixels lie; a plane of this scan, or of one that lies like it.
    ///   - window: what is black and what is white, as fractions of the usual range of grey.
    ///   - label: what is printed at the foot, for example the day; empty for nothing.
    public init(
        volume: Volume, outlines: [Outline], plane: SlicePlane, window: ClosedRange<Double>,
        label: String = ""
    ) {
        self.volume = volume
        self.outlines = outlines
        self.plane = plane
        self.window = window
        self.label = label
    }

    /// Grey steps; the colours' places follow.
    private static let greys = 120
    private static let white = UInt8(greys)
    private static let black = UInt8(greys + 1)
    /// Of the first hand.
    private static let outline = UInt8(greys + 2)
    private static let palette: [IndexedPNG.Colour] =
        (0..<greys).map { step in
            let grey = UInt8(step * 255 / (greys - 1))
            return IndexedPNG.Colour(red: grey, green: grey, blue: grey)
        } + [
            IndexedPNG.Colour(red: 255, green: 255, blue: 255),
            IndexedPNG.Colour(red: 0, green: 0, blue: 0),
            IndexedPNG.Colour(red: 230, green: 159, blue: 0),
            IndexedPNG.Colour(red: 86, green: 180, blue: 233),
        ]

    /// The picture as PNG.
    ///
    /// Grey is trilinear between voxels, and black outside the scan. The outline follows the voxels
    /// themselves. The letters say which side of the patient lies there; the bar is 10 mm long.
    public func png() throws(ReportError) -> Data {
        let (rows, columns) = (plane.shape.height, plane.shape.width)
        let image = volume.resampled(
            to: plane.shape, affine: plane.affine, outside: -.greatestFiniteMagnitude)
        var pixels = SliceGrey(volume, window: window).pixels(of: image)
            .map { UInt8(Int($0) * (Self.greys - 1) / 255) }
        for outline in outlines { draw(outline, &pixels, rows, columns) }
        drawBar(&pixels, rows, columns)
        let sides = plane.kind == .column ? ("front", "back") : ("R", "L")
        let stamps: [(text: String, size: Double, top: Int, fromRight: Bool)] = [
            (sides.0, 20, 8, false), (sides.1, 20, 8, true), (label, 15, rows - 26, false),
        ]
        for stamp in stamps where !stamp.text.isEmpty {
            try LetterStamp(stamp.text, size: stamp.size).print(
                at: (stamp.top, 8), fromRight: stamp.fromRight, ink: Self.white, edge: Self.black,
                on: &pixels, columns: columns)
        }
        return IndexedPNG(width: columns, palette: Self.palette, pixels: pixels).data()
    }

    /// Two pixels wide, inside the tumour.
    private func draw(
        _ outline: Outline, _ pixels: inout [UInt8], _ rows: Int, _ columns: Int
    ) {
        let isInside = outline.mask.nearest(on: plane)
        let colour = Self.outline + outline.hand.rawValue
        func inside(_ y: Int, _ x: Int) -> Bool {
            y >= 0 && x >= 0 && y < rows && x < columns && isInside[y * columns + x]
        }
        for y in 0..<rows {
            for x in 0..<columns where isInside[y * columns + x] {
                let isEdge = (1...2).contains { step in
                    !inside(y - step, x) || !inside(y + step, x) || !inside(y, x - step)
                        || !inside(y, x + step)
                }
                if isEdge { pixels[y * columns + x] = colour }
            }
        }
    }

    private func drawBar(_ pixels: inout [UInt8], _ rows: Int, _ columns: Int) {
        let length = plane.pixels(mm: 10)
        guard rows > 24, columns > length + 24 else { return }
        for y in rows - 14..<rows - 10 {
            for x in columns - 11 - length..<columns - 9 {
                let isEdge =
                    y == rows - 14 || y == rows - 11 || x == columns - 11 - length
                    || x == columns - 10
                pixels[y * columns + x] = isEdge ? Self.black : Self.white
            }
        }
    }
}

extension Mask {
    /// Whether the voxel nearest to each pixel of a plane is foreground; false outside the mask's grid.
    func nearest(on plane: SlicePlane) -> [Bool] {
        let columns = plane.shape.width
        var result = [Bool](repeating: false, count: plane.shape.count)
        guard let origin = affine.voxel(at: plane.affine.origin),
            let down = affine.voxel(at: plane.affine.origin + plane.affine.heightStep),
            let right = affine.voxel(at: plane.affine.origin + plane.affine.widthStep)
        else { return result }
        let limit = SIMD3(Double(shape.depth), Double(shape.height), Double(shape.width))
        for y in 0..<plane.shape.height {
            for x in 0..<columns {
                let place =
                    (origin + Double(y) * (down - origin) + Double(x) * (right - origin))
                    .rounded(.toNearestOrAwayFromZero)
                guard all(place .>= 0), all(place .< limit) else { continue }
                result[y * columns + x] =
                    voxels[shape.index(Int(place.x), Int(place.y), Int(place.z))] == 1
            }
        }
        return result
    }
}
