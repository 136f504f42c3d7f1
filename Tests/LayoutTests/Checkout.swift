import Foundation

/// The checkout that the tests were built from, read as text.
enum Checkout {
    static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    static func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
    }

    static func isFolder(_ name: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(
            atPath: "\(path)/\(name)", isDirectory: &isFolder) && isFolder.boolValue
    }

    /// The files below a folder with one of some endings, relative to the checkout, sorted.
    static func files(_ folder: String, _ endings: [String]) -> [String] {
        let found = FileManager.default.enumerator(atPath: "\(path)/\(folder)")?
            .compactMap { $0 as? String }
        return (found ?? []).filter { name in endings.contains { name.hasSuffix($0) } }
            .map { "\(folder)/\($0)" }.sorted()
    }
}
