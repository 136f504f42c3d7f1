import Foundation
import Testing

/// Measuring scans again, and calibrating a model, through the program.
@Suite(.serialized)
struct PrecisionCommandTests {
    @Test("segment --repeatability says how much the volume varies")
    func segment() throws {
        let program = try Program()
        let scan = try program.scan("a.nii.gz", left: 4)
        let words = ["segment", scan, "m.nii", "--model", "bright.safetensors", "--repeatability"]
        let run = try program.run(words)
        #expect(run.code == 0, "\(run.err)")
        #expect(run.out.contains("measured again, left: ±"))
        let answer = try program.run(words + ["--format", "json"]).object()
        let tumours = try #require(answer["tumours"] as? [[String: Any]])
        let repeated = try #require(tumours.first?["repeatability"] as? [String: Any])
        #expect(
            Set(repeated.keys) == [
                "runs", "found", "spreadSD", "modelSD", "relativeSD", "noiseSD", "volumesMm3",
                "seed", "parameters",
            ])
        #expect(repeated["runs"] as? Int == 8)
    }

    @Test("register scan --repeatability marks the exam in every answer")
    func register() throws {
        let program = try Program()
        let scan = try program.scan("a.nii.gz", left: 4)
        let registered = try program.run(
            "register", "scan", scan, "--patient", "P", "--date", "2020-03-01", "--repeatability")
        #expect(registered.code == 0, "\(registered.err)")
        #expect(registered.out.contains("this scan's own error"))
        let growth = try program.run("growth", "P")
        #expect(growth.out.contains("this scan's own error"))
        let object = try program.run("growth", "P", "--format", "json").object()
        let tumour = try #require((object["tumours"] as? [[String: Any]])?.first)
        let exam = try #require((tumour["exams"] as? [[String: Any]])?.first)
        #expect(exam["hasOwnError"] as? Bool == true)
        let shown = try program.run("show", "scan", "1", "--format", "json").object()
        let facts = try #require((shown["tumours"] as? [[String: Any]])?.first)
        #expect(facts["repeatabilityRuns"] as? Int == 8)
        #expect((facts["repeatabilitySpreadSD"] as? Double ?? -1) >= 0)
        let plain = try program.scan("b.nii.gz", left: 4)
        let once = try program.run(
            "register", "scan", plain, "--patient", "Q", "--date", "2020-03-01")
        #expect(!once.out.contains("own error"))
    }

    /// Nine pairs whose cubes differ by a row or none.
    private func pairs(_ program: Program) throws {
        try FileManager.default.createDirectory(
            atPath: program.folder + "/pairs", withIntermediateDirectories: true)
        for number in 0..<9 {
            let half = 3 + 0.4 * Double(number % 5)
            try program.scan("pairs/p\(number)_a.nii.gz", left: half)
            try program.scan(
                "pairs/p\(number)_b.nii.gz", left: number.isMultiple(of: 2) ? half : half + 0.4)
        }
    }

    @Test("model calibrate puts the measured boundary into the installed model's card")
    func calibrate() throws {
        let program = try Program()
        try pairs(program)
        let dry = try program.run("model", "calibrate", "pairs", "--dry-run", "--format", "json")
        #expect(dry.code == 0, "\(dry.err)")
        let answer = try dry.object()
        #expect(
            Set(answer.keys) == [
                "model", "version", "boundarySDMm", "lowMm", "highMm", "pairs", "leftOut",
                "biasStandardErrors", "withinPercent", "grossPairs", "grossErrorShare",
                "allAsBoundaryMm", "measured",
                "intendedUse",
                "researchUseOnly",
            ])
        let delta = try #require(answer["boundarySDMm"] as? Double)
        func shown() throws -> [String: Any] {
            try program.run("model", "show", "--format", "json").object()
        }
        #expect(try shown()["boundarySDMm"] is NSNull)
        let run = try program.run("model", "calibrate", "pairs")
        #expect(run.code == 0 && run.out.contains("boundary SD"), "\(run.err)")
        #expect(try shown()["boundarySDMm"] as? Double == delta)
        let note = try #require(try shown()["calibration"] as? [String: Any])
        #expect(note["pairs"] as? Int == 9 && note["data"] as? String == "pairs")
        #expect(try program.run("doctor").code == 0)
    }

    @Test("of a model file the card is written beside it, and can be installed with it")
    func file() throws {
        let program = try Program(bright: true)
        try pairs(program)
        let file = program.folder + "/bright.safetensors"
        let before = try Data(contentsOf: URL(fileURLWithPath: file))
        #expect(try program.run("model", "calibrate", "pairs", "--model", file).code == 64)
        let run = try program.run(
            "model", "calibrate", "pairs", "--model", file, "--card", "card.json")
        #expect(run.code == 0, "\(run.err)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == before)
        let installed = try program.run("model", "install", file, "--card", "card.json")
        #expect(installed.out.hasPrefix("installed already"))
        #expect(
            try program.run("model", "show", "--format", "json").object()["boundarySDMm"]
                is Double)
        try "{\"delta\": 1}".write(
            toFile: program.folder + "/bad.json", atomically: true, encoding: .utf8)
        let bad = try program.run("model", "install", file, "--card", "bad.json")
        #expect(bad.code == 65 && bad.err.contains("delta is not known"))
    }

    @Test("the program's own model comes with a boundary that was measured")
    func own() throws {
        let program = try Program(bright: false)
        let shown = try program.run("model", "show", "--format", "json").object()
        let delta = try #require(shown["boundarySDMm"] as? Double)
        let note = try #require(shown["calibration"] as? [String: Any])
        let (low, high) = (
            try #require(note["lowMm"] as? Double), try #require(note["highMm"] as? Double)
        )
        #expect(low < delta && delta < high)
        #expect(try #require(note["pairs"] as? Int) >= 40)
    }

    @Test("a folder without pairs is refused and changes nothing")
    func refused() throws {
        let program = try Program()
        let before = try program.contents()
        let run = try program.run("model", "calibrate", "nowhere")
        #expect(run.code == 66 && run.err.contains("nowhere"), "\(run.err)")
        #expect(try program.contents() == before)
    }
}
