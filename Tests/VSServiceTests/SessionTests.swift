import Foundation
import HTTPTypes
import Testing
import VSStore

struct SessionTests {
    private let clinic: ServedClinic

    init() throws { clinic = try ServedClinic() }

    @Test(
        "who is not logged in is led to the log-in, and told nothing",
        arguments: [
            "/", "/patients", "/patients/P001", "/patients/P001/chart?side=left", "/scans/1",
            "/scans/1/picture", "/jobs", "/models", "/campaigns", "/campaigns/1", "/cohort",
            "/cohort/survival", "/settings", "/audit",
        ])
    func guarded(path: String) async throws {
        let answer = try await Browser(clinic).get(path)
        #expect(answer.status == 303)
        #expect(answer.headers[.location]?.hasPrefix("/login") == true)
        #expect(!answer.text.contains("P001"))
        let before = try clinic.auditLines().count
        let posted = try await Browser(clinic).post("/scans/1/review", ["decision": "accept"])
        #expect(posted.status == 303 && posted.headers[.location] == "/login")
        #expect(try clinic.auditLines().count == before)
    }

    @Test("logging in leads to the page that was wanted, also after a wrong password")
    func wanted() async throws {
        try clinic.store.addUser("dora", role: .viewer)
        try clinic.store.setPassword(Browser.password, forUser: "dora")
        let browser = Browser(clinic)
        let path = "/scans/1?plane=row&level=3"
        let led = try #require(try await browser.get(path).headers[.location])
        #expect(led == "/login?next=%2Fscans%2F1%3Fplane%3Drow%26level%3D3")
        var page = try await browser.get(led).text
        for (password, status) in [("wrong", 403), (Browser.password, 303)] {
            let next = try #require(page.firstMatch(of: /name="next" value="([^"]*)"/)).output.1
            let answer = try await browser.post(
                "/login",
                [
                    "token": try Browser.token(in: page, action: "/login"), "name": "dora",
                    "password": password, "next": String(next).replacing("&amp;", with: "&"),
                ])
            #expect(answer.status == status)
            page = answer.text
            if status == 303 { #expect(answer.headers[.location] == path) }
        }
        // What is no page of its own leads to the worklist.
        let other = Browser(clinic)
        other.accepts = "image/avif,*/*"
        #expect(try await other.get("/scans/1/picture").headers[.location] == "/login")
    }

    @Test(
        "logging in leads to no other site, and to nothing that is no page",
        arguments: [
            "//evil.example/x", "https://evil.example/", "/\\evil.example", "/\t/evil.example",
            "javascript:alert(1)", "/login", "/logout?x", "/api/v1/patients", "/live/jobs", "/é",
            "patients", "", "/", "/%",
        ])
    func elsewhere(next: String) async throws {
        try clinic.store.addUser("dora", role: .viewer)
        try clinic.store.setPassword(Browser.password, forUser: "dora")
        let browser = Browser(clinic)
        let page = try await browser.get("/login").text
        let answer = try await browser.post(
            "/login",
            [
                "token": try Browser.token(in: page, action: "/login"), "name": "dora",
                "password": Browser.password, "next": next,
            ])
        #expect(answer.status == 303)
        #expect(["/", "/%"].contains(answer.headers[.location] ?? ""))
    }

    @Test("the cookies are kept from scripts and other sites; a token opens no page")
    func cookies() async throws {
        let browser = try await Browser.loggedIn(clinic, as: .viewer)
        let cookie = try #require(browser.setCookies.first)
        for part in ["vsdb_session=", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"] {
            #expect(cookie.contains(part), "\(cookie)")
        }
        #expect(!cookie.contains("Secure"))
        #expect(try await browser.get("/").status == 200)
        #expect(try await clinic.get("/", token: clinic.viewer).status == 303)
        #expect(try await browser.get("/api/v1/patients").status == 401)
    }

    @Test("behind a proxy with TLS the cookies insist on it")
    func secure() async throws {
        let browser = try await Browser.loggedIn(
            ServedClinic(isBehindProxy: true), as: .viewer)
        #expect(browser.setCookies.first?.contains("Secure") == true)
    }

    @Test("a wrong name, a wrong password and a lock are answered alike")
    func refused() async throws {
        let browser = try await Browser.loggedIn(clinic, as: .viewer)
        let wrong = try await browser.logIn("new viewer", password: "wrong")
        let unknown = try await browser.logIn("nobody", password: "wrong")
        #expect(wrong.status == 403 && unknown.status == 403)
        #expect(wrong.text == unknown.text)
        for _ in 0..<4 { _ = try await browser.logIn("new viewer", password: "wrong") }
        let locked = try await browser.logIn("new viewer")
        #expect(locked.status == 403 && locked.text == wrong.text)
        clinic.clock.pass(minutes: 15)
        #expect(try await browser.logIn("new viewer").status == 303)
    }

    @Test("more attempts a minute than one client has are refused, whatever name they try")
    func limited() async throws {
        let browser = Browser(clinic)
        var statuses: [Int] = []
        for n in 0..<16 {
            browser.forwardedFor = "192.0.2.\(n)"  // Without a declared proxy this says nothing.
            statuses.append(try await browser.logIn("x\(n)", password: "y").status)
        }
        #expect(statuses.dropLast().allSatisfy { $0 == 403 })
        #expect(statuses.last == 429)
        clinic.clock.pass(minutes: 1)
        #expect(try await browser.logIn("x", password: "y").status == 403)
    }

    @Test("behind a proxy each of its clients has its own attempts, by what the proxy itself wrote")
    func limitedBehindProxy() async throws {
        let browser = Browser(try ServedClinic(isBehindProxy: true))
        for n in 0..<16 {
            browser.forwardedFor = "10.0.0.\(n), 192.0.2.1"
            let status = try await browser.logIn("x", password: "y").status
            #expect(status == (n < 15 ? 403 : 429))
        }
        browser.forwardedFor = "192.0.2.1, 192.0.2.2"
        #expect(try await browser.logIn("x", password: "y").status == 403)
    }

    @Test("a form without the token of this session, or sent by another site, does nothing")
    func forged() async throws {
        let browser = try await Browser.loggedIn(clinic, as: .clinician)
        let page = try await browser.get("/scans/1").text
        let token = try Browser.token(in: page, action: "/scans/1/review")
        let fields = ["segmentation": "1", "decision": "accept"]
        let before = try clinic.auditLines()
        for wrong in [nil, "", String(token.reversed()), browser.cookies["vsdb_session"]] {
            var fields = fields
            fields["token"] = wrong
            #expect(try await browser.post("/scans/1/review", fields).status == 403)
        }
        browser.site = "cross-site"
        let sent = fields.merging(["token": token]) { $1 }
        #expect(try await browser.post("/scans/1/review", sent).status == 403)
        #expect(try await browser.post("/logout", ["token": token]).status == 403)
        #expect(try clinic.auditLines() == before)
        #expect(try clinic.store.reviews(ofScan: 1).isEmpty)
        // Nor does a log-in that another site makes.
        let stranger = Browser(clinic)
        _ = try await stranger.get("/login")
        #expect(
            try await stranger.post(
                "/login", ["name": "new clinician", "password": Browser.password]
            ).status == 403)
        #expect(stranger.cookies["vsdb_session"] == nil)
    }

    @Test("logging out ends the session, even for who kept the cookie")
    func loggedOut() async throws {
        let browser = try await Browser.loggedIn(clinic, as: .viewer)
        let kept = try #require(browser.cookies["vsdb_session"])
        let token = try Browser.token(in: try await browser.get("/").text, action: "/logout")
        let answer = try await browser.post("/logout", ["token": token])
        #expect(answer.status == 303 && answer.headers[.location] == "/login")
        #expect(browser.cookies["vsdb_session"] == nil)
        let old = try await clinic.send(.get, "/", [.cookie: "vsdb_session=\(kept)"])
        #expect(old.status == 303)
    }

    @Test("a session that rests half an hour is over")
    func idle() async throws {
        let browser = try await Browser.loggedIn(clinic, as: .viewer)
        clinic.clock.pass(minutes: 29)
        #expect(try await browser.get("/").status == 200)
        clinic.clock.pass(minutes: 30)
        #expect(try await browser.get("/").status == 303)
    }
}
