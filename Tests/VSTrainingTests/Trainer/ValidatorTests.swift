import Testing
import VSNetwork
import VSTestSupport
import VSTraining

struct ValidatorTests {
    /// Says tumour where a value is above 1.
    private static let model = brightnessModel(slope: 8, offset: 8)

    private static func dice(_ cases: [PreparedCase]) throws -> Double {
        try Validator(cases: cases, architecture: model.description.architecture)
            .meanDice(model.values)
    }

    @Test("Dice of one case by hand")
    func byHand() throws {
        // 2 x 4 x 4 of truth and as many found, shifted by two columns: 16 of 32 in both.
        let box = Box([2, 8, 8], size: [2, 4, 4])
        let found = Box([2, 8, 10], size: [2, 4, 4])
        let item = preparedCase(8, 32, 32, tumour: box) { found.contains($0, $1, $2) ? 3 : -1 }
        #expect(try Self.dice([item]) == 0.5)
    }

    @Test("a tumour-free case counts 1 where nothing is found, and 0 otherwise")
    func tumourFree() throws {
        let quiet = preparedCase(8, 32, 32) { _, _, _ in -1 }
        let bright = preparedCase(8, 32, 32) { d, h, w in d == 4 && h > 10 && w > 10 ? 3 : -1 }
        #expect(try Self.dice([quiet]) == 1)
        #expect(try Self.dice([bright]) == 0)
        #expect(try Self.dice([quiet, bright, quiet, quiet]) == 0.75)
        #expect(try Self.dice([]) == 0)
    }

    @Test(
        "an answer that is right at every voxel scores 1, however fine the tumour",
        arguments: [6, 7, 8, 9], [20, 33])
    func everyVoxel(depth: Int, side: Int) throws {
        // A comb one voxel thick: a crop between the voxels would wipe it out.
        let box = Box([2, 9, 8], size: [1, 3, 1])
        let right = preparedCase(depth, side, side, tumour: box) {
            box.contains($0, $1, $2) ? 3 : -1
        }
        #expect(try Self.dice([right]) == 1)
        let empty = preparedCase(depth, side, side, tumour: box) { _, _, _ in -1 }
        #expect(try Self.dice([empty]) == 0)
    }

    @Test("what lies outside the window around the tumour does not count")
    func window() throws {
        let box = Box([1, 10, 10], size: [2, 4, 4])
        let far = Box([1, 180, 180], size: [2, 4, 4])
        let item = preparedCase(4, 200, 200, tumour: box) { d, h, w in
            box.contains(d, h, w) || far.contains(d, h, w) ? 3 : -1
        }
        #expect(try Self.dice([item]) == 1)
    }
}
