import Foundation
import VSGrowth
import VSSurveillance
import VSTraining

/// Scans of the database with a reader's outlines, as cases to train on or to evaluate by; their files
/// go with this value.
final class ImportedCases {
    /// The cases.
    let cases: [TrainingCase]
    private let folder: String

    /// Writes the cases that `reader` outlined to a private folder.
    ///
    /// `split` is a CSV of patient (or the public collection's `vs_gk_N`) and split; without one all are
    /// for `fallback`.
    init(
        reader: String, in surveillance: Surveillance, split: String?,
        fallback: TrainingCase.Split, line: ProgressLine
    ) throws {
        folder = NSTemporaryDirectory() + "vsdb-cases-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        do {
            let found = try surveillance.writeOutlinedCases(reader: reader, to: folder) {
                line.show(
                    "unpacking", fraction: Double($0) / Double(max($1, 1)), note: "\($0) of \($1)")
            }
            let splits = try split.map { try CaseSplits(path: $0) }
            cases = found.compactMap { one in
                let given = splits.map { $0.split(ofPatient: one.patient) } ?? fallback
                return given.map {
                    TrainingCase(
                        id: "\(one.patient) \(one.date.iso) scan \(one.scan)", image: one.image,
                        mask: one.mask, split: $0)
                }
            }
            guard !cases.isEmpty else {
                throw TrainingError(
                    .unusable, subject: split ?? reader,
                    message: "The split file names none of the \(found.count) outlined scans.",
                    remedy: "Its lines are 'patient,training', for example "
                        + "'\(found[0].patient),training'.")
            }
        } catch {
            try? FileManager.default.removeItem(atPath: folder)
            throw error
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }
}
