import Foundation
import VSGrowth
import VSImaging
import VSStore

/// What was written as BIDS.
public struct BIDSExport: Sendable {
    /// Subjects.
    public internal(set) var subjects = 0
    /// Sessions: one a patient and day.
    public internal(set) var sessions = 0
    /// Images.
    public internal(set) var images = 0
    /// Masks that people outlined.
    public internal(set) var manualMasks = 0
    /// Masks of the models whose segmentations count.
    public internal(set) var modelMasks = 0
    /// The models whose masks were written.
    var models: Set<Model> = []

    /// A model as its segmentations name it.
    struct Model: Sendable, Hashable {
        let name, version, sha256: String
    }

    /// Scans that were left out, with the reason.
    public internal(set) var leftOut: [(scan: Int64, reason: String)] = []
}

/// How patients are named in an export.
public struct BIDSNaming: Sendable {
    /// Whether subjects are numbered and days shifted.
    ///
    /// Days are counted from 1900-01-01, which is each patient's first exam; intervals are kept. BIDS
    /// takes days before 1925 for shifted ones.
    public var isAnonymous: Bool

    /// Makes a naming.
    public init(isAnonymous: Bool = false) { self.isAnonymous = isAnonymous }

    /// The labels of patients in their order: letters and digits of the identifier, with a number where
    /// two would be the same.
    func labels(of identifiers: [String]) -> [String] {
        var taken = Set<String>()
        return identifiers.enumerated().map { index, identifier in
            let number = String(format: "%04d", index + 1)
            let letters = identifier.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
            var label = isAnonymous || letters.isEmpty ? number : letters
            // Not every file system tells large letters from small ones.
            while taken.contains(label.lowercased()) { label += "x\(number)" }
            taken.insert(label.lowercased())
            return label
        }
    }

    /// The day of an exam as it is written.
    func day(_ day: ExamDate, first: ExamDate) -> ExamDate {
        guard isAnonymous, let start = ExamDate(year: 1900, month: 1, day: 1) else { return day }
        return ExamDate(dayNumber: start.dayNumber + day.dayNumber - first.dayNumber)
    }
}

extension Surveillance {
    /// Writes patients as a BIDS data set: images, days, and masks among the derivatives.
    ///
    /// Headers are made anew, so that no free text of a file goes along. The folder appears whole or
    /// not at all.
    ///
    /// - Parameters:
    ///   - folder: a folder that is not there yet, or is empty.
    ///   - patients: identifiers; nil takes all.
    ///   - naming: how patients are named.
    ///   - progress: told how many patients are done, and of how many.
    ///   - isCancelled: asked between patients; then nothing is left behind.
    /// - Returns: what was written and what was left out.
    /// - Throws: `StoreError` for an unknown patient, a folder that holds something, or a failed write;
    ///   `CancellationError` where it was cancelled.
    @discardableResult
    public func exportBIDS(
        to folder: String, patients: [String]? = nil, naming: BIDSNaming = .init(),
        progress: (Int, Int) -> Void = { _, _ in }, isCancelled: () -> Bool = { false }
    ) throws -> BIDSExport {
        let files = FileManager.default
        if files.fileExists(atPath: folder) {
            guard (try? files.contentsOfDirectory(atPath: folder))?.isEmpty == true else {
                throw StoreError(
                    .invalid, subject: folder, message: "It is there already and not empty.",
                    remedy: "Name a new folder.")
            }
        }
        for patient in patients ?? [] { _ = try store.patient(patient) }
        let all = try patients ?? store.patientSummaries().map(\.identifier)
        let place = (folder as NSString).standardizingPath
        let writer = try BIDSWriter(
            place + ".\(UInt32.random(in: 0 ... .max)).part", naming: naming)
        do {
            var done = BIDSExport()
            for (index, (patient, label)) in zip(all, naming.labels(of: all)).enumerated() {
                if isCancelled() { throw CancellationError() }
                progress(index, all.count)
                try write(patient, "sub-\(label)", naming, writer, &done)
            }
            try writer.finish(
                participants: zip(all, naming.labels(of: all)).map { ("sub-\($1)", $0) },
                export: done)
            try writer.move(to: place)
            return done
        } catch {
            writer.discard()
            throw error
        }
    }

    private func write(
        _ patient: String, _ subject: String, _ naming: BIDSNaming, _ writer: BIDSWriter,
        _ done: inout BIDSExport
    ) throws {
        let exams = try store.exams(ofPatient: patient)
        var sessions: [ExamDate: [(scan: ScanRecord, place: BIDSPlace)]] = [:]
        let scans = try store.scanSummaries(patient: patient).map { try store.scan($0.id).record }
        guard let first = scans.map(\.examDate).min() else { return }
        for scan in scans {
            guard let suffix = BIDSPlace.suffix(of: scan) else {
                let reason =
                    scan.sequence.hasPrefix("outline,")
                    ? "an outline without a scan" : "'\(scan.sequence)' is neither T2 nor T1"
                done.leftOut.append((scan.id, reason))
                continue
            }
            if let fuller = try store.successor(ofScan: scan.id) {
                done.leftOut.append(
                    (scan.id, "scan \(fuller) holds more images of its series, and counts"))
                continue
            }
            let day = naming.day(scan.examDate, first: first)
            let place = BIDSPlace(
                subject: subject, day: day, suffix: suffix,
                isContrast: scan.sequence.lowercased().contains("contrast"))
            sessions[day, default: []].append((scan, place))
        }
        guard !sessions.isEmpty else { return }
        done.subjects += 1
        for (_, members) in sessions.sorted(by: { $0.key < $1.key }) {
            done.sessions += 1
            for (index, member) in members.enumerated() {
                var place = member.place
                let alike = members.indices.filter { members[$0].place == place }
                if alike.count > 1 { place.run = (alike.firstIndex(of: index) ?? 0) + 1 }
                try write(
                    member.scan, place, exams.filter { $0.scanId == member.scan.id }, writer, &done)
            }
        }
        try writer.writeSessions(of: subject, days: sessions.keys.sorted())
    }

    private func write(
        _ scan: ScanRecord, _ place: BIDSPlace, _ exams: [ExamRecord], _ writer: BIDSWriter,
        _ done: inout BIDSExport
    ) throws {
        let volume = try store.images.volume(scan.contentHash)
        try writer.write(volume, place, try store.series(ofScan: scan.id))
        done.images += 1
        for source in [MeasurementSource.manual, .model] {
            let own = exams.filter { $0.source == source }
            guard let one = own.first else { continue }
            var mask = Mask(emptyOn: volume)
            var volumes: [String: Double] = [:]
            for exam in own {
                guard let side = exam.side, let size = exam.volumeMm3 else { continue }
                mask.formUnion(try store.mask(of: exam, like: volume))
                volumes[side] = size
            }
            try writer.write(mask, place, by: one, volumesMm3: volumes)
            if source == .manual { done.manualMasks += 1 } else { done.modelMasks += 1 }
            if let made = try one.segmentationId.map({ try store.segmentation($0) }) {
                done.models.insert(
                    .init(
                        name: made.modelName, version: made.modelVersion, sha256: made.modelSha256))
            }
        }
    }
}
