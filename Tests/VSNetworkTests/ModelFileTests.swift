import Foundation
import Testing
import VSNetwork
import VSTestSupport

/// A change that makes a model's description impossible, and the field that is named.
struct BadDescription: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let change: @Sendable (inout ModelDescription) -> Void

    init(_ field: String, _ change: @escaping @Sendable (inout ModelDescription) -> Void) {
        testDescription = field
        self.change = change
    }

    static let all: [BadDescription] = [
        .init("architecture.baseWidth is 0") { $0.architecture.baseWidth = 0 },
        .init("architecture.baseWidth is 65") { $0.architecture.baseWidth = 65 },
        .init("architecture.baseWidth is 1") {
            $0.architecture = Architecture(attention: .gate, baseWidth: 1)
        },
        .init("spacingMm is [1.5, 0.4]") { $0.spacingMm = [1.5, 0.4] },
        .init("spacingMm is [1.5, 0.0, 0.4]") { $0.spacingMm = [1.5, 0, 0.4] },
        .init("threshold is 0.0") { $0.threshold = 0 },
        .init("threshold is 1.5") { $0.threshold = 1.5 },
        .init("componentPeak is 2.0") { $0.componentPeak = 2 },
        .init("componentVolumeMm3 is -1.0") { $0.componentVolumeMm3 = -1 },
        .init("architecture.widths is [16, 16, 16, 16, 32, 48]") {
            $0.architecture = .residual(widths: [16, 16, 16, 16, 32, 48])
        },
        .init("architecture.widths is [4, 8]") { $0.architecture = .residual(widths: [4, 8]) },
        .init("architecture.widths is [1, 2, 3, 4, 5]") {
            $0.architecture = .residual(widths: [1, 2, 3, 4, 5])
        },
        .init("architecture.widths is [16, 32, 48, 64, 80, 96]") {
            $0.architecture = .residual()
            $0.architecture.attention = .gate
        },
        .init("boundarySDMm is 0.0") { $0.boundarySDMm = 0 },
        .init("grossErrorShare is 0.9") { $0.grossErrorShare = 0.9 },
    ]
}

struct ModelFileTests {
    /// No field has its default.
    static let description: ModelDescription = {
        var description = inFile
        description.calibration = CalibrationNote(
            pairs: 9, leftOut: 1, lowMm: 0.3, highMm: 0.5, data: "pairs", softwareVersion: "0.0")
        description.scope = ModelScope(postSurgery: true)
        description.grossErrorShare = 0.07
        return description
    }()

    private static let inFile = ModelDescription(
        name: "tiny", version: "0.3",
        architecture: Architecture(
            geometry: .planar, attention: .gate, supervised: false, baseWidth: 3),
        spacingMm: [2.25, 0.1, 0.7], normalisation: Normalisation(method: .zScore, region: .head),
        labels: ["nothing", "something"], sequence: "T1",
        window: WindowShape(depth: 3, height: 32, width: 48), scanRule: .published,
        boundarySDMm: 0.37, threshold: 0.45,
        componentPeak: 0.8, componentVolumeMm3: 12.5, trainingData: "phantoms \"seed 7\"",
        trainingRecipe: "30 000 iterations", licence: "MIT", intendedUse: "Für Tests / 試験")

    static var model: ModelFile {
        ModelFile(
            description: description,
            values: .sample(description.architecture, seed: 71))
    }

    /// The file's tensors and metadata, to be damaged.
    static func parts() throws -> SafeTensors {
        try SafeTensors(model.encoded(), subject: "tiny")
    }

    static func expectRefused(
        _ file: SafeTensors, _ code: NetworkError.Code, _ message: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("model.safetensors")
        try file.write(to: path)
        let error = #expect(throws: NetworkError.self, sourceLocation: sourceLocation) {
            try ModelFile(contentsOf: path)
        }
        #expect(error?.code == code, sourceLocation: sourceLocation)
        #expect(error?.subject == path, sourceLocation: sourceLocation)
        #expect(
            error?.message.contains(message) == true, "\(error?.message ?? "")",
            sourceLocation: sourceLocation)
    }

    @Test("a model comes back with every field and every bit")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("model.safetensors")
        try Self.model.write(to: path)
        let read = try ModelFile(contentsOf: path)
        #expect(read.description == Self.description)
        #expect(bits(read.values.parameters) == bits(Self.model.values.parameters))
        #expect(bits(read.values.statistics) == bits(Self.model.values.statistics))
        #expect(read.parameterCount == Self.model.values.parameters.count)
        #expect(try read.encoded() == Data(contentsOf: URL(fileURLWithPath: path)))
    }

    @Test("every field of the description is written, and none of this test's is a default")
    func everyField() throws {
        let metadata = try Self.parts().metadata
        let json = try #require(metadata["vsdb.model"])
        let written = try #require(
            JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let other = Mirror(
            reflecting: ModelDescription(name: "other", version: "0", labels: [])
        ).children
        for (field, plain) in zip(Mirror(reflecting: Self.description).children, other) {
            #expect(written[try #require(field.label)] != nil)
            #expect("\(field.value)" != "\(plain.value)", "\(field.label ?? "")")
        }
    }

    @Test("what was never measured stays unknown")
    func missingFields() throws {
        var model = Self.model
        model.description.boundarySDMm = nil
        model.description.componentPeak = nil
        model.description.componentVolumeMm3 = nil
        let read = try ModelFile(model.encoded(), subject: "tiny")
        #expect(read.description == model.description)
    }

    @Test("weights without a description are refused")
    func noDescription() throws {
        var file = try Self.parts()
        file.metadata = ["format": "pt"]
        try Self.expectRefused(file, .malformed, "no description")
    }

    @Test("a damaged description names the field")
    func damagedDescription() throws {
        var file = try Self.parts()
        let json = try #require(file.metadata["vsdb.model"])
        file.metadata["vsdb.model"] = json.replacingOccurrences(of: #""2d""#, with: #""4d""#)
        try Self.expectRefused(file, .malformed, "damaged at architecture.geometry")
        file.metadata["vsdb.model"] = json.replacingOccurrences(of: "threshold", with: "limit")
        try Self.expectRefused(file, .malformed, "damaged at threshold")
        file.metadata["vsdb.model"] = String(json.dropLast(5))
        try Self.expectRefused(file, .malformed, "damaged.")
    }

    @Test("a description out of range names the field and its value", arguments: BadDescription.all)
    func outOfRange(bad: BadDescription) throws {
        var file = try Self.parts()
        var description = Self.description
        bad.change(&description)
        let json = try JSONEncoder().encode(description)
        file.metadata["vsdb.model"] = String(decoding: json, as: UTF8.self)
        try Self.expectRefused(file, .malformed, bad.testDescription)
    }

    @Test("missing, foreign and misshapen tensors are refused by name")
    func tensors() throws {
        let name = "decoder.2.unit1.act.weight"
        var file = try Self.parts()
        let tensor = try #require(file.tensors[name])
        file.tensors[name] = nil
        try Self.expectRefused(file, .wrongShape, "\(name) is missing")
        file.tensors[name] = TensorData(shape: [1, tensor.values.count], values: tensor.values)
        try Self.expectRefused(file, .wrongShape, "\(name) is [1, 9], not [9]")
        file.tensors[name] = tensor
        file.tensors["attend.4.score.bias"] = TensorData(shape: [1], values: [0])
        try Self.expectRefused(file, .wrongShape, "attend.4.score.bias is not one")
    }

    @Test("weights that are no finite numbers are refused", arguments: [Float.nan, .infinity])
    func notFinite(value: Float) throws {
        for name in ["classify.bias", "encoder.0.unit1.norm.running_mean"] {
            var file = try Self.parts()
            let tensor = try #require(file.tensors[name])
            var values = tensor.values
            values[1] = value
            file.tensors[name] = TensorData(shape: tensor.shape, values: values)
            try Self.expectRefused(file, .notFinite, name)
        }
    }

    @Test("a negative variance is refused")
    func variance() throws {
        var file = try Self.parts()
        let name = "upsample.0.norm.running_var"
        file.tensors[name] = TensorData(shape: [3], values: [1, -0.5, 1])
        try Self.expectRefused(file, .malformed, "\(name) holds a negative variance")
    }

    @Test("what cannot be written is an error")
    func unwritable() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("none/model.safetensors")
        let error = #expect(throws: NetworkError.self) { try Self.model.write(to: path) }
        #expect(error?.code == .unwritable)
        #expect(error?.subject == path)
        var model = Self.model
        model.description.threshold = .nan
        let other = #expect(throws: NetworkError.self) { try model.encoded() }
        #expect(other?.code == .unwritable)
    }
}
