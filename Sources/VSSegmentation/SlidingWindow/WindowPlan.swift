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
    public let skips: SkipFeatures

    /// Windows smaller than this see too little around a tumour: depth, height, width.
    static let smallestSides = [16, 64, 64]

    /// Windows of `window` voxels that overlap by the fraction `overlap`, 0 to less than 1.
    public init(
        volume: GridShape, window: WindowShape, overlap: Double, skips: SkipFeatures = .kept
    ) {
        self.volume = volume
        self.window = window
        self.skips = skips
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

    /// The windows that cost least work within a memory limit: the whole volume in one piece where
    /// that fits, even if the finest features must be made twice for it, which gives the same bits; else
    /// each axis in equal parts.
    ///
    /// - Parameters:
    ///   - volume: the part of the model's grid that is searched.
    ///   - scan: the scan's own grid, for the estimate.
    ///   - architecture: the network.
    ///   - limitBytes: what the run may take in all.
    ///   - overlap: how far windows overlap at least, a fraction.
    /// - Returns: the plan.
    /// - Throws: ``SegmentationError`` where even the smallest windows need more than `limitBytes`.
    public static func fitting(
        _ volume: GridShape, scan: GridShape, architecture: Architecture, limitBytes: Int,
        overlap: Double
    ) throws(SegmentationError) -> WindowPlan {
        func memory(_ window: WindowShape) -> (skips: SkipFeatures, bytes: Int) {
            fastest(
                window, searched: volume, scan: scan, architecture: architecture,
                limitBytes: limitBytes)
        }
        let windows = candidates(volume, architecture, overlap)
        if let window = windows.first(where: { memory($0).bytes <= limitBytes }) {
            return WindowPlan(
                volume: volume, window: window, overlap: overlap, skips: memory(window).skips)
        }
        let needed = windows.map { memory($0).bytes }.min() ?? 0
        throw SegmentationError(
            .memory, subject: "memory limit",
            message: "This scan needs at least \(needed >> 20) MiB, and "
                + "\(limitBytes >> 20) MiB are allowed.",
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
        let (skips, needed) = fastest(
            window, searched: padded, scan: scan, architecture: architecture,
            limitBytes: limitBytes)
        guard needed <= limitBytes else {
            throw SegmentationError(
                .memory, subject: "memory limit",
                message: "This model's windows need \(needed >> 20) MiB, and "
                    + "\(limitBytes >> 20) MiB are allowed.",
                remedy: "Raise --memory-limit.")
        }
        return WindowPlan(volume: padded, window: window, overlap: overlap, skips: skips)
    }

    /// The faster way to run a window that fits, or the smaller one where neither does, and its bytes.
    private static func fastest(
        _ window: WindowShape, searched: GridShape, scan: GridShape, architecture: Architecture,
        limitBytes: Int
    ) -> (skips: SkipFeatures, bytes: Int) {
        func bytes(_ skips: SkipFeatures) -> Int {
            MemoryEstimate(
                window: window, searched: searched, scan: scan, architecture: architecture,
                skips: skips
            ).bytes
        }
        let kept = bytes(.kept)
        return kept <= limitBytes ? (.kept, kept) : (.recomputed, bytes(.recomputed))
    }

    /// Windows for each way of cutting the axes into equal parts, least work first.
    private static func candidates(
        _ volume: GridShape, _ architecture: Architecture, _ overlap: Double
    ) -> [WindowShape] {
        let lengths = [volume.depth, volume.height, volume.width]
        // n windows of side s that overlap by the fraction o reach over s (1 + (n - 1)(1 - o)).
        let sides = zip(lengths, smallestSides).map { length, smallest in
            var found = [length]
            for parts in 2...64 where length > smallest {
                let reach = 1 + Double(parts - 1) * (1 - overlap)
                let side = Int((Double(length) / reach).rounded(.up))
                found.append(max(side, smallest))
                if side <= smallest { break }
            }
            return found
        }
        let windows = Set(
            sides[0].flatMapEach(sides[1], sides[2]) {
                architecture.window(covering: WindowShape(depth: $0, height: $1, width: $2))
            })
        func work(_ window: WindowShape) -> Int {
            starts(volume.depth, window.depth, overlap).count
                * starts(volume.height, window.height, overlap).count
                * starts(volume.width, window.width, overlap).count * window.count
        }
        // Of equal work the larger window, then the wider: an order without ties.
        return windows.map { ($0, work($0)) }
            .sorted { a, b in
                (a.1, b.0.count, b.0.width, b.0.height) < (b.1, a.0.count, a.0.width, a.0.height)
            }
            .map(\.0)
    }
}

extension Array {
    /// The results for every choice of one element from each of three arrays.
    fileprivate func flatMapEach<Result>(
        _ second: [Element], _ third: [Element], _ body: (Element, Element, Element) -> Result
    ) -> [Result] {
        flatMap { a in second.flatMap { b in third.map { c in body(a, b, c) } } }
    }
}
