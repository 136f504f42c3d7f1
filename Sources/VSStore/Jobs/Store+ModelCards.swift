import Foundation

extension Store {
    /// Keeps a text about a model beside its file; a later one takes the place of the earlier.
    ///
    /// - Throws: ``StoreError`` where it cannot be written.
    public func keepCard(_ text: String, of model: ModelRecord) throws {
        try ImageStore.writeDurably(Data(text.utf8), to: card(of: model))
    }

    /// The text about a model; nil where none was given.
    public func modelCard(of model: ModelRecord) -> String? {
        FileManager.default.contents(atPath: card(of: model)).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    private func card(of model: ModelRecord) -> String {
        "\(location.models)/\(model.sha256).card"
    }
}
