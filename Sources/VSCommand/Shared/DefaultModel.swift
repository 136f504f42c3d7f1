import CAssets
import Foundation
import VSNetwork

/// The model the program comes with.
enum DefaultModel {
    /// What names it in errors.
    static let subject = "the program's own model"

    /// Its file's bytes.
    static var data: Data { Data(bytes: vsdb_model_bytes(), count: vsdb_model_count()) }

    /// What was measured of it since its file was written.
    static func card() throws -> ModelCard {
        try ModelCard(
            Data(bytes: vsdb_model_card_bytes(), count: vsdb_model_card_count()),
            subject: "the card of \(subject)")
    }

    /// The model, checked, with what its card says.
    static func file() throws -> ModelFile {
        var file = try ModelFile(data, subject: subject)
        file.description = file.description.with(try card())
        return file
    }
}
