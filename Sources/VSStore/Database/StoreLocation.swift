public import Foundation

/// Where the database lies, and the image store and models beside it.
public struct StoreLocation: Sendable, Hashable {
    /// The database file.
    public let database: String

    /// The folder of scans' voxels.
    public var images: String { folder + "/images" }
    /// The folder of installed models.
    public var models: String { folder + "/models" }

    /// The folder of files that are coming in; each goes when it is registered or refused.
    public var incoming: String { folder + "/incoming" }

    /// The clinic's own growth rule, which need not be there.
    public var growthRule: String { folder + "/growth.json" }

    /// The folder that holds everything.
    public var folder: String {
        let parent = (database as NSString).deletingLastPathComponent
        return parent.isEmpty ? "." : parent
    }

    /// The database named by an option, else by `VSDB_DATABASE`, else in the XDG data folder.
    public init(
        option: String?, environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        if let option, !option.isEmpty {
            database = option
        } else if let path = environment["VSDB_DATABASE"], !path.isEmpty {
            database = path
        } else {
            let home = environment["HOME"] ?? "."
            let data = environment["XDG_DATA_HOME"].flatMap { $0.isEmpty ? nil : $0 }
            database = (data ?? home + "/.local/share") + "/vsdb/vsdb.sqlite"
        }
    }
}
