import Foundation
import Testing
import VSImaging
import VSTestSupport

/// The quick pass against a run over the whole scan, with the program's own model.
struct ExhaustiveTests {
    @Test("the same is found either way, and its volumes are the same to a thousandth")
    func same() throws {
        let program = try Program(bright: false)
        let made = try program.run(
            "phantom", "--patients", "2", "--exams", "1", "--tumour-free", "0", "--split",
            "validation", "--seed", "14", "--volume", "900", "--out", "data")
        #expect(made.code == 0, "\(made.err)")
        var shares: [Double] = []
        for patient in ["p000", "p001"] {
            var volumes: [[Double]] = []
            for mode in [[], ["--exhaustive"]] {
                let run = try program.run(
                    ["segment", "data/\(patient)/e1_image.nii.gz", "mask.nii.gz"] + mode + [
                        "--statistics", "s.json",
                    ])
                #expect(run.code == 0, "\(run.err)")
                let text = try Data(
                    contentsOf: URL(fileURLWithPath: program.folder + "/s.json"))
                let object = try #require(
                    try JSONSerialization.jsonObject(with: text) as? [String: Any])
                let share = try #require(object["seenShare"] as? Double)
                if mode.isEmpty { shares.append(share) } else { #expect(share == 1) }
                let tumours = try #require(object["tumours"] as? [[String: Any]])
                #expect(!tumours.isEmpty)
                volumes.append(
                    try tumours.map { tumour in
                        let measured = tumour["measurement"] as? [String: Any]
                        return try #require(measured?["volumeMm3"] as? Double)
                    })
            }
            #expect(volumes[0].count == volumes[1].count)
            for (quick, whole) in zip(volumes[0], volumes[1]) {
                #expect(abs(quick / whole - 1) < 0.001, "\(volumes)")
            }
        }
        #expect(shares.contains { $0 < 0.6 }, "\(shares)")
    }
}
