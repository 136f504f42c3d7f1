import Foundation
import HTTPTypes
import Testing
import VSGrowth
import VSStore
import VSSurveillance

struct PageTests {
    private let clinic: ServedClinic

    init() throws { clinic = try ServedClinic() }

    @Test("every page is whole, says what it may be used for, and holds nothing inline")
    func pages() async throws {
        let browser = try await Browser.loggedIn(clinic, as: .clinician)
        for path in [
            "/", "/patients", "/patients/P001", "/scans/1", "/jobs", "/models", "/campaigns",
            "/cohort",
            "/settings", "/login",
        ] {
            let page = try await browser.get(path)
            #expect(page.status == 200, "\(path): \(page.text.prefix(300))")
            #expect(page.headers[.contentType] == "text/html; charset=utf-8")
            #expect(page.headers[.cacheControl] == "no-store")
            #expect(page.text.contains("Research use only"), "\(path)")
            #expect(page.text.contains("<html lang=\"en\">") && page.text.hasSuffix("</html>\n"))
            #expect(page.text.matches(of: /<h1>/).count == 1, "\(path)")
            #expect(page.text.firstMatch(of: /<style| style=| on\w+="|<script>/) == nil, "\(path)")
            #expect(page.text.firstMatch(of: /(?:src|href)="(?:https?:)?\/\//) == nil, "\(path)")
            let policy = try #require(page.headers[.contentSecurityPolicy])
            #expect(policy.hasPrefix("default-src 'none';") && !policy.contains("unsafe"))
            // Every field has a label, and every picture words.
            for match in page.text.matches(
                of: /<input (?:type="(?:text|password|range)") id="([\w-]+)"/)
            {
                #expect(page.text.contains("<label for=\"\(match.output.1)\">"), "\(path)")
            }
            for match in page.text.matches(of: /<img [^>]*>/) {
                #expect(match.output.contains("alt=\""), "\(path)")
            }
        }
    }

    @Test("style and script are there without a log-in")
    func assets() async throws {
        for (path, type) in [
            ("/assets/style.css", "text/css"), ("/assets/viewer.js", "text/javascript"),
            ("/assets/live.js", "text/javascript"), ("/assets/upload.js", "text/javascript"),
        ] {
            let answer = try await clinic.get(path, token: nil)
            #expect(answer.status == 200 && answer.bytes.count > 500)
            #expect(answer.headers[.contentType]?.hasPrefix(type) == true)
        }
    }

    @Test("a text that looks like HTML stays a text")
    func escaping() async throws {
        try clinic.store.registerPatient("<b>x</b>&\"")
        let browser = try await Browser.loggedIn(clinic, as: .viewer)
        let list = try await browser.get("/patients").text
        #expect(!list.contains("<b>x") && list.contains("&lt;b&gt;x&lt;/b&gt;&amp;&quot;"))
        let link = try #require(list.firstMatch(of: /href="(\/patients\/%3Cb[^"]*)"/)).output.1
        let page = try await browser.get(String(link))
        #expect(page.status == 200 && page.text.contains("<h1>&lt;b&gt;x"))
    }

    @Test("patients are found by the beginning of their identifier, page by page")
    func search() async throws {
        for number in 100..<230 { try clinic.store.registerPatient("K\(number)") }
        let browser = try await Browser.loggedIn(clinic, as: .viewer)
        #expect(try await browser.get("/").text.contains("action=\"/patients\""))
        let first = try await browser.get("/patients?patient=k").text
        #expect(first.contains("/patients/K100\"") && !first.contains("/patients/P001\""))
        #expect(first.contains("value=\"k\"") && !first.contains("/patients/K200\""))
        let next = try #require(first.firstMatch(of: /rel="next" href="([^"]*)"/)).output.1
        let second = try await browser.get(String(next).replacing("&amp;", with: "&")).text
        #expect(second.contains("/patients/K200\"") && second.contains("/patients/K229\""))
        #expect(!second.contains("/patients/K100\"") && !second.contains("/patients/P001\""))
        let none = try await browser.get("/patients?patient=%3Cb%3E").text
        #expect(none.contains("No identifier begins with &lt;b&gt;."))
        #expect(try await browser.get("/patients?patient=+").text.contains("/patients/K100\""))
    }

    @Test("the worklist leads to the exam as well as to the patient")
    func exams() async throws {
        try clinic.addExam(half: 8, on: "2025-03-05")
        let browser = try await Browser.loggedIn(clinic, as: .viewer)
        let page = try await browser.get("/").text
        #expect(page.contains("<a href=\"/scans/2\">2025-03-05</a>"))
        #expect(page.contains("<a href=\"/patients/P001\">P001</a>"))
        #expect(page.contains("data-title=\"last exam\""))
    }

    @Test("charts are drawn for light pages and for dark ones")
    func schemes() async throws {
        let browser = try await Browser.loggedIn(clinic, as: .viewer)
        let page = try await browser.get("/patients/P001").text
        let dark = try #require(
            page.firstMatch(of: /<source srcset="([^"]*)" media="\(prefers-color-scheme: dark\)">/)
        ).output.1
        let darkPath = String(dark).replacing("&amp;", with: "&")
        let light = try #require(page.firstMatch(of: /<img src="([^"]*chart[^"]*)"/)).output.1
        let pictures = [try await browser.get(darkPath), try await browser.get(String(light))]
        #expect(pictures.allSatisfy { $0.status == 200 && $0.text.contains("<svg") })
        #expect(pictures[0].bytes != pictures[1].bytes)
        #expect(pictures[1].text.contains("rgb(100%,100%,100%)"))
        #expect(!pictures[0].text.contains("rgb(100%,100%,100%)"))
        #expect(try await browser.get(darkPath + "ish").status == 400)
    }

    @Test("moments are said to be in UTC")
    func moments() async throws {
        let browser = try await Browser.loggedIn(clinic, as: .administrator)
        for path in ["/models", "/scans/1", "/settings", "/audit"] {
            let page = try await browser.get(path).text
            #expect(
                page.firstMatch(
                    of: /<time datetime="\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ">[-\d]+ \d\d:\d\d UTC</)
                    != nil,
                "\(path)")
            #expect(page.firstMatch(of: />\d{4}-\d\d-\d\dT/) == nil, "\(path)")
        }
    }

    @Test("the patient's page shows what the program answers; the chart is a drawing")
    func patient() async throws {
        let browser = try await Browser.loggedIn(clinic, as: .viewer)
        let page = try await browser.get("/patients/P001").text
        let tumour = try #require(try clinic.surveillance.growth(of: "P001").tumours.first)
        let sentence = try #require(tumour.assessment?.sentence)
        #expect(page.contains(sentence))
        let side = try #require(page.firstMatch(of: /chart\?side=(\w+)/)).output.1
        let chart = try await browser.get("/patients/P001/chart?side=\(side)")
        #expect(chart.headers[.contentType] == "image/svg+xml")
        #expect(chart.text.contains("<svg"))
        #expect(try await browser.get("/patients/P001/chart?side=middle").status == 404)
        #expect(
            try clinic.auditLines().suffix(2).contains(["new viewer", "read growth chart", "P001"]))
    }

    @Test("slices of all planes are pictures that differ by level, window and outline")
    func slices() async throws {
        let browser = try await Browser.loggedIn(clinic, as: .viewer)
        var seen: Set<[UInt8]> = []
        let base = "/scans/1/picture?plane="
        let middle = try #require(
            try await browser.get("/scans/1").text.firstMatch(of: /name="level"[^>]*value="(\d+)"/)
        ).output.1
        let queries = [
            "slice&level=\(middle)&outline=1", "slice&level=\(middle)&outline=0", "slice&level=1",
            "slice&level=\(middle)&outline=0&centre=30", "slice&level=\(middle)&outline=0&width=40",
            "row&level=30", "column&level=30",
        ]
        for query in queries {
            let picture = try await browser.get(base + query)
            #expect(picture.status == 200 && picture.headers[.contentType] == "image/png")
            #expect(picture.bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
            seen.insert(picture.bytes)
        }
        #expect(seen.count == queries.count)
        for wrong in ["tilted", "slice&level=0", "slice&level=x", "slice&width=0"] {
            let page = try await browser.get(base + wrong)
            #expect(page.status == 400 && page.text.contains("role=\"alert\""))
        }
        #expect(try await browser.get("/scans/99").status == 404)
    }

    @Test(
        "the exam before stands beside an exam where there is one, and says how it was laid upon it"
    )
    func previous() async throws {
        let browser = try await Browser.loggedIn(clinic, as: .viewer)
        let page1 = try await browser.get("/scans/1").text
        #expect(!page1.contains("name=\"previous\""))
        #expect(try await browser.get("/scans/1/previous").status == 404)
        try clinic.addExam(half: 7, on: "2025-03-05")
        let plain = try await browser.get("/scans/2").text
        #expect(plain.contains("Exam of 2024-03-05 beside it"))
        #expect(!plain.contains("src=\"/scans/2/previous"))
        let page = try await browser.get("/scans/2?plane=slice&previous=1").text
        let source = try #require(page.firstMatch(of: /src="(\/scans\/2\/previous[^"]*)"/)).output.1
        let path = source.replacing("&amp;", with: "&")
        let picture = try await browser.get(String(path))
        #expect(picture.status == 200 && picture.headers[.contentType] == "image/png")
        #expect(picture.bytes.count < 200_000)
        let own = try await browser.get(String(path).replacing("/previous", with: "/picture"))
        #expect(own.bytes != picture.bytes)
    }

    @Test("the probability is laid over a slice; what a model does not have is not offered")
    func overlays() async throws {
        let browser = try await Browser.loggedIn(clinic, as: .viewer)
        let page = try await browser.get("/scans/1?plane=slice&overlay=probability").text
        #expect(page.contains("<option value=\"probability\" selected>"))
        #expect(!page.contains("value=\"attention\""))
        let source = try #require(page.firstMatch(of: /src="(\/scans\/1\/map[^"]*)"/)).output.1
        let path = source.replacing("&amp;", with: "&")
        let picture = try await browser.get(String(path))
        #expect(picture.status == 200 && picture.bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        let far = try await browser.get("/scans/1/map?overlay=probability&plane=slice&level=1")
        #expect(far.status == 200 && far.bytes != picture.bytes)
        let none = try await browser.get("/scans/1/map?overlay=attention&plane=slice")
        #expect(none.status == 400 && none.text.contains("no attention maps"))
        #expect(try await browser.get("/scans/1/map?plane=slice").status == 400)
        #expect(try await browser.get("/scans/1?overlay=heat").status == 400)
    }

    @Test("a clinician accepts, and rejects with a reason; the audit has sender and change")
    func review() async throws {
        let browser = try await Browser.loggedIn(clinic, as: .clinician)
        func send(_ fields: [String: String]) async throws -> ServedClinic.Answer {
            let page = try await browser.get("/scans/1").text
            let token = try Browser.token(in: page, action: "/scans/1/review")
            return try await browser.post(
                "/scans/1/review", ["segmentation": "1", "token": token].merging(fields) { $1 })
        }
        let accepted = try await send(["decision": "accept"])
        #expect(accepted.status == 303 && accepted.headers[.location] == "/scans/1")
        #expect(try clinic.store.reviews(ofScan: 1).first?.state == .accepted)
        #expect(try await send(["decision": "reject", "reason": " "]).status == 400)
        #expect(try await send(["decision": "perhaps"]).status == 400)
        let long = String(repeating: "x", count: 40_000)
        #expect(try await send(["decision": "reject", "reason": long]).status == 413)
        #expect(try await send(["decision": "accept", "segmentation": "7"]).status == 404)
        #expect(try clinic.store.reviews(ofScan: 1).count == 1)
        #expect(try await send(["decision": "reject", "reason": "spills <over>"]).status == 303)
        let words = try clinic.store.reviews(ofScan: 1)
        #expect(Set(words.map(\.reader)) == ["new clinician"])
        #expect(words.contains { $0.state == .rejected && $0.reason == "spills <over>" })
        #expect(try await browser.get("/scans/1").text.contains("spills &lt;over&gt;"))
        #expect(try clinic.auditLines().contains(["new clinician", "send review", "scan 1"]))
        #expect(try clinic.store.examine().brokenAudit == nil)
    }

    @Test("a viewer sees no form to change something, and may not send one")
    func viewer() async throws {
        let browser = try await Browser.loggedIn(clinic, as: .viewer)
        let page = try await browser.get("/scans/1").text
        #expect(!page.contains("/scans/1/review"))
        let token = try Browser.token(in: page, action: "/logout")
        let fields = ["token": token, "segmentation": "1", "decision": "accept"]
        #expect(try await browser.post("/scans/1/review", fields).status == 403)
        #expect(try await browser.post("/patients/P001/acknowledge", fields).status == 403)
        #expect(try clinic.store.reviews(ofScan: 1).isEmpty)
    }
}
