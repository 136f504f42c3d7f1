/// How a file's own axes i, j, k (i fastest) become the canonical D, H, W and back.
///
/// D is the through-plane axis: the one with the largest spacing, or, where two are within 5 % of
/// it, the one nearest to foot-head. Of the others W is the one nearest to right-left. Axes are
/// flipped to run left (W), posterior (H) and superior (D), or the nearest to that they come.
public struct AxisOrder: Sendable, Equatable, Codable {
    /// The file axes that D, H, W are made of.
    let source: [Int]
    /// Whether D, H, W run against their file axis.
    let isFlipped: [Bool]
    /// Voxels along the file's axes i, j, k.
    let dims: [Int]

    /// The canonical shape.
    var shape: GridShape {
        GridShape(depth: dims[source[0]], height: dims[source[1]], width: dims[source[2]])
    }

    init(steps: [LPSPoint], dims: [Int]) {
        let lengths = steps.map(\.length)
        let longest = lengths.max() ?? 1
        let candidates = (0..<3).filter { lengths[$0] >= 0.95 * longest }
        let through = candidates.max {
            abs(steps[$0].z / lengths[$0]) < abs(steps[$1].z / lengths[$1])
        }
        let d = through ?? 2
        let rest = (0..<3).filter { $0 != d }
        let w =
            rest.max { abs(steps[$0].x / lengths[$0]) < abs(steps[$1].x / lengths[$1]) } ?? rest[0]
        let h = rest.first { $0 != w } ?? rest[1]
        source = [d, h, w]
        isFlipped = source.map { Self.runsAgainst(steps[$0]) }
        self.dims = dims
    }

    /// Whether a step points right, anterior or inferior along its main direction.
    private static func runsAgainst(_ step: LPSPoint) -> Bool {
        let size = [abs(step.x), abs(step.y), abs(step.z)]
        let main = size.firstIndex(of: size.max() ?? 0) ?? 0
        return step[main] < 0
    }

    /// The affine of the canonical grid.
    func affine(steps: [LPSPoint], origin: LPSPoint) -> Affine {
        var start = origin
        var canonical: [LPSPoint] = []
        for (axis, flipped) in zip(source, isFlipped) {
            if flipped { start += Double(dims[axis] - 1) * steps[axis] }
            canonical.append(flipped ? -steps[axis] : steps[axis])
        }
        return Affine(
            origin: start, depthStep: canonical[0], heightStep: canonical[1],
            widthStep: canonical[2])
    }

    /// Calls `body(canonical index, file index)` for every voxel.
    func forEachVoxel(_ body: (Int, Int) -> Void) {
        forEachRow(in: 0..<shape.depth) { canonical, file, step, width in
            for w in 0..<width { body(canonical + w, file + w * step) }
        }
    }

    /// Calls `body(canonical index, file index, file step, width)` for the first voxel of each row of the
    /// canonical slices given.
    func forEachRow(in slices: Range<Int>, _ body: (Int, Int, Int, Int) -> Void) {
        let strides = [1, dims[0], dims[0] * dims[1]]
        let shape = shape
        func start(_ axis: Int) -> Int {
            isFlipped[axis] ? (dims[source[axis]] - 1) * strides[source[axis]] : 0
        }
        func step(_ axis: Int) -> Int {
            isFlipped[axis] ? -strides[source[axis]] : strides[source[axis]]
        }
        let first = start(0) + start(1) + start(2)
        let (depthStep, heightStep, widthStep) = (step(0), step(1), step(2))
        for d in slices {
            for h in 0..<shape.height {
                body(
                    (d * shape.height + h) * shape.width, first + d * depthStep + h * heightStep,
                    widthStep, shape.width)
            }
        }
    }
}
