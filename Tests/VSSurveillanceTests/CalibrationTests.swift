import Foundation
import Testing
import VSGrowth
import VSImaging
import VSNetwork
import VSSegmentation
import VSStore
import VSSurveillance
import VSTestSupport

/// Pairs of scans and the boundary error they give.
struct CalibrationTests {
    private let folder: TemporaryFolder
    private let segmenter = Segmenter(brightnessModel(slope: 8, offset: 16))

    init() throws { folder = try TemporaryFolder() }

    /// Writes a head with a cube of `half` mm from middle to face; none, or on the other side.
    private func write(_ name: String, half: Double?, right: Bool = false) throws {
        let spots = half.map { [(centre: SIMD3(right ? -22.0 : 22, 0, 12), half: $0)] } ?? []
        try NIfTIWriter.write(head(spots: spots), to: folder.file(name))
    }

    private func text(_ lines: String) throws {
        try lines.write(toFile: folder.file("pairs.csv"), atomically: true, encoding: .utf8)
    }

    private func error(_ body: () throws -> Void) -> StoreError? {
        #expect(throws: StoreError.self, performing: body)
    }

    @Test("scans NAME_a and NAME_b are pairs, whichever way each is compressed")
    func named() throws {
        for name in ["p2_a.nii", "p2_b.nii.gz", "p1_a.nii.gz", "p1_b.nii.gz", "note.txt"] {
            try Data().write(to: URL(fileURLWithPath: folder.file(name)))
        }
        let pairs = try CalibrationFolder(folder.path).pairs
        #expect(pairs.map(\.name) == ["p1", "p2"])
        #expect(pairs.map(\.second).map { $0.hasSuffix("_b.nii.gz") } == [true, true])
        #expect(pairs.map(\.trueLogChange) == [0, 0])
        try FileManager.default.removeItem(atPath: folder.file("p1_b.nii.gz"))
        let missing = error { _ = try CalibrationFolder(folder.path) }
        #expect(missing?.subject.hasSuffix("p1_a.nii.gz") == true)
    }

    @Test("pairs.csv names files, in any order of columns, and a known change")
    func listed() throws {
        try write("x.nii", half: 3)
        try write("y.nii", half: 3)
        try text("second, first,trueLogChange\r\n\r\ny.nii,\(folder.file("x.nii")),-0.25\r\n")
        let pair = try #require(try CalibrationFolder(folder.path).pairs.first)
        #expect(pair.first == folder.file("x.nii") && pair.second == folder.file("y.nii"))
        #expect(pair.trueLogChange == -0.25)
    }

    @Test(
        "a list that cannot be used is refused, with the line at fault",
        arguments: [
            ("a,b\nx.nii,y.nii\n", "pairs.csv"), ("first,second\nx.nii\n", "line 2"),
            ("first,second\nx.nii,y.nii\nx.nii,z.nii\n", "line 3"),
            ("first,second\nx.nii,x.nii\n", "line 2"),
            ("first,second,trueLogChange\nx.nii,y.nii,much\n", "line 2"),
            ("first,second\n", ""), ("", ""),
        ])
    func refused(list: String, place: String) throws {
        try write("x.nii", half: 3)
        try write("y.nii", half: 3)
        try text(list)
        let found = error { _ = try CalibrationFolder(folder.path) }
        #expect(found?.subject.hasSuffix(place) == true, "\(String(describing: found))")
    }

    @Test("a folder that is missing or empty is refused")
    func empty() {
        #expect(error { _ = try CalibrationFolder(folder.path) }?.code == .unknown)
        #expect(error { _ = try CalibrationFolder(folder.path + "/none") }?.code == .unknown)
    }

    @Test("delta is that of the volumes measured; misses and other sides are left out and named")
    func measured() throws {
        let halves = [
            (3.0, 3.4), (3.4, 3.0), (4.0, 4.5), (4.8, 4.0), (5.0, 5.0), (5.6, 5.0), (3.0, 3.0),
            (6.0, 6.4), (4.0, 3.4),
        ]
        for (number, half) in halves.enumerated() {
            try write("p\(number)_a.nii.gz", half: half.0)
            try write("p\(number)_b.nii.gz", half: half.1)
        }
        try write("q_a.nii.gz", half: 4)
        try write("q_b.nii.gz", half: nil)
        try write("r_a.nii.gz", half: 4)
        try write("r_b.nii.gz", half: 4, right: true)
        let result = try ModelCalibration(CalibrationFolder(folder.path), by: segmenter)
        #expect(result.measured.count == 11)
        #expect(result.leftOut == 2)
        let left = result.measured.filter { $0.pair == nil }
        #expect(left.map(\.name) == ["q", "r"])
        #expect(left[0].reason.contains("second scan") && left[1].reason.contains("sides"))
        let pairs = try halves.map { half in
            let volumes = try [half.0, half.1].map { half -> Double in
                let scan = head(spots: [([22, 0, 12], half)])
                return try #require(
                    try segmenter.segment(scan, subject: "scan").tumours.first
                ).measurement.volumeMm3
            }
            return BoundaryCalibration.Pair(
                firstMm3: volumes[0], secondMm3: volumes[1], firstSliceSpacingMm: 1.5,
                secondSliceSpacingMm: 1.5)
        }
        let expected = try #require(BoundaryCalibration(pairs))
        // A file holds its spacing in single precision.
        #expect(abs(result.result.boundarySDMm / expected.boundarySDMm - 1) < 1e-6)
        #expect(result.result.pairs == expected.pairs)
        let card = result.card(data: "cubes")
        #expect(card.boundarySDMm == result.result.boundarySDMm)
        #expect(card.grossErrorShare == result.result.grossErrorShare)
        #expect(card.calibration?.pairs == 9 && card.calibration?.leftOut == 2)
        #expect(card.calibration?.data == "cubes")
    }

    @Test("the default model's card holds the delta of the volumes that its table lists")
    func defaultCard() throws {
        let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        let card = try ModelCard(contentsOf: checkout + "/Resources/models/default.card.json")
        let table = try String(
            contentsOfFile: checkout + "/docs/calibration-1.4.csv", encoding: .utf8)
        let pairs = table.split(whereSeparator: \.isNewline).dropFirst().compactMap {
            line -> BoundaryCalibration.Pair? in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard let first = Double(fields[1]), let second = Double(fields[2]),
                let firstSpacing = Double(fields[3]), let secondSpacing = Double(fields[4]),
                let difference = Double(fields[5])
            else { return nil }
            return .init(
                firstMm3: first, secondMm3: second, firstSliceSpacingMm: firstSpacing,
                secondSliceSpacingMm: secondSpacing,
                trueLogChange: log(second / first) - difference)
        }
        let result = try #require(BoundaryCalibration(pairs))
        let note = try #require(card.calibration)
        #expect(result.pairs == note.pairs && note.pairs + note.leftOut == 48)
        // The table holds tenths of mm³ and four decimals.
        #expect(abs(result.boundarySDMm - (card.boundarySDMm ?? 0)) < 0.001)
        #expect(abs(result.lowMm - note.lowMm) < 0.002)
        #expect(abs(result.highMm - note.highMm) < 0.002)
        #expect(abs(result.grossErrorShare - (card.grossErrorShare ?? 0)) < 0.001)
    }

    @Test("too few pairs give an error that counts them")
    func few() throws {
        try write("p_a.nii.gz", half: 3)
        try write("p_b.nii.gz", half: 3.4)
        let found = error {
            _ = try ModelCalibration(CalibrationFolder(folder.path), by: segmenter)
        }
        #expect(found?.message.hasPrefix("1 of 1 pairs") == true)
    }
}
