import VSImaging
import VSSegmentation

/// The tumour among the labels of a crossMoDA file, told from the cochlea by where they lie.
///
/// The numbers differ between the challenges' years, and the table published for one of them contradicts
/// the files, so that they decide nothing. Both cochleae are labelled and are small; a tumour lies on one
/// side, and where it has two labels, within and outside the canal, they touch.
struct CrossMoDALabels {
    /// A cochlea is smaller than this, mm³: twice what is usual.
    static let largestCochleaMm3 = 250.0
    /// Each side's share of the cochlea's label at least.
    static let smallestSideShare = 0.2

    /// The tumour: all labels but the cochlea's.
    let mask: Mask
    /// What the labels were taken for, as a sentence.
    let remark: String

    private struct Part {
        var label: Int
        var mask: Mask
        var left: Double
        var right: Double
        var largestComponentMm3: Double

        var volumeMm3: Double { left + right }
        var isOnBothSides: Bool {
            min(left, right) >= CrossMoDALabels.smallestSideShare * volumeMm3
        }
        var isCochlea: Bool {
            isOnBothSides && largestComponentMm3 <= CrossMoDALabels.largestCochleaMm3
        }
    }

    /// Tells the labels apart.
    ///
    /// - Parameters:
    ///   - labels: whole numbers on the scan's grid, 0 outside.
    ///   - scan: the scan, whose midline tells the sides apart.
    /// - Throws: ``TruthRefusal`` where geometry does not decide.
    init(_ labels: Volume, on scan: Volume) throws(TruthRefusal) {
        let midline = HeadMidline(scan).xMm
        var numbers = Set<Float>()
        for value in labels.voxels where value != 0 && !numbers.contains(value) {
            numbers.insert(value)
            guard numbers.count <= 3, value > 0, value == value.rounded(), value < 1000 else {
                throw TruthRefusal("its labels are not up to three whole numbers")
            }
        }
        let parts = numbers.sorted().map { Self.part(Int($0), labels, midline) }
        let cochleae = parts.filter(\.isCochlea)
        guard cochleae.count <= 1 else {
            throw TruthRefusal("more than one of its labels lies on both sides like a cochlea")
        }
        let tumour = parts.filter { $0.label != cochleae.first?.label }
        guard let largest = tumour.max(by: { $0.volumeMm3 < $1.volumeMm3 }) else {
            throw TruthRefusal("it has no label but a cochlea's")
        }
        var union = largest.mask
        for part in tumour where part.label != largest.label {
            guard Self.touch(part.mask, largest.mask) else {
                throw TruthRefusal(
                    "its labels \(part.label) and \(largest.label) do not touch, and neither is "
                        + "on both sides: which is the tumour is unknown")
            }
            union.formUnion(part.mask)
        }
        mask = union
        remark = Self.remark(tumour, cochleae.first)
    }

    private static func part(_ label: Int, _ labels: Volume, _ midline: Double) -> Part {
        let (shape, affine) = (labels.shape, labels.affine)
        let mask = Mask(
            shape: shape, affine: affine, voxels: labels.voxels.map { $0 == Float(label) ? 1 : 0 })
        var left = 0
        for index in mask.voxels.indices where mask.voxels[index] == 1 {
            let at = point(index, shape, affine)
            if at.x >= midline { left += 1 }
        }
        let voxel = affine.voxelVolumeMm3
        let largest = ConnectedComponents(mask).components.first?.count ?? 0
        return Part(
            label: label, mask: mask, left: Double(left) * voxel,
            right: Double(mask.voxelCount - left) * voxel,
            largestComponentMm3: Double(largest) * voxel)
    }

    private static func point(_ index: Int, _ shape: GridShape, _ affine: Affine) -> LPSPoint {
        affine.point(
            Double(index / shape.width / shape.height), Double(index / shape.width % shape.height),
            Double(index % shape.width))
    }

    /// Whether two masks of one grid have voxels that share a face.
    private static func touch(_ a: Mask, _ b: Mask) -> Bool {
        let (width, slice) = (a.shape.width, a.shape.width * a.shape.height)
        return a.voxels.indices.contains { index in
            guard a.voxels[index] == 1 else { return false }
            let (w, h) = (index % width, index / width % a.shape.height)
            let d = index / slice
            return (w > 0 && b.voxels[index - 1] == 1)
                || (w + 1 < width && b.voxels[index + 1] == 1)
                || (h > 0 && b.voxels[index - width] == 1)
                || (h + 1 < a.shape.height && b.voxels[index + width] == 1)
                || (d > 0 && b.voxels[index - slice] == 1)
                || (d + 1 < a.shape.depth && b.voxels[index + slice] == 1)
        }
    }

    /// Names the labels; of two parts of a tumour the one nearer to its side's cochlea is within the
    /// canal.
    private static func remark(_ tumour: [Part], _ cochlea: Part?) -> String {
        func size(_ part: Part) -> String { "\(part.label) (\(Int(part.volumeMm3.rounded())) mm³)" }
        let end = cochlea.map { ", label \($0.label) the cochlea." } ?? "; no cochlea is labelled."
        guard tumour.count == 2, let cochlea else {
            let names = tumour.map(size).joined(separator: " and ")
            return "By geometry label \(names) is the tumour\(end)"
        }
        let centres = tumour.map { centre(of: $0.mask) { _ in true } }
        let isLeft = tumour[0].left + tumour[1].left > tumour[0].right + tumour[1].right
        let middle = (centres[0] + centres[1]) / 2
        // The cochlea of the tumour's side: its label's voxels nearer to the tumour than to the other.
        let all = centre(of: cochlea.mask) { _ in true }
        let own = centre(of: cochlea.mask) { isLeft ? $0.x >= all.x : $0.x < all.x }
        let place = own.x.isFinite ? own : middle
        let order = (centres[0] - place).length <= (centres[1] - place).length ? [0, 1] : [1, 0]
        return "By geometry label \(size(tumour[order[0]])) is the part within the canal, "
            + "\(size(tumour[order[1]])) the part outside\(end)"
    }

    private static func centre(of mask: Mask, where isMeant: (LPSPoint) -> Bool) -> LPSPoint {
        var sum = LPSPoint.zero
        var count = 0.0
        for index in mask.voxels.indices where mask.voxels[index] == 1 {
            let at = point(index, mask.shape, mask.affine)
            guard isMeant(at) else { continue }
            sum += at
            count += 1
        }
        return sum / count
    }
}

/// Why a truth cannot be used.
struct TruthRefusal: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
