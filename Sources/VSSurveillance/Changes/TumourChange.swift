import Foundation
import VSGrowth
public import VSImaging
public import VSSegmentation
public import VSStore

/// An exam with its voxels and the outline of one tumour.
public struct ExamImage: Sendable {
    /// The measurement.
    public let exam: ExamRecord
    /// The scan in canonical order.
    public let volume: Volume
    /// The tumour on the scan's grid; never empty.
    public let mask: Mask

    /// The centre of the tumour's box, mm LPS.
    public var centre: LPSPoint {
        guard let box = VoxelBox(containing: [mask]) else { return volume.affine.origin }
        return volume.affine.point(
            Double(box.low.0 + box.high.0 - 1) / 2, Double(box.low.1 + box.high.1 - 1) / 2,
            Double(box.low.2 + box.high.2 - 1) / 2)
    }
}

/// Where a tumour changed between two exams.
public struct TumourChange: Sendable {
    /// The patient.
    public let patient: String
    /// The tumour's side.
    public let side: Side
    /// The exams, the earlier one first.
    public let first, second: ExamImage
    /// How they lie to each other.
    public let alignment: RigidAlignment
    /// How the surface moved.
    public let surface: SurfaceChange
    /// Displacements below this lie within error, mm: 1.96 times the root of the alignment's variance
    /// and of twice the boundary's.
    public let errorMm: Double
    /// The models' intended use.
    public let intendedUse: String
}

extension Surveillance {
    /// Lays two exams of a patient upon each other and compares the tumour's surfaces.
    ///
    /// Nothing is stored.
    ///
    /// - Parameters:
    ///   - patient: the patient's identifier.
    ///   - first: an exam.
    ///   - second: another, before or after it.
    ///   - side: the tumour's; nil where the patient has one.
    /// - Returns: the alignment and the displacements, from the earlier exam to the later.
    /// - Throws: `StoreError` for exams that are unknown, the same, or measured by unlike sources;
    ///   `ImagingError` where they cannot be laid upon each other.
    public func change(
        of patient: String, from first: ExamReference, to second: ExamReference, side: Side? = nil
    ) throws -> TumourChange {
        let exams = try store.exams(ofPatient: patient)
        let pair = try [first.find(among: exams), second.find(among: exams)]
        let side = try side ?? theSide(of: patient, pair)
        let measured = pair.map { rows in rows.filter { $0.side == side.rawValue } }
        for (rows, name) in zip(measured, [first, second]) where rows.isEmpty {
            throw StoreError(
                .unknown, subject: "\(patient), \(name)",
                message: "That exam shows no tumour on the \(side.rawValue).",
                remedy: "'vsdb growth \(patient)' lists the exams that do.")
        }
        let source = try commonSource(measured, patient)
        let chosen = measured.compactMap { rows in rows.first { $0.source == source } }
            .sorted { ($0.examDate, $0.scanId) < ($1.examDate, $1.scanId) }
        guard chosen.count == 2, chosen[0].scanId != chosen[1].scanId else {
            throw StoreError(
                .invalid, subject: patient, message: "Both names are of one exam.",
                remedy: "Name two exams.")
        }
        let (a, b) = (try image(of: chosen[0]), try image(of: chosen[1]))
        let alignment = try align(a, b)
        let surface = try SurfaceChange(
            (a.mask, b.mask), alignment, lateral: side == .left ? 1 : -1)
        let boundary = rule.error.boundarySDMm
        return TumourChange(
            patient: patient, side: side, first: a, second: b, alignment: alignment,
            surface: surface,
            errorMm: 1.96
                * (alignment.errorMm * alignment.errorMm + 2 * boundary * boundary).squareRoot(),
            intendedUse: try intendedUse(of: chosen))
    }

    /// An exam's voxels and outline.
    public func image(of exam: ExamRecord) throws -> ExamImage {
        let record = try store.scan(exam.scanId).record
        let volume = try store.images.volume(record.contentHash)
        return ExamImage(
            exam: exam, volume: volume, mask: try store.mask(of: exam, like: volume))
    }

    /// How one exam lies to another; the tumours are laid upon each other first, and then left out.
    public func align(_ first: ExamImage, _ second: ExamImage) throws -> RigidAlignment {
        try RigidRegistration().alignment(
            of: first.volume, and: second.volume, masks: (first.mask, second.mask),
            centres: (first.centre, second.centre))
    }

    private func theSide(of patient: String, _ pair: [[ExamRecord]]) throws -> Side {
        let sides = Set(pair.flatMap { $0.compactMap { $0.side } }).compactMap(Side.init(rawValue:))
        guard let side = sides.first else {
            throw StoreError(
                .unknown, subject: patient, message: "Neither exam shows a tumour.",
                remedy: "'vsdb growth \(patient)' lists the exams that do.")
        }
        guard sides.count == 1 else {
            throw StoreError(
                .invalid, subject: patient, message: "There are tumours on both sides.",
                remedy: "Say which with --side left or --side right.")
        }
        return side
    }

    /// Model with model where both have it, else outline with outline.
    private func commonSource(
        _ measured: [[ExamRecord]], _ patient: String
    ) throws -> MeasurementSource {
        for source in [MeasurementSource.model, .manual]
        where measured.allSatisfy({ rows in rows.contains { $0.source == source } }) {
            return source
        }
        throw StoreError(
            .invalid, subject: patient,
            message: "One exam was outlined by a model and the other by a person, which differ "
                + "by more than a tumour changes.",
            remedy: "Segment both, or outline both.")
    }
}
