import Foundation
public import VSStore

extension ModelRecord {
    /// What the model may be used for, as its own description says; printed with every result.
    public var intendedUse: String {
        struct Card: Decodable { var intendedUse: String? }
        let card = try? JSONDecoder().decode(Card.self, from: Data(description.utf8))
        return card?.intendedUse ?? "Research use only."
    }
}

extension Surveillance {
    /// What the models of some exams may be used for, each sentence once.
    ///
    /// - Throws: `StoreError` where the store cannot be read.
    func intendedUse(of exams: [ExamRecord]) throws -> String {
        let models = try store.models()
        var found: [String] = []
        for exam in exams {
            guard let model = models.first(where: { $0.sha256 == exam.modelSha256 }),
                !found.contains(model.intendedUse)
            else { continue }
            found.append(model.intendedUse)
        }
        return found.isEmpty ? "Research use only." : found.joined(separator: " ")
    }
}
