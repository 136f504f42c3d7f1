import Foundation
import Testing

/// From a scan file to a growth answer, with the built program.
struct MainJobTests {
    @Test("three exams of a growing tumour give a curve, a flag and exit code 10")
    func growing() throws {
        let program = try Program()
        for (year, half) in [(2020, 3.2), (2021, 4.0), (2022, 4.8)] {
            let scan = try program.scan("e\(year).nii.gz", left: half)
            let run = try program.run(
                "register", "scan", scan, "--patient", "P1", "--date", "\(year)-03-01",
                "--format", "json")
            #expect(run.code == 0, "\(run.err)")
            let tumours = try #require(try run.object()["tumours"] as? [[String: Any]])
            #expect(tumours.count == 1)
            #expect(tumours.first?["side"] as? String == "left")
        }
        let growth = try program.run("growth", "P1", "--format", "csv")
        let rows = growth.out.split(separator: "\n").map { $0.split(separator: ",") }
        #expect(rows.count == 4)
        #expect(
            rows[0].joined(separator: ",")
                == "examDate,side,model,volumeMm3,volumeErrorMm3,equivalentDiameterMm,"
                + "percentFromBaseline,percentFromPrevious,percentFromNadir")
        let volumes = try rows.dropFirst().map { try #require(Double($0[3])) }
        #expect(volumes == volumes.sorted() && volumes[2] > 2 * volumes[0])
        let table = try program.run("growth", "P1", "--fail-on-growth")
        #expect(table.code == 10)
        #expect(table.out.contains("growing"))
        #expect(table.out.contains("Research use only"))
        let flagged = try program.run("flagged", "--format", "json").list()
        #expect(flagged.count == 1)
        #expect(flagged.first?["patient"] as? String == "P1")
        #expect((flagged.first?["sentence"] as? String)?.contains("against baseline") == true)
        #expect(try program.run("flagged", "--fail-on-growth").code == 10)
        let earlier = try program.run("growth", "P1", "--as-of", "2020-12-31", "--fail-on-growth")
        #expect(earlier.code == 0)
    }

    @Test("a stable tumour is not flagged")
    func stable() throws {
        let program = try Program()
        for year in [2020, 2021] {
            // One voxel more of head noise makes it another image of the same tumour.
            let scan = try program.scan("e\(year).nii.gz", left: year == 2020 ? 6.01 : 6.02)
            try program.run(
                "register", "scan", scan, "--patient", "S", "--date", "\(year)-03-01")
        }
        #expect(try program.run("flagged").out.contains("No tumour is flagged"))
        #expect(try program.run("growth", "S", "--fail-on-growth").code == 0)
    }

    @Test("the same file again changes nothing and says so")
    func again() throws {
        let program = try Program()
        let scan = try program.scan("e1.nii.gz", left: 4)
        try program.run("register", "scan", scan, "--patient", "P1", "--date", "2020-03-01")
        let before = try program.contents()
        let run = try program.run(
            "register", "scan", scan, "--patient", "P1", "--date", "2020-03-01")
        #expect(run.code == 0)
        #expect(run.out.contains("nothing was changed"))
        #expect(try program.contents() == before)
        let forced = try program.run(
            "register", "scan", scan, "--patient", "P1", "--date", "2020-03-01", "--again")
        #expect(forced.code == 0)
        let rows = try program.run("list", "segmentations", "--format", "json").list()
        #expect(rows.count == 2)
    }

    @Test("a scan that is not T2 is stored and not segmented")
    func otherSequence() throws {
        let program = try Program()
        let scan = try program.scan("t1.nii.gz", left: 4)
        let run = try program.run(
            "register", "scan", scan, "--patient", "P1", "--date", "2020-03-01", "--sequence",
            "T1", "--format", "json")
        #expect(run.code == 0)
        #expect(try run.object()["isSegmented"] as? Bool == false)
        #expect(try program.run("list", "scans", "--format", "json").list().count == 1)
        #expect(try program.run("list", "segmentations", "--format", "json").list().isEmpty)
    }

    @Test("no tumour is a recorded finding and never a volume")
    func noTumour() throws {
        let program = try Program()
        let scan = try program.scan("empty.nii.gz")
        let run = try program.run(
            "register", "scan", scan, "--patient", "N", "--date", "2020-03-01")
        #expect(run.code == 0)
        #expect(run.out.contains("No tumour was found"))
        #expect(run.out.contains("highest probability"))
        let rows = try program.run("list", "segmentations", "--format", "json").list()
        #expect(rows.first?["finding"] as? String == "no-tumour")
        #expect(rows.first?["volumeMm3"] is NSNull)
        let csv = try program.run("export", "csv").out.split(separator: "\n")
        #expect(csv.count == 2)
    }

    @Test("a second finding is measured only where two tumours are expected")
    func bothSides() throws {
        let program = try Program()
        let scan = try program.scan("e1.nii.gz", left: 4, right: 3)
        let one = try program.run(
            "register", "scan", scan, "--patient", "P", "--date", "2020-03-01")
        #expect(one.out.contains("Another finding"))
        #expect(try program.run("register", "patient", "P", "--bilateral").code == 0)
        let two = try program.run(
            "register", "scan", scan, "--patient", "P", "--date", "2020-03-01", "--again",
            "--format", "json")
        #expect((try two.object()["tumours"] as? [Any])?.count == 2)
    }

    @Test("a treatment begins an epoch; strict refuses an unknown patient")
    func treatmentAndStrict() throws {
        let program = try Program()
        let scan = try program.scan("e1.nii.gz", left: 4)
        let strict = try program.run(
            "register", "scan", scan, "--patient", "P", "--date", "2020-03-01", "--strict")
        #expect(strict.code == 66)
        #expect(strict.err.contains("P"))
        #expect(try program.run("register", "patient", "P").code == 0)
        #expect(
            try program.run(
                "register", "scan", scan, "--patient", "P", "--date", "2020-03-01", "--strict"
            ).code == 0)
        let treated = try program.run(
            "register", "treatment", "P", "--kind", "radiosurgery", "--date", "2020-04-01",
            "--side", "left")
        #expect(treated.code == 0)
        let swollen = try program.scan("e2.nii.gz", left: 4.8)
        try program.run("register", "scan", swollen, "--patient", "P", "--date", "2020-10-01")
        #expect(try program.run("growth", "P").out.contains("radiosurgery"))
    }

    @Test("mask, overlay and chart come out as files others can read")
    func exports() throws {
        let program = try Program()
        let scan = try program.scan("e1.nii.gz", left: 4)
        try program.run("register", "scan", scan, "--patient", "P", "--date", "2020-03-01")
        #expect(try program.run("export", "mask", "1", "mask.nii.gz").code == 0)
        #expect(try program.run("segment", scan, "direct.nii.gz").code == 0)
        #expect(try program.run("export", "overlay", "1", "overlay.png").code == 0)
        #expect(try program.run("growth", "P", "--chart", "chart.svg").code == 0)
        #expect(try program.run("growth", "P", "--chart", "chart.png").code == 0)
        for name in ["overlay.png", "chart.png"] {
            let data = try Data(contentsOf: URL(fileURLWithPath: "\(program.folder)/\(name)"))
            #expect(data.starts(with: [0x89, 0x50, 0x4E, 0x47]) && data.count > 5000, "\(name)")
        }
        let svg = try String(contentsOfFile: program.folder + "/chart.svg", encoding: .utf8)
        #expect(svg.contains("<svg"))
        let show = try program.run("show", "1", "--format", "json").object()
        #expect(show["patient"] as? String == "P")
        let folder = program.folder
        for place in ["predicted", "truth"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(place)", withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                atPath: folder + "/mask.nii.gz", toPath: "\(folder)/\(place)/P.nii.gz")
        }
        let score = try program.run(
            "evaluate", "--predictions", "predicted", "--truth", "truth", "--format", "json")
        #expect(score.code == 0, "\(score.err)")
        #expect(score.out.contains("\"dice\" : 1"))
        #expect(try program.run("doctor", "--deep").code == 0)
    }

    @Test("segmenting needs no database and writes mask, statistics, preview and probabilities")
    func segment() throws {
        let program = try Program()
        let scan = try program.scan("e1.nii", left: 4)
        try FileManager.default.removeItem(atPath: program.folder + "/store")
        let run = try program.run(
            "segment", scan, "mask.nii", "--model", "bright.safetensors", "--statistics", "s.json",
            "--preview", "p.png", "--probabilities", "p.nii.gz")
        #expect(run.code == 0, "\(run.err)")
        #expect(!FileManager.default.fileExists(atPath: program.database))
        let data = try Data(contentsOf: URL(fileURLWithPath: program.folder + "/s.json"))
        let object = try #require(
            try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect((object["tumours"] as? [Any])?.count == 1)
        #expect((object["intendedUse"] as? String)?.contains("esearch") == true)
        // The header but for type, scaling and description is the scan's own, bit for bit.
        let image = try Data(contentsOf: URL(fileURLWithPath: scan))
        let mask = try Data(contentsOf: URL(fileURLWithPath: program.folder + "/mask.nii"))
        for field in [40..<56, 76..<108, 123..<124, 252..<328] {
            #expect(image[field] == mask[field], "bytes \(field)")
        }
    }
}
