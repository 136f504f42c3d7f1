import Foundation

/// A file of Tests/Fixtures/nifti.
func fixture(_ name: String) -> String {
    testsFolder.appending(path: "Fixtures/nifti/\(name)").path
}

/// A file of Tests/Golden.
func golden(_ name: String) -> String { testsFolder.appending(path: "Golden/\(name)").path }

/// Reads keys written_like_this.
var snakeCaseDecoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
}

private var testsFolder: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
}

/// A new folder that is removed when the value goes.
final class TemporaryFolder {
    let path = NSTemporaryDirectory() + "vsdb-imaging-" + UUID().uuidString

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }
}
