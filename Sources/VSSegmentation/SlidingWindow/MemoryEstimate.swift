public import VSImaging
public import VSNetwork

/// The memory of a run, known before it starts.
public struct MemoryEstimate: Sendable, Hashable {
    /// The network's activations for one window, bytes.
    public let activationBytes: Int
    /// Everything a run holds at its peak, bytes; the weights, held by every run together, not
    /// counted.
    public let bytes: Int

    /// The estimate of a run.
    ///
    /// - Parameters:
    ///   - window: what the network sees at once.
    ///   - searched: the part of the model's grid that is searched.
    ///   - scan: the scan's own grid.
    ///   - architecture: the network.
    ///   - use: whether the run is to be fast or small.
    public init(
        window: WindowShape, searched: GridShape, scan: GridShape, architecture: Architecture,
        memory use: MemoryUse = .fast
    ) {
        activationBytes = PreparedUNet.workspaceBytes(
            for: window, architecture: architecture, memory: use)
        // While the network runs: input and output of each voxel of a window; the image, the map it goes to
        // and, where windows overlap, the sum of their weights, or, where only proposed places are run,
        // the part of the image, of each voxel searched; the scan itself.
        let running = activationBytes + 8 * window.count + 12 * searched.count + 4 * scan.count
        // Afterwards: the image and the map searched, the map on the scan's grid, the scan, two byte
        // masks, and the components' positions where an eighth of the voxels are foreground.
        let after = 8 * searched.count + 12 * scan.count
        bytes = max(running, after)
    }
}
