import Testing
import VSTraining

struct HardPlacesTests {
    @Test("a round replaces what earlier rounds found in its cases, and leaves the others")
    func rounds() {
        var hard = HardPlaces()
        #expect(hard.cases.isEmpty && hard.rounds == 0)
        hard.take([(4, [SIMD3(1, 2, 3)]), (1, [SIMD3(4, 5, 6), SIMD3(7, 8, 9)])])
        #expect(hard.cases == [1, 4] && hard.rounds == 1)
        hard.take([(4, [SIMD3(0, 0, 1)]), (2, [])])
        #expect(hard.byCase == [1: [SIMD3(4, 5, 6), SIMD3(7, 8, 9)], 4: [SIMD3(0, 0, 1)]])
        hard.take([(1, [])])
        #expect(hard.cases == [4] && hard.rounds == 3)
        hard.take([])
        #expect(hard.cases == [4] && hard.rounds == 4)
    }

    @Test("rows hold case and place by ascending case, and give the same places back")
    func rows() {
        var hard = HardPlaces()
        hard.take([(3, [SIMD3(9, 600, 7), SIMD3(1, 2, 3)]), (0, [SIMD3(4, 5, 6)])])
        #expect(hard.rows == [0, 4, 5, 6, 3, 9, 600, 7, 3, 1, 2, 3])
        #expect(HardPlaces(rows: hard.rows, rounds: 1) == hard)
        #expect(HardPlaces(rows: [], rounds: 0) == HardPlaces())
    }

    @Test("rows that are no whole numbers are none", arguments: [Float.nan, .infinity, 0.5, 1e10])
    func damagedRows(value: Float) {
        #expect(HardPlaces(rows: [0, 1, 2, 3, 0, 1, value, 3], rounds: 1) == nil)
    }
}
