import Testing
import VSImaging

/// Longer than what one thread looks at, and no multiple of a vector.
private let size = 300_007

struct IntensityExtremesTests {
    @Test("the extremes of many values equal those found one by one")
    func many() {
        var values = (0..<size).map { Float(($0 * 7919) % 4093) - 50 }
        values[3] = .nan
        values[70_000] = .infinity
        values[size - 1] = -.infinity
        let extremes = IntensityExtremes(values)
        let finite = values.filter(\.isFinite)
        #expect(extremes.low == finite.min())
        #expect(extremes.high == finite.max())
        #expect(extremes.notFinite == 3)
        #expect(extremes.countAtHigh == finite.count { $0 == finite.max() })
    }

    @Test(
        "the largest value is counted wherever it lies",
        arguments: [[0], [size - 1], [15, 16, 17], [0, size / 2, size - 1]])
    func places(_ places: [Int]) {
        var values = [Float](repeating: -3, count: size)
        for place in places { values[place] = 8 }
        let extremes = IntensityExtremes(values)
        #expect(extremes.low == -3)
        #expect(extremes.high == 8)
        #expect(extremes.countAtHigh == places.count)
        #expect(extremes.notFinite == 0)
    }

    @Test(
        "without a finite value there is no extreme",
        arguments: [[], [Float.nan], [.infinity, -.infinity]])
    func none(_ values: [Float]) {
        let extremes = IntensityExtremes(values)
        #expect(extremes.low == .infinity)
        #expect(extremes.high == -.infinity)
        #expect(extremes.notFinite == values.count)
        #expect(extremes.countAtHigh == 0)
    }

    @Test("parts are the whole array, each value once", arguments: [0, 1, 65_535, size])
    func parts(_ count: Int) {
        let values = (0..<count).map { _ in Float(1) }
        let extremes = IntensityExtremes(values)
        #expect(extremes.countAtHigh == count)
    }
}
