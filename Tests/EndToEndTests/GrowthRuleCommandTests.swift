import Foundation
import Testing

/// The clinic's own rule, and the simulated clinic, with the built program.
struct GrowthRuleCommandTests {
    @Test("a printed rule can be edited and read again; an unknown name is refused")
    func rule() throws {
        let program = try Program(bright: false)
        let printed = try program.run("growth", "--print-rule")
        #expect(printed.code == 0)
        var rule = try printed.object()
        #expect(rule["growthPercent"] as? Double == 20)
        rule["growthPercent"] = 30
        let path = program.folder + "/rule.json"
        try JSONSerialization.data(withJSONObject: rule).write(to: URL(filePath: path))
        let again = try program.run("growth", "--print-rule", "--rule", path).object()
        #expect(again["growthPercent"] as? Double == 30)
        try Data(#"{"growthPercents": 30}"#.utf8).write(to: URL(filePath: path))
        let refused = try program.run("growth", "--print-rule", "--rule", path)
        #expect(refused.code == 65)
        #expect(refused.err.contains("growthPercents") && refused.err.contains("rule.json"))
        #expect(try program.run("growth").code == 64)
        #expect(try program.run("growth", "--print-rule", "--rule", "nowhere.json").code == 74)
    }

    @Test("a simulated clinic is the same for the same seed, and is drawn")
    func simulation() throws {
        let program = try Program(bright: false)
        let words = ["simulate", "growth", "--patients", "500", "--seed", "9"]
        let first = try program.run(words + ["--format", "csv"])
        #expect(first.code == 0)
        #expect(try program.run(words + ["--format", "csv"]).out == first.out)
        #expect(first.out.hasPrefix("band,rule,threshold,falseAlarmsPerPatientYear,sensitivity,"))
        let object = try program.run(words + ["--format", "json"]).object()
        #expect((object["bands"] as? [Any])?.count == 5)
        #expect(try program.run(words + ["--picture", "pictures"]).code == 0)
        for name in ["sensitivity", "delay", "reliability"] {
            for ending in ["svg", "png"] {
                let path = program.folder + "/pictures/growth-\(name).\(ending)"
                #expect(FileManager.default.fileExists(atPath: path), "\(path)")
            }
        }
        #expect(try program.run("simulate", "growth", "--population", "x").code == 64)
    }
}
