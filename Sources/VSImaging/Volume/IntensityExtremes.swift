import Synchronization

/// The extremes of a scan's values.
package struct IntensityExtremes: Sendable {
    /// The smallest finite value; infinity where there is none.
    package private(set) var low = Float.infinity
    /// The largest finite value; minus infinity where there is none.
    package private(set) var high = -Float.infinity
    /// How many values equal the largest.
    package private(set) var countAtHigh = 0
    /// How many values are no finite numbers.
    package private(set) var notFinite = 0

    /// Looks at every value once, or twice in the cache.
    package init(_ voxels: [Float]) {
        let total = Mutex(IntensityExtremes())
        voxels.forEachPart { part in
            let extremes = IntensityExtremes(part: part)
            total.withLock { $0.add(extremes) }
        }
        self = total.withLock { $0 }
    }

    private init() {}

    private init(part: UnsafeBufferPointer<Float>) {
        typealias Lanes = SIMD16<Float>
        var low = Lanes(repeating: .infinity)
        var high = -low
        var finite = SIMD16<Int32>.zero
        let bytes = UnsafeRawBufferPointer(part)
        let whole = part.count / Lanes.scalarCount * Lanes.scalarCount
        for place in stride(from: 0, to: whole, by: Lanes.scalarCount) {
            let values = bytes.loadUnaligned(fromByteOffset: place * 4, as: Lanes.self)
            // What is not finite minus itself is no number.
            let isFinite = values - values .== 0
            low.replace(with: values, where: isFinite .& (values .< low))
            high.replace(with: values, where: isFinite .& (values .> high))
            finite.replace(with: finite &+ 1, where: isFinite)
        }
        self.low = low.min()
        self.high = high.max()
        notFinite = whole - (0..<Lanes.scalarCount).reduce(0) { $0 + Int(finite[$1]) }
        for value in part[whole...] {
            if value.isFinite {
                self.low = min(self.low, value)
                self.high = max(self.high, value)
            } else {
                notFinite += 1
            }
        }
        let top = self.high
        countAtHigh = top.isFinite ? part.reduce(0) { $0 + ($1 == top ? 1 : 0) } : 0
    }

    private mutating func add(_ other: IntensityExtremes) {
        if other.high > high { countAtHigh = 0 }
        if other.high >= high { countAtHigh += other.countAtHigh }
        low = min(low, other.low)
        high = max(high, other.high)
        notFinite += other.notFinite
    }
}
