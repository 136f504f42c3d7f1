import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing
import VSGrowth
import VSService
import VSStore

struct ServiceTests {
    private let clinic: ServedClinic

    init() throws { clinic = try ServedClinic() }

    @Test("probes need no token and name no patient", arguments: ["/health", "/ready", "/metrics"])
    func probes(path: String) async throws {
        let answer = try await clinic.get(path, token: nil)
        #expect(answer.status == 200)
        #expect(!answer.text.contains("P001"))
    }

    @Test("browsers are told to keep to TLS where they come by it, and only there")
    func strictTransport() async throws {
        let name = HTTPField.Name.strictTransportSecurity
        #expect(try await clinic.get("/health", token: nil).headers[name] == nil)
        let proxied = try ServedClinic(isBehindProxy: true)
        #expect(try await proxied.get("/health", token: nil).headers[name] != nil)
    }

    @Test("HEAD is answered as GET, without a body")
    func heads() async throws {
        #expect(try await clinic.send(.head, "/health", [:]).status == 200)
        let headers: HTTPFields = [.authorization: "Bearer \(clinic.viewer)"]
        let head = try await clinic.send(.head, "/api/v1/patients/P001", headers)
        #expect(head.status == 200 && head.bytes.isEmpty)
        #expect(try await clinic.send(.head, "/api/v1/patients/P001", [:]).status == 401)
        #expect(try clinic.auditLines().last == ["alice", "read patient", "P001"])
    }

    @Test(
        "a method that an address does not take is told which it does",
        arguments: [
            (HTTPRequest.Method.delete, "/api/v1/patients/P001", "GET, HEAD"),
            (.get, "/api/v1/patients/P001/acknowledge", "POST"),
            (.put, "/login", "GET, HEAD, POST"), (.post, "/metrics", "GET, HEAD"),
        ])
    func methods(method: HTTPRequest.Method, path: String, allowed: String) async throws {
        let answer = try await clinic.send(method, path, [:])
        #expect(answer.status == 405 && answer.headers[.allow] == allowed)
        #expect(try answer.object()["type"] as? String == "urn:vsdb:problem:method")
        #expect(try await clinic.send(method, "/nowhere", [:]).status == 404)
    }

    @Test("who changes something over HTTP stands in the audit beside the change, and who may not")
    func changes() async throws {
        let path = "/api/v1/scans/1/review"
        func post(_ decision: String, _ token: String) async throws -> Int {
            try await clinic.post(path, token: token, Data("{\"decision\":\"\(decision)\"}".utf8))
                .status
        }
        let before = try clinic.auditLines().count
        #expect(try await post("accept", clinic.clinician) == 200)
        #expect(try await post("reject", clinic.clinician) == 400)
        #expect(try await post("accept", clinic.viewer) == 403)
        let lines = try clinic.store.auditLines(limit: 1000).sorted { $0.id < $1.id }
        #expect(
            lines.dropFirst(before).map { [$0.actor, $0.action, $0.subject, $0.detail] } == [
                ["carol", "send review", "scan 1", "over HTTP with token 6"],
                ["carol", "review segmentation", "scan 1", "segmentation 1 accepted by carol"],
                ["carol", "send review", "scan 1", "over HTTP with token 6"],
                ["carol", "send review", "scan 1", "over HTTP with token 6; refused: invalid"],
                ["alice", "send review", "scan 1", "over HTTP with token 1; refused: role"],
            ])
    }

    @Test("requests are counted by route and status, without the patient")
    func metrics() async throws {
        _ = try await clinic.get("/api/v1/patients/P001", token: nil)
        let text = try await clinic.get("/metrics", token: nil).text
        #expect(text.contains("path=\"/api/v1/patients/{patient}\",status=\"401\"} 1"))
        #expect(!text.contains("P001"))
    }

    @Test(
        "without a token that holds, nothing is told",
        arguments: ["/api/v1/patients", "/api/v1/scans/1/mask", "/api/v1/flagged"])
    func guarded(path: String) async throws {
        for token in [nil, "vsdb_00", clinic.revoked, clinic.expired, clinic.disabled] {
            let answer = try await clinic.get(path, token: token)
            #expect(answer.status == 401)
            #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
            #expect(!answer.text.contains("P001"))
        }
        #expect(try await clinic.get(path, token: clinic.device).status == 403)
        #expect(try await clinic.get(path, token: clinic.viewer).status == 200)
    }

    @Test("every error has the shape of RFC 9457, and every answer the security headers")
    func problems() async throws {
        let wrong: [(String, Int)] = [
            ("/nowhere", 404), ("/api/v1/patients/P999", 404), ("/api/v1/scans/99", 404),
            ("/api/v1/scans/x", 400), ("/api/v1/patients?limit=0", 400),
            ("/api/v1/flagged?after=x", 400), ("/api/v1/worklists/due?within=-1", 400),
            ("/api/v1/worklists/review?after=x", 400), ("/api/v1/flagged?all=maybe", 400),
            ("/api/v1/jobs?all=1", 400),
        ]
        for (path, status) in wrong {
            let answer = try await clinic.get(path, token: clinic.viewer)
            #expect(answer.status == status, "\(path)")
            #expect(answer.headers[.contentType] == "application/problem+json")
            let object = try answer.object()
            #expect(Set(object.keys) == ["type", "title", "status", "detail"])
            #expect(object["status"] as? Int == status)
            #expect((object["title"] as? String)?.isEmpty == false, "\(path)")
            #expect((object["detail"] as? String)?.hasSuffix(".") == true, "\(object)")
        }
        for path in ["/health", "/nowhere", "/api/v1/patients"] {
            let headers = try await clinic.get(path, token: clinic.viewer).headers
            #expect(headers[.contentSecurityPolicy]?.hasPrefix("default-src 'none'") == true)
            #expect(headers[.xContentTypeOptions] == "nosniff")
        }
    }

    @Test("what is read is written down, with who read it")
    func audit() async throws {
        _ = try await clinic.get("/api/v1/patients/P001", token: clinic.viewer)
        _ = try await clinic.get("/api/v1/patients/P999", token: clinic.viewer)
        let lines = try clinic.auditLines()
        #expect(lines.last == ["alice", "read patient", "P001"])
        #expect(try clinic.store.examine().brokenAudit == nil)
    }

    @Test("an answer a client has already is not sent again")
    func etags() async throws {
        let path = "/api/v1/patients/P001/growth"
        let first = try await clinic.get(path, token: clinic.viewer)
        let tag = try #require(first.headers[.eTag])
        let second = try await clinic.get(path, token: clinic.viewer, known: tag)
        #expect(second.status == 304 && second.text.isEmpty)
        let other = try await clinic.get(path, token: clinic.viewer, known: "\"other\"")
        #expect(other.status == 200 && other.text == first.text)
    }

    @Test("pages follow each other without a gap")
    func pages() async throws {
        var (names, next): ([String], String?) = ([], nil)
        repeat {
            let after = next.map { "&after=\($0)" } ?? ""
            let object = try await clinic.get(
                "/api/v1/patients?limit=2\(after)", token: clinic.viewer
            ).object()
            let items = try #require(object["items"] as? [[String: Any]])
            #expect(items.count <= 2)
            names += items.compactMap { $0["patient"] as? String }
            next = object["next"] as? String
        } while next != nil
        #expect(names == ["P001", "P002", "a b%2F"])
    }

    @Test("an identifier with a blank and a percent sign arrives as it was typed")
    func identifiers() async throws {
        let answer = try await clinic.get("/api/v1/patients/a%20b%252F", token: clinic.viewer)
        #expect(try answer.object()["patient"] as? String == "a b%2F")
    }

    @Test("the mask is the stored one on the scan's grid, the overlay a picture")
    func images() async throws {
        let mask = try await clinic.get("/api/v1/scans/1/mask", token: clinic.viewer)
        #expect(mask.headers[.contentType] == "application/gzip")
        #expect(try clinic.voxels(ofMask: mask.bytes) == clinic.voxelsOfScan1())
        let overlay = try await clinic.get("/api/v1/scans/1/overlay", token: clinic.viewer)
        #expect(overlay.bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    }
}
