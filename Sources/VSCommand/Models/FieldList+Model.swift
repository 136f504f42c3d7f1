import VSNetwork
import VSReport

extension FieldList {
    /// What a model file says of itself.
    init(_ file: ModelFile) {
        let model = file.description
        let network = model.architecture
        self.init()
        func mm(_ value: Double) -> String { NumberText.fixed(value, 2) }
        add("model", key: "name", .text(model.name))
        add("version", key: "version", .text(model.version))
        add(
            "network", key: "architecture",
            .text(
                (network.family == .paper ? "" : "\(network.family.rawValue), ")
                    + "\(network.geometry.rawValue) U-Net, attention \(network.attention.rawValue)"
                    + (network.supervised ? ", supervised" : "") + ", width \(network.baseWidth)"
                    + (network.widths.map { " (\($0.map(String.init).joined(separator: ", ")))" }
                        ?? "")))
        add("parameters", key: "parameters", .integer(file.parameterCount))
        add("sequence", key: "sequence", .text(model.sequence))
        add(
            "spacing mm (slice, row, column)", key: "spacingMm",
            .text(model.spacingMm.map(mm).joined(separator: " x ")))
        add(
            "normalisation", key: "normalisation",
            .text(
                "\(model.normalisation.method.rawValue) of the "
                    + model.normalisation.region.rawValue))
        add("threshold", key: "threshold", .fixed(model.threshold, 2))
        add(
            "least peak of a finding", key: "componentPeak",
            model.componentPeak.map { .fixed($0, 2) } ?? .text("default"))
        add(
            "boundary SD mm", key: "boundarySDMm",
            model.boundarySDMm.map { .fixed($0, 3) } ?? .text("not measured"))
        add(
            "gross errors", key: "grossErrorShare",
            model.grossErrorShare.map { .fixed($0, 3) } ?? .text("not measured"))
        add(
            "boundary measured on", key: "calibration",
            model.calibration.map { note in
                .text(
                    "\(note.data): \(note.pairs) pairs, \(note.leftOut) left out; 95 %: "
                        + "\(NumberText.fixed(note.lowMm, 3)) to "
                        + "\(NumberText.fixed(note.highMm, 3)) mm")
            } ?? .text("not measured"))
        add(
            "judges exams after surgery", key: "scope",
            .flag(model.scope?.postSurgery ?? false))
        add("trained on", key: "trainingData", .text(model.trainingData))
        add("recipe", key: "trainingRecipe", .text(model.trainingRecipe))
        add("licence", key: "licence", .text(model.licence))
        add("intended use", key: "intendedUse", .text(model.intendedUse))
    }
}
