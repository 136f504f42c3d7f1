import Foundation
import Testing
import VSImaging
import VSTestSupport

/// Where a tumour grew, and the page of a patient, with the built program.
struct ChangeTests {
    /// A head deep enough to be laid upon another, with folds, and a bright cube.
    private func write(_ path: String, half: Double) throws {
        let spacing = Spacing(depth: 1.5, height: 0.8, width: 0.8)
        let scan = volume(
            48, 112, 128, spacing: spacing, origin: [-64 * 0.8, -56 * 0.8, -36]
        ) { d, h, w in
            let p = SIMD3(Double(w) * 0.8 - 51.2, Double(h) * 0.8 - 44.8, Double(d) * 1.5 - 36)
            let step = p - SIMD3(22, 0, 0)
            if max(abs(step.x), abs(step.y), abs(step.z)) <= half { return 1000 }
            guard pow(p.x / 44, 2) + pow(p.y / 38, 2) < 1 else { return 10 }
            let folds = sin(p.x / 4) * cos(p.y / 5) + sin(p.z / 4 + p.x / 9)
            return 300 + 40 * Float(folds) + scatter(d, h, w) / 100
        }
        try NIfTIWriter.write(scan, to: path)
    }

    /// Cubes of two exams, and half their sides in mm.
    private func grown() throws -> (program: Program, radii: [Double]) {
        let program = try Program()
        let radii = [3.2, 4.8]
        for (number, radius) in radii.enumerated() {
            let scan = program.folder + "/e\(number).nii.gz"
            try write(scan, half: radius)
            let run = try program.run(
                "register", "scan", scan, "--patient", "P1", "--date", "202\(number)-03-01")
            #expect(run.code == 0, "\(run.err)")
        }
        return (program, radii)
    }

    @Test("a cube that grew on all sides moved outward everywhere, by what its faces moved")
    func everywhere() throws {
        let (program, radii) = try grown()
        let picture = (program.folder + "/change.svg")
        let run = try program.run(
            "change", "P1", "2020-03-01", "2", "--picture", picture, "--format", "json")
        #expect(run.code == 0, "\(run.err)")
        let change = try run.object()
        let mean = try #require(change["meanMm"] as? Double)
        #expect(abs(mean - (radii[1] - radii[0])) < 0.5)
        let regions = try #require(change["regions"] as? [[String: Any]])
        #expect(regions.count == 3)
        for region in regions {
            let moved = try #require(region["meanMm"] as? Double)
            #expect(abs(moved - mean) < 0.7)
            let lost = try #require(region["lostMm3"] as? Double)
            #expect(lost < 5)
        }
        let gained = regions.reduce(0) { $0 + ($1["gainedMm3"] as? Double ?? 0) }
        let exams = try ["first", "second"].map { key in
            try #require((change[key] as? [String: Any])?["volumeMm3"] as? Double)
        }
        #expect(abs(gained - (exams[1] - exams[0])) < 0.2 * gained)
        #expect(try String(contentsOfFile: picture, encoding: .utf8).contains("<svg"))
        // The order of the names does not matter.
        let back = try program.run("change", "P1", "2", "2020-03-01", "--format", "json").object()
        #expect(back["meanMm"] as? Double == mean)
        let table = try program.run("change", "P1", "1", "2").out
        #expect(table.contains("canal (lateral)") && table.contains("Research use only"))
    }

    @Test("exams that cannot be compared are refused by name, and nothing is stored")
    func refused() throws {
        let (program, _) = try grown()
        let before = try program.contents()
        for (arguments, code, words) in [
            (["1", "1"], 65, "one exam"), (["1", "2001-01-01"], 66, "2001-01-01"),
            (["1", "9"], 66, "scan 9"), (["1", "2", "--side", "right"], 66, "right"),
            (["1", "x"], 64, "x"), (["1", "2", "--picture", "a.jpg"], 64, "--picture"),
        ] {
            let run = try program.run(["change", "P1"] + arguments)
            #expect(run.code == Int32(code), "\(arguments): \(run.code) \(run.err)")
            #expect(run.err.contains(words), "\(run.err)")
        }
        #expect(try program.run("change", "nobody", "1", "2").code == 66)
        #expect(try program.contents() == before)
    }

    @Test("the page is whole, refers to nothing outside, and has the numbers of the answer")
    func page() throws {
        let (program, _) = try grown()
        let file = (program.folder + "/page.html")
        let run = try program.run("growth", "P1", "--report", file, "--format", "json")
        #expect(run.code == 0, "\(run.err)")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let tumour = try #require((try run.object()["tumours"] as? [[String: Any]])?.first)
        let assessment = try #require(tumour["assessment"] as? [String: Any])
        let sentence = try #require(assessment["sentence"] as? String)
        #expect(text.contains(sentence))
        for exam in try #require(tumour["exams"] as? [[String: Any]]) {
            let volume = try #require(exam["volumeMm3"] as? Double)
            #expect(text.contains(">\(Int(volume.rounded()))</td>"))
            let date = try #require(exam["examDate"] as? String)
            #expect(text.contains(">\(date)</td>"))
        }
        #expect(text.contains("Research use only. Not a medical device."))
        #expect(text.contains("size: A4"))
        #expect(!text.contains("http://") && !text.contains("https://"))
        #expect(text.components(separatedBy: "src=\"data:image/").count == 3)
        #expect(Self.unclosed(text).isEmpty, "\(Self.unclosed(text))")
        let refused = try program.run("growth", "P1", "--report", (program.folder + "/page.pdf"))
        #expect(refused.code == 64)
        let missing = try program.run(
            "growth", "P1", "--report", (program.folder + "/no/page.html"))
        #expect(missing.code == 73)
    }

    /// Elements that are opened and not closed, or closed in another order.
    static func unclosed(_ html: String) -> [String] {
        let empty: Set<String> = ["meta", "img", "!doctype"]
        var open: [String] = []
        for match in html.matches(of: /<(\/?)([!A-Za-z][A-Za-z0-9]*)[^>]*>/) {
            let name = match.output.2.lowercased()
            if empty.contains(name) { continue }
            if match.output.1.isEmpty {
                open.append(name)
            } else if open.popLast() != name {
                return ["</\(name)>"]
            }
        }
        return open
    }
}
