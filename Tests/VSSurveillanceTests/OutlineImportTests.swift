import Foundation
import Testing
import VSGrowth
import VSImaging
import VSSegmentation
import VSStore
import VSSurveillance
import VSTestSupport

/// Patients made of outlines in series.
struct OutlineImportTests {
    private let clinic: Clinic

    init() throws { clinic = try Clinic() }

    private func cylinder(_ name: String, radius: Double, planes: Int = 6)
        -> OutlinedSubject.Structure
    {
        let rings = (0..<planes).map { plane in
            (0..<60).map { step in
                let turn = Double(step) * 2 * .pi / 60
                return LPSPoint(
                    22 + radius * cos(turn), 3 + radius * sin(turn), 1.5 * Double(plane))
            }
        }
        return OutlinedSubject.Structure(name: name, drawnOn: "T1", polygons: rings)
    }

    private func importing(_ structures: [OutlinedSubject.Structure]) throws -> OutlineImport {
        try clinic.surveillance.importOutlines(
            of: OutlinedSubject(id: "s1", structures: structures),
            baseline: try day("2014-01-01"), reader: "R", sourceName: "f.json")
    }

    static let meanings: [(String, OutlineName)] = [
        ("TV", .baseline), ("an", .baseline), ("Rt AN", .baseline), ("tumour", .baseline),
        ("TvT1", .baseline), ("Vol 2y", .after(months: 24, isUnitAssumed: false)),
        ("Vol2.5y", .after(months: 30, isUnitAssumed: false)),
        ("Vol 2.5", .after(months: 30, isUnitAssumed: true)),
        ("Vol20mo", .after(months: 20, isUnitAssumed: false)),
        ("Vol3m", .after(months: 3, isUnitAssumed: false)),
        ("6m", .after(months: 6, isUnitAssumed: false)), ("Vol2016", .inYear(2016)),
        ("Vol16", .inYear(2016)), ("Men", .meningioma), ("Cochlea", .other), ("T1+ 13", .unclear),
        ("", .unclear),
    ]

    @Test("names say what clinics mean by them", arguments: meanings)
    func names(text: String, meaning: OutlineName) {
        #expect(OutlineName(text) == meaning)
    }

    @Test("a series becomes a patient with a treatment, and enlargement after it is swelling")
    func series() throws {
        let done = try importing([
            cylinder("Vol1y", radius: 7), cylinder("TV", radius: 6), cylinder("Vol 3y", radius: 4),
            cylinder("Cochlea", radius: 1),
        ])
        #expect(done.exams.map(\.date.iso) == ["2014-01-01", "2015-01-01", "2017-01-01"])
        #expect(done.leftOut.isEmpty && done.side == .left)
        for exam in done.exams {
            #expect(abs(exam.volumeMm3 / exam.planimetricMm3 - 1) < 0.02, "\(exam)")
        }
        let growth = try clinic.surveillance.growth(of: "s1")
        let curve = try #require(growth.tumours.first?.curve)
        #expect(curve.treatments.map(\.kind) == [.radiosurgery])
        #expect(curve.measurements.allSatisfy { $0.source == .manual })
        let early = try clinic.surveillance.growth(of: "s1", asOf: try day("2015-06-01"))
        #expect(early.tumours.first?.assessment?.growthClass == .earlySwelling)
        #expect(growth.tumours.first?.assessment?.growthClass == .shrinking)
        let notes = try clinic.store.manualVolumes(ofScan: 2).map(\.note)
        #expect(notes.first?.contains("12 months after the assumed day") == true)
        // The stored voxels are a whole scan that can be looked at.
        let (record, _, header) = try clinic.store.scan(1)
        let volume = try clinic.store.images.volume(record.contentHash)
        _ = try ScanImage(volume: volume, headerBytes: header, source: "scan 1")
    }

    @Test("the same outlines again change nothing")
    func again() throws {
        let structures = [cylinder("TV", radius: 6), cylinder("Vol 2y", radius: 5)]
        #expect(try importing(structures).exams.compactMap(\.scan) == [1, 2])
        let before = try clinic.contents()
        #expect(try importing(structures).exams.compactMap(\.scan).isEmpty)
        #expect(try clinic.contents() == before)
    }

    @Test("meningiomas, timeless names and years before treatment are left out with the reason")
    func leftOut() throws {
        let mixed = try importing([cylinder("Men", radius: 6), cylinder("vol 2y", radius: 5)])
        #expect(mixed.exams.isEmpty)
        #expect(mixed.leftOut.map(\.name).sorted() == ["Men", "vol 2y"])
        #expect(mixed.leftOut.contains { $0.reason.contains("meningioma") })
        #expect(try clinic.contents().isEmpty)
        let odd = try importing([
            cylinder("AN", radius: 6), cylinder("T1+ 13", radius: 5),
            cylinder("Vol2012", radius: 5),
            cylinder("Vol 1y", radius: 5, planes: 1),
        ])
        #expect(odd.exams.map(\.name) == ["AN"])
        #expect(Set(odd.leftOut.map(\.name)) == ["T1+ 13", "Vol2012", "Vol 1y"])
    }

    @Test("a file of outlines is read packed and plain; another file is refused by name")
    func files() throws {
        let json = """
            {"b": {"structures": [{"name": "TV", "drawn_on": "T1",
                "polygons_lps_mm": [[[0,0,0],[1,0,0],[0,1,0]]]}]}, "a": {"structures": []}}
            """
        let plain = clinic.folder.file("o.json")
        try json.write(toFile: plain, atomically: true, encoding: .utf8)
        let subjects = try OutlineFile.read(plain)
        #expect(subjects.map(\.id) == ["a", "b"])
        #expect(subjects[1].structures[0].polygons == [[[0, 0, 0], [1, 0, 0], [0, 1, 0]]])
        let packer = Process()
        packer.executableURL = URL(fileURLWithPath: "/bin/gzip")
        packer.arguments = ["--keep", plain]
        try packer.run()
        packer.waitUntilExit()
        #expect(try OutlineFile.read(plain + ".gz").map(\.id) == ["a", "b"])
        let whole = try Data(contentsOf: URL(fileURLWithPath: plain + ".gz"))
        let cut = clinic.folder.file("cut.json.gz")
        try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: cut))
        #expect(throws: ImagingError.self) { try OutlineFile.read(cut) }
        for (text, words) in [("{]", "no collection"), ("{\"a\": 3}", "no collection")] {
            try text.write(toFile: plain, atomically: true, encoding: .utf8)
            #expect {
                try OutlineFile.read(plain)
            } throws: {
                ($0 as? ImagingError)?.message.contains(words) == true
            }
        }
        let flat = json.replacing("[0,1,0]", with: "[0,1]")
        try flat.write(toFile: plain, atomically: true, encoding: .utf8)
        #expect(throws: ImagingError.self) { try OutlineFile.read(plain) }
        #expect {
            try OutlineFile.read(clinic.folder.file("none.json.gz"))
        } throws: {
            ($0 as? ImagingError)?.code == .missing
        }
    }
}
