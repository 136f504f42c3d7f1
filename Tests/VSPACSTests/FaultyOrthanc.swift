import Foundation
import Hummingbird
import HummingbirdTesting
import Synchronization
import VSPACS
import VSTestSupport

/// Answers as an Orthanc does to who follows it; its downloads can break off.
///
/// It has one stable study of one MR series with two images, which are no DICOM files.
final class FaultyOrthanc: Sendable {
    /// What becomes of a download.
    enum Download {
        case whole
        /// The first bytes only, then the end of the answer; so many.
        case cut(Int)
        /// Nothing, and no further answer to anything.
        case stopped
    }

    static let study = "1.2.3"
    /// Of the coming downloads; where none is left they are whole.
    private let coming: Mutex<[Download]>
    private let isStopped = Mutex(false)
    private let count = Mutex(0)

    init(_ downloads: [Download]) { coming = Mutex(downloads) }

    /// How often the images were asked for.
    var downloads: Int { count.withLock { $0 } }
    /// Begins to answer again.
    func start() { isStopped.withLock { $0 = false } }

    /// Serves while `body` runs, which is told the address.
    func serve(_ body: @escaping @Sendable (ArchiveAddress) async throws -> Void) async throws {
        let router = Router()
        router.get("/changes") { _, _ in
            try self.json(
                """
                {"Changes": [{"ChangeType": "StableStudy", "ID": "ab-1", "Seq": 1}],
                 "Done": true, "Last": 1}
                """)
        }
        router.get("/studies/ab-1") { _, _ in
            try self.json(
                """
                {"ID": "ab-1", "IsStable": true,
                 "MainDicomTags": {"StudyInstanceUID": "\(Self.study)"}}
                """)
        }
        router.get("/studies/ab-1/series") { _, _ in
            try self.json(
                """
                [{"ID": "ab-2", "Instances": ["ab-3", "ab-4"],
                  "MainDicomTags": {"Modality": "MR", "SeriesInstanceUID": "1.2.3.4"}}]
                """)
        }
        router.post("/tools/create-media") { _, _ in
            Response(status: .ok, body: .init(byteBuffer: ByteBuffer(bytes: self.images())))
        }
        try await Application(router: router).test(.live) { client in
            try await body(try ArchiveAddress("http://127.0.0.1:\(client.port ?? 0)"))
        }
    }

    private func json(_ text: String) throws -> Response {
        if isStopped.withLock({ $0 }) { throw HTTPError(.serviceUnavailable) }
        return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    private func images() -> Data {
        count.withLock { $0 += 1 }
        var zip = ZipFile()
        zip.add("IM1", Data("no image".utf8))
        zip.add("IM2", Data("none either".utf8))
        switch coming.withLock({ $0.isEmpty ? .whole : $0.removeFirst() }) {
        case .whole: return zip.data
        case .cut(let bytes): return zip.data.prefix(bytes)
        case .stopped:
            isStopped.withLock { $0 = true }
            return Data()
        }
    }
}
