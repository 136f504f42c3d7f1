import Foundation
public import VSGrowth
import VSImaging
public import VSSegmentation
import VSStore

/// What importing one subject's outlines did.
public struct OutlineImport: Sendable {
    /// One outline that is an exam now.
    public struct Exam: Sendable {
        /// The outline's name.
        public let name: String
        /// The day it was given.
        public let date: ExamDate
        /// How that day is known.
        public let basis: String
        /// Area times plane distance, mm³.
        public let planimetricMm3: Double
        /// Voxels, mm³: what is stored.
        public let volumeMm3: Double
        /// The scan's number; nil where it was registered before.
        public let scan: Int64?
    }

    /// The patient's identifier.
    public let patient: String
    /// The tumour's side; nil where nothing was imported.
    public let side: Side?
    /// The exams, by date.
    public let exams: [Exam]
    /// Outlines that were left out, each with the reason.
    public let leftOut: [(name: String, reason: String)]
}

extension Surveillance {
    /// Makes a patient of one subject's outlines: the baseline, radiosurgery on that day, and each
    /// follow-up, as people's outlines without a scan.
    ///
    /// In place of a scan the outline's own voxels are stored. All of a subject is stored or nothing.
    ///
    /// - Parameters:
    ///   - subject: the outlines.
    ///   - baseline: the day that the outline at treatment is given, as collections without dates have
    ///     none.
    ///   - reader: who is named as having drawn them.
    ///   - sourceName: the file's name.
    /// - Returns: what was imported and what was left out, with reasons.
    /// - Throws: an error of the store; then nothing of the subject was stored.
    public func importOutlines(
        of subject: OutlinedSubject, baseline: ExamDate, reader: String, sourceName: String
    ) throws -> OutlineImport {
        try Store.checkIdentifier(subject.id)
        var drafts: [OutlineDraft] = []
        var leftOut: [(name: String, reason: String)] = []
        let isMeningioma = subject.structures.contains { OutlineName($0.name) == .meningioma }
        for structure in subject.structures where OutlineName(structure.name) != .other {
            do {
                let hasOther = isMeningioma && OutlineName(structure.name) != .meningioma
                drafts.append(
                    try OutlineDraft(
                        structure, baseline: baseline,
                        isBesideMeningioma: hasOther, subject: subject.id))
            } catch {
                leftOut.append((structure.name, error.message))
            }
        }
        drafts.sort { $0.date < $1.date }
        guard let first = drafts.first, first.date == baseline else {
            let reason = "there is no outline at treatment to follow up"
            return OutlineImport(
                patient: subject.id, side: nil, exams: [],
                leftOut: leftOut + drafts.map { ($0.name, reason) })
        }
        let rows = try store(drafts, of: subject.id, side: first.side, reader, sourceName)
        let exams = zip(drafts, rows).map { draft, row in
            OutlineImport.Exam(
                name: draft.name, date: draft.date, basis: draft.basis,
                planimetricMm3: draft.planimetricMm3, volumeMm3: draft.mask.volumeMm3(), scan: row)
        }
        return OutlineImport(
            patient: subject.id, side: first.side, exams: exams, leftOut: leftOut)
    }

    private func store(
        _ drafts: [OutlineDraft], of patient: String, side: Side, _ reader: String,
        _ sourceName: String
    ) throws -> [Int64?] {
        let scans = try drafts.map { draft in
            let volume = draft.volume
            let hash = try store.images.insert(volume)
            let scan = ScanEntry(
                patient: patient, examDate: draft.date, sequence: draft.sequence, isT2: false,
                contentHash: hash, header: NIfTIWriter.header(of: volume), shape: volume.shape,
                spacing: volume.affine.spacing, sourceName: sourceName, gate: "{}")
            let outline = OutlineEntry(
                reader: reader, sourceName: sourceName, note: draft.note,
                tumours: [Self.entry(draft.mask, side: side, error: rule.error)])
            return (scan: scan, outlines: outline)
        }
        let treatment = Treatment(kind: .radiosurgery, date: drafts[0].date)
        return try store.recordOutlinedScans(
            scans, patient: patient, treatment: (treatment, side.rawValue), rule: rule)
    }
}

/// One outline on its way into the store.
private struct OutlineDraft {
    let name: String
    let date: ExamDate
    let basis: String
    let sequence: String
    let mask: Mask
    let planimetricMm3: Double
    private let hasGap: Bool

    init(
        _ structure: OutlinedSubject.Structure, baseline: ExamDate, isBesideMeningioma: Bool,
        subject: String
    ) throws(ImagingError) {
        func refused(_ reason: String) -> ImagingError {
            ImagingError(.unsupported, subject: subject, message: reason, remedy: "")
        }
        switch OutlineName(structure.name) {
        case .meningioma: throw refused("it is a meningioma, not a schwannoma")
        case .after where isBesideMeningioma, .inYear where isBesideMeningioma:
            throw refused(
                "the subject has a meningioma, and the name does not say which tumour it is")
        case .unclear: throw refused("its name says no time")
        default: break
        }
        guard let (day, basis) = OutlineName(structure.name).day(baseline: baseline) else {
            throw refused("its name says no time")
        }
        guard OutlineName(structure.name) == .baseline || day > baseline else {
            throw refused("its year is not after the assumed day of treatment")
        }
        let stack = try ContourStack(structure.polygons, subject: subject)
        name = structure.name
        date = day
        self.basis = basis
        sequence = "outline, \(structure.drawnOn)"
        planimetricMm3 = stack.planimetricVolumeMm3
        hasGap = stack.largestGap > 1.5
        mask = stack.mask()
        guard !mask.isEmpty else { throw refused("it encloses no voxel") }
    }

    /// The outline's own voxels, in place of a scan.
    var volume: Volume {
        Volume(shape: mask.shape, affine: mask.affine, voxels: mask.voxels.map(Float.init))
    }

    /// The side by the coordinates' sign: +x is the patient's left.
    var side: Side {
        var sum = 0.0
        for index in mask.voxels.indices where mask.voxels[index] == 1 {
            let (shape, affine) = (mask.shape, mask.affine)
            let d = Double(index / shape.width / shape.height)
            let h = Double(index / shape.width % shape.height)
            sum += affine.point(d, h, Double(index % shape.width)).x
        }
        return sum >= 0 ? .left : .right
    }

    var note: String {
        let planimetry = "\(name): \(basis); planimetric \(Int(planimetricMm3.rounded())) mm³"
        return hasGap ? planimetry + "; planes left out between drawn ones" : planimetry
    }
}
