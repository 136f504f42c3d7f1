/// Places where the network saw tumour and there is none, by training case.
///
/// Most of a head is never a tumour and soon easy, so crops drawn anywhere seldom meet what the
/// network still takes for one. Crops around these places do (Shrivastava et al., CVPR 2016, for
/// the principle).
package struct HardPlaces: Sendable, Equatable {
    /// Voxels (d, h, w) by the case's position among the training cases.
    package private(set) var byCase: [Int: [SIMD3<Int32>]] = [:]
    /// How many searches there were.
    package private(set) var rounds = 0

    /// No places.
    package init() {}

    /// The cases that have places, ascending.
    package var cases: [Int] { byCase.keys.sorted() }

    /// Takes what a round of searches found; what earlier rounds found in these cases is forgotten.
    package mutating func take(_ found: [(index: Int, places: [SIMD3<Int32>])]) {
        for (index, places) in found { byCase[index] = places.isEmpty ? nil : places }
        rounds += 1
    }

    /// Rows of case, d, h, w, for a checkpoint.
    package var rows: [Float] {
        cases.flatMap { index in
            (byCase[index] ?? []).flatMap {
                [Float(index), Float($0.x), Float($0.y), Float($0.z)]
            }
        }
    }

    /// The places of a checkpoint's rows; nil where one holds no whole number.
    package init?(rows: [Float], rounds: Int) {
        self.rounds = rounds
        for row in 0..<rows.count / 4 {
            let values = rows[row * 4..<row * 4 + 4].compactMap { Int32(exactly: $0) }
            guard values.count == 4 else { return nil }
            byCase[Int(values[0]), default: []].append(SIMD3(values[1], values[2], values[3]))
        }
    }
}
