public import Foundation
public import VSNetwork
public import VSStore

extension Surveillance {
    /// Installs a model file after checking it and trying it on a built-in phantom; a wrong or damaged
    /// one changes nothing.
    ///
    /// - Returns: the record, and whether it is new.
    @discardableResult
    public func installModel(
        _ path: String, card: ModelCard? = nil, activating: Bool = false
    ) throws -> (model: ModelRecord, isNew: Bool) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw NetworkError(
                .unreadable, subject: path, message: "The model file cannot be read.",
                remedy: "Check the path.")
        }
        return try installModel(data, subject: path, card: card, activating: activating)
    }

    /// Installs a model from its bytes.
    ///
    /// - Parameters:
    ///   - data: the file's bytes.
    ///   - subject: names them in errors.
    ///   - card: what was learnt of the model since; of a model that is installed it takes the place of
    ///     what is known.
    ///   - keepsMeasured: leaves an installed model's own measured boundary as it is.
    ///   - activating: begins a campaign for it; a model for which there is nothing to segment takes
    ///     over at once.
    ///   - isTried: it needs no trial run.
    /// - Returns: the record, and whether it is new.
    /// - Throws: `NetworkError` for a damaged file, `StoreError` for another file of its name.
    @discardableResult
    public func installModel(
        _ data: Data, subject: String, card: ModelCard? = nil, keepsMeasured: Bool = false,
        activating: Bool = false, isTried: Bool = false
    ) throws -> (model: ModelRecord, isNew: Bool) {
        let file = try ModelFile(data, subject: subject)
        if !isTried { try ModelTrial.run(file, subject: subject, parameters: parameters) }
        let description = card.map { file.description.with($0) } ?? file.description
        var (model, isNew) = try store.installModel(
            data, name: description.name, version: description.version,
            description: try Self.text(description))
        if !isNew, let card {
            let known = try Self.description(of: model)
            if !keepsMeasured || known.boundarySDMm == nil { model = try describe(model, by: card) }
        }
        if activating, !model.isActive {
            try startCampaign(model)
            model.isActive = try store.activeModel()?.id == model.id
        }
        return (model, isNew)
    }

    /// Puts a card in the place of what is known of an installed model and judges all growth anew.
    ///
    /// Volumes that are stored keep their errors; new ones have the card's.
    /// - Returns: the model's record as it is now.
    @discardableResult
    public func describe(_ model: ModelRecord, by card: ModelCard) throws -> ModelRecord {
        var changed = model
        changed.description = try Self.text(try Self.description(of: model).with(card))
        if changed.description != model.description {
            try store.describeModel(model, as: changed.description, rule: rule)
        }
        return changed
    }

    /// What is known of an installed model: its file's own words, with its card's in their place.
    ///
    /// - Throws: `StoreError` where the row's text is damaged.
    public static func description(of model: ModelRecord) throws -> ModelDescription {
        do {
            return try JSONDecoder().decode(
                ModelDescription.self, from: Data(model.description.utf8))
        } catch {
            throw StoreError(
                .corrupt, subject: model.title, message: "Its description is damaged.",
                remedy: "Restore the database from a backup.")
        }
    }

    private static func text(_ description: ModelDescription) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(description), as: UTF8.self)
    }
}
