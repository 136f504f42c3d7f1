import Testing
import VSGrowth
import VSPACS
import VSStore
import VSSurveillance
import VSTestSupport

@Suite("Images that break off on their way from an Orthanc")
struct BrokenDownloadTests {
    private let folder: TemporaryFolder
    private let store: Store

    init() throws {
        folder = try TemporaryFolder()
        store = try Store(StoreLocation(option: folder.file("vsdb.sqlite")))
    }

    private func follower(_ address: ArchiveAddress) throws -> OrthancFollower {
        var follower = OrthancFollower(
            address, Surveillance(store), today: { ExamDate(dayNumber: 20_400) })
        follower.retryPause = .zero
        return follower
    }

    private func study(_ address: ArchiveAddress) throws -> ArchiveStudyRecord? {
        try store.study(FaultyOrthanc.study, ofArchive: store.archive(address.text).id)
    }

    @Test("are asked for again, and judged when they are all there", arguments: [0, 10, 100, 200])
    func again(bytes: Int) async throws {
        let orthanc = FaultyOrthanc([.cut(bytes), .cut(bytes)])
        try await orthanc.serve { address in
            let round = try await follower(address).once()
            #expect(round.passed == 1)
            #expect(orthanc.downloads == 3)
            let message = try #require(try study(address)?.message)
            #expect(message.contains("no DICOM image"), "\(message)")
        }
    }

    @Test("are left to a person where they break off each time, and others do not wait")
    func never() async throws {
        let orthanc = FaultyOrthanc(Array(repeating: .cut(50), count: 9))
        try await orthanc.serve { address in
            _ = try await follower(address).once()
            let study = try #require(try study(address))
            #expect(study.state == .refused)
            #expect(study.message.hasPrefix("Its images broke off on their way 3 times."))
            #expect(try store.archive(address.text).position == 1)
            // It is not asked for at each look.
            _ = try await follower(address).once()
            #expect(orthanc.downloads == 3)
        }
    }

    @Test("by the end of Orthanc say nothing about the study, which is fetched when it is back")
    func stopped() async throws {
        let orthanc = FaultyOrthanc([.stopped])
        try await orthanc.serve { address in
            let error = await #expect(throws: PACSError.self) {
                try await follower(address).once()
            }
            #expect(error?.code == .unavailable)
            #expect(try study(address) == nil)
            #expect(try store.archive(address.text).position == 0)
            orthanc.start()
            _ = try await follower(address).once()
            #expect(orthanc.downloads == 2)
            #expect(try study(address)?.message.contains("no DICOM image") == true)
        }
    }
}
