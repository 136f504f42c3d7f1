import Foundation
import GRDB
import Testing
import VSTestSupport

/// `vsdb pacs` against a real Orthanc.
@Suite(.serialized)
struct PACSTests {
    private let program: Program

    init() throws { program = try Program() }

    /// Writes a study of one patient: a T2 series, and where asked for a T1 one beside it.
    private func study(
        _ number: Int, hasT1: Bool = false, isT2: Bool = true, in folder: String? = nil
    ) throws -> String {
        let path = (folder ?? program.folder) + "/study\(number)"
        func name(_ file: inout DICOMFile) {
            file[0x0010_0010] = .text("PN", "Doe^Jane")
            file[0x0010_0020] = .text("LO", "P\(number)")
            file[0x0020_000D] = .text("UI", "1.2.3.\(number)00")
        }
        func makeT1(_ file: inout DICOMFile) {
            file[0x0008_103E] = .text("LO", "t1_mprage")
            file[0x0018_0080] = .text("DS", "2000")
            file[0x0018_0081] = .text("DS", "3")
        }
        try writeHeadStudy(
            to: path, series: "1.2.3.\(number)00.1", half: 4 + Double(number) / 4
        ) {
            name(&$1)
            if !isT2 { makeT1(&$1) }
        }
        if hasT1 {
            try writeHeadStudy(to: path, series: "1.2.3.\(number)00.2") {
                name(&$1)
                makeT1(&$1)
            }
        }
        return path
    }

    private func follow(_ orthanc: Orthanc, _ more: String...) -> [String] {
        orthanc.follow(more)
    }

    private func started(_ orthanc: Orthanc) throws -> Process {
        let process = program.process(follow(orthanc, "--every", "0.2"))
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    private func sent(_ orthanc: Orthanc) async throws -> Int {
        try await orthanc.objects().values.reduce(0) { $0 + ($1["SEG"] ?? 0) + ($1["SR"] ?? 0) }
    }

    /// Each T2 study holds its images, one segmentation and one report; the T1 study its images alone.
    private func expectOneEach(_ orthanc: Orthanc) async throws {
        let objects = try await orthanc.objects()
        #expect(objects["1.2.3.100"] == ["MR": 16, "SEG": 1, "SR": 1])
        #expect(objects["1.2.3.200"] == ["MR": 32, "SEG": 1, "SR": 1])
        #expect(objects["1.2.3.300"] == ["MR": 16, "SEG": 1, "SR": 1])
        #expect(objects["1.2.3.400"] == ["MR": 16])
    }

    @Test("each study gets one segmentation and one report, however both sides are killed")
    func onceEach() async throws {
        let orthanc = try await Orthanc(in: program.folder + "/orthanc")
        try await orthanc.upload(study(1))
        try await orthanc.upload(study(2, hasT1: true))
        try await orthanc.upload(study(4, isT2: false))
        var follower = try started(orthanc)
        try await until("a result is there") { try await sent(orthanc) > 0 }
        kill(follower.processIdentifier, SIGKILL)
        follower.waitUntilExit()
        // A study that is not yet stable when Orthanc is killed is never called stable afterwards.
        try await orthanc.upload(study(3))
        orthanc.kill()
        follower = try started(orthanc)
        try await orthanc.start()
        try await until("all results are there") { try await sent(orthanc) >= 6 }
        follower.terminate()
        follower.waitUntilExit()
        #expect(follower.terminationReason == .exit && follower.terminationStatus == 0)
        try await expectOneEach(orthanc)
        // The results make the studies change once more; nothing new comes of it.
        let again = try program.run(follow(orthanc, "--once"))
        #expect(again.code == 0 && again.err.contains("0 results sent"), "\(again.err)")
        try await expectOneEach(orthanc)
        try await expectSame(orthanc)
    }

    /// All that was noted of the archive is forgotten, as by a crash before it was: what is sent then is
    /// what is there.
    private func expectSame(_ orthanc: Orthanc) async throws {
        try await DatabaseQueue(path: program.database).write {
            try $0.execute(
                sql: """
                    DELETE FROM archiveObject; DELETE FROM archiveStudy;
                    UPDATE archive SET position = 0;
                    """)
        }
        let before = try program.run("list", "segmentations", "--format", "json").out
        // A study that its results have just changed is taken when the archive calls it stable again.
        var (registered, results) = (0, 0)
        for _ in 0..<60 where registered < 3 || results < 6 {
            let run = try program.run(follow(orthanc, "--once"))
            #expect(run.code == 0 && !(run.out + run.err).contains("Doe"), "\(run.err)")
            let counts = run.err.split { !$0.isNumber }.compactMap { Int($0) }
            try #require(counts.count == 3, "\(run.err)")
            registered += counts[0]
            results += counts[2]
            try await Task.sleep(for: .seconds(1))
        }
        #expect(registered == 3 && results == 6)
        #expect(try program.run("list", "segmentations", "--format", "json").out == before)
        try await expectOneEach(orthanc)
        let health = try program.run("doctor")
        #expect(health.code == 0, "\(health.out)")
    }

    @Test("vsdb serve --orthanc follows, too, and ends with success")
    func served() async throws {
        let orthanc = try await Orthanc(in: program.folder + "/orthanc")
        try await orthanc.upload(study(1))
        let service = program.process([
            "serve", "--port", "0", "--orthanc", orthanc.url, "--credentials", orthanc.credentials,
        ])
        service.standardOutput = FileHandle.nullDevice
        service.standardError = FileHandle.nullDevice
        try service.run()
        try await until("both results are there") { try await sent(orthanc) == 2 }
        service.terminate()
        service.waitUntilExit()
        #expect(service.terminationReason == .exit && service.terminationStatus == 0)
    }

    @Test("an archive that lets nobody in is reported, and the service goes on")
    func strange() async throws {
        let orthanc = try await Orthanc(in: program.folder + "/orthanc")
        let credentials = program.folder + "/wrong"
        try Data("nobody:nothing\n".utf8).write(to: URL(fileURLWithPath: credentials))
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: credentials)
        let service = program.process([
            "serve", "--port", "0", "--orthanc", orthanc.url, "--credentials", credentials,
        ])
        let log = program.folder + "/serve.log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        service.standardOutput = FileHandle.nullDevice
        let told: FileHandle = try #require(FileHandle(forWritingAtPath: log))
        service.standardError = told
        try service.run()
        try await until("the refusal is told") {
            try String(contentsOfFile: log, encoding: .utf8).contains("following pauses")
        }
        #expect(service.isRunning)
        service.terminate()
        service.waitUntilExit()
        #expect(service.terminationReason == .exit && service.terminationStatus == 0)
        #expect(try await sent(orthanc) == 0)
    }

    @Test("a study whose results DICOM cannot hold is passed over, and the next is answered")
    func withoutResult() async throws {
        let orthanc = try await Orthanc(in: program.folder + "/orthanc")
        // Two values where PatientID has one.
        try await orthanc.upload(
            writeHeadStudy(to: program.folder + "/two", series: "1.2.3.900.1") {
                $1[0x0010_0020] = .text("LO", "A\\B")
                $1[0x0020_000D] = .text("UI", "1.2.3.900")
            })
        try await orthanc.upload(study(1))
        var told = ""
        for _ in 0..<60 where try await sent(orthanc) < 2 {
            let run = try program.run(follow(orthanc, "--once"))
            try #require(run.code == 0, "\(run.err)")
            told += run.out + run.err
            try await Task.sleep(for: .seconds(1))
        }
        #expect(try await sent(orthanc) == 2)
        #expect(told.contains("no result can be sent"))
    }

    @Test("find lists a patient's studies, pull registers the T2 series and says why")
    func byHand() async throws {
        let orthanc = try await Orthanc(in: program.folder + "/orthanc")
        try await orthanc.upload(study(1))
        try await orthanc.upload(study(2, hasT1: true))
        try await orthanc.upload(study(4, isT2: false))
        let archive = [
            "--dicomweb", orthanc.url + "/dicom-web/", "--credentials", orthanc.credentials,
            "--format", "json",
        ]
        let found = try program.run(["pacs", "find", "P2"] + archive)
        #expect(found.code == 0, "\(found.err)")
        let row = try #require(try found.list().first)
        #expect(try found.list().count == 1 && row["studyUid"] as? String == "1.2.3.200")
        #expect(row["series"] as? Int == 2 && row["images"] as? Int == 32)
        #expect(row["date"] as? String == "2020-01-02" && row["scansHere"] as? Int == 0)
        #expect(!found.out.contains("Doe"))
        let pulled = try program.run(["pacs", "pull", "P2"] + archive)
        #expect(pulled.code == 0, "\(pulled.err)")
        let scan = try #require(try pulled.list().first)
        #expect(scan["patient"] as? String == "P2" && scan["tumours"] as? Int == 1)
        let notes = try #require(scan["notes"] as? String)
        #expect(notes.contains("Of 2 series") && notes.contains("is taken as the T2 one"))
        let one = try program.run(["pacs", "pull", "1.2.3.100"] + archive)
        #expect(one.code == 0, "\(one.err)")
        let again = try program.run(["pacs", "pull", "1.2.3.100"] + archive)
        #expect(try again.list().first?["isRepeat"] as? Bool == true)
        #expect(
            try program.run(["pacs", "find", "P1"] + archive).list().first?["scansHere"] as? Int
                == 1)
        try await expectRefusals(orthanc, archive)
    }

    private func expectRefusals(_ orthanc: Orthanc, _ archive: [String]) async throws {
        let before = try program.contents()
        func expect(_ arguments: [String], _ code: Int32, _ words: String) throws {
            let run = try program.run(arguments)
            #expect(run.code == code && (run.err + run.out).contains(words), "\(arguments) \(run)")
            #expect(!(run.err + run.out).contains("a secret of the test"))
        }
        try expect(["pacs", "find", "p1"] + archive, 0, "[")
        #expect(try program.run(["pacs", "find", "p1"] + archive).list().isEmpty)
        #expect(try program.run(["pacs", "find", "P*"] + archive).list().isEmpty)
        try expect(["pacs", "find", "P?"] + archive.dropLast(2), 0, "stand for themselves")
        try expect(["pacs", "pull", "P*"] + archive, 66, "no study")
        try expect(["pacs", "find", "P1\\P2"] + archive, 65, "no PatientID holds one")
        try expect(["pacs", "pull", "P9"] + archive, 66, "no study")
        try expect(["pacs", "pull", "1.2.3.999"] + archive, 66, "1.2.3.999")
        try expect(["pacs", "pull", "P4"] + archive, 65, "recognised as T2")
        try expect(["pacs", "pull", "1.2.3.400"] + archive, 65, "recognised as T2")
        let (web, file) = (orthanc.url + "/dicom-web", program.folder + "/wrong")
        _ = FileManager.default.createFile(
            atPath: file, contents: Data("a:b".utf8), attributes: [.posixPermissions: 0o600])
        try expect(
            ["pacs", "find", "P1", "--dicomweb", web, "--credentials", file], 65, "let this program"
        )
        try expect(["pacs", "find", "P1", "--dicomweb", web], 65, "let this program")
        chmod(file, 0o644)
        try expect(
            ["pacs", "find", "P1", "--dicomweb", web, "--credentials", file], 65, "Others may read")
        try expect(
            ["pacs", "find", "P1", "--dicomweb", "http://me:pw@127.0.0.1:1"], 65, "name or password"
        )
        try expect(["pacs", "find", "P1", "--dicomweb", "ftp://127.0.0.1"], 65, "no address")
        try expect(
            ["pacs", "follow", "--once", "--orthanc", orthanc.url + "/app"]
                + ["--credentials", orthanc.credentials], 66, "does not know")
        orthanc.kill()
        try expect(["pacs", "find", "P1"] + archive, 69, "cannot be reached")
        try expect(follow(orthanc, "--once"), 69, "cannot be reached")
        #expect(try program.contents() == before)
    }
}
