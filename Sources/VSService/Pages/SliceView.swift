import VSImaging
import VSReport
import VSSurveillance

/// Which slice is wanted, and how it is shown.
struct SliceView: Sendable {
    /// Pixels along a picture's longer side, and a tint's, which is smooth and is enlarged.
    static let (pictureSide, tintSide) = (640, 320)

    let kind: SlicePlane.Kind
    /// From 1; nil for the tumour's middle.
    let wanted: Int?
    /// The middle and the width of the window of grey, percent of the scan's usual range.
    let centre, width: Int
    let hasOutline: Bool
    /// What is laid over the picture.
    let overlay: NetworkMap?
    /// Whether the exam before stands beside it.
    let hasPrevious: Bool

    /// Reads the query.
    init(_ question: Question) throws(Problem) {
        let name = question.query["plane"] ?? "slice"
        guard let kind = SlicePlane.Kind(rawValue: name) else {
            throw Problem(400, "invalid", "plane is slice, row or column, not \(name).")
        }
        self.kind = kind
        wanted =
            try question.query["level"] == nil
            ? nil : question.whole("level", in: 1...100_000, default: 1)
        centre = try question.whole("centre", in: 0...100, default: 50)
        width = try question.whole("width", in: 5...200, default: 100)
        // A browser leaves out a box that is not ticked; with controls sent, that means off.
        hasOutline = question.query["outline"].map { $0 == "1" } ?? (question.query["plane"] == nil)
        let over = question.query["overlay"] ?? "none"
        overlay = NetworkMap(rawValue: over)
        guard overlay != nil || over == "none" else {
            throw Problem(
                400, "invalid", "overlay is none, probability or attention, not \(over).")
        }
        hasPrevious = question.query["previous"] == "1"
    }

    var window: ClosedRange<Double> {
        let (middle, half) = (Double(centre) / 100, Double(width) / 200)
        return (middle - half)...(middle + half)
    }

    /// The level in a scan, from 1: as wanted, or the middle of the tumour, or of the scan.
    func level(in viewed: ViewedScan) -> Int {
        let shape = viewed.volume.shape
        if let wanted { return min(wanted, kind.count(in: shape)) }
        guard let box = VoxelBox(containing: viewed.outlines.map(\.mask)) else {
            return (kind.count(in: shape) + 1) / 2
        }
        return switch kind {
        case .slice: (box.low.0 + box.high.0) / 2 + 1
        case .row: (box.low.1 + box.high.1) / 2 + 1
        case .column: (box.low.2 + box.high.2) / 2 + 1
        }
    }

    /// The plane in a scan.
    func plane(in viewed: ViewedScan, longest: Int = pictureSide) -> SlicePlane {
        SlicePlane(
            kind, index: level(in: viewed) - 1, of: viewed.volume.shape, viewed.volume.affine,
            longest: longest)
    }

    /// The picture of a plane of a scan.
    func picture(_ viewed: ViewedScan, _ plane: SlicePlane, label: String) -> SlicePicture {
        SlicePicture(
            volume: viewed.volume, outlines: hasOutline ? viewed.outlines : [], plane: plane,
            window: window, label: label)
    }
}
