import Foundation
import GRDB
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization
import Testing
import VSGrowth
import VSImaging
import VSNetwork
import VSService
import VSStore
import VSSurveillance
import VSTestSupport

/// A clinic with three patients, users and tokens, asked in-process.
struct ServedClinic: Sendable {
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPFields
        let bytes: [UInt8]

        var text: String { String(decoding: bytes, as: UTF8.self) }

        func object() throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        }
    }

    let folder: TemporaryFolder
    let store: Store
    let surveillance: Surveillance
    private let service: any ApplicationProtocol
    private let address: ServiceAddress
    /// The present moment, as the service is told.
    let clock = Clock()
    let viewer, device, revoked, expired, disabled, clinician: String

    final class Clock: Sendable {
        private let moment = Mutex(Date(timeIntervalSince1970: 1_762_600_000))
        var now: Date { moment.withLock { $0 } }
        func pass(minutes: Double) { moment.withLock { $0 += minutes * 60 } }
    }

    static let today = ExamDate(dayNumber: 20_400)

    init(
        isBehindProxy: Bool = false, uploadLimitBytes: Int = SurveillanceService.uploadLimitBytes
    ) throws {
        folder = try TemporaryFolder()
        store = try Store(StoreLocation(option: folder.file("store/vsdb.sqlite")))
        surveillance = Surveillance(store)
        try surveillance.installModel(
            brightnessModel(slope: 8, offset: 16).encoded(), subject: "brightness")
        let scan = folder.file("scan.nii")
        try NIfTIWriter.write(head(spots: [(centre: [22, 0, 12], half: 6)]), to: scan)
        let exam = try #require(ExamDate(iso: "2024-03-05"))
        _ = try surveillance.register(
            ScanRequest(file: scan, patient: "P001", date: exam), today: Self.today,
            isCancelled: { false })
        try store.registerPatient("P002")
        try store.registerPatient("a b%2F")
        try store.addUser("alice", role: .viewer)
        try store.addUser("bob", role: .clinician)
        try store.addUser("scanner", role: .device)
        viewer = try store.createToken(forUser: "alice", name: "one")
        revoked = try store.createToken(forUser: "alice", name: "two")
        expired = try store.createToken(
            forUser: "alice", name: "three",
            expiresOn: ExamDate(dayNumber: Self.today.dayNumber - 1))
        disabled = try store.createToken(forUser: "bob", name: "four")
        device = try store.createToken(forUser: "scanner", name: "five")
        try store.addUser("carol", role: .clinician)
        clinician = try store.createToken(forUser: "carol", name: "six")
        try store.setUser("bob", isDisabled: true)
        try store.revokeToken(2)
        address = try ServiceAddress(
            host: "127.0.0.1", port: 0, isBehindProxy: isBehindProxy, hasUsers: true)
        let clock = clock
        service = try SurveillanceService(
            surveillance, today: { Self.today }, now: { clock.now },
            uploadLimitBytes: uploadLimitBytes
        ).application(at: address) { _ in }
    }

    /// Runs a service that also works, for as long as `body` does.
    ///
    /// - Parameters:
    ///   - plan: what it does beside answering.
    ///   - report: told what happened, a sentence.
    ///   - body: may ask it for the status of an address.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws, or where the service does not start.
    func serving<Value>(
        _ plan: WorkPlan, report: @escaping @Sendable (String) -> Void,
        _ body:
            @escaping @Sendable (@escaping @Sendable (String) async throws -> Int)
            async throws -> Value
    ) async throws -> Value {
        let working = try SurveillanceService(surveillance, today: { Self.today }).application(
            at: address,
            beside: plan.services(
                surveillance, today: { Self.today }, report: { report($0.description) })
        ) { _ in }
        return try await working.test(.live) { client in
            try await body { path in
                try await client.execute(uri: path, method: .get) { $0.status.code }
            }
        }
    }

    /// Registers a further exam of P001, in which the tumour's cube has so many mm from middle to face.
    func addExam(half: Double, on iso: String) throws {
        let file = folder.file("scan-\(iso).nii")
        try NIfTIWriter.write(head(spots: [(centre: [22, 0, 12], half: half)]), to: file)
        _ = try surveillance.register(
            ScanRequest(file: file, patient: "P001", date: try #require(ExamDate(iso: iso))),
            today: Self.today, isCancelled: { false })
    }

    /// Asks the service.
    func get(_ path: String, token: String?, known: String? = nil) async throws -> Answer {
        var headers = HTTPFields()
        if let token { headers[.authorization] = "Bearer \(token)" }
        if let known { headers[.ifNoneMatch] = known }
        return try await send(.get, path, headers)
    }

    /// Sends bytes to an address that changes something.
    func post(
        _ path: String, token: String, _ body: Data = Data(), _ more: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = more
        headers[.authorization] = "Bearer \(token)"
        return try await send(.post, path, headers, bytes: ByteBuffer(bytes: body))
    }

    /// Sends any request.
    func send(
        _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields, body: String? = nil
    ) async throws -> Answer {
        try await send(method, path, headers, bytes: body.map { ByteBuffer(string: $0) })
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields, bytes: ByteBuffer?
    ) async throws -> Answer {
        try await service.test(.router) { client in
            try await client.execute(
                uri: path, method: method, headers: headers, body: bytes
            ) { response in
                Answer(
                    status: response.status.code, headers: response.headers,
                    bytes: Array(response.body.readableBytesView))
            }
        }
    }

    /// A head with a bright cube of this size as a file's bytes.
    func scan(half: Double, ending: String = ".nii") throws -> Data {
        let path = folder.file("sent\(half)\(ending)")
        try NIfTIWriter.write(head(spots: [(centre: [22, 0, 12], half: half)]), to: path)
        return try Data(contentsOf: URL(fileURLWithPath: path))
    }

    /// A head with a bright cube of this size as a NIfTI file's bytes, of this spacing in the plane, mm.
    func headFile(half: Double, spacing: Double = 0.8) throws -> Data {
        let path = folder.file("head-\(half)-\(spacing).nii")
        try NIfTIWriter.write(
            head(
                spacing: Spacing(depth: 1.5, height: spacing, width: spacing),
                spots: [(centre: [22, 0, 12], half: half)]), to: path)
        return try Data(contentsOf: URL(fileURLWithPath: path))
    }

    /// What lies where files come in.
    func incoming() -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: store.location.incoming)) ?? []
    }

    /// Who did what to whom, the oldest first.
    func auditLines() throws -> [[String]] {
        try DatabaseQueue(path: store.location.database).read { db in
            try Row.fetchAll(db, sql: "SELECT actor, action, subject FROM audit ORDER BY id").map {
                [$0["actor"], $0["action"], $0["subject"]] as [String]
            }
        }
    }

    /// The voxels set in a mask's file.
    func voxels(ofMask bytes: [UInt8]) throws -> Int {
        let path = folder.file("mask-\(UUID().uuidString).nii.gz")
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return try ScanReader.read(path).volume.voxels.count { $0 == 1 }
    }

    func voxelsOfScan1() throws -> Int { try StoredScan(store, scan: 1).mask.voxelCount }
}
