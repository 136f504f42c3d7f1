public import Foundation

/// A model: its description and its parameters, in one safetensors file that is enough to run it.
public struct ModelFile: Sendable {
    /// What the model is.
    public var description: ModelDescription
    package var values: ParameterValues

    /// The metadata key that holds the description as JSON.
    static let key = "vsdb.model"

    package init(description: ModelDescription, values: ParameterValues) {
        self.description = description
        self.values = values
    }

    /// Reads a model file and checks every tensor against the architecture it names.
    ///
    /// - Throws: ``NetworkError`` naming the file.
    public init(contentsOf path: String) throws(NetworkError) {
        try self.init(SafeTensors(contentsOf: path), subject: path)
    }

    /// Reads a model file's bytes; `subject` names them in errors.
    public init(_ data: Data, subject: String) throws(NetworkError) {
        try self.init(SafeTensors(data, subject: subject), subject: subject)
    }

    private init(_ file: SafeTensors, subject: String) throws(NetworkError) {
        guard let json = file.metadata[Self.key] else {
            throw NetworkError(
                .malformed, subject: subject,
                message: "The file holds weights but no description of a model.",
                remedy: "Use a model file written by 'vsdb train'.")
        }
        description = try ModelDescription(json: json, subject: subject)
        let layout = ParameterLayout(description.architecture)
        if let extra = file.tensors.keys.filter({ !layout.has($0) }).min() {
            throw NetworkError(
                .wrongShape, subject: subject,
                message: "Tensor \(extra) is not one of the architecture it names.",
                remedy: "Use weights of the architecture the file names.")
        }
        values = try ParameterValues(layout: layout, tensors: file.tensors, subject: subject)
    }

    /// The file's bytes; the same model gives the same bytes.
    public func encoded() throws(NetworkError) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let json = try? encoder.encode(description) else {
            throw NetworkError(
                .unwritable, subject: description.name,
                message: "The model's description cannot be encoded.",
                remedy: "Use plain text and finite numbers in it.")
        }
        let metadata = [Self.key: String(decoding: json, as: UTF8.self), "format": "pt"]
        return try SafeTensors(tensors: values.tensors, metadata: metadata).encoded()
    }

    /// Writes the model through a temporary file.
    public func write(to path: String) throws(NetworkError) {
        let data = try encoded()
        do {
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw NetworkError(
                .unwritable, subject: path, message: "The model cannot be written.",
                remedy: "Check the folder, its permissions and the free space.")
        }
    }

    /// The number of trainable values.
    public var parameterCount: Int { values.layout.parameterCount }
}
