public import VSGrowth
public import VSImaging
import VSStore

/// How one exam of a head lies to a later one.
public struct ExamMatch: Sendable, Hashable {
    /// How it was found.
    public enum Basis: String, Sendable, Hashable {
        /// The heads were laid upon each other, without the tumours.
        case registered
        /// The middles of the tumours were laid upon each other.
        case tumour
        /// As the scanner has it: the same place of its space.
        case position
    }

    /// How it was found.
    public let basis: Basis
    private let alignment: RigidAlignment?
    private let shiftMm: SIMD3<Double>

    /// The heads are laid upon each other; the earlier exam is the alignment's first.
    public init(_ alignment: RigidAlignment) {
        basis = .registered
        self.alignment = alignment
        shiftMm = .zero
    }

    /// The earlier exam's points lie `shiftMm` from the later one's.
    public init(_ basis: Basis, shiftMm: SIMD3<Double> = .zero) {
        self.basis = basis
        alignment = nil
        self.shiftMm = shiftMm
    }

    /// A grid of the later exam as it lies in the earlier one.
    public func moved(_ later: Affine) -> Affine {
        guard let alignment else {
            var result = later
            result.origin += shiftMm
            return result
        }
        let back = alignment.motion.scaled(by: -1).transform
        func place(_ point: LPSPoint) -> LPSPoint {
            alignment.firstCentre + back(point - alignment.secondCentre)
        }
        let origin = place(later.origin)
        return Affine(
            origin: origin, depthStep: place(later.origin + later.depthStep) - origin,
            heightStep: place(later.origin + later.heightStep) - origin,
            widthStep: place(later.origin + later.widthStep) - origin)
    }
}

/// The exam before an exam, and how it lies to it.
public struct PreviousExam: Sendable, Hashable {
    /// Its scan.
    public let scan: Int64
    /// Its day.
    public let examDate: ExamDate
    /// How it lies to the later exam.
    public let match: ExamMatch
}

extension Surveillance {
    /// The scan of the exam before a scan's: the patient's last T2 scan of an earlier day with a
    /// segmentation that counts; nil where there is none.
    ///
    /// - Throws: `StoreError` for an unknown scan.
    public func previousScan(of scan: Int64) throws -> (scan: Int64, examDate: ExamDate)? {
        let (record, patient, _) = try store.scan(scan)
        let earlier = try store.exams(ofPatient: patient).last {
            $0.examDate < record.examDate && $0.segmentationId != nil
        }
        return earlier.map { ($0.scanId, $0.examDate) }
    }

    /// The exam before a scan's, laid upon it: by the heads where both show a tumour of one side, else
    /// by the tumours' middles, else as the scanner has it.
    ///
    /// It takes as long as `vsdb change`.
    /// - Returns: nil where there is no earlier exam.
    /// - Throws: `StoreError` for an unknown scan, or voxels that are missing or damaged.
    public func previousExam(of scan: Int64) throws -> PreviousExam? {
        guard let earlier = try previousScan(of: scan) else { return nil }
        let exams = try store.exams(ofPatient: store.scan(scan).patient)
        func measured(_ id: Int64) -> [ExamRecord] {
            exams.filter { $0.scanId == id && $0.source == .model && $0.side != nil }
        }
        let pair = measured(earlier.scan).compactMap { first in
            measured(scan).first { $0.side == first.side }.map { (first, $0) }
        }.max { ($0.1.volumeMm3 ?? 0) < ($1.1.volumeMm3 ?? 0) }
        let match = try pair.map { try self.match(image(of: $0.0), image(of: $0.1)) }
        return PreviousExam(
            scan: earlier.scan, examDate: earlier.examDate,
            match: match ?? ExamMatch(.position))
    }

    /// How an exam lies to a later one.
    func match(_ first: ExamImage, _ later: ExamImage) -> ExamMatch {
        guard let alignment = try? align(first, later) else {
            return ExamMatch(.tumour, shiftMm: first.centre - later.centre)
        }
        return ExamMatch(alignment)
    }
}
