import VSImaging
import VSNetwork
import VSTestSupport
import VSTraining

/// Voxels from `low` up to but not including `high`, as (d, h, w).
struct Box {
    let low: SIMD3<Int>
    let high: SIMD3<Int>

    init(_ low: SIMD3<Int>, size: SIMD3<Int>) {
        self.low = low
        high = low &+ size
    }

    func contains(_ d: Int, _ h: Int, _ w: Int) -> Bool {
        let at = SIMD3(d, h, w)
        return all(at .>= low) && all(at .< high)
    }
}

/// A prepared case: values by place, truth where `tumour` is.
func preparedCase(
    _ depth: Int, _ height: Int, _ width: Int, id: String = "case", tumour: Box? = nil,
    _ value: (Int, Int, Int) -> Float
) -> PreparedCase {
    let image = volume(depth, height, width, value)
    var truth = Mask(
        shape: image.shape, affine: image.affine,
        voxels: Array(repeating: 0, count: image.shape.count))
    for d in 0..<depth {
        for h in 0..<height {
            for w in 0..<width where tumour?.contains(d, h, w) == true { truth[d, h, w] = 1 }
        }
    }
    return PreparedCase(id: id, image: image, truth: truth)
}

/// A small head's worth of noise in which bright is tumour.
func easyCase(_ id: String, tumour: Box?, bright: [Box] = []) -> PreparedCase {
    preparedCase(6, 24, 24, id: id, tumour: tumour) { d, h, w in
        let isBright = ([tumour].compactMap { $0 } + bright).contains { $0.contains(d, h, w) }
        return (isBright ? 3 : -0.3) + scatter(d, h, w) / 2000
    }
}

/// Bits, so that equal means equal.
func bits(_ values: some Sequence<Float>) -> [UInt32] { values.map(\.bitPattern) }
