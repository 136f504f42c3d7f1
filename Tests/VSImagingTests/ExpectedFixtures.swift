import Foundation
import Testing
import VSImaging

/// What nibabel reads from a fixture.
struct ExpectedFixture: Decodable, CustomTestStringConvertible {
    struct Sample: Decodable {
        let ras: [Double]
        let value: Double?

        var point: LPSPoint { [-ras[0], -ras[1], ras[2]] }
    }

    let file: String
    let dims: [Int]
    let affineRAS: [[Double]]
    let zoomsMm: [Double]
    let finite: Int
    let sum: Double
    let samples: [Sample]

    var testDescription: String { file }

    static func all() throws -> [ExpectedFixture] {
        struct Table: Decodable { let files: [ExpectedFixture] }
        let data = try Data(contentsOf: URL(filePath: fixture("expected.json")))
        return try JSONDecoder().decode(Table.self, from: data).files
    }
}
