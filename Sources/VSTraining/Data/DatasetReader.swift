import Foundation

/// Finds the cases of a folder in any of the layouts that are known.
///
/// - A phantom folder: `manifest.json` with patients, exams and its split.
/// - The public collection as its authors convert it: `vs_gk_N/vs_gk_t2_refT2.nii.gz` and
///   `vs_gk_N/vs_gk_seg_refT2.nii.gz`, with a CSV of two columns, `vs_gk_1,training`.
/// - BIDS: `sub-N/anat/sub-N_T2w.nii.gz`, masks under
///   `derivatives/manual_segmentation_masks_of_T2w`.
public enum DatasetReader {
    /// The cases of a folder, sorted by name.
    ///
    /// - Parameters:
    ///   - folder: the data set.
    ///   - splitFile: the CSV of splits; nil looks for one CSV in the folder.
    /// - Returns: the cases, in order of their names.
    /// - Throws: ``TrainingError`` where the layout is unknown, or a pair is incomplete.
    public static func cases(
        in folder: String, splitFile: String? = nil
    ) throws(TrainingError) -> [TrainingCase] {
        let files = FileManager.default
        guard let entries = try? files.contentsOfDirectory(atPath: folder).sorted() else {
            throw TrainingError(
                .missing, subject: folder, message: "There is no such folder.",
                remedy: "Give the folder of a data set.")
        }
        if entries.contains("manifest.json") { return try phantomCases(folder) }
        if entries.contains(where: { $0.hasPrefix("vs_gk_") }) {
            let csv = splitFile ?? entries.first { $0.hasSuffix(".csv") }.map { "\(folder)/\($0)" }
            return try authorCases(folder, entries, splits: SplitTable(csv, folder: folder))
        }
        if entries.contains(where: { $0.hasPrefix("sub-") }) {
            return try bidsCases(folder, entries, splits: splitFile.map(SplitTable.init(path:)))
        }
        throw TrainingError(
            .unusable, subject: folder,
            message: "It is none of the known layouts (manifest.json, vs_gk_N, sub-N).",
            remedy: "See 'vsdb train --help' for the layouts.")
    }

    private struct Manifest: Decodable {
        struct Exam: Decodable {
            var image: String
            var mask: String
        }
        struct Patient: Decodable {
            var id: String
            var exams: [Exam]
        }
        var split: String
        var patients: [Patient]
    }

    private static func phantomCases(_ folder: String) throws(TrainingError) -> [TrainingCase] {
        let path = "\(folder)/manifest.json"
        guard let data = FileManager.default.contents(atPath: path),
            let manifest = try? JSONDecoder().decode(Manifest.self, from: data),
            let split = TrainingCase.Split(rawValue: manifest.split)
        else {
            throw TrainingError(
                .unusable, subject: path, message: "The manifest is damaged.",
                remedy: "Make the folder again with 'vsdb phantom'.")
        }
        var cases: [TrainingCase] = []
        for patient in manifest.patients {
            for (index, exam) in patient.exams.enumerated() {
                cases.append(
                    try pair(
                        "\(patient.id)-e\(index + 1)", "\(folder)/\(exam.image)",
                        "\(folder)/\(exam.mask)", split))
            }
        }
        return cases
    }

    private static func authorCases(
        _ folder: String, _ entries: [String], splits: SplitTable
    ) throws(TrainingError) -> [TrainingCase] {
        var cases: [TrainingCase] = []
        for entry in entries where entry.hasPrefix("vs_gk_") && !entry.hasSuffix(".csv") {
            guard let split = splits[entry] else { continue }
            cases.append(
                try pair(
                    entry, "\(folder)/\(entry)/vs_gk_t2_refT2.nii.gz",
                    "\(folder)/\(entry)/vs_gk_seg_refT2.nii.gz", split))
        }
        return cases
    }

    private static func bidsCases(
        _ folder: String, _ entries: [String], splits: SplitTable?
    ) throws(TrainingError) -> [TrainingCase] {
        let masks = "\(folder)/derivatives/manual_segmentation_masks_of_T2w"
        var cases: [TrainingCase] = []
        for entry in entries where entry.hasPrefix("sub-") {
            let image = "\(folder)/\(entry)/anat/\(entry)_T2w.nii.gz"
            // The published set leaves one subject out on purpose.
            guard FileManager.default.fileExists(atPath: image) else { continue }
            let split = splits.map { $0[entry] } ?? .training
            guard let split else { continue }
            cases.append(
                try pair(
                    entry, image,
                    "\(masks)/\(entry)/anat/\(entry)_space-individual_desc-tumor_mask.nii.gz",
                    split))
        }
        return cases
    }

    private static func pair(
        _ id: String, _ image: String, _ mask: String, _ split: TrainingCase.Split
    ) throws(TrainingError) -> TrainingCase {
        for file in [image, mask] where !FileManager.default.fileExists(atPath: file) {
            throw TrainingError(
                .missing, subject: file, message: "Case \(id) needs this file, and it is missing.",
                remedy: "Complete the data set, or take the case out of the split file.")
        }
        return TrainingCase(id: id, image: image, mask: mask, split: split)
    }
}

/// Which split each case belongs to, from a CSV of two columns.
struct SplitTable: Sendable {
    private var splits: [String: TrainingCase.Split] = [:]

    init(_ path: String?, folder: String) throws(TrainingError) {
        guard let path else {
            throw TrainingError(
                .missing, subject: folder,
                message: "The split of the cases is unknown: there is no CSV beside them.",
                remedy: "Give one with --split: two columns, for example 'vs_gk_1,training'.")
        }
        try self.init(path: path)
    }

    init(path: String) throws(TrainingError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw TrainingError(
                .missing, subject: path, message: "The split file cannot be read.",
                remedy: "Check the path.")
        }
        let text = String(decoding: data, as: UTF8.self)
        for (number, line) in text.split(whereSeparator: \.isNewline).enumerated() {
            let fields = line.split(separator: ",").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard fields.count >= 2, let split = TrainingCase.Split(rawValue: fields[1]) else {
                // A first line of names is allowed.
                if number == 0 { continue }
                throw TrainingError(
                    .unusable, subject: path,
                    message: "Line \(number + 1) is not 'case,training|validation|test'.",
                    remedy: "Correct the line.")
            }
            splits[fields[0]] = split
        }
    }

    subscript(_ id: String) -> TrainingCase.Split? { splits[id] }
}
