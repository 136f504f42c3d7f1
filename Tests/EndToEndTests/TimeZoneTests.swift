import Foundation
import Testing
import VSTestSupport

/// The program where local time is not UTC.
@Suite(.serialized)
struct TimeZoneTests {
    private let program: Program

    init() throws { program = try Program() }

    /// A moment as the zone's wall clock shows it.
    private func clock(_ moment: Date, _ format: String, in zone: String) throws -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        let known: TimeZone = try #require(TimeZone(identifier: zone))
        formatter.timeZone = known
        formatter.dateFormat = format
        return formatter.string(from: moment)
    }

    private func values(_ tags: String..., in file: String) throws -> [String] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["dcmdump", "+L"] + tags.flatMap { ["+P", $0] } + [file]
        let output = program.folder + "/dump.txt"
        _ = FileManager.default.createFile(atPath: output, contents: nil)
        let handle: FileHandle = try #require(FileHandle(forWritingAtPath: output))
        process.standardOutput = handle
        try process.run()
        process.waitUntilExit()
        return try String(contentsOfFile: output, encoding: .utf8).matches(of: /\[(.*)\]/)
            .map { String($0.output.1) }
    }

    @Test(
        "objects are dated by the local clock, as studies are; the study's own days stay as they are",
        arguments: ["Pacific/Auckland", "America/Los_Angeles", "Asia/Kathmandu"])
    func objects(zone: String) throws {
        let here = ["TZ": zone]
        let study = try writeHeadStudy(to: program.folder + "/study") {
            $1[0x0008_0030] = .text("TM", "233015")
            $1[0x0008_0022] = nil
            // Whatever the offset: the day is that of the scanner's clock.
            $1[0x0008_002A] = .text("DT", "20200103233500.000000-0800")
        }
        let run = try program.run(["register", "scan", study, "--format", "json"], here)
        #expect(run.code == 0, "\(run.err)")
        #expect(try run.object()["examDate"] as? String == "2020-01-03")
        let made = try #require(
            try program.run("list", "segmentations", "--format", "json").list().first?["createdAt"]
                as? String)
        let moment = try Date(made, strategy: .iso8601)
        let (seg, sr) = (program.folder + "/seg.dcm", program.folder + "/sr.dcm")
        #expect(try program.run(["export", "seg", "1", seg], here).code == 0)
        let start = Date()
        #expect(try program.run(["export", "sr", "1", sr], here).code == 0)
        let end = Date()
        let (day, time) = ("yyyyMMdd", "HHmmss")
        for tag in ["0008,0012", "0008,0021", "0008,0023"] {
            #expect(try values(tag, in: seg) == [clock(moment, day, in: zone)], "\(tag)")
        }
        for tag in ["0008,0013", "0008,0031", "0008,0033"] {
            #expect(try values(tag, in: seg) == [clock(moment, time, in: zone)], "\(tag)")
        }
        let stamp = try values("0008,0023", "0008,0033", in: sr).joined()
        #expect(try stamp >= clock(start, day + time, in: zone))
        #expect(try stamp <= clock(end, day + time, in: zone))
        for file in [seg, sr] {
            #expect(try values("0008,0020", "0008,0030", in: file) == ["20200102", "233015"])
            // One offset would hold for the study's moments, too, whose own nothing tells.
            #expect(try values("0008,0201", in: file).isEmpty)
        }
        #expect(try values("0040,a160", in: sr).contains("2020-01-03"))
    }

    @Test(
        "today is the local day: exams of it are taken, those of the next are not",
        arguments: ["Pacific/Kiritimati", "Etc/GMT+12", "Pacific/Auckland", "America/Los_Angeles"])
    func today(zone: String) throws {
        func register(_ day: String, _ series: String) throws -> Program.Run {
            let study = try writeHeadStudy(to: program.folder + "/" + series, series: series) {
                $1[0x0008_0022] = .text("DA", day)
            }
            return try program.run(["register", "scan", study], ["TZ": zone])
        }
        let now = Date()
        let today = try clock(now, "yyyyMMdd", in: zone)
        let tomorrow = try clock(now.addingTimeInterval(86_400), "yyyyMMdd", in: zone)
        #expect(try register(today, "1.2.3.5").code == 0)
        let late = try register(tomorrow, "1.2.3.6")
        // Unless it has become tomorrow.
        let isStillToday = try clock(Date(), "yyyyMMdd", in: zone) == today
        #expect(!isStillToday || late.code == 65 && late.err.contains("future"), "\(late.err)")
    }
}
