import Foundation

/// A new folder that is removed when the value goes.
package final class TemporaryFolder: Sendable {
    /// Its path.
    package let path = NSTemporaryDirectory() + "vsdb-test-" + UUID().uuidString

    /// Makes the folder.
    package init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file in it.
    package func file(_ name: String) -> String { path + "/" + name }
}
