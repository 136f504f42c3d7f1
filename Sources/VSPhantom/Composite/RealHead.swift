import VSImaging

/// A real tumour-free head as prepared by `scripts/prepare-heads`, with its marks.
struct RealHead: Sendable {
    let id: String
    let landmarks: HeadLandmarks.Head
    /// The posterior fossa on a fine grid.
    let fossa: HeadGrid
    /// The rest of the head on a coarse grid of the same frame; nil where it was not kept.
    let around: HeadGrid?

    /// Reads one head of a folder.
    init(_ landmarks: HeadLandmarks.Head, folder: String) throws(PhantomError) {
        func refusal(_ message: String) -> PhantomError {
            PhantomError(
                .heads, subject: folder + "/" + landmarks.file,
                message: "the head's marks cannot be used: \(message).",
                remedy: "Restore Resources/heads, or mark the head again.")
        }
        if let fault = landmarks.fault { throw refusal(fault) }
        id = landmarks.id
        self.landmarks = landmarks
        let grid = try HeadGrid(path: folder + "/" + landmarks.file)
        for mark in [landmarks.left, landmarks.right].flatMap({ [$0.porusMm, $0.fundusMm] }) {
            guard all(mark .> grid.origin + 5), all(mark .< grid.upper - 5) else {
                throw refusal("a canal (\(mark)) lies outside the grid")
            }
        }
        fossa = grid
        if let name = landmarks.around {
            around = try HeadGrid(path: folder + "/" + name)
        } else {
            around = nil
        }
    }
}
