public import VSImaging
public import VSNetwork

/// Where the windows of a volume lie.
///
/// Along each axis windows start at multiples of the step, window * (1 - overlap), and the last is
/// moved back to end with the volume, as MONAI's sliding-window inference does. A volume smaller
/// than a window is continued by its own edge, as crops are in training.
public struct WindowPlan: Sendable, Hashable {
    /// The window's size; every side is one the network takes.
    public let window: WindowShape
    /// The volume's size.
    public let volume: GridShape
    /// The first voxel of each window, as (d, h, w).
    public let starts: [SIMD3<Int>]
    /// What saves memory where the limit asks for it.
    public let memory: MemoryUse

    /// Windows of `window` voxels that overlap by the fraction `overlap`, 0 to less than 1.
    public init(
        volume: GridShape, window: WindowShape, overlap: Double, memory: MemoryUse = .fast
    ) {
        self.volume = volume
        self.window = window
        self.memory = memory
        let d = Self.starts(volume.depth, window.depth, overlap)
        let h = Self.starts(volume.height, window.height, overlap)
        let w = Self.starts(volume.width, window.width, overlap)
        starts = d.flatMap { d in h.flatMap { h in w.map { SIMD3(d, h, $0) } } }
    }

    static func starts(_ length: Int, _ window: Int, _ overlap: Double) -> [Int] {
        guard length > window else { return [0] }
        let step = max(1, Int(Double(window) * (1 - overlap)))
        return Array(stride(from: 0, to: length - window, by: step)) + [length - window]
    }

    /// The whole volume in one window, run the fastest way that keeps to the memory limit; the limit never
    /// changes what comes out.
    ///
    /// - Parameters:
    ///   - volume: the part of the model's grid that is searched.
    ///   - scan: the scan's own grid, for the estimate.
    ///   - architecture: the network.
    ///   - limitBytes: what the run may take in all.
    /// - Returns: the plan.
    /// - Throws: ``SegmentationError`` where even the thriftiest way needs more than `limitBytes`.
    public static func whole(
        _ volume: GridShape, scan: GridShape, architecture: Architecture, limitBytes: Int
    ) throws(SegmentationError) -> WindowPlan {
        let window = architecture.window(
            covering: WindowShape(
                depth: volume.depth, height: volume.height, width: volume.width))
        let plan = WindowPlan(volume: volume, window: window, overlap: 0)
        return try plan.within(
            limitBytes, scan: scan, architecture: architecture, of: "This scan needs",
            remedy: "Raise --memory-limit, or crop with --box.")
    }

    /// Windows of one given size, for a volume set in zeros where it is smaller.
    ///
    /// - Returns: the plan; its volume is at least as large as the window along every axis.
    /// - Throws: ``SegmentationError`` where such a window needs more than `limitBytes`.
    static func fixed(
        _ volume: GridShape, scan: GridShape, window: WindowShape, architecture: Architecture,
        limitBytes: Int, overlap: Double
    ) throws(SegmentationError) -> WindowPlan {
        let window = architecture.window(covering: window)
        let padded = GridShape(
            depth: max(volume.depth, window.depth), height: max(volume.height, window.height),
            width: max(volume.width, window.width))
        let plan = WindowPlan(volume: padded, window: window, overlap: overlap)
        return try plan.within(
            limitBytes, scan: scan, architecture: architecture, of: "This model's windows need",
            remedy: "Raise --memory-limit.")
    }

    /// This plan with the fastest memory use that fits.
    private func within(
        _ limitBytes: Int, scan: GridShape, architecture: Architecture, of need: String,
        remedy: String
    ) throws(SegmentationError) -> WindowPlan {
        func bytes(_ use: MemoryUse) -> Int {
            MemoryEstimate(
                window: window, searched: volume, scan: scan, architecture: architecture,
                memory: use
            ).bytes
        }
        // Fastest first.
        if let use = MemoryUse.allCases.first(where: { bytes($0) <= limitBytes }) {
            return WindowPlan(self, memory: use)
        }
        let needed = MemoryUse.allCases.map(bytes).min() ?? 0
        throw SegmentationError(
            .memory, subject: "memory limit",
            message: "\(need) at least \(Self.mebibytes(needed)) MiB, and "
                + "\(limitBytes >> 20) MiB are allowed.",
            remedy: remedy)
    }

    /// Rounded up: so many suffice.
    private static func mebibytes(_ bytes: Int) -> Int { (bytes + 0xFFFFF) >> 20 }

    private init(_ other: WindowPlan, memory: MemoryUse) {
        volume = other.volume
        window = other.window
        starts = other.starts
        self.memory = memory
    }
}
