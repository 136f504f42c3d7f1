import Foundation
import GRDB
import Testing
import VSImaging
import VSTestSupport

/// What becomes of studies in a real Orthanc that are late, in doubt or fully named.
@Suite(.serialized)
struct PACSStudyTests {
    private let program: Program

    init() throws { program = try Program() }

    /// Writes a named T2 series of the study 1.2.3.100; returns the folder.
    private func series(
        _ uid: String, in folder: String, patient: String = "P1", half: Double = 4
    ) throws -> String {
        try writeHeadStudy(to: program.folder + "/" + folder, series: uid, half: half) {
            $1[0x0008_0005] = .text("CS", "ISO_IR 192")
            $1[0x0008_0030] = .text("TM", "101530")
            $1[0x0008_0050] = .text("SH", "ACC7")
            $1[0x0008_0090] = .text("PN", "House^Gregory")
            $1[0x0010_0010] = .text("PN", "Döe^Jane")
            $1[0x0010_0020] = .text("LO", patient)
            $1[0x0010_0030] = .text("DA", "19700102")
            $1[0x0010_0040] = .text("CS", "F")
            $1[0x0020_0010] = .text("SH", "S1")
            $1[0x0020_000D] = .text("UI", "1.2.3.100")
        }
    }

    /// Follows until the archive holds so many results; returns what was told.
    private func follow(_ orthanc: Orthanc, until results: Int) async throws -> String {
        var told = ""
        for _ in 0..<60 {
            let run = try program.run(orthanc.follow(["--once"]))
            try #require(run.code == 0, "\(run.err)")
            told += run.out + run.err
            let held = try await orthanc.objects()["1.2.3.100"] ?? [:]
            if (held["SEG"] ?? 0) + (held["SR"] ?? 0) == results, told.contains("study") { break }
            try await Task.sleep(for: .seconds(1))
        }
        return told
    }

    /// The tags of the instances of a modality, by name.
    private func tags(_ modality: String, _ orthanc: Orthanc) async throws -> [[String: Any]] {
        func list(_ path: String) async throws -> [[String: Any]] {
            try #require(
                try JSONSerialization.jsonObject(with: try await orthanc.get(path))
                    as? [[String: Any]])
        }
        var found: [[String: Any]] = []
        for series in try await list("/series?expand") {
            guard (series["MainDicomTags"] as? [String: Any])?["Modality"] as? String == modality
            else { continue }
            for instance in try #require(series["Instances"] as? [String]) {
                let data = try await orthanc.get("/instances/\(instance)/simplified-tags")
                found.append(
                    try #require(
                        try JSONSerialization.jsonObject(with: data) as? [String: Any]))
            }
        }
        return found
    }

    @Test("results are filed as their study is, and no name is told or stored")
    func filed() async throws {
        let orthanc = try await Orthanc(in: program.folder + "/orthanc")
        try await orthanc.upload(series("1.2.3.100.1", in: "a"))
        let told = try await follow(orthanc, until: 2)
        #expect(told.contains("study 1.2.3.100 of 2020-01-02: registered as scan 1"), "\(told)")
        for words in ["Döe", "Jane", "House", "ACC7", "19700102", "P1"] {
            #expect(!told.contains(words), "\(words)")
        }
        for modality in ["SEG", "SR"] {
            let all = try await tags(modality, orthanc)
            let one = try #require(all.first)
            #expect(all.count == 1)
            for (name, value) in [
                "PatientName": "Döe^Jane", "PatientID": "P1", "PatientBirthDate": "19700102",
                "PatientSex": "F", "StudyDate": "20200102", "StudyTime": "101530",
                "StudyID": "S1", "AccessionNumber": "ACC7",
                "ReferringPhysicianName": "House^Gregory",
            ] {
                #expect(one[name] as? String == value, "\(modality) \(name)")
            }
        }
        for suffix in ["", "-wal"] {
            let path = program.database + suffix
            guard let data = FileManager.default.contents(atPath: path) else { continue }
            #expect(data.range(of: Data("Jane".utf8)) == nil, "\(path)")
            #expect(data.range(of: Data("House".utf8)) == nil, "\(path)")
        }
        // Still listed with its day, as nothing in the study lacks it.
        let found = try program.run([
            "pacs", "find", "P1", "--dicomweb", orthanc.url + "/dicom-web", "--credentials",
            orthanc.credentials, "--format", "json",
        ]).list()
        #expect(found.first?["date"] as? String == "2020-01-02")
    }

    /// Uploads a series without its last two images, and follows; returns the folder with the rest.
    private func uploadPart(_ orthanc: Orthanc) async throws -> String {
        let whole = try series("1.2.3.100.1", in: "whole")
        let rest = program.folder + "/rest"
        try FileManager.default.createDirectory(
            atPath: rest, withIntermediateDirectories: true)
        for slice in [15, 16] {
            let name = "/1.2.3.100.1-\(900 - slice).dcm"
            try FileManager.default.moveItem(atPath: whole + name, toPath: rest + name)
        }
        try await orthanc.upload(whole)
        _ = try await follow(orthanc, until: 2)
        return rest
    }

    @Test("images that come late make the complete scan count alone, here and in the archive")
    func late() async throws {
        let orthanc = try await Orthanc(in: program.folder + "/orthanc")
        let rest = try await uploadPart(orthanc)
        let first = try await tags("SEG", orthanc).first?["SOPInstanceUID"] as? String
        // A report that was made and sent by hand is no object of the follower's.
        let own = program.folder + "/own"
        try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
        #expect(try program.run("export", "sr", "1", own + "/sr.dcm").code == 0)
        try await orthanc.upload(own)
        try await orthanc.upload(rest)
        var told = ""
        for _ in 0..<60 where !told.contains("2 taken back") {
            let run = try program.run(orthanc.follow(["--once"]))
            try #require(run.code == 0, "\(run.err)")
            told += run.out + run.err
            try await Task.sleep(for: .seconds(1))
        }
        #expect(told.contains("registered as scan 2") && told.contains("no longer"), "\(told)")
        #expect(told.contains("scan 1: SEG taken back, as more images"), "\(told)")
        #expect(told.contains("scan 1: SR taken back, as more images"), "\(told)")
        #expect(try await orthanc.objects()["1.2.3.100"] == ["MR": 16, "SEG": 1, "SR": 2])
        #expect(try await tags("SEG", orthanc).first?["SOPInstanceUID"] as? String != first)
        let growth = try program.run("growth", "P1", "--format", "json").object()
        let tumours = try #require(growth["tumours"] as? [[String: Any]])
        #expect((tumours.first?["exams"] as? [[String: Any]])?.count == 1)
        let scan = try program.run("show", "scan", "1", "--format", "json").object()
        #expect(scan["supersededByScan"] as? Int == 2)
        let health = try program.run("doctor")
        #expect(health.code == 0, "\(health.out)")
    }

    @Test("killed before and after results are taken back, the study has one of each in the end")
    func lateAndKilled() async throws {
        let orthanc = try await Orthanc(in: program.folder + "/orthanc")
        let rest = try await uploadPart(orthanc)
        // As if killed between sending the segmentation and noting it; sent again, it would be refused.
        try await DatabaseQueue(path: program.database).write {
            try $0.execute(
                sql: """
                    UPDATE archiveObject SET sentAt = NULL, content = x'00' WHERE kind = 'seg'
                    """)
        }
        // As if killed between deleting the report and noting that.
        let report = try await tags("SR", orthanc).first?["SOPInstanceUID"] as? String
        try await orthanc.delete(instance: #require(report))
        try await orthanc.upload(rest)
        // Registered by hand before it is followed, the complete scan takes the place at once.
        let pulled = try program.run([
            "pacs", "pull", "1.2.3.100", "--dicomweb", orthanc.url + "/dicom-web", "--credentials",
            orthanc.credentials,
        ])
        #expect(pulled.code == 0, "\(pulled.err)")
        let told = try await follow(orthanc, until: 2)
        #expect(told.contains("scan 1: SEG taken back"), "\(told)")
        #expect(told.contains("scan 1: SR not there any more"), "\(told)")
        #expect(try await orthanc.objects()["1.2.3.100"] == ["MR": 16, "SEG": 1, "SR": 1])
        let again = try program.run(orthanc.follow(["--once"]))
        #expect(again.code == 0 && !(again.out + again.err).contains("taken back"))
    }

    @Test("a study in doubt is refused with what can be done, and pulled by hand gets its results")
    func byHand() async throws {
        let orthanc = try await Orthanc(in: program.folder + "/orthanc")
        try await orthanc.upload(series("1.2.3.100.1", in: "a"))
        try await orthanc.upload(series("1.2.3.100.2", in: "b", half: 5))
        let told = try await follow(orthanc, until: 0)
        #expect(told.contains("refused"), "\(told)")
        #expect(told.contains("vsdb pacs pull 1.2.3.100 --series UID"), "\(told)")
        let pull = [
            "pacs", "pull", "1.2.3.100", "--series", "1.2.3.100.2", "--dicomweb",
            orthanc.url + "/dicom-web", "--credentials", orthanc.credentials, "--format", "json",
        ]
        #expect(try program.run(pull).list().first?["tumours"] as? Int == 1)
        let again = try program.run(pull).list()
        #expect(again.first?["isRepeat"] as? Bool == true && again.first?["tumours"] as? Int == 1)
        let run = try program.run(orthanc.follow(["--once"]))
        #expect(run.code == 0 && run.err.contains("2 results sent"), "\(run.err)")
        #expect(try await orthanc.objects()["1.2.3.100"] == ["MR": 32, "SEG": 1, "SR": 1])
    }

    @Test("an identifier of any characters is found, and nobody else's study with it")
    func characters() async throws {
        let orthanc = try await Orthanc(in: program.folder + "/orthanc")
        let patients = [
            "A*B", "A?B", "AXB", "AXXB", "A B  C", "A&B", "A%B", "A%42", "A+B", "A,B", "A#B", "A/B",
            "A\"B", "a*b", "Müller-7", "Möller-7", "öä",
        ]
        for (number, patient) in patients.enumerated() {
            let uid = "1.2.3.\(number + 1)"
            let study = try writeHeadStudy(to: program.folder + "/\(number)", series: uid + ".1") {
                $1[0x0008_0005] = .text("CS", "ISO_IR 192")
                $1[0x0010_0020] = .text("LO", patient)
                $1[0x0020_000D] = .text("UI", uid)
            }
            // One image is enough to be found.
            let one = program.folder + "/one\(number)"
            try FileManager.default.createDirectory(
                atPath: one, withIntermediateDirectories: true)
            let names = try FileManager.default.contentsOfDirectory(atPath: study)
            let name = try #require(names.first)
            try FileManager.default.moveItem(atPath: study + "/" + name, toPath: one + "/" + name)
            try await orthanc.upload(one)
        }
        func find(_ patient: String) throws -> [String] {
            let run = try program.run([
                "pacs", "find", patient, "--dicomweb", orthanc.url + "/dicom-web", "--credentials",
                orthanc.credentials, "--format", "json",
            ])
            #expect(run.code == 0, "\(patient): \(run.err)")
            return try run.list().compactMap { $0["studyUid"] as? String }
        }
        for (number, patient) in patients.enumerated() {
            #expect(try find(patient) == ["1.2.3.\(number + 1)"], "\(patient)")
        }
        for patient in ["A*", "*", "A??B", "M?ller-7", "A-B"] {
            #expect(try find(patient).isEmpty, "\(patient)")
        }
    }
}
