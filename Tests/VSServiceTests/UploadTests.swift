import Foundation
import HTTPTypes
import Testing
import VSGrowth
import VSStore
import VSSurveillance
import VSTestSupport

/// Scans that come in over HTTP.
struct UploadTests {
    private let clinic: ServedClinic
    private let path = "/api/v1/patients/P009/scans?date=2025-03-05"

    init() throws { clinic = try ServedClinic() }

    /// What a reader of the store sees, to compare before and after.
    private func contents() throws -> [String] {
        let images =
            FileManager.default.enumerator(atPath: clinic.store.location.images)?
            .compactMap { $0 as? String }.sorted() ?? []
        return try images + clinic.store.patientSummaries().map { "\($0)" }
            + clinic.store.jobs(includesAll: true).map { "\($0)" }
    }

    @Test("a new scan is registered and queued; the same scan again, however packed, is known")
    func registered() async throws {
        let data = try clinic.scan(half: 5)
        let first = try await clinic.post(
            path + "&side=left&name=exam.nii", token: clinic.clinician, data)
        #expect(first.status == 201, "\(first.text)")
        #expect(first.headers[.location] == "/api/v1/scans/2")
        let object = try first.object()
        #expect(object["isRepeat"] as? Bool == false && object["isNewPatient"] as? Bool == true)
        #expect(object["sha256"] as? String == Store.sha256(of: data))
        #expect(object["bytes"] as? Int == data.count)
        let number = try #require(object["job"] as? Int)
        let job = try clinic.store.job(Int64(number))
        #expect(job.state == .waiting && job.cause == "http" && job.request.contains("left"))
        #expect(try clinic.store.scan(2).record.sourceName == "exam.nii")
        let before = try contents()
        for packed in [data, try clinic.scan(half: 5, ending: ".nii.gz")] {
            let again = try await clinic.post(path, token: clinic.clinician, packed)
            #expect(again.status == 200 && again.headers[.location] == "/api/v1/scans/2")
            #expect(try again.object()["isRepeat"] as? Bool == true)
        }
        #expect(try contents() == before)
        #expect(clinic.incoming().isEmpty)
        let sent = try clinic.auditLines().filter { $0[1] == "hand in scan" }
        #expect(sent == Array(repeating: ["carol", "hand in scan", "P009"], count: 3))
    }

    @Test("an empty word says nothing: the scan is T2 and is segmented")
    func emptyWords() async throws {
        let made = try await clinic.post(
            path + "&sequence=&side=&name=&strict=", token: clinic.clinician,
            try clinic.scan(half: 5))
        #expect(made.status == 201, "\(made.text)")
        #expect(try made.object()["job"] as? Int != nil)
        #expect(try clinic.store.scan(2).record.sequence == "T2")
        let wrong = try await clinic.post(
            path + "&strict=perhaps", token: clinic.clinician, try clinic.scan(half: 6))
        #expect(wrong.status == 400)
    }

    @Test("a worker segments what came in")
    func worked() async throws {
        _ = try await clinic.post(path, token: clinic.clinician, try clinic.scan(half: 5))
        try Worker(clinic.surveillance).run()
        let growth = try await clinic.get("/api/v1/patients/P009/growth", token: clinic.viewer)
        #expect((try growth.object()["tumours"] as? [Any])?.count == 1)
    }

    /// Sends each scan so often, all at once.
    ///
    /// - Returns: the statuses, in no order.
    private static func send(
        _ scans: [Data], times: Int, to clinic: ServedClinic
    ) async throws -> [Int] {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for scan in Array(repeating: scans, count: times).flatMap(\.self) {
                group.addTask {
                    let path = "/api/v1/patients/P010/scans?date=2025-03-05"
                    return try await clinic.post(path, token: clinic.clinician, scan).status
                }
            }
            var found: [Int] = []
            for try await status in group { found.append(status) }
            return found
        }
    }

    @Test("the same scan at once from many is stored once, and different ones all")
    func parallel() async throws {
        var scans: [Data] = []
        for half in [4.0, 5, 6] { scans.append(try clinic.scan(half: half)) }
        let statuses = try await Self.send(scans, times: 8, to: clinic).sorted()
        #expect(statuses == Array(repeating: 200, count: 21) + [201, 201, 201])
        #expect(try clinic.store.scanSummaries(patient: "P010").count == 3)
        #expect(try clinic.store.jobs().count == 3)
        #expect(clinic.incoming().isEmpty)
    }

    @Test("a study as a zip archive says its day itself")
    func study() async throws {
        let folder = clinic.folder.file("study")
        _ = try writeHeadStudy(to: folder)
        var zip = ZipFile()
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            zip.add(name, try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
        }
        let answer = try await clinic.post(
            "/api/v1/patients/P009/scans", token: clinic.clinician, zip.data)
        #expect(answer.status == 201, "\(answer.text)")
        #expect(try answer.object()["examDate"] as? String == "2020-01-03")
        #expect(clinic.incoming().isEmpty)
    }

    @Test("a bad file is refused with the command line's words and leaves nothing")
    func refused() async throws {
        let before = try contents()
        let whole = try clinic.scan(half: 5)
        let bad = [Data("no scan".utf8), whole.prefix(whole.count / 2), Data([0x50, 0x4B, 3, 4])]
        for data in bad {
            let answer = try await clinic.post(path, token: clinic.clinician, data)
            #expect(answer.status == 422, "\(answer.text)")
            let detail = try #require(try answer.object()["detail"] as? String)
            #expect(!detail.contains("incoming") && detail.hasSuffix("."), "\(detail)")
        }
        // The command line's own words, but for the folder.
        let file = clinic.folder.file("scan.nii")
        try Data("no scan".utf8).write(to: URL(fileURLWithPath: file))
        let day = try #require(ExamDate(iso: "2025-03-05"))
        let error = #expect(throws: (any Error).self) {
            try clinic.surveillance.register(
                ScanRequest(file: file, patient: "P009", date: day), today: ServedClinic.today)
        }
        let said = try await clinic.post(path, token: clinic.clinician, bad[0]).object()
        #expect(
            said["detail"] as? String
                == "\(try #require(error))".replacing(clinic.folder.path + "/", with: ""))
        #expect(try contents() == before)
        #expect(clinic.incoming().isEmpty)
    }

    @Test("what is said of a scan is checked before it is read")
    func parameters() async throws {
        let data = try clinic.scan(half: 5)
        let patients = "/api/v1/patients"
        let wrong: [(String, Int)] = [
            ("\(patients)/P009/scans?date=2025-02-30", 400),
            ("\(patients)/P009/scans?date=2999-01-01", 400), ("\(patients)/P009/scans", 400),
            (path + "&side=up", 400), (path + "&name=..%2Fx", 400), (path + "&name=.x", 400),
            (path + "&strict=true", 404), ("\(patients)/%20/scans?date=2025-03-05", 400),
        ]
        let before = try contents()
        for (path, status) in wrong {
            let answer = try await clinic.post(path, token: clinic.clinician, data)
            #expect(answer.status == status, "\(path): \(answer.text)")
        }
        #expect(try await clinic.post(path, token: clinic.clinician).status == 400)
        let form: HTTPFields = [.contentType: "multipart/form-data; boundary=x"]
        #expect(try await clinic.post(path, token: clinic.clinician, data, form).status == 415)
        #expect(try contents() == before)
        #expect(clinic.incoming().isEmpty)
    }

    @Test("a stated SHA-256 has to be that of what came")
    func digests() async throws {
        let data = try clinic.scan(half: 5)
        let name = try #require(HTTPField.Name("Content-Digest"))
        func digest(_ data: Data) throws -> HTTPFields {
            let bits = try #require(Self.bytes(hexadecimal: Store.sha256(of: data)))
            return [name: "sha-256=:\(Data(bits).base64EncodedString()):"]
        }
        let wrong = try await clinic.post(
            path, token: clinic.clinician, data, try digest(data.dropLast()))
        #expect(wrong.status == 400 && wrong.text.contains("urn:vsdb:problem:digest"))
        let right = try await clinic.post(path, token: clinic.clinician, data, try digest(data))
        #expect(right.status == 201, "\(right.text)")
    }

    private static func bytes(hexadecimal text: String) -> [UInt8]? {
        let digits = text.compactMap(\.hexDigitValue)
        guard digits.count == text.count, digits.count % 2 == 0 else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map {
            UInt8(digits[$0] * 16 + digits[$0 + 1])
        }
    }

    @Test("a file over the limit is refused")
    func limit() async throws {
        let small = try ServedClinic(uploadLimitBytes: 1000)
        let answer = try await small.post(path, token: small.clinician, Data(count: 1001))
        #expect(answer.status == 413 && answer.text.contains("--upload-limit"))
        #expect(try await small.post(path, token: small.clinician, Data(count: 1000)).status == 422)
        #expect(small.incoming().isEmpty)
    }

    @Test("viewers hand nothing in; a device hears of nothing but what it sent")
    func roles() async throws {
        let data = try clinic.scan(half: 5)
        #expect(try await clinic.post(path, token: clinic.viewer, data).status == 403)
        // The same image as another patient's: a clinician would be told.
        _ = try await clinic.post(
            "/api/v1/patients/P002/scans?date=2025-03-05", token: clinic.clinician, data)
        let answer = try await clinic.post(path, token: clinic.device, data)
        #expect(answer.status == 201 && !answer.text.contains("P002"))
        #expect(
            Set(try answer.object().keys) == [
                "scan", "patient", "examDate", "isRepeat", "job", "sha256", "bytes",
                "researchUseOnly",
            ])
        let seen = try await clinic.get("/api/v1/scans/3", token: clinic.device)
        #expect(seen.status == 403)
    }
}
