import Testing
import VSNetwork
import VSTestSupport
import VSTraining

struct FalsePositiveSearchTests {
    /// Says tumour where a value is above 1.
    private static let model = brightnessModel(slope: 8, offset: 8)
    private static let tumour = Box([1, 2, 2], size: [2, 4, 4])

    private static func search(_ cases: [PreparedCase], count: Int) -> FalsePositiveSearch {
        FalsePositiveSearch(
            cases: cases, architecture: model.description.architecture, count: count)
    }

    /// A dark case with bright boxes.
    private static func item(_ bright: [Box], tumour: Box? = nil) -> PreparedCase {
        preparedCase(8, 32, 48, tumour: tumour) { d, h, w in
            bright.contains { $0.contains(d, h, w) } ? 3 : -1
        }
    }

    /// F: tumour-free, T: with a tumour.
    private static func mixed(_ kinds: String) -> [PreparedCase] {
        kinds.map { item([], tumour: $0 == "T" ? tumour : nil) }
    }

    @Test("a round takes half of its cases without tumour, and in turn")
    func rounds() {
        let search = Self.search(Self.mixed("FTFTF"), count: 2)
        #expect((0..<4).map { search.cases(ofRound: $0) } == [[0, 1], [4, 3], [2, 1], [0, 3]])
    }

    @Test("where one kind is short, the other fills the round; no case comes twice")
    func shortRounds() {
        #expect(Self.search(Self.mixed("TTT"), count: 2).cases(ofRound: 1) == [1, 0])
        #expect(Self.search(Self.mixed("FFF"), count: 2).cases(ofRound: 1) == [1, 0])
        #expect(Self.search(Self.mixed("FTTTT"), count: 4).cases(ofRound: 0) == [0, 1, 4, 3])
        for kinds in ["FT", "TT", "FF", "FTT"] {
            let search = Self.search(Self.mixed(kinds), count: 9)
            for round in 0..<3 {
                let cases = search.cases(ofRound: round)
                #expect(Set(cases).count == cases.count, "\(kinds)")
            }
        }
        #expect(Self.search(Self.mixed("FT"), count: 0).cases(ofRound: 0).isEmpty)
    }

    @Test("what is seen apart from the tumour is a place, by its centre; what touches it is not")
    func places() throws {
        let beside = Box([1, 6, 2], size: [2, 3, 4])
        let far = Box([4, 20, 30], size: [3, 5, 3])
        let search = Self.search(
            [Self.item([Self.tumour, beside, far], tumour: Self.tumour)], count: 1)
        let found = try search.run(round: 0, values: Self.model.values)
        #expect(found.map(\.index) == [0])
        #expect(found[0].places == [SIMD3(5, 22, 31)])
    }

    @Test("fewer than eight voxels are left alone")
    func smallest() throws {
        let seven = Box([2, 5, 5], size: [1, 1, 7])
        let eight = Box([5, 20, 20], size: [2, 2, 2])
        let search = Self.search([Self.item([seven, eight])], count: 1)
        let found = try search.run(round: 0, values: Self.model.values)
        #expect(found[0].places == [SIMD3(5, 20, 20)])
    }

    @Test("of many places those of the most voxels are kept, eight at most")
    func largest() throws {
        // Rows of 8 to 17 voxels, two apart.
        let rows = (0..<10).map { Box([0, 3 * $0, 4], size: [1, 1, 8 + $0]) }
        let search = Self.search([Self.item(rows), Self.item([])], count: 2)
        let found = try search.run(round: 0, values: Self.model.values)
        #expect(found.map(\.index) == [0, 1])
        #expect(found[0].places.map { Int($0.y) } == (2..<10).reversed().map { 3 * $0 })
        #expect(found[1].places.isEmpty)
    }
}
