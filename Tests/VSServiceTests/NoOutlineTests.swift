import Foundation
import HTTPTypes
import Testing
import VSGrowth
import VSImaging
import VSSegmentation
import VSStore
import VSSurveillance
import VSTestSupport

/// Scans of which no segmentation counts, in the viewer.
struct NoOutlineTests {
    private let clinic: ServedClinic

    init() throws { clinic = try ServedClinic() }

    /// Registers a head of P003 without segmenting it.
    private func register(_ sequence: String, on iso: String = "2025-03-05") throws -> Int64 {
        let file = clinic.folder.file("head.nii")
        try clinic.scan(half: 5).write(to: URL(fileURLWithPath: file))
        var request = ScanRequest(
            file: file, patient: "P003", date: try #require(ExamDate(iso: iso)))
        request.sequence = sequence
        request.isQueued = true
        return try clinic.surveillance.register(request, today: ServedClinic.today).scan
    }

    /// The page, whose pictures are pictures.
    private func page(_ scan: Int64, _ browser: Browser) async throws -> String {
        let page = try await browser.get("/scans/\(scan)")
        #expect(page.status == 200, "\(page.text.suffix(400))")
        #expect(page.text.contains("data-viewer") && !page.text.contains("name=\"outline\""))
        #expect(!page.text.contains("name=\"overlay\""))
        let source = try #require(
            page.text.firstMatch(of: /src="(\/scans\/\d+\/picture[^"]*)"/)
        ).output.1
        let picture = try await browser.get(String(source).replacing("&amp;", with: "&"))
        #expect(picture.status == 200 && picture.bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        return page.text
    }

    @Test("a T1 scan is shown without an outline, and why is said")
    func otherSequence() async throws {
        let browser = try await Browser.loggedIn(clinic, as: .viewer)
        let scan = try register("T1")
        let text = try await page(scan, browser)
        #expect(text.contains("registered as T1, and only T2 scans are segmented"))
        let map = try await browser.get("/scans/\(scan)/map?overlay=probability&plane=slice")
        #expect(map.status == 404 && map.text.contains("No segmentation of this scan counts."))
    }

    @Test("a scan that waits, is parked or was taken back is shown, in the words of pages")
    func jobs() async throws {
        let browser = try await Browser.loggedIn(clinic, as: .viewer)
        let scan = try register("T2")
        let waiting = try await page(scan, browser)
        #expect(waiting.contains("data-live") && waiting.contains("waiting for a worker"))
        let job = try #require(try clinic.store.newestJob(ofScan: scan))
        try clinic.store.cancelJob(job.id)
        let cancelled = try await page(scan, browser)
        #expect(cancelled.contains("There is no outline: the segmentation was cancelled."))
        #expect(!cancelled.contains("data-live"))
    }

    @Test("without a model's outline a reader's is shown, and whose it is")
    func outlined() async throws {
        let path = clinic.folder.file("mine.nii.gz")
        let stored = try StoredScan(clinic.store, scan: 1)
        try NIfTIWriter.write(stored.mask, like: stored.image, to: path)
        let browser = try await Browser.loggedIn(clinic, as: .viewer)
        let middle = "/scans/1/picture?plane=slice&level=\(stored.mask.shape.depth / 2)"
        try clinic.surveillance.review(
            scan: 1, .reject(reason: "spills over"), reader: "Dr Ash")
        let bare = try await browser.get(middle + "&outline=1")
        try clinic.surveillance.review(
            scan: 1, .outline(file: path, side: .left), reader: "Dr Ash")
        let page = try await browser.get("/scans/1").text
        #expect(
            page.contains("The outline is a reader&#39;s (Dr Ash), and there is none by a model"))
        #expect(page.contains("name=\"outline\"") && !page.contains("name=\"overlay\""))
        let drawn = try await browser.get(middle + "&outline=1")
        #expect(drawn.status == 200 && drawn.bytes != bare.bytes)
        #expect(try await browser.get(middle + "&outline=0").bytes == bare.bytes)
    }

    @Test("a reader's outline is drawn over the model's, and the colours are said")
    func both() async throws {
        let path = clinic.folder.file("mine.nii.gz")
        let stored = try StoredScan(clinic.store, scan: 1)
        let box = try #require(VoxelBox(containing: [stored.mask]))
        var drawn = stored.mask
        for index in drawn.voxels.indices where index % drawn.shape.width > box.low.2 + 1 {
            drawn.voxels[index] = 0
        }
        try NIfTIWriter.write(drawn, like: stored.image, to: path)
        let browser = try await Browser.loggedIn(clinic, as: .viewer)
        let picture =
            "/scans/1/picture?plane=slice&outline=1&level=\((box.low.0 + box.high.0) / 2 + 1)"
        let model = try await browser.get(picture).bytes
        #expect(
            try await browser.get("/scans/1").text.contains("The model&#39;s outline is orange."))
        try clinic.surveillance.review(
            scan: 1, .outline(file: path, side: .left), reader: "Dr Ash")
        #expect(try await browser.get(picture).bytes != model)
        #expect(
            try await browser.get("/scans/1").text.contains(
                "The model&#39;s outline is orange, the readers&#39; blue."))
        try clinic.surveillance.review(
            scan: 1, .withdraw(reason: "drawn elsewhere", outline: nil, side: nil), reader: "Dr Ash"
        )
        #expect(try await browser.get(picture).bytes == model)
    }

    @Test("a scan whose segmentation was rejected is shown without it, beside the exam before")
    func rejected() async throws {
        try clinic.addExam(half: 7, on: "2025-03-05")
        try clinic.surveillance.review(
            scan: 2, .reject(reason: "spills over"), reader: "Dr Ash")
        let browser = try await Browser.loggedIn(clinic, as: .clinician)
        let text = try await page(2, browser)
        #expect(text.contains("was rejected, and no other counts"))
        #expect(text.contains("Exam of 2024-03-05 beside it"))
        let before = try await browser.get("/scans/2/previous?plane=slice&level=5")
        #expect(before.status == 200 && before.headers[.contentType] == "image/png")
    }
}
