import CAssets
import Foundation
import VSNetwork

/// The model the program comes with.
enum DefaultModel {
    /// What names it in errors.
    static let subject = "the program's own model"

    /// Its file's bytes.
    static var data: Data { Data(bytes: vsdb_model_bytes(), count: vsdb_model_count()) }

    /// The model, checked.
    static func file() throws -> ModelFile { try ModelFile(data, subject: subject) }
}
