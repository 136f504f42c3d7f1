import VSImaging

/// One stored grid of a head, straight in the head's frame.
struct HeadGrid: Sendable {
    let shape: GridShape
    /// The centre of the first voxel, mm LPS.
    let origin: SIMD3<Float>
    /// Distances between voxels along width, height and depth, mm.
    let spacing: SIMD3<Float>
    /// Codes on a square-root scale: signal = (code / 255)^2.
    let codes: [UInt8]

    /// The centre of the last voxel, mm LPS.
    var upper: SIMD3<Float> { origin + spacing * last }

    /// The last voxel along width, height and depth.
    var last: SIMD3<Float> {
        [Float(shape.width - 1), Float(shape.height - 1), Float(shape.depth - 1)]
    }

    /// Reads a grid; any refusal names the file.
    init(path: String) throws(PhantomError) {
        func refusal(_ message: String) -> PhantomError {
            PhantomError(
                .heads, subject: path, message: message,
                remedy: "Restore Resources/heads, or make it again with scripts/prepare-heads.")
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
        shape = volume.shape
        origin = SIMD3<Float>(volume.affine.origin)
        spacing = [Float(step.width), Float(step.height), Float(step.depth)]
        codes = volume.voxels.map { UInt8($0) }
    }
}
