import Foundation
import Testing

/// What a clinic does between exams: read, acknowledge, look up, sum up.
@Suite(.serialized)
struct WorklistTests {
    /// Two patients: one growing, one whose tumour changes sides.
    private func filled() throws -> Program {
        let program = try Program()
        for (year, half) in [(2020, 3.2), (2022, 4.4)] {
            let scan = try program.scan("p\(year).nii.gz", left: half)
            try program.run("register", "scan", scan, "--patient", "P", "--date", "\(year)-03-01")
        }
        let left = try program.scan("q1.nii.gz", left: 4)
        try program.run("register", "scan", left, "--patient", "Q", "--date", "2020-03-01")
        let right = try program.scan("q2.nii.gz", right: 4)
        try program.run("register", "scan", right, "--patient", "Q", "--date", "2021-03-01")
        return program
    }

    private static let listed: Set = [
        "patient", "side", "class", "lastExam", "volumeMm3", "percentFromBaseline",
        "probabilityOfGrowth", "nextExam", "isAcknowledged", "sentence",
    ]

    @Test("a flag that is acknowledged leaves the list; who and what is kept")
    func acknowledge() throws {
        let program = try filled()
        let flags = try program.run("flagged", "--format", "json").list()
        #expect(flags.count == 1 && Set(flags[0].keys) == Self.listed)
        let done = try program.run("acknowledge", "P", "--reader", "Dr A", "--note", "seen")
        #expect(done.code == 0 && done.out.contains("acknowledged P, left"))
        #expect(try program.run("flagged").out.contains("No tumour is flagged"))
        #expect(try program.run("flagged", "--all", "--format", "json").list().count == 1)
        let patient = try program.run("show", "patient", "P", "--format", "json").object()
        let lines = try #require(patient["acknowledgements"] as? [[String: Any]])
        #expect(lines.count == 1 && lines[0]["reader"] as? String == "Dr A")
        let nothing = try program.run("acknowledge", "Q", "--reader", "Dr A")
        #expect(nothing.code == 65 && nothing.err.contains("Q:"))
        #expect(try program.run("acknowledge", "nobody", "--reader", "Dr A").code == 66)
    }

    @Test("the lists have their rows, pages and cursors")
    func lists() throws {
        let program = try filled()
        let overdue = try program.run("worklist", "--overdue", "--format", "json").list()
        #expect(overdue.count == 3 && Set(overdue[0].keys) == Self.listed)
        let page = try program.run("worklist", "--overdue", "--limit", "2", "--format", "json")
        #expect(try page.list().count == 2)
        let cursor = try #require(page.err.split(separator: " ").last).trimmingCharacters(
            in: .whitespacesAndNewlines)
        let rest = try program.run("worklist", "--overdue", "--after", cursor, "--format", "json")
        #expect(try rest.list().count == 1)
        let review = try program.run("worklist", "--review", "--format", "json").list()
        #expect(review.count == 1 && review[0]["kind"] as? String == "other-side")
        #expect(review[0]["patient"] as? String == "Q")
        #expect(try program.run("worklist", "--due").out.contains("No exam is due"))
        #expect(try program.run("worklist", "--outliers").out.contains("No volume"))
    }

    @Test(
        "arguments that make no sense are usage errors",
        arguments: [
            ["worklist"], ["worklist", "--due", "--overdue"],
            ["worklist", "--due", "--limit", "0"],
            ["worklist", "--overdue", "--after", "x"], ["worklist", "--review", "--after", "x"],
            ["flagged", "--min-probability", "2"], ["flagged", "--class", "stable"],
            ["flagged", "--class", "odd"], ["review", "1", "--reader", "A"],
            ["review", "1", "--reader", "A", "--accept", "--reject", "r"],
            ["review", "1", "--reader", "A", "--accept", "--side", "left"],
            ["review", "1", "--reader", "A", "--accept", "--withdraw", "r"],
            ["review", "1", "--reader", "A", "--accept", "--outline", "1"],
            ["review", "1", "--accept"],
            ["agreement", "--chart", "a.jpg"], ["cohort", "--chart", "a"], ["acknowledge", "P"],
        ])
    func usage(words: [String]) throws {
        let program = try Program(bright: false)
        #expect(try program.run(words).code == 64, "\(words)")
    }

    @Test("a rejection takes an exam out, a mask stands in for it, and agreement compares the two")
    func review() throws {
        let program = try filled()
        #expect(try program.run("export", "mask", "2", "m.nii.gz").code == 0)
        let rejected = try program.run("review", "2", "--reader", "Dr A", "--reject", "leaks")
        #expect(rejected.code == 0 && rejected.out.contains("baseline"), "\(rejected.err)")
        #expect(try program.run("flagged").out.contains("No tumour is flagged"))
        let words = ["review", "2", "--reader", "Dr A", "--mask", "m.nii.gz", "--format", "json"]
        let outlined = try program.run(words).object()
        #expect(
            Set(outlined.keys) == [
                "scan", "patient", "segmentation", "isChanged", "readings", "openFindings",
                "researchUseOnly",
            ])
        #expect(outlined["segmentation"] is NSNull)
        let readings = try #require(outlined["readings"] as? [[String: Any]])
        #expect(readings.compactMap { $0["word"] as? String } == ["rejected", "outline"])
        #expect(
            Set(readings[0].keys) == [
                "reader", "word", "segmentation", "outline", "side", "volumeMm3", "volumeErrorMm3",
                "reason",
                "createdAt",
            ])
        let agreement = try program.run("agreement", "--format", "json").object()
        let pairs = try #require(agreement["pairs"] as? [[String: Any]])
        #expect(pairs.count == 1)
        #expect(abs(try #require(pairs[0]["differencePercent"] as? Double)) < 1e-6)
        let drawn = try program.run("agreement", "--chart", "a.svg")
        #expect(drawn.code == 0 && drawn.out.contains("200 to 1000"))
        let picture = try String(contentsOfFile: program.folder + "/a.svg", encoding: .utf8)
        #expect(picture.contains("<svg"))
        let nobody = try program.run("review", "2", "--reader", "Dr B", "--withdraw", "not mine")
        #expect(nobody.code == 66 && nobody.err.contains("1 by Dr A"), "\(nobody.err)")
        let back = try program.run(
            "review", "2", "--reader", "Dr B", "--withdraw", "not this exam", "--outline", "1",
            "--format", "json"
        ).object()
        let after = try #require(back["readings"] as? [[String: Any]])
        #expect(after.compactMap { $0["word"] as? String } == ["rejected", "outline", "withdrawn"])
        #expect(after.last?["reason"] as? String == "not this exam")
        let left = try program.run("agreement", "--format", "json").object()
        #expect((left["pairs"] as? [[String: Any]])?.isEmpty == true)
    }

    @Test("another scanner that is typed widens the error of the comparison")
    func scanners() throws {
        let program = try Program()
        func detectable(_ second: [String]) throws -> Double {
            let patient = "P\(second.count)"
            for (date, half, more) in [
                ("2020-01-01", 4.0, ["--scanner", "A", "--field-strength", "1.5"]),
                ("2021-01-01", 4.4, second),
            ] {
                let file = "\(patient)-\(date).nii.gz"
                try program.scan(file, left: half)
                let run = try program.run(
                    ["register", "scan", file, "--patient", patient, "--date", date] + more)
                #expect(run.code == 0, "\(run.err)")
            }
            let growth = try program.run("growth", patient, "--format", "json").object()
            let tumour = try #require((growth["tumours"] as? [[String: Any]])?.first)
            let found = (tumour["assessment"] as? [String: Any])?["againstBaseline"]
            return try #require(
                (found as? [String: Any])?["smallestDetectablePercent"] as? Double)
        }
        let same = try detectable(["--scanner", "A"])
        #expect(
            try detectable(["--scanner", "B", "--field-strength", "3", "--no-contrast"]) > same)
        let odd = try program.run(
            "register", "scan", "P2-2020-01-01.nii.gz", "--patient", "Q", "--date", "2020-01-01",
            "--field-strength", "1500")
        #expect(odd.code == 65 && odd.err.contains("tesla"), "\(odd.code) \(odd.err)")
    }

    @Test("a model's volume and an outline are compared only where mixing is allowed")
    func mixed() throws {
        let program = try filled()
        func assessment(_ options: String...) throws -> [String: Any] {
            let growth = try program.run(["growth", "P", "--format", "json"] + options).object()
            let tumours = try #require(growth["tumours"] as? [[String: Any]])
            return try #require(tumours.first?["assessment"] as? [String: Any])
        }
        func change(_ assessment: [String: Any]) -> [String: Any]? {
            assessment["againstBaseline"] as? [String: Any]
        }
        let percent = try #require(change(try assessment())?["percent"] as? Double)
        try program.run("export", "mask", "2", "m.nii.gz")
        try program.run("review", "2", "--reader", "Dr A", "--reject", "leaks")
        try program.run("review", "2", "--reader", "Dr A", "--mask", "m.nii.gz")
        #expect(change(try assessment()) == nil)
        // The outline is the model's own mask: the same change, with the wider error.
        let mixed = try assessment("--allow-mixed")
        let found = try #require(change(mixed))
        #expect(abs(try #require(found["percent"] as? Double) - percent) < 1e-9)
        let compared = try #require(mixed["compared"] as? [[String: Any]])
        let errors = compared.compactMap { $0["relativeSD"] as? Double }
        #expect(errors.count == 2)
        let variance = errors.reduce(0.15 * 0.15) { $0 + $1 * $1 }
        let sigma = try #require(found["logSD"] as? Double)
        #expect(abs(sigma * sigma - variance) < 1e-9)
    }

    @Test("a mask of another scan, and a file that is none, are refused and store nothing")
    func badMask() throws {
        let program = try filled()
        let before = try program.contents()
        try "text".write(
            toFile: program.folder + "/x.nii", atomically: true, encoding: .utf8)
        let text = try program.run("review", "1", "--reader", "A", "--mask", "x.nii")
        #expect(text.code == 65 && text.err.contains("x.nii"))
        let image = try program.run("review", "1", "--reader", "A", "--mask", "p2022.nii.gz")
        #expect(image.code == 65 && image.err.contains("label"), "\(image.err)")
        #expect(try program.run("review", "9", "--reader", "A", "--accept").code == 66)
        #expect(try program.contents() == before)
    }

    @Test("the cohort has its curve, its risks and its years")
    func cohort() throws {
        let program = try filled()
        let cohort = try program.run("cohort", "--chart", "c.png", "--format", "json").object()
        #expect(
            Set(cohort.keys) == [
                "tumours", "grown", "leftOut", "medianYears", "survival", "risks", "growthRates",
                "years", "researchUseOnly",
            ])
        #expect(cohort["tumours"] as? Int == 1 && cohort["leftOut"] as? Int == 2)
        let csv = try program.run("cohort", "--format", "csv").out
        #expect(csv.hasPrefix("years,atRisk,grown,growthFree,low,high\n"))
        let picture = try Data(contentsOf: URL(fileURLWithPath: program.folder + "/c.png"))
        #expect(picture.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    }

    @Test("real outlines become patients: one that swells after radiosurgery, one that shrinks")
    func outlines() throws {
        let program = try Program()
        let words = ["import", "outlines", "--subject", "sub-044", "--subject", "sub-038"]
        let rows = try program.run(words + ["--format", "json"]).list()
        #expect(rows.count == 4)
        for row in rows {
            let volume = try #require(row["volumeMm3"] as? Double)
            let planimetric = try #require(row["planimetricVolumeMm3"] as? Double)
            #expect(abs(volume / planimetric - 1) < 0.02, "\(row)")
        }
        func growthClass(_ patient: String) throws -> String? {
            let growth = try program.run("growth", patient, "--format", "json").object()
            let tumour = (growth["tumours"] as? [[String: Any]])?.first
            return (tumour?["assessment"] as? [String: Any])?["growthClass"] as? String
        }
        #expect(try growthClass("sub-044") == "post-treatment-enlargement-late")
        #expect(try growthClass("sub-038") == "shrinking")
        let again = try program.run(words).out
        #expect(again.contains("registered already"))
        #expect(try program.run("import", "outlines", "--subject", "none").code == 66)
        #expect(try program.run("import", "outlines", "none.json").code == 66)
        #expect(try program.run("import", "outlines", "--baseline", "soon").code == 65)
    }

    @Test("the times of a store's lists are printed, and nothing is changed")
    func times() throws {
        let program = try filled()
        let before = try program.contents()
        let rows = try program.run("bench-store", "--rounds", "2", "--format", "json").list()
        #expect(rows.count == 8)
        #expect(rows.last?["what"] as? String == "bookkeeping of an exam")
        #expect(try program.contents() == before)
    }
}
