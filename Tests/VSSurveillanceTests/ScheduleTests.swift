import Foundation
import Testing
import VSStore
import VSSurveillance
import VSTestSupport

/// Work that comes again.
struct ScheduleTests {
    private var calendar: Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }

    private func moment(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

    @Test(
        "the next time, by the five fields",
        arguments: [
            ("30 2 * * *", "2026-01-01T00:00:00Z", "2026-01-01T02:30:00Z"),
            ("30 2 * * *", "2026-01-01T02:30:00Z", "2026-01-02T02:30:00Z"),
            ("*/15 * * * *", "2026-01-01T23:46:10Z", "2026-01-02T00:00:00Z"),
            ("0 7 * * 1", "2026-01-01T00:00:00Z", "2026-01-05T07:00:00Z"),
            ("0 7 * * 7", "2026-01-01T00:00:00Z", "2026-01-04T07:00:00Z"),
            ("0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"),
            // Both days restricted: either is enough.
            ("0 0 13 * 5", "2026-02-14T00:00:00Z", "2026-02-20T00:00:00Z"),
            ("5,35 8-10/2 1-7 */3 *", "2026-01-07T10:36:00Z", "2026-04-01T08:05:00Z"),
        ])
    func next(pattern: String, after: String, expected: String) throws {
        let found = try CronPattern(pattern).next(after: moment(after), calendar: calendar)
        #expect(found == (try moment(expected)))
    }

    @Test(
        "what is no time is refused with its place",
        arguments: [
            "", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8",
            "5-1 * * * *", "*/0 * * * *", "a * * * *", "1, * * * *", "0 0 31 2 *",
        ])
    func refused(pattern: String) throws {
        #expect(throws: StoreError.self) { try CronPattern(pattern) }
    }

    @Test("missed runs are made up once, and by one program")
    func madeUp() throws {
        let clinic = try Clinic()
        let begin = try moment("2026-01-01T00:00:00Z")
        let (id, isNew) = try clinic.store.addSchedule(
            .integrity, pattern: "0 * * * *", folder: "", now: begin)
        #expect(isNew)
        #expect(
            try !clinic.store.addSchedule(.integrity, pattern: "0 * * * *", folder: "").isNew)
        let scheduler = Scheduler(clinic.surveillance)
        #expect(try scheduler.runDue(now: begin.addingTimeInterval(60)) == 0)
        let late = begin.addingTimeInterval(50 * 3600)
        let schedule = try #require(try clinic.store.schedules().first)
        #expect(try clinic.store.claimSchedule(schedule, worker: "other", now: late))
        #expect(try scheduler.runDue(now: late) == 0)
        // The other one is seen to be gone; its run is made up.
        #expect(try scheduler.runDue(now: late.addingTimeInterval(7 * 3600)) == 1)
        #expect(try scheduler.runDue(now: late.addingTimeInterval(7 * 3600)) == 0)
        #expect(try clinic.store.schedules().first?.lastResult == "all is well")
        try clinic.store.removeSchedule(id)
        #expect(throws: StoreError.self) { try clinic.store.removeSchedule(id) }
    }

    @Test("a backup opens as a whole store; the next one shares its images")
    func backup() throws {
        let clinic = try Clinic()
        try clinic.register(clinic.scan("a.nii.gz", left: 4), "P", "2020-03-01")
        let target = clinic.folder.file("backup")
        let begin = try moment("2026-01-01T00:00:00Z")
        _ = try clinic.store.addSchedule(.backup, pattern: "0 2 * * *", folder: target, now: begin)
        _ = try clinic.store.addSchedule(
            .dueList, pattern: "0 2 * * *", folder: target + "/mail", now: begin)
        let scheduler = Scheduler(clinic.surveillance)
        for day in 1...2 {
            #expect(try scheduler.runDue(now: begin.addingTimeInterval(Double(day) * 86_400)) == 2)
        }
        let made = try FileManager.default.contentsOfDirectory(atPath: target)
            .filter { $0.hasPrefix("vsdb-") }.sorted()
        #expect(made == ["vsdb-20260102T000000Z", "vsdb-20260103T000000Z"])
        for name in made {
            let copy = try Store(StoreLocation(option: "\(target)/\(name)/vsdb.sqlite"))
            #expect(try copy.examine(deep: true) == StoreHealth())
            #expect(try copy.scanSummaries().count == 1)
        }
        let mails = try FileManager.default.contentsOfDirectory(atPath: target + "/mail").sorted()
        #expect(mails.count == 2)
        let text = try String(contentsOfFile: "\(target)/mail/\(mails[0])", encoding: .utf8)
        #expect(text.contains("Subject: vsdb:") && text.contains("P, left"))
    }

    @Test("a re-segmentation queues what the active model has not seen")
    func resegment() throws {
        let clinic = try Clinic()
        try clinic.register(
            clinic.scan("a.nii.gz", left: 4), "P", "2020-03-01", change: { $0.isQueued = true })
        let job = try #require(try clinic.store.jobs().first)
        try clinic.store.cancelJob(job.id)
        let begin = try moment("2026-01-01T00:00:00Z")
        _ = try clinic.store.addSchedule(.resegment, pattern: "0 2 * * *", folder: "", now: begin)
        try Scheduler(clinic.surveillance).runDue(now: begin.addingTimeInterval(86_400))
        #expect(try clinic.store.schedules().first?.lastResult == "1 scan queued")
        #expect(try Worker(clinic.surveillance).run() == 1)
    }
}
