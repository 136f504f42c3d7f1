import Foundation
import HTTPTypes
import Testing
import VSGrowth
import VSNetwork
import VSStore
import VSSurveillance
import VSTestSupport

/// Campaigns, the cohort, the audit and the settings, as pages.
struct OverviewPageTests {
    private let clinic: ServedClinic

    init() throws { clinic = try ServedClinic() }

    /// Begins a campaign of a model that finds less, and segments by it unless told otherwise.
    private func campaign(offset: Float = 20, working: Bool = true) throws -> CampaignRecord {
        let file = brightnessModel(slope: 8, offset: offset)
        var description = file.description
        description.version = "2"
        let (model, _) = try clinic.surveillance.installModel(
            ModelFile(description: description, values: file.values).encoded(), subject: "second")
        let campaign = try clinic.surveillance.startCampaign(
            model, CampaignPlan(isAutomatic: false))
        if working { try Worker(clinic.surveillance).run() }
        return campaign
    }

    private func send(
        _ browser: Browser, _ action: String, from page: String, _ fields: [String: String]
    ) async throws -> ServedClinic.Answer {
        let token = try Browser.token(in: try await browser.get(page).text, action: action)
        return try await browser.post(action, fields.merging(["token": token]) { $1 })
    }

    @Test(
        "the drift report shows bias, lost and new findings, as the command does, with its picture")
    func drift() async throws {
        let campaign = try campaign()
        let browser = try await Browser.loggedIn(clinic, as: .viewer)
        let list = try await browser.get("/campaigns").text
        #expect(list.contains("href=\"/campaigns/\(campaign.id)\""))
        let page = try await browser.get("/campaigns/\(campaign.id)")
        #expect(page.status == 200)
        let report = try clinic.surveillance.driftReport(of: campaign)
        #expect(report.pairs.count == 1 && report.missing == 0)
        #expect(page.text.contains("0 of 1 tumour would change class"))
        #expect(page.text.contains("0 measurements lost"))
        #expect(page.text.contains("brightness 2"))
        #expect(!page.text.contains("/promote"))
        #expect(page.text.contains("picture of 1 measurement by both models"))
        #expect(page.text.contains("<td>may promote itself</td><td class=\"prose\">no</td>"))
        #expect(!page.text.contains("<td>promoted by</td>"))
        let chart = try await browser.get("/campaigns/\(campaign.id)/chart")
        #expect(chart.status == 200 && chart.text.contains("<svg"))
        #expect(try await browser.get("/campaigns/99").status == 404)
    }

    @Test("a measurement that the new model loses is listed with its patient, and forbids itself")
    func lost() async throws {
        let campaign = try campaign(offset: 60)
        let browser = try await Browser.loggedIn(clinic, as: .viewer)
        let page = try await browser.get("/campaigns/\(campaign.id)").text
        #expect(page.contains("1 measurement lost"))
        #expect(page.contains("Outside the limits for promotion by itself"))
        #expect(page.contains("href=\"/patients/P001\""))
        #expect(try await browser.get("/campaigns/\(campaign.id)/chart").status == 404)
    }

    @Test("an administrator who is sure promotes and takes back; a clinician may not")
    func promotion() async throws {
        let campaign = try campaign()
        let clinician = try await Browser.loggedIn(clinic, as: .clinician)
        let place = "/campaigns/\(campaign.id)"
        let page = try await clinician.get(place).text
        #expect(!page.contains("\(place)/promote"))
        let token = try Browser.token(in: page, action: "/logout")
        let forged = ["token": token, "sure": "1"]
        #expect(try await clinician.post("\(place)/promote", forged).status == 403)
        #expect(try await clinician.post("\(place)/rollback", forged).status == 403)
        #expect(try clinic.store.activeModel()?.version == "1")

        let administrator = try await Browser.loggedIn(clinic, as: .administrator)
        #expect(try await send(administrator, "\(place)/promote", from: place, [:]).status == 400)
        #expect(try clinic.store.activeModel()?.version == "1")
        let done = try await send(administrator, "\(place)/promote", from: place, ["sure": "1"])
        #expect(done.status == 303 && done.headers[.location] == place)
        #expect(try clinic.store.activeModel()?.version == "2")
        #expect(
            try clinic.auditLines().contains(["new administrator", "send promotion", "campaign 1"]))
        let back = try await send(administrator, "\(place)/rollback", from: place, ["sure": "1"])
        #expect(back.status == 303)
        #expect(try clinic.store.activeModel()?.version == "1")
        #expect(try clinic.store.campaign(campaign.id)?.state == .rolledBack)
        let page1 = try await administrator.get(place).text
        // Of a campaign that has ended nothing is asked any more, and who promoted it stays.
        #expect(!page1.contains("class=\"flag\"") && page1.contains("<td>promoted by</td>"))
        #expect(page1.contains("differ in class"))
        #expect(!page1.contains("\(place)/rollback"))
    }

    @Test("the form to promote stands below the report that it is judged by")
    func order() async throws {
        let campaign = try campaign()
        let browser = try await Browser.loggedIn(clinic, as: .administrator)
        let page = try await browser.get("/campaigns/\(campaign.id)").text
        let report = try #require(page.range(of: "measurements new"))
        let form = try #require(page.range(of: "/campaigns/\(campaign.id)/promote"))
        #expect(report.lowerBound < form.lowerBound)
    }

    @Test("what the new model lost is a warning until the campaign has ended, and then a fact")
    func ended() async throws {
        let campaign = try campaign(offset: 60)
        let browser = try await Browser.loggedIn(clinic, as: .administrator)
        let place = "/campaigns/\(campaign.id)"
        #expect(try await browser.get(place).text.contains("<p class=\"flag\">Outside the limits"))
        _ = try await send(browser, "\(place)/rollback", from: place, ["sure": "1"])
        let page = try await browser.get(place).text
        #expect(page.contains("The models differed by more than the limits"))
        #expect(!page.contains("class=\"flag\""))
    }

    @Test("a campaign whose scans are missing is promoted by no form, and says what to do")
    func incomplete() async throws {
        let campaign = try campaign(working: false)
        let browser = try await Browser.loggedIn(clinic, as: .administrator)
        let place = "/campaigns/\(campaign.id)"
        #expect(
            try await browser.get(place).text.contains(
                "Not segmented by the new model yet: 1 scan."))
        let refused = try await send(browser, "\(place)/promote", from: place, ["sure": "1"])
        #expect(refused.status == 409 && refused.text.contains("role=\"alert\""))
        #expect(try clinic.store.campaign(campaign.id)?.state == .running)
    }

    @Test("the cohort has its tables and both pictures; without a second exam, words")
    func cohort() async throws {
        let browser = try await Browser.loggedIn(clinic, as: .viewer)
        let empty = try await browser.get("/cohort")
        #expect(empty.status == 200 && empty.text.contains("0 tumours watched"))
        #expect(try await browser.get("/cohort/survival").status == 404)
        #expect(try await browser.get("/cohort/rates").status == 404)
        try clinic.addExam(half: 8, on: "2025-03-05")
        let page = try await browser.get("/cohort").text
        #expect(page.contains("1 tumour watched, 1 grew"))
        for name in ["survival", "rates"] {
            #expect(page.contains("src=\"/cohort/\(name)\""))
            let chart = try await browser.get("/cohort/\(name)")
            #expect(chart.headers[.contentType] == "image/svg+xml" && chart.text.contains("<svg"))
        }
    }

    @Test("the settings are those in force; users are named to administrators alone")
    func settings() async throws {
        let viewer = try await Browser.loggedIn(clinic, as: .viewer)
        let page = try await viewer.get("/settings").text
        let rule = clinic.surveillance.rule
        #expect(page.contains("+\(Int(rule.growthPercent))"))
        #expect(page.contains("\(rule.schedule.flaggedMonths) months"))
        #expect(page.contains("brightness 1 is active"))
        #expect(!page.contains("<td>bob</td>"))
        let administrator = try await Browser.loggedIn(clinic, as: .administrator)
        #expect(try await administrator.get("/settings").text.contains("<td>bob</td>"))
    }

    @Test("the audit is paged, filtered by patient, and for administrators alone")
    func audit() async throws {
        let viewer = try await Browser.loggedIn(clinic, as: .viewer)
        #expect(try await viewer.get("/audit").status == 403)
        let page2 = try await viewer.get("/").text
        #expect(!page2.contains("href=\"/audit\""))
        for _ in 0..<3 { _ = try await viewer.get("/scans/1") }
        for number in 0..<120 {
            try clinic.store.recordAccess(
                "read patient", subject: "P002", detail: "\(number)", by: "alice")
        }
        let browser = try await Browser.loggedIn(clinic, as: .administrator)
        let first = try await browser.get("/audit").text
        let next = try #require(first.firstMatch(of: /href="\/audit\?before=(\d+)"/)).output.1
        let lines = try clinic.store.auditLines(limit: 1000)
        let second = try await browser.get("/audit?before=\(next)").text
        #expect(second.contains("data-title=\"line\">\((Int(next) ?? 0) - 1)</td>"))
        #expect(!second.contains("data-title=\"line\">\(next)</td>"))
        #expect(lines.count > 120)

        let own = try await browser.get("/audit?patient=P001").text
        #expect(own.contains("scan 1") && own.contains("register scan"))
        #expect(!own.contains("<td>P002</td>"))
        #expect(try await browser.get("/audit?before=0").status == 400)
    }
}
