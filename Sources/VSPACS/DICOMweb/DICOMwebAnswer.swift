import Foundation

/// One match of a DICOMweb search, in DICOM's JSON (PS3.18, F).
struct DICOMwebAnswer: Decodable, Sendable {
    private let elements: [String: Element]

    private struct Element: Decodable {
        let values: [Value]?

        private enum CodingKeys: String, CodingKey { case values = "Value" }
    }

    /// A string or a number as text; nil for what is neither, as a person's name.
    private struct Value: Decodable {
        let text: String?

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self.text = text
            } else {
                text = (try? container.decode(Double.self)).map { String(format: "%.0f", $0) }
            }
        }
    }

    init(from decoder: any Decoder) throws {
        elements = try decoder.singleValueContainer().decode([String: Element].self)
    }

    /// The values of a tag, such as `0020000D`.
    func values(_ tag: String) -> [String] { elements[tag]?.values?.compactMap(\.text) ?? [] }

    /// The first value of a tag.
    func text(_ tag: String) -> String? {
        values(tag).first.map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
