public import VSImaging
public import VSNetwork

/// Where the windows of a volume lie.
///
/// Along each axis windows start at multiples of the step, window * (1 - overlap), and the last is
/// moved back to end with the volume, as MONAI's sliding-window inference does. A volume smaller
/// than a window is padded with its own edge.
public struct WindowPlan: Sendable, Hashable {
    /// The window's size; every side is one the network takes.
    public let window: WindowShape
    /// The volume's size.
    public let volume: GridShape
    /// The first voxel of each window, as (d, h, w).
    public let starts: [SIMD3<Int>]

    /// Windows of `window` voxels that overlap by the fraction `overlap`.
    public init(volume: GridShape, window: WindowShape, overlap: Double) {
        self.volume = volume
        self.window = window
        let d = Self.starts(volume.depth, window.depth, overlap)
        let h = Self.starts(volume.height, window.height, overlap)
        let w = Self.starts(volume.width, window.width, overlap)
        starts = d.flatMap { d in h.flatMap { h in w.map { SIMD3(d, h, $0) } } }
    }

    private static func starts(_ length: Int, _ window: Int, _ overlap: Double) -> [Int] {
        guard length > window else { return [0] }
        let step = max(1, Int(Double(window) * (1 - overlap)))
        return Array(stride(from: 0, to: length - window, by: step)) + [length - window]
    }

    /// The largest window within a memory limit: the whole volume in one piece where that fits, else
    /// the fewest equal parts, cut along the longest side first.
    ///
    /// - Throws: ``SegmentationError`` where even the smallest window needs more than `limitBytes`.
    public static func fitting(
        _ volume: GridShape, architecture: Architecture, limitBytes: Int, overlap: Double
    ) throws(SegmentationError) -> WindowPlan {
        var sides = [volume.depth, volume.height, volume.width]
        func window() -> WindowShape {
            architecture.window(
                covering: WindowShape(depth: sides[0], height: sides[1], width: sides[2]))
        }
        let smallest = [16, 64, 64]
        while MemoryEstimate(window: window(), volume: volume, architecture: architecture).bytes
            > limitBytes
        {
            // In units of the smallest, so that slices are cut when they are the longest way.
            let candidates = (0..<3).filter { sides[$0] > smallest[$0] }
            let longest = candidates.max {
                Double(sides[$0]) / Double(smallest[$0]) < Double(sides[$1]) / Double(smallest[$1])
            }
            guard let axis = longest else {
                let needed = MemoryEstimate(
                    window: window(), volume: volume, architecture: architecture)
                throw SegmentationError(
                    .memory, subject: "memory limit",
                    message: "This scan needs at least \(needed.bytes >> 20) MiB, and "
                        + "\(limitBytes >> 20) MiB are allowed.",
                    remedy: "Raise --memory-limit, or crop with --box.")
            }
            sides[axis] = max(smallest[axis], Int((Double(sides[axis]) * 0.8).rounded(.up)))
        }
        return WindowPlan(volume: volume, window: window(), overlap: overlap)
    }
}

/// The memory of a run, known before it starts.
public struct MemoryEstimate: Sendable, Hashable {
    /// Bytes: the network's activations, the volume, its probabilities and the weights' sums.
    public let bytes: Int

    /// The estimate for windows of a volume.
    public init(window: WindowShape, volume: GridShape, architecture: Architecture) {
        let activations = PreparedUNet.workspaceBytes(for: window, architecture: architecture)
        bytes = activations + window.count * 8 + volume.count * 12
    }
}
