import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

/// A real Orthanc on the loopback address with a configuration, a folder and a port of its own.
final class Orthanc {
    /// Its REST API.
    let url: String
    /// A file with name and password for it.
    let credentials: String
    private let folder: String
    private var process: Process?

    private static let (name, password) = ("vsdb", "a secret of the test")

    /// Starts one, empty, whose studies are stable after a second.
    init(in folder: String) async throws {
        self.folder = folder
        let port = try Self.freePort()
        url = "http://127.0.0.1:\(port)"
        credentials = folder + "/credentials"
        try FileManager.default.createDirectory(
            atPath: folder + "/data", withIntermediateDirectories: true)
        _ = FileManager.default.createFile(
            atPath: credentials, contents: Data("\(Self.name):\(Self.password)\n".utf8),
            attributes: [.posixPermissions: 0o600])
        let configuration: [String: Any] = [
            "StorageDirectory": folder + "/data", "IndexDirectory": folder + "/data",
            "HttpPort": port, "DicomServerEnabled": false, "RemoteAccessAllowed": false,
            "AuthenticationEnabled": true, "RegisteredUsers": [Self.name: Self.password],
            "StableAge": 1, "Plugins": ["/usr/share/orthanc/plugins/libOrthancDicomWeb.so"],
        ]
        try JSONSerialization.data(withJSONObject: configuration)
            .write(to: URL(fileURLWithPath: folder + "/orthanc.json"))
        try await start()
    }

    // Asked to end while busy, it sometimes stays; what it holds is thrown away in any case.
    deinit { kill() }

    /// A port that is free now.
    private static func freePort() throws -> Int {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(handle) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isFound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(handle, $0, length) == 0 && getsockname(handle, $0, &length) == 0
            }
        }
        try #require(isFound)
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Starts it on what it holds, and waits until it answers.
    func start() async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/Orthanc")
        process.arguments = [folder + "/orthanc.json"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
        try await until("Orthanc answers") { (try? await self.get("/system")) != nil }
    }

    /// The command that follows it.
    func follow(_ more: [String]) -> [String] {
        ["pacs", "follow", "--orthanc", url, "--credentials", credentials] + more
    }

    /// Kills it, as a power cut would.
    func kill() {
        guard let process else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    private func request(_ path: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url + path)
        request.setBasicAuth(username: Self.name, password: Self.password)
        // It closes what was quiet for a second, sometimes just as the next request is written.
        request.headers.add(name: "connection", value: "close")
        return request
    }

    /// The answer's bytes.
    func get(_ path: String) async throws -> Data {
        let response = try await HTTPClient.shared.execute(request(path), timeout: .seconds(30))
        try #require(response.status == .ok, "\(path): \(response.status)")
        return Data(try await response.body.collect(upTo: 1 << 26).readableBytesView)
    }

    /// Puts all files of a folder in.
    func upload(_ folder: String) async throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            var request = request("/instances")
            request.method = .POST
            request.body = .bytes(
                ByteBuffer(bytes: try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))))
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
            try #require(response.status == .ok)
            _ = try await response.body.collect(upTo: 1 << 20)
        }
    }

    /// Deletes the object of a SOPInstanceUID.
    func delete(instance uid: String) async throws {
        var lookup = request("/tools/lookup")
        lookup.method = .POST
        lookup.body = .bytes(ByteBuffer(string: uid))
        let answer = try await HTTPClient.shared.execute(lookup, timeout: .seconds(30))
        let data = Data(try await answer.body.collect(upTo: 1 << 20).readableBytesView)
        let found = try JSONSerialization.jsonObject(with: data) as? [[String: String]]
        var order = request(try #require(found?.first?["Path"]))
        order.method = .DELETE
        let response = try await HTTPClient.shared.execute(order, timeout: .seconds(30))
        try #require(response.status == .ok)
    }

    /// How many objects of each modality each study holds, by StudyInstanceUID.
    func objects() async throws -> [String: [String: Int]] {
        func list(_ path: String) async throws -> [[String: Any]] {
            try #require(
                try JSONSerialization.jsonObject(with: try await get(path)) as? [[String: Any]])
        }
        var result: [String: [String: Int]] = [:]
        for study in try await list("/studies?expand") {
            let tags = try #require(study["MainDicomTags"] as? [String: String])
            let uid = try #require(tags["StudyInstanceUID"])
            result[uid] = [:]
            for series in try await list("/studies/\(try #require(study["ID"] as? String))/series")
            {
                let modality = (series["MainDicomTags"] as? [String: String])?["Modality"] ?? ""
                let count = (series["Instances"] as? [String])?.count ?? 0
                result[uid]?[modality, default: 0] += count
            }
        }
        return result
    }
}

/// Asks until something is so, which another program decides; gives up after many times.
func until(_ what: String, _ isSo: () async throws -> Bool) async throws {
    for _ in 0..<600 {
        if try await isSo() { return }
        try await Task.sleep(for: .milliseconds(100))
    }
    Issue.record("never: \(what)")
}
