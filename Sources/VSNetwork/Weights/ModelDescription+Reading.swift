import Foundation

extension ModelDescription {
    /// Reads a description from a model file's header; `subject` names the file in errors.
    ///
    /// - Throws: ``NetworkError`` naming the field that is missing, damaged or out of range.
    init(json: String, subject: String) throws(NetworkError) {
        do {
            self = try JSONDecoder().decode(ModelDescription.self, from: Data(json.utf8))
        } catch {
            throw NetworkError(
                .malformed, subject: subject,
                message: "The model's description is damaged\(Self.place(of: error)).",
                remedy: "Copy the file again, or use a version of vsdb as new as the model.")
        }
        guard let problem else { return }
        throw NetworkError(
            .malformed, subject: subject,
            message: "The model's description is out of range: \(problem).",
            remedy: "Use a model file written by 'vsdb train'.")
    }

    /// The first field out of range, with its value; nil where all are usable.
    private var problem: String? {
        func isProbability(_ value: Double?) -> Bool { value.map { $0 > 0 && $0 <= 1 } ?? true }
        // Half of the channels must be one at least where a gate reduces them.
        let narrowest = architecture.attention == .gate ? 2 : 1
        if !(narrowest...64).contains(architecture.baseWidth) {
            return "architecture.baseWidth is \(architecture.baseWidth)"
        }
        if let unusable = architecture.unusableWidths {
            return "architecture.widths is \(unusable)"
        }
        if spacingMm.count != 3 || !spacingMm.allSatisfy({ $0.isFinite && $0 > 0 }) {
            return "spacingMm is \(spacingMm)"
        }
        if !isProbability(threshold) { return "threshold is \(threshold)" }
        if let componentPeak, !isProbability(componentPeak) {
            return "componentPeak is \(componentPeak)"
        }
        if let componentVolumeMm3, !(componentVolumeMm3 >= 0) {
            return "componentVolumeMm3 is \(componentVolumeMm3)"
        }
        if let boundarySDMm, !(boundarySDMm > 0) { return "boundarySDMm is \(boundarySDMm)" }
        if let grossErrorShare, !(0...0.5).contains(grossErrorShare) {
            return "grossErrorShare is \(grossErrorShare)"
        }
        return nil
    }

    /// " at architecture.geometry", where the decoder says so.
    private static func place(of error: any Error) -> String {
        let path: [any CodingKey]
        switch error as? DecodingError {
        case .keyNotFound(let key, let context): path = context.codingPath + [key]
        case .typeMismatch(_, let context), .valueNotFound(_, let context),
            .dataCorrupted(let context):
            path = context.codingPath
        default: path = []
        }
        return path.isEmpty ? "" : " at " + path.map(\.stringValue).joined(separator: ".")
    }
}

extension Architecture {
    /// The widths where no network can be made of them; nil where they are usable.
    var unusableWidths: [Int]? {
        guard family == .residual else { return widths }
        let channels = channels
        let isUsable =
            (4...8).contains(channels.count) && channels.allSatisfy({ (2...512).contains($0) })
            // Between levels of one width the published network has no convolution around a block.
            && zip(channels, channels.dropFirst()).allSatisfy({ $0 != $1 })
            && geometry == .mixed && attention != .gate
        return isUsable ? nil : channels
    }
}
