import Foundation
public import VSStore

/// A folder of tumours that were scanned twice and did not change in between.
///
/// Either it holds `pairs.csv`, whose first line names the columns `first` and `second` (files,
/// relative to the folder) and, where a true change is known as of phantoms, `trueLogChange`
/// (ln V2 - ln V1); or, without that file, scans named `NAME_a` and `NAME_b` (.nii or .nii.gz).
public struct CalibrationFolder: Sendable {
    /// Two scans of one tumour.
    public struct Pair: Sendable, Hashable {
        /// Names the pair: its line's first file, or NAME.
        public var name: String
        /// The first scan.
        public var first: String
        /// The second scan.
        public var second: String
        /// ln of the true volumes' ratio.
        public var trueLogChange: Double
    }

    /// The pairs in the order of the list, or by name.
    public let pairs: [Pair]

    /// Reads the folder's list; the scans themselves are not opened.
    ///
    /// - Throws: `StoreError` naming the folder or the line, for a folder without pairs, a line that
    ///   cannot be read, a file that is missing or named twice in a line.
    public init(_ folder: String) throws(StoreError) {
        let list = "\(folder)/pairs.csv"
        if let data = FileManager.default.contents(atPath: list) {
            pairs = try Self.listed(String(decoding: data, as: UTF8.self), list, folder)
        } else {
            pairs = try Self.named(folder)
        }
        guard !pairs.isEmpty else { throw Self.empty(folder) }
    }

    private static func empty(_ folder: String) -> StoreError {
        StoreError(
            .unknown, subject: folder, message: "The folder holds no pair of scans.",
            remedy:
                "Name scans NAME_a.nii.gz and NAME_b.nii.gz, or list them in pairs.csv with the "
                + "columns first,second.")
    }

    private static func listed(
        _ text: String, _ list: String, _ folder: String
    ) throws(StoreError) -> [Pair] {
        var lines: [(number: Int, fields: [String])] = []
        for (index, line) in text.split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline
        ).enumerated() where !line.allSatisfy(\.isWhitespace) {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            lines.append(
                (index + 1, fields.map { $0.trimmingCharacters(in: .whitespaces) }))
        }
        let header = lines.first?.fields ?? []
        guard let first = header.firstIndex(of: "first"),
            let second = header.firstIndex(of: "second"), Set(header).count == header.count
        else {
            throw StoreError(
                .invalid, subject: list,
                message: "Its first line does not name the columns first and second, each once.",
                remedy: "Begin with a line like first,second and put two files in each other line.")
        }
        let change = header.firstIndex(of: "trueLogChange")
        var pairs: [Pair] = []
        for (number, fields) in lines.dropFirst() {
            let subject = "\(list), line \(number)"
            let known = change.map { $0 < fields.count ? Double(fields[$0]) : nil } ?? 0
            guard fields.count == header.count, let known, known.isFinite else {
                throw StoreError(
                    .invalid, subject: subject,
                    message:
                        "It does not hold \(header.count) fields as the first line names them.",
                    remedy: "Write one value for each column; trueLogChange is a number.")
            }
            pairs.append(
                try pair(
                    fields[first], fields[second], name: fields[first], known, in: folder, subject))
        }
        return pairs
    }

    private static func pair(
        _ first: String, _ second: String, name: String, _ change: Double, in folder: String,
        _ subject: String
    ) throws(StoreError) -> Pair {
        func place(_ file: String) -> String { file.hasPrefix("/") ? file : "\(folder)/\(file)" }
        guard first != second else {
            throw StoreError(
                .invalid, subject: subject, message: "Both scans are the same file, \(first).",
                remedy: "Name two scans of the tumour.")
        }
        for file in [first, second] where !FileManager.default.fileExists(atPath: place(file)) {
            throw StoreError(
                .unknown, subject: subject, message: "There is no file \(file).",
                remedy: "Check the path; it is taken from the folder.")
        }
        return Pair(
            name: name, first: place(first), second: place(second), trueLogChange: change)
    }

    private static func named(_ folder: String) throws(StoreError) -> [Pair] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw StoreError(
                .unknown, subject: folder, message: "The folder cannot be read.",
                remedy: "Check the path.")
        }
        let endings = [".nii.gz", ".nii"]
        var pairs: [Pair] = []
        for name in names.sorted() {
            guard let ending = endings.first(where: { name.hasSuffix("_a" + $0) }) else { continue }
            let stem = String(name.dropLast(ending.count + 2))
            let second = endings.map { "\(stem)_b" + $0 }.first { names.contains($0) }
            guard let second else {
                throw StoreError(
                    .unknown, subject: "\(folder)/\(name)",
                    message: "Its second scan \(stem)_b\(ending) is not there.",
                    remedy: "Add the second scan, or take the first away.")
            }
            pairs.append(try pair(name, second, name: stem, 0, in: folder, folder))
        }
        return pairs
    }
}
