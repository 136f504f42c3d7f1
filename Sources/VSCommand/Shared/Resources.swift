import Foundation

/// Finds the files that come with the program but are not in it: `VSDB_RESOURCES`, `../share/vsdb`
/// beside the program, then upward for a checkout's `Resources`.
enum Resources {
    /// A file or folder by its path under `Resources`; nil where none of the places has it.
    static func path(_ name: String) -> String? {
        folders.map { "\($0)/\(name)" }.first { FileManager.default.fileExists(atPath: $0) }
    }

    private static var folders: [String] {
        var result: [String] = []
        if let named = ProcessInfo.processInfo.environment["VSDB_RESOURCES"] {
            result.append(named)
        }
        let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        var folder = ((program ?? CommandLine.arguments[0]) as NSString).deletingLastPathComponent
        result.append(folder + "/../share/vsdb")
        while folder.count > 1 {
            result.append(folder + "/Resources")
            folder = (folder as NSString).deletingLastPathComponent
        }
        return result
    }
}
