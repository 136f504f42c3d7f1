import Foundation
import HTTPTypes
import Testing
import VSGrowth
import VSImaging
import VSStore
import VSSurveillance
import VSTestSupport

/// The queue's pages: progress, changes, and what keeps them fresh.
struct JobPageTests {
    private let clinic: ServedClinic

    init() throws { clinic = try ServedClinic() }

    /// Registers a head of P003 for a worker.
    private func queue() throws -> JobRecord {
        let file = clinic.folder.file("head.nii")
        try clinic.scan(half: 5).write(to: URL(fileURLWithPath: file))
        var request = ScanRequest(
            file: file, patient: "P003", date: try #require(ExamDate(iso: "2025-03-05")))
        request.isQueued = true
        let scan = try clinic.surveillance.register(request, today: ServedClinic.today).scan
        return try #require(try clinic.store.newestJob(ofScan: scan))
    }

    @Test("a clinician cancels a job and lets it wait again; the audit has who asked")
    func changes() async throws {
        let job = try queue()
        let browser = try await Browser.loggedIn(clinic, as: .clinician)
        func send(_ action: String) async throws -> ServedClinic.Answer {
            let path = "/jobs/\(job.id)/\(action)"
            let token = try Browser.token(in: try await browser.get("/jobs").text, action: path)
            return try await browser.post(path, ["token": token])
        }
        let cancelled = try await send("cancel")
        #expect(cancelled.status == 303 && cancelled.headers[.location] == "/jobs")
        #expect(try clinic.store.job(job.id).state == .cancelled)
        #expect(try await !browser.get("/jobs").text.contains("/jobs/\(job.id)/cancel"))
        #expect(try await send("retry").status == 303)
        #expect(try clinic.store.job(job.id).state == .waiting)
        let lines = try clinic.auditLines()
        #expect(lines.contains(["new clinician", "send cancel", "job \(job.id)"]))
        #expect(lines.contains(["new clinician", "send retry", "job \(job.id)"]))

        // What cannot be done is said, with the way back to the job.
        let token = try Browser.token(in: try await browser.get("/").text, action: "/logout")
        let refused = try await browser.post("/jobs/99/cancel", ["token": token])
        #expect(refused.status == 404 && refused.text.contains("role=\"alert\""))
        #expect(!refused.text.contains("vsdb jobs"))
        try Worker(clinic.surveillance).run()
        let late = try await browser.post("/jobs/\(job.id)/cancel", ["token": token])
        #expect(late.status == 409 && late.text.contains("<a href=\"/jobs/\(job.id)\">Go back"))
        let forged = try await browser.post("/jobs/\(job.id)/retry", ["token": "0"])
        #expect(forged.status == 403)
    }

    @Test("a viewer sees the queue and no form, and may send none")
    func viewer() async throws {
        let job = try queue()
        let browser = try await Browser.loggedIn(clinic, as: .viewer)
        let page = try await browser.get("/jobs").text
        #expect(
            page.contains("href=\"/jobs/\(job.id)\"") && page.contains("data-live=\"/live/jobs"))
        #expect(!page.contains("/cancel\""))
        let one = try await browser.get("/jobs/\(job.id)").text
        #expect(one.contains("P003") && !one.contains("/cancel\""))
        let token = try Browser.token(in: page, action: "/logout")
        #expect(
            try await browser.post("/jobs/\(job.id)/cancel", ["token": token]).status == 403)
        #expect(try clinic.store.job(job.id).state == .waiting)
    }

    @Test("the queue is narrowed by state; a state that is none is refused")
    func states() async throws {
        let job = try queue()
        let browser = try await Browser.loggedIn(clinic, as: .viewer)
        let link = "href=\"/jobs/\(job.id)\""
        #expect(try await browser.get("/jobs?state=waiting").text.contains(link))
        let parked = try await browser.get("/jobs?state=parked").text
        #expect(!parked.contains(link) && parked.contains("<option selected>parked</option>"))
        #expect(try await browser.get("/jobs?state=odd").status == 400)
        #expect(try await browser.get("/live/jobs?state=odd").status == 400)
    }

    @Test("a job that runs has a bar; one that failed speaks in the words of pages")
    func progress() async throws {
        let id = try queue().id
        let job = try #require(try clinic.store.claimJob(worker: "w", minuteOfDay: 0))
        _ = try clinic.store.heartbeat(job: id, worker: "w", progress: 0.371)
        let browser = try await Browser.loggedIn(clinic, as: .viewer)
        for path in ["/jobs", "/jobs/\(id)"] {
            let page = try await browser.get(path).text
            #expect(page.contains("<progress max=\"100\" value=\"37\""), "\(path)")
        }
        #expect(try await browser.get("/scans/\(job.scanId)").text.contains("value=\"37\""))
        try clinic.store.failJob(
            job, worker: "w", "It has no voxels. 'vsdb doctor --deep' says which. Look at it.",
            isFinal: true)
        for path in ["/jobs", "/jobs/\(id)", "/scans/\(job.scanId)"] {
            let page = try await browser.get(path).text
            #expect(page.contains("It has no voxels. Look at it."), "\(path)")
            #expect(!page.contains("<progress max"), "\(path)")
        }
    }

    @Test("what a page watches ends with what was awaited, and with the session")
    func live() async throws {
        let job = try queue()
        let browser = try await Browser.loggedIn(clinic, as: .viewer)
        // Watching goes on until the session is over, and does not keep it alive.
        let before = try clinic.auditLines().count
        async let watched = browser.get("/live/jobs")
        while try clinic.auditLines().count == before {
            try await Task.sleep(for: .milliseconds(20))
        }
        clinic.clock.pass(minutes: 31)
        let events = try await watched
        #expect(events.headers[.contentType] == "text/event-stream")
        #expect(events.text.contains("event: change\ndata: ") && events.text.contains("P003"))
        #expect(events.text.hasSuffix("event: over\ndata: \n\n"))

        try Worker(clinic.surveillance).run()
        let again = try await Browser.loggedIn(clinic, as: .administrator)
        for path in ["/live/jobs/\(job.id)", "/live/scans/\(job.scanId)"] {
            let ended = try await again.get(path)
            #expect(ended.status == 200 && ended.text.hasPrefix("event: end\ndata: "), "\(path)")
        }
        #expect(try clinic.auditLines().contains(["new administrator", "watch scan", "scan 2"]))
        #expect(try await again.get("/live/jobs/99").status == 404)
        #expect(try await Browser(clinic).get("/live/jobs").status == 303)
    }
}
