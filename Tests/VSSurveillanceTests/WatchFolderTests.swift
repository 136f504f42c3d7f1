import Foundation
import Testing
import VSGrowth
import VSStore
import VSSurveillance
import VSTestSupport

/// A folder that other programs put scans into.
struct WatchFolderTests {
    private let clinic: Clinic
    private let folder: String
    private let start = Date()

    init() throws {
        clinic = try Clinic()
        folder = clinic.folder.file("incoming")
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    private func put(_ name: String, left: Double = 4) throws {
        let scan = try clinic.scan("made.nii.gz", left: left)
        try FileManager.default.moveItem(atPath: scan, toPath: "\(folder)/\(name)")
    }

    private func files(_ place: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(place)").sorted()
    }

    @Test("a file is taken when it has stood still, and its segmentation is queued")
    func settled() throws {
        let watch = try WatchFolder(folder, clinic.surveillance, settleSeconds: 5)
        try put("P1_2020-03-01.nii.gz")
        func look(_ seconds: Double) throws {
            try watch.look(today: try day("2025-12-31"), now: start.addingTimeInterval(seconds))
        }
        try look(0)
        try look(4)
        #expect(try clinic.store.scanSummaries().isEmpty)
        // It grows: the wait begins anew.
        let handle = try #require(FileHandle(forWritingAtPath: "\(folder)/P1_2020-03-01.nii.gz"))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data([0]))
        try handle.close()
        try look(6)
        try look(10)
        #expect(try clinic.store.scanSummaries().isEmpty)
        try put("P2_2020-03-01.nii.gz", left: 5)
        try look(12)
        #expect(try files("refused").count + files("done").count == 2 || files("done").count == 1)
        try look(18)
        #expect(try files() == ["done", "refused"])
        #expect(try clinic.store.jobs().allSatisfy { $0.cause == "watch-folder" })
        #expect(try clinic.store.scanSummaries().contains { $0.identifier == "P2" })
    }

    @Test("what cannot be registered moves away with its reason")
    func refused() throws {
        let watch = try WatchFolder(folder, clinic.surveillance, settleSeconds: 0)
        try put("nameless.nii.gz")
        try put("P1_2031-01-01.nii.gz")
        try Data("text".utf8).write(to: URL(fileURLWithPath: folder + "/note.txt"))
        try Data("no scan".utf8).write(to: URL(fileURLWithPath: folder + "/P2_2020-01-01.nii"))
        try watch.look(today: try day("2025-12-31"))
        #expect(try clinic.store.patientSummaries().isEmpty && files("done").isEmpty)
        #expect(try files("refused").count == 8)
        let reason = try String(
            contentsOfFile: folder + "/refused/P1_2031-01-01.nii.gz.reason.txt", encoding: .utf8)
        #expect(reason.contains("future"))
    }

    @Test("an impossible day, and a companion that says too little, are named")
    func reasons() throws {
        let watch = try WatchFolder(folder, clinic.surveillance, settleSeconds: 0)
        try put("P1_2023-02-30.nii.gz")
        let companions = [
            "a": "[]", "b": #"{"date": "2021-05-04"}"#, "c": #"{"patient": "P1"}"#,
            "d": #"{"patient": "P1", "date": "4.5.2021"}"#,
            "e": #"{"patient": "P1", "date": "2021-05-04", "side": "top"}"#,
        ]
        for (name, text) in companions {
            try put("\(name).nii.gz")
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name).json"))
        }
        try watch.look(today: try day("2025-12-31"))
        for (name, words) in [
            ("P1_2023-02-30", "2023-02-30 is no day"), ("a", "no JSON object"),
            ("b", "\"patient\""),
            ("c", "\"date\""), ("d", "4.5.2021 is no day"), ("e", "left or right"),
        ] {
            let reason = try String(
                contentsOfFile: "\(folder)/refused/\(name).nii.gz.reason.txt", encoding: .utf8)
            #expect(reason.contains(words), "\(reason)")
        }
        #expect(try clinic.store.patientSummaries().isEmpty)
    }

    @Test("a folder of DICOM is taken by its tags, when all in it has stood still")
    func dicom() throws {
        let watch = try WatchFolder(folder, clinic.surveillance, settleSeconds: 5)
        func look(_ seconds: Double) throws {
            try watch.look(today: try day("2025-12-31"), now: start.addingTimeInterval(seconds))
        }
        let study = "\(folder)/export"
        try writeHeadStudy(to: study, series: "1.2.3.4", half: 4)
        try look(0)
        try look(4)
        try Data("late".utf8).write(to: URL(fileURLWithPath: "\(study)/note.txt"))
        try look(6)
        #expect(try clinic.store.scanSummaries().isEmpty)
        try look(11)
        let scans = try clinic.store.scanSummaries()
        #expect(scans.count == 1 && scans.first?.identifier == "P1")
        #expect(try files() == ["done", "refused"] && files("done") == ["export"])
        #expect(try clinic.store.jobs().map(\.cause) == ["watch-folder"])
    }

    @Test("a companion names patient, day, sequence and side; the same scan again moves too")
    func companion() throws {
        let watch = try WatchFolder(folder, clinic.surveillance, settleSeconds: 0)
        for _ in 0..<2 {
            try put("export 17.nii.gz")
            try Data(#"{"patient": "P 9", "date": "2021-05-04", "side": "left"}"#.utf8).write(
                to: URL(fileURLWithPath: folder + "/export 17.nii.gz.json"))
            try watch.look(today: try day("2025-12-31"))
        }
        let scans = try clinic.store.scanSummaries()
        #expect(scans.map(\.identifier) == ["P 9"] && scans.first?.examDate.iso == "2021-05-04")
        #expect(try files("done").count == 4 && files() == ["done", "refused"])
    }

    @Test("a sequence that is no T2 is stored without a job; a missing folder is refused")
    func others() throws {
        let watch = try WatchFolder(folder, clinic.surveillance, settleSeconds: 0)
        try put("P1_2020-03-01_T1.nii.gz")
        try watch.look(today: try day("2025-12-31"))
        #expect(try clinic.store.scanSummaries().first?.sequence == "T1")
        #expect(try clinic.store.jobs().isEmpty)
        #expect(throws: StoreError.self) {
            try WatchFolder(clinic.folder.file("nowhere"), clinic.surveillance)
        }
    }
}
