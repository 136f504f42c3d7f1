import Foundation
import Testing
import VSImaging
import VSTestSupport

/// Folders with more than one patient, day or series, and with none.
struct StudyFolderTests {
    private let folder: VSTestSupport.TemporaryFolder

    init() throws { folder = try VSTestSupport.TemporaryFolder() }

    private func series(
        _ uid: String, patient: String = "P1", change: (Int, inout DICOMFile) -> Void = { _, _ in }
    ) throws -> String {
        try writeSeries(
            to: folder.file("s"), series: uid,
            change: {
                $1[0x0010_0020] = .text("LO", patient)
                change($0, &$1)
            })
    }

    private func refusal(of path: String) -> ImagingError? {
        do {
            _ = try ScanInput.read(path)
            return nil
        } catch {
            return error
        }
    }

    @Test("series of several patients: none is taken, and each is listed with patient and day")
    func patients() throws {
        _ = try series("1.2.3.4")
        let path = try series("1.2.3.5", patient: "Q7") {
            // Not one that could be taken for the T2 one.
            $1[0x0008_103E] = .text("LO", "t1_mprage")
            $1[0x0008_0022] = .text("DA", "20210304")
        }
        let error = try #require(refusal(of: path))
        #expect(error.code == .ambiguous)
        for words in ["2 patients: P1, Q7", "patient P1, 2020-01-03", "patient Q7, 2021-03-04"] {
            #expect(error.message.contains(words), "\(error.message)")
        }
        let chosen = try ScanInput.read(path, series: "1.2.3.5")
        #expect(chosen.series?.facts.patientID == "Q7")
    }

    @Test("of one patient the list tells the day and no identifier, and several days are told")
    func days() throws {
        _ = try series("1.2.3.4")
        let path = try series("1.2.3.5") {
            $1[0x0008_103E] = .text("LO", "t1_mprage")
            $1[0x0008_0022] = .text("DA", "20210304")
        }
        let study = try DICOMStudy(path)
        #expect(study.list.contains("2021-03-04") && !study.list.contains("P1"))
        let notes = try ScanInput.read(path).notes
        #expect(notes.contains { $0.contains("2 days (2020-01-03, 2021-03-04)") }, "\(notes)")
    }

    @Test("images of two patients or study days under one SeriesInstanceUID are refused")
    func mixed() throws {
        let patients = try writeSeries(
            to: folder.file("p"),
            change: { if $0 > 4 { $1[0x0010_0020] = .text("LO", "Q7") } })
        let first = try #require(refusal(of: patients))
        #expect(first.message.contains("2 patients") && first.message.contains("slices"))
        #expect(!"\(first)".contains("Q7"))
        let days = try writeSeries(
            to: folder.file("d"),
            change: { if $0 == 4 { $1[0x0008_0020] = .text("DA", "20211231") } })
        let second = try #require(refusal(of: days))
        #expect(second.message.contains("20200102, 20211231"), "\(second)")
    }

    @Test("a single series is explained by its score, too")
    func single() throws {
        let notes = try ScanInput.read(series("1.2.3.4")).notes
        #expect(notes.contains { $0.hasPrefix("Its only series") && $0.contains("T2 by name +3") })
        let named = try ScanInput.read(folder.file("s"), series: "1.2.3.4").notes
        #expect(!named.contains { $0.hasPrefix("Its only series") })
    }

    @Test("a folder that is not there, and one that holds a zip archive alone")
    func nothing() throws {
        let missing = try #require(refusal(of: folder.file("none")))
        #expect(missing.code == .missing && missing.message.contains("no such file or folder"))
        try FileManager.default.createDirectory(
            atPath: folder.file("z"), withIntermediateDirectories: true)
        try (Data([0x50, 0x4B, 3, 4]) + Data(count: 200)).write(
            to: URL(fileURLWithPath: folder.file("z/study.zip")))
        let packed = try #require(refusal(of: folder.file("z")))
        #expect(packed.message.contains("1 zip archive") && packed.message.contains("study.zip"))
    }

    @Test("images without a number of their own, at one place, are told once")
    func numbers() throws {
        let path = try series("1.2.3.4") {
            $1[0x0020_0013] = nil
            if $0 == 2 { $1[0x0020_0032] = .text("DS", "-50\\-40\\1.5") }
        }
        let error = try #require(refusal(of: path))
        #expect(!error.message.contains("0, 0"), "\(error.message)")
    }

    @Test("what a study is filed by: values that DICOM does not allow are left out")
    func filing() throws {
        var filing = StudyFiling()
        filing[.studyDate] = "2020-01-02"
        filing[.studyTime] = "101530.25"
        filing[.sex] = "?"
        filing[.accessionNumber] = "A\\B"
        filing[.studyID] = " 7 "
        filing[.patientName] = "Doe\nJane"
        #expect(filing.known.map(\.attribute) == [.studyTime, .studyID])
        #expect(filing[.studyID] == "7")
        let path = try series("1.2.3.4") {
            $1[0x0010_0010] = .text("PN", "Doe^Jane")
            $1[0x0008_0050] = .text("SH", "ACC7")
        }
        let read = try StudyFiling.read(path, ofStudy: "1.2.3")
        #expect(read[.patientName] == "Doe^Jane" && read[.accessionNumber] == "ACC7")
        #expect(throws: ImagingError.self) { try StudyFiling.read(path, ofStudy: "1.2.9") }
        // The facts of a series hold no name.
        let facts = try DICOMStudy(path).series[0].facts
        #expect(facts.study[.patientName] == nil && facts.study[.accessionNumber] == "ACC7")
    }
}
