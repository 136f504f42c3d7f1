import Foundation
import VSGrowth
import VSStore

/// A data set's folder and how it is to be taken.
struct DatasetFolder {
    let path: String
    let assumedDay: ExamDate
    let includesT1: Bool

    /// How the assumed day is told.
    static let assumedBasis = "day assumed"

    /// Checks that the folder is there.
    func check() throws(StoreError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
            isFolder.boolValue
        else {
            throw StoreError(
                .unknown, subject: path, message: "There is no such folder.",
                remedy: "Give the folder that the data set was unpacked to.")
        }
    }

    /// The error where nothing of the layout is found.
    func unknownLayout(_ expected: String) -> StoreError {
        StoreError(
            .invalid, subject: path,
            message: "It has not the layout of this data set: \(expected).",
            remedy: "docs/DATASETS.md shows the layouts.")
    }

    /// The names in a folder below, in order; none where it cannot be read.
    func entries(_ below: String = "") -> [String] {
        let folder = below.isEmpty ? path : "\(path)/\(below)"
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .filter { !$0.hasPrefix(".") }.sorted()
    }

    /// All files below, hidden ones left out, as paths from here, in order.
    func files() -> [String] {
        let found = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return found.filter { name in
            !name.split(separator: "/").contains { $0.hasPrefix(".") }
        }.sorted()
    }

    /// The file of this name with the ending .nii.gz or .nii; nil where there is neither.
    func nifti(_ name: String) -> String? {
        [".nii.gz", ".nii"].map { "\(path)/\(name)\($0)" }
            .first { FileManager.default.fileExists(atPath: $0) }
    }
}

extension ExamDate {
    /// Reads `YYYY-MM-DD`, `YYYYMMDD` or either before a time of day.
    init?(loose text: some StringProtocol) {
        let digits = String(text).prefix { $0.isNumber || $0 == "-" }.filter { $0 != "-" }
        guard digits.count == 8, let number = Int(digits) else { return nil }
        self.init(year: number / 10000, month: number / 100 % 100, day: number % 100)
    }
}
