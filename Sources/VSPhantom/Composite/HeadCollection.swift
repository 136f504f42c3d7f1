import Foundation

/// The real heads of one split, read once and shared by all patients.
public struct HeadCollection: Sendable {
    /// Which part of the data the heads are for; a head belongs to one split only.
    public let split: TumourOutlines.Split
    /// The names of the heads, in order.
    public var names: [String] { heads.map(\.id) }

    let heads: [RealHead]

    /// Reads a folder of prepared heads with its `landmarks.json`.
    ///
    /// - Parameters:
    ///   - folder: Such as `Resources/heads`; its SOURCES.md describes the format.
    ///   - split: Which heads to read.
    /// - Throws: `PhantomError` with code `heads` where the folder or its files cannot be used.
    public init(folder: String, split: TumourOutlines.Split) throws(PhantomError) {
        let path = folder + "/" + HeadLandmarks.fileName
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw PhantomError(
                .heads, subject: path, message: "the marks of the heads are missing or unreadable.",
                remedy: "Name the folder Resources/heads of this project.")
        }
        let marks: HeadLandmarks
        do {
            marks = try JSONDecoder().decode(HeadLandmarks.self, from: bytes)
        } catch {
            throw PhantomError(
                .heads, subject: path, message: "the marks of the heads are damaged (\(error)).",
                remedy: "Restore Resources/heads.")
        }
        guard marks.formatVersion == HeadLandmarks.formatVersion else {
            throw PhantomError(
                .heads, subject: path,
                message:
                    "format version \(marks.formatVersion) is not \(HeadLandmarks.formatVersion).",
                remedy: "Use the heads that came with this program.")
        }
        var heads: [RealHead] = []
        for head in marks.heads where head.split == split {
            heads.append(try RealHead(head, folder: folder))
        }
        guard !heads.isEmpty else {
            throw PhantomError(
                .heads, subject: path, message: "there is no head for \(split.rawValue).",
                remedy: "Restore Resources/heads.")
        }
        self.split = split
        self.heads = heads
    }
}
