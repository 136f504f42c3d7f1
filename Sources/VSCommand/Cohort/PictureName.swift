import ArgumentParser

/// The name of a picture to draw.
enum PictureName {
    /// Refuses a name of another ending before anything runs.
    static func check(_ chart: String?) throws {
        guard let chart else { return }
        guard [".svg", ".png"].contains(where: chart.lowercased().hasSuffix) else {
            throw ValidationError("--chart ends in .svg or .png, not \(chart).")
        }
    }
}
