import ArgumentParser

/// The name of a picture to draw.
enum PictureName {
    /// Refuses a name of another ending before anything runs.
    static func check(_ file: String?, option: String = "--chart") throws {
        guard let file else { return }
        guard [".svg", ".png"].contains(where: file.lowercased().hasSuffix) else {
            throw ValidationError("\(option) ends in .svg or .png, not \(file).")
        }
    }
}
