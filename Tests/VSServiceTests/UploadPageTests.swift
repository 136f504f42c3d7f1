import Foundation
import HTTPTypes
import Testing
import VSGrowth
import VSImaging
import VSStore
import VSSurveillance
import VSTestSupport

/// Files handed in by pages, and what pages say when something is wrong.
struct UploadPageTests {
    private let clinic: ServedClinic

    init() throws { clinic = try ServedClinic() }

    private func page(_ browser: Browser, _ path: String) async throws -> String {
        try await browser.get(path).text
    }

    @Test("a scan of a new patient is stored and queued, segmented by a worker, then shown")
    func upload() async throws {
        let browser = try await Browser.loggedIn(clinic, as: .clinician)
        #expect(try await page(browser, "/patients").contains("href=\"/upload\""))
        #expect(
            try await page(browser, "/patients/P001").contains("href=\"/upload?patient=P001\""))
        let form = try await page(browser, "/upload?patient=P%22%3E7")
        #expect(form.contains("value=\"P&quot;&gt;7\""))
        let token = try Browser.token(in: form, action: "/upload")
        let file = try clinic.headFile(half: 5)
        let sent = try await browser.postFile(
            "/upload",
            [("token", token), ("patient", "P077"), ("date", "2025-01-02"), ("side", "")],
            file: file, named: "head one.nii")
        #expect(sent.status == 303, "\(sent.text.suffix(600))")
        let place = try #require(sent.headers[.location])
        let waiting = try await page(browser, place)
        #expect(waiting.contains("data-live") && waiting.contains("waiting for a worker"))
        #expect(try clinic.auditLines().contains(["new clinician", "hand in scan", "all"]))
        try Worker(clinic.surveillance).run()
        let shown = try await page(browser, place)
        #expect(!shown.contains("data-live") && shown.contains("data-viewer"))
        #expect(shown.contains("head one.nii"))
        // The same again changes nothing.
        let again = try await browser.postFile(
            "/upload", [("token", token), ("patient", "P077"), ("date", "2025-01-02")],
            file: file, named: "head one.nii")
        #expect(again.headers[.location] == place)
        #expect(try clinic.store.scanSummaries(patient: "P077").count == 1)
    }

    @Test("what cannot be taken is refused in the page's words, and leaves nothing behind")
    func refused() async throws {
        let browser = try await Browser.loggedIn(clinic, as: .clinician)
        let token = try Browser.token(in: try await page(browser, "/upload"), action: "/upload")
        let file = try clinic.headFile(half: 5)
        let good = [("token", token), ("patient", "P9"), ("date", "2025-01-02")]
        let wrong: [([(String, String)], Data, String, Int)] = [
            (good, Data("no scan".utf8), "a.nii", 422), (good, Data(), "a.nii", 400),
            (good, file, "", 400),
            ([("token", token), ("patient", ""), ("date", "2025-01-02")], file, "a.nii", 400),
            ([("token", token), ("patient", "P9"), ("date", "tomorrow")], file, "a.nii", 400),
            ([("token", token), ("patient", "P9"), ("date", "2099-01-02")], file, "a.nii", 400),
            ([("token", token), ("patient", "P9"), ("date", "")], file, "a.nii", 400),
            ([("token", String(token.reversed())), ("patient", "P9")], file, "a.nii", 403),
            ([("patient", "P9"), ("date", "2025-01-02")], file, "a.nii", 403),
        ]
        for (fields, content, name, status) in wrong {
            let answer = try await browser.postFile(
                "/upload", fields, file: content, named: name)
            #expect(answer.status == status, "\(fields) \(name): \(answer.text.suffix(500))")
            #expect(answer.text.contains("role=\"alert\""))
            #expect(answer.text.contains("<a href=\"/upload\">Go back</a>"))
            let detail = try #require(
                answer.text.firstMatch(of: /role="alert">([^<]*)</)
            ).output.1
            #expect(!detail.contains("--") && !detail.contains("vsdb"), "\(detail)")
            #expect(!detail.contains(clinic.folder.path), "\(detail)")
        }
        #expect(try clinic.store.patientSummaries().allSatisfy { $0.identifier != "P9" })
        let incoming = try? FileManager.default.contentsOfDirectory(
            atPath: clinic.store.location.incoming)
        #expect((incoming ?? []).isEmpty)
        let viewer = try await Browser.loggedIn(clinic, as: .viewer)
        #expect(try await viewer.get("/upload").status == 403)
        let logOut = try Browser.token(in: try await page(viewer, "/"), action: "/logout")
        let forged = try await viewer.postFile(
            "/upload", [("token", logOut), ("patient", "P9")], file: file, named: "a.nii")
        #expect(forged.status == 403)
    }

    @Test("a reader's own outline counts in place of the model's; one of another grid is refused")
    func outline() async throws {
        let browser = try await Browser.loggedIn(clinic, as: .clinician)
        let token = try Browser.token(
            in: try await page(browser, "/scans/1"), action: "/scans/1/outline")
        let stored = try StoredScan(clinic.store, scan: 1)
        let path = clinic.folder.file("mine.nii.gz")
        try NIfTIWriter.write(stored.mask, like: stored.image, to: path)
        let mask = try Data(contentsOf: URL(fileURLWithPath: path))
        let sent = try await browser.postFile(
            "/scans/1/outline", [("token", token), ("side", "left")], file: mask,
            named: "mine.nii.gz")
        #expect(sent.status == 303 && sent.headers[.location] == "/scans/1")
        let outline = try #require(try clinic.store.manualVolumes(ofScan: 1).first)
        #expect(outline.reader == "new clinician" && outline.side == "left")
        #expect(try clinic.auditLines().contains(["new clinician", "send outline", "scan 1"]))

        let other = try clinic.headFile(half: 5, spacing: 0.9)
        for (file, name) in [(other, "o.nii"), (Data("x".utf8), "o.nii"), (mask, "o.txt")] {
            let refused = try await browser.postFile(
                "/scans/1/outline", [("token", token)], file: file, named: name)
            #expect([400, 422].contains(refused.status), "\(refused.status)")
            #expect(refused.text.contains("<a href=\"/scans/1\">Go back</a>"))
            #expect(!refused.text.contains(clinic.folder.path))
        }
        #expect(try clinic.store.manualVolumes(ofScan: 1).count == 1)

        let shown = try await page(browser, "/scans/1")
        #expect(shown.contains("<option value=\"\(outline.id)\">"))
        let back = [("token", token), ("outline", "\(outline.id)"), ("reason", "wrong exam")]
        let unexplained = Dictionary(uniqueKeysWithValues: back.dropLast())
        #expect(try await browser.post("/scans/1/withdraw", unexplained).status == 400)
        let withdrawn = try await browser.post(
            "/scans/1/withdraw", Dictionary(uniqueKeysWithValues: back))
        #expect(withdrawn.status == 303, "\(withdrawn.text)")
        let left = try #require(try clinic.store.manualVolumes(ofScan: 1).first)
        #expect(left.withdrawnBy == "new clinician" && left.withdrawalReason == "wrong exam")
        #expect(try await !page(browser, "/scans/1").contains("action=\"/scans/1/withdraw\""))
    }

    @Test("a rejection without a reason is answered in the page's words, with the way back")
    func words() async throws {
        let browser = try await Browser.loggedIn(clinic, as: .clinician)
        let token = try Browser.token(
            in: try await page(browser, "/scans/1"), action: "/scans/1/review")
        let answer = try await browser.post(
            "/scans/1/review",
            ["token": token, "segmentation": "1", "decision": "reject", "reason": " "])
        #expect(answer.status == 400)
        #expect(answer.text.contains("1 to 500 characters") && !answer.text.contains("--reject"))
        #expect(answer.text.contains("<a href=\"/scans/1\">Go back</a>"))
    }

    @Test("the largest file is said in MiB, for the script too, and a larger one is refused so")
    func limit() async throws {
        let small = try ServedClinic(uploadLimitBytes: 2 << 20)
        let browser = try await Browser.loggedIn(small, as: .clinician)
        for path in ["/upload", "/scans/1"] {
            let form = try await page(browser, path)
            #expect(form.contains("2 MiB") && form.contains("data-limit=\"2097152\""), "\(path)")
            #expect(form.contains("<p data-progress hidden>"), "\(path)")
        }
        let token = try Browser.token(in: try await page(browser, "/upload"), action: "/upload")
        let refused = try await browser.postFile(
            "/upload", [("token", token), ("patient", "P9"), ("date", "2025-01-02")],
            file: Data(count: 3 << 20), named: "a.nii")
        #expect(refused.status == 413 && refused.text.contains("more than 2 MiB."))
        #expect(!refused.text.contains("--upload-limit"))
    }

    @Test("a flag that is acknowledged asks for no acknowledgement")
    func acknowledged() async throws {
        try clinic.addExam(half: 8, on: "2025-03-05")
        let browser = try await Browser.loggedIn(clinic, as: .clinician)
        let place = "/patients/P001/acknowledge"
        let token = try Browser.token(
            in: try await page(browser, "/patients/P001"), action: place)
        #expect(
            try await browser.post(place, ["token": token, "side": "left", "note": ""]).status
                == 303)
        let after = try await page(browser, "/patients/P001")
        #expect(!after.contains("action=\"\(place)\"") && after.contains("flag is acknowledged"))
    }

    @Test("an unknown address is a page to a browser and a problem to a program")
    func nowhere() async throws {
        let wanted: HTTPFields = [.accept: "text/html,application/xhtml+xml"]
        let page = try await clinic.send(.get, "/nowhere/at/all", wanted)
        #expect(page.status == 404 && page.text.contains("no page at this address"))
        #expect(page.headers[.contentType] == "text/html; charset=utf-8")
        let api = try await clinic.send(.get, "/api/v1/nowhere", wanted)
        #expect(api.status == 404)
        #expect(api.headers[.contentType] == "application/problem+json")
        let program = try await clinic.get("/nowhere", token: nil)
        #expect(program.headers[.contentType] == "application/problem+json")
    }
}
