import VSImaging
import VSSegmentation
import VSStore

/// A mask that a person drew or corrected, checked against the scan it belongs to.
struct OutlineMask {
    /// The corners of the mask's grid may lie this far from the scan's, mm: what programs round.
    static let toleranceMm = 0.1

    let mask: Mask

    /// A mask that lies on the scan's grid already.
    init(onGrid mask: Mask) { self.mask = mask }

    /// Checks grid and values.
    ///
    /// - Throws: `StoreError` where the mask lies on another grid, is empty, or holds more than one
    ///   label.
    init(_ drawn: Volume, on scan: Volume, subject: String) throws(StoreError) {
        try Self.checkGrid(drawn, scan, subject)
        var labels: Set<Float> = []
        for value in drawn.voxels where value != 0 && !labels.contains(value) {
            labels.insert(value)
            if labels.count > 8 { break }
        }
        guard let label = labels.first else {
            throw StoreError(
                .invalid, subject: subject, message: "The mask is empty.",
                remedy: "An outline has at least one voxel; to say that the model is wrong, use "
                    + "--reject.")
        }
        guard labels.count == 1, label > 0 else {
            let found = labels.sorted().prefix(8).map { "\($0)" }.joined(separator: ", ")
            throw StoreError(
                .invalid, subject: subject,
                message: "The mask holds the values \(found) beside 0.",
                remedy: "Export one label alone: 0 outside the tumour, and one positive value "
                    + "inside.")
        }
        mask = Mask(
            shape: scan.shape, affine: scan.affine, voxels: drawn.voxels.map { $0 == 0 ? 0 : 1 })
    }

    private static func checkGrid(
        _ drawn: Volume, _ scan: Volume, _ subject: String
    ) throws(StoreError) {
        func words(_ shape: GridShape) -> String {
            "\(shape.depth) x \(shape.height) x \(shape.width)"
        }
        guard drawn.shape == scan.shape else {
            throw StoreError(
                .invalid, subject: subject,
                message: "The mask has \(words(drawn.shape)) slices, rows and columns; the scan "
                    + "has \(words(scan.shape)).",
                remedy: "Draw on the scan's own grid; 'vsdb export mask' writes one to begin with.")
        }
        let distance = drawn.affine.largestCornerDistanceMm(to: scan.affine, over: scan.shape)
        guard distance <= toleranceMm else {
            let tenths = (distance * 100).rounded() / 100
            throw StoreError(
                .invalid, subject: subject,
                message: "The mask's grid lies up to \(tenths) mm from the scan's; "
                    + "\(toleranceMm) mm are allowed.",
                remedy: "Draw on the scan's own grid; 'vsdb export mask' writes one to begin with.")
        }
    }

    /// The mask cut into tumours by side.
    ///
    /// - Parameters:
    ///   - side: all of it is the tumour of this side, where given.
    ///   - scan: the scan, whose midline tells the sides apart.
    ///   - known: the patient's tumours.
    ///   - isBilateral: whether tumours on both sides are expected.
    ///   - subject: the file, for errors.
    /// - Returns: the tumours' masks, the larger first.
    /// - Throws: `StoreError` where both sides are touched and only one tumour is expected.
    func tumours(
        side: Side?, on scan: Volume, known: [KnownTumour], isBilateral: Bool, subject: String
    ) throws(StoreError) -> [(side: Side, mask: Mask)] {
        if let side { return [(side, mask)] }
        let assignment = TumourAssignment(midline: HeadMidline(scan), known: known)
        let components = ConnectedComponents(mask).components
        var parts: [Side: [ConnectedComponents.Component]] = [:]
        for component in components {
            let side = assignment.side(of: centroid(of: component))
            parts[side, default: []].append(component)
        }
        guard parts.count == 1 || isBilateral || Set(known.map(\.side)).count == 2 else {
            throw StoreError(
                .invalid, subject: subject,
                message:
                    "The mask has parts on both sides of the head, and one tumour is expected.",
                remedy: "Name its side with --side, or record tumours on both sides with 'vsdb "
                    + "register patient ID --bilateral'.")
        }
        return parts.map { side, components in
            (
                side,
                ConnectedComponents.mask(of: components, shape: mask.shape, affine: mask.affine)
            )
        }.sorted { $0.mask.voxelCount > $1.mask.voxelCount }
    }

    private func centroid(of component: ConnectedComponents.Component) -> LPSPoint {
        let shape = mask.shape
        let sum = component.voxels.reduce(into: LPSPoint.zero) { sum, at in
            sum += mask.affine.point(
                Double(at / shape.width / shape.height), Double(at / shape.width % shape.height),
                Double(at % shape.width))
        }
        return sum / Double(component.count)
    }
}
