import VSImaging

/// A real tumour-free head as prepared by `scripts/prepare-heads`, with its marks.
struct RealHead: Sendable {
    let id: String
    let landmarks: HeadLandmarks.Head
    let shape: GridShape
    /// The centre of the first voxel, mm LPS.
    let origin: SIMD3<Float>
    /// Distances between voxels along width, height and depth, mm.
    let spacing: SIMD3<Float>
    /// Codes on a square-root scale: signal = (code / 255)^2.
    let codes: [UInt8]

    /// Reads one head of a folder.
    init(_ landmarks: HeadLandmarks.Head, folder: String) throws(PhantomError) {
        let path = folder + "/" + landmarks.file
        func refusal(_ message: String) -> PhantomError {
            PhantomError(
                .heads, subject: path, message: message,
                remedy: "Restore Resources/heads, or make it again with scripts/prepare-heads.")
        }
        if let fault = landmarks.fault {
            throw refusal("the head's marks cannot be used: \(fault).")
        }
        let volume: Volume
        do {
            volume = try ScanReader.read(path).volume
        } catch {
            throw refusal("the head cannot be read (\(error)).")
        }
        let step = volume.affine.spacing
        let straight = Affine(origin: volume.affine.origin, spacing: step)
        guard (volume.affine.widthStep - straight.widthStep).length < 1e-3,
            (volume.affine.heightStep - straight.heightStep).length < 1e-3,
            (volume.affine.depthStep - straight.depthStep).length < 1e-3,
            volume.shape.depth > 3, volume.shape.height > 3, volume.shape.width > 3
        else { throw refusal("the head does not lie straight in its grid.") }
        guard volume.voxels.allSatisfy({ $0 >= 0 && $0 <= 255 }) else {
            throw refusal("the head's values are not codes from 0 to 255.")
        }
        id = landmarks.id
        self.landmarks = landmarks
        shape = volume.shape
        origin = SIMD3<Float>(volume.affine.origin)
        spacing = [Float(step.width), Float(step.height), Float(step.depth)]
        codes = volume.voxels.map { UInt8($0) }
        let upper =
            origin + spacing
            * SIMD3(
                Float(shape.width - 1), Float(shape.height - 1), Float(shape.depth - 1))
        for mark in [landmarks.left, landmarks.right].flatMap({ [$0.porusMm, $0.fundusMm] }) {
            guard all(mark .> origin + 5), all(mark .< upper - 5) else {
                throw refusal("a canal's mark (\(mark)) lies outside the head's grid.")
            }
        }
    }
}
