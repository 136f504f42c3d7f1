import GRDB
import Testing
import VSGrowth
import VSImaging
import VSStore

/// Readers' words and outlines.
struct ReviewTests {
    private let temporary: TemporaryStore
    private let model: ModelRecord
    private var store: Store { temporary.store }
    private let rule = GrowthRule()

    init() throws {
        temporary = try TemporaryStore()
        model = try temporary.store.install("a")
    }

    private func outline(
        _ reader: String, _ mm3: Double, side: String = "left", on seed: Int = 1
    ) -> OutlineEntry {
        OutlineEntry(
            reader: reader, sourceName: "m.nii",
            tumours: [tumourEntry(side, mm3: mm3, in: sampleVolume(seed))])
    }

    @discardableResult
    private func exam(_ number: Int, _ mm3: Double?) throws -> (scan: Int64, segmentation: Int64) {
        let made = try store.register(
            "p1", on: day(365 * number), seed: number, by: model,
            tumours: mm3.map { [("left", $0)] } ?? [])
        return (made.scan, try #require(made.segmentation))
    }

    private func growthClass() throws -> String? {
        try store.tumourSummaries(ofPatient: "p1").first?.growthClass
    }

    @Test("a rejection takes the exam out of growth at once, and an acceptance brings it back")
    func lastWord() throws {
        try exam(0, 1000)
        let last = try exam(2, 2500)
        #expect(try growthClass() == "growing")
        let no = ReviewEntry(
            segmentation: last.segmentation, state: .rejected, reader: "A", reason: "leak")
        #expect(try store.recordReview(no, rule: rule))
        #expect(try growthClass() == "baseline")
        #expect(try store.currentSegmentation(ofScan: last.scan) == nil)
        let yes = ReviewEntry(segmentation: last.segmentation, state: .accepted, reader: "A")
        #expect(try store.recordReview(yes, rule: rule))
        #expect(try growthClass() == "growing")
        #expect(try store.currentSegmentation(ofScan: last.scan)?.id == last.segmentation)
        #expect(try store.reviews(ofScan: last.scan).map(\.state) == [.rejected, .accepted])
    }

    @Test("the same word of the same reader again changes nothing")
    func repeated() throws {
        let exam = try exam(0, 1000)
        let word = ReviewEntry(
            segmentation: exam.segmentation, state: .rejected, reader: "A", reason: "leak")
        #expect(try store.recordReview(word, rule: rule))
        let before = try allRows(of: store.location.database)
        #expect(try !store.recordReview(word, rule: rule))
        #expect(try allRows(of: store.location.database) == before)
    }

    @Test("readers who disagree are a finding, until they agree")
    func disagreement() throws {
        let exam = try exam(0, 1000)
        func say(_ state: ReviewRecord.State, _ reader: String) throws {
            try store.recordReview(
                ReviewEntry(
                    segmentation: exam.segmentation, state: state, reader: reader, reason: "r"),
                rule: rule)
        }
        try say(.accepted, "A")
        #expect(try store.openFindings().isEmpty)
        try say(.rejected, "B")
        let found = try store.openFindings()
        #expect(found.map(\.kind) == [.readersDisagree])
        #expect(found[0].sentence.contains("accepted by A, rejected by B"))
        #expect(try store.exams(ofPatient: "p1").isEmpty)
        try say(.accepted, "B")
        #expect(try store.openFindings().isEmpty)
    }

    @Test("an unknown segmentation or scan, and a nameless reader, change nothing")
    func refused() throws {
        let exam = try exam(0, 1000)
        let before = try allRows(of: store.location.database)
        func code(_ body: () throws -> Void) -> StoreError.Code? {
            do { try body() } catch let error as StoreError { return error.code } catch {}
            return nil
        }
        #expect(
            code {
                try store.recordReview(
                    ReviewEntry(segmentation: 99, state: .accepted, reader: "A"), rule: rule)
            } == .unknown)
        #expect(
            code {
                try store.recordReview(
                    ReviewEntry(segmentation: exam.segmentation, state: .accepted, reader: " "),
                    rule: rule)
            } == .invalid)
        #expect(
            code { try store.recordOutlines(outline("A", 900), scan: 99, rule: rule) } == .unknown)
        #expect(
            code { try store.recordOutlines(outline("", 900), scan: exam.scan, rule: rule) }
                == .invalid)
        #expect(try allRows(of: store.location.database) == before)
    }

    @Test("an outline stands beside the model's volume, which goes on to be compared")
    func besideModel() throws {
        try exam(0, 1000)
        let last = try exam(2, 1050)
        try store.recordOutlines(outline("A", 2500), scan: last.scan, rule: rule)
        #expect(try growthClass() == "stable")
        let exams = try store.exams(ofPatient: "p1")
        #expect(exams.map(\.source) == [.model, .model, .manual])
        #expect(exams.map(\.volumeMm3) == [1000, 1050, 2500])
        let plain = Store.curve(exams, side: "left", treatments: [])
        #expect(plain.measurements.map(\.volumeMm3) == [1000, 1050])
        let mixed = Store.curve(
            exams, side: "left", treatments: [], allowingMixedSources: true)
        #expect(mixed.measurements.map(\.volumeMm3) == [1000, 2500])
        #expect(mixed.measurements.map(\.source) == [.model, .manual])
    }

    @Test("where the last exam has only a person's outline, outlines are compared with outlines")
    func manualSeries() throws {
        let first = try exam(0, 1000)
        let last = try exam(2, 900)
        try store.recordReview(
            ReviewEntry(
                segmentation: last.segmentation, state: .rejected, reader: "A", reason: "short"),
            rule: rule)
        try store.recordOutlines(outline("A", 2600), scan: last.scan, rule: rule)
        // Nothing else was outlined: the model's exam is left out and counted.
        #expect(try growthClass() == "not-comparable")
        try store.recordOutlines(outline("A", 1000), scan: first.scan, rule: rule)
        #expect(try growthClass() == "growing")
    }

    @Test("of one reader's outlines the last counts, and of several readers' the last of all")
    func newest() throws {
        let exam = try exam(0, nil)
        for (reader, mm3) in [("A", 900.0), ("A", 950), ("B", 970)] {
            try store.recordOutlines(outline(reader, mm3), scan: exam.scan, rule: rule)
        }
        #expect(try store.manualVolumes(ofScan: exam.scan).map(\.volumeMm3) == [900, 950, 970])
        #expect(
            try store.exams(ofPatient: "p1").filter { $0.source == .manual }.map(\.volumeMm3)
                == [970])
        #expect(try store.openFindings().isEmpty)
        try store.recordOutlines(outline("A", 1800), scan: exam.scan, rule: rule)
        let found = try store.openFindings()
        #expect(found.map(\.kind) == [.readersDisagree])
        #expect(found[0].sentence.contains("970 mm³ by B, 1800 mm³ by A"))
    }

    @Test("every pair of a model's and a person's volume is there, rejected or missed too")
    func pairs() throws {
        let one = try exam(0, 1000)
        let two = try exam(1, nil)
        try exam(2, 1000)
        try store.recordOutlines(outline("A", 900), scan: one.scan, rule: rule)
        try store.recordOutlines(outline("A", 300), scan: two.scan, rule: rule)
        try store.recordReview(
            ReviewEntry(
                segmentation: one.segmentation, state: .rejected, reader: "A", reason: "leak"),
            rule: rule)
        try store.recordSegmentation(
            segmentationEntry(model, [tumourEntry("left", mm3: 1010, in: sampleVolume(0))]),
            scan: one.scan, rule: rule)
        let pairs = try store.agreementPairs()
        #expect(pairs.map(\.modelVolumeMm3) == [1010, nil])
        #expect(pairs.map(\.manualVolumeMm3) == [900, 300])
        #expect(pairs.map(\.reader) == ["A", "A"])
    }

    private func withdraw(
        _ reader: String, from scan: Int64, outline: Int64? = nil, side: String? = nil
    ) throws -> [Int64] {
        try store.recordWithdrawal(
            WithdrawalEntry(reader: reader, reason: "another exam", outline: outline, side: side),
            scan: scan, rule: rule)
    }

    @Test("a withdrawn outline counts nowhere and stays to be read")
    func withdrawn() throws {
        let first = try exam(0, nil)
        let last = try exam(2, nil)
        try store.recordOutlines(outline("A", 1000), scan: first.scan, rule: rule)
        try store.recordOutlines(outline("B", 2400), scan: last.scan, rule: rule)
        try store.recordOutlines(outline("A", 2500), scan: last.scan, rule: rule)
        #expect(try growthClass() == "growing")
        #expect(try withdraw("A", from: last.scan) == [3])
        // B's is the newest that stands.
        #expect(
            try store.exams(ofPatient: "p1").filter { $0.source == .manual }.map(\.volumeMm3)
                == [1000, 2400])
        #expect(try withdraw("A", from: last.scan, outline: 2) == [2])
        #expect(try growthClass() == "baseline")
        #expect(try store.agreementPairs().map(\.manualVolumeMm3) == [1000])
        let rows = try store.manualVolumes(ofScan: last.scan)
        #expect(rows.map(\.volumeMm3) == [2400, 2500])
        #expect(rows.map(\.withdrawnBy) == ["A", "A"])
        #expect(rows.map(\.withdrawalReason) == ["another exam", "another exam"])
        #expect(try store.tumourPlaces(ofPatient: "p1", around: day(1)).count == 1)
        // The last one gone, the patient has no tumour, and nothing is left of its state.
        #expect(try withdraw("A", from: first.scan) == [1])
        #expect(try growthClass() == nil)
        #expect(try store.tumourPlaces(ofPatient: "p1", around: day(1)).isEmpty)
        #expect(try store.flagged().isEmpty)
    }

    @Test("of one side, or of a number that does not stand, only what was named is withdrawn")
    func withdrawnParts() throws {
        let exam = try exam(0, nil)
        try store.recordOutlines(
            OutlineEntry(
                reader: "A", sourceName: "m.nii",
                tumours: ["left", "right"].map {
                    tumourEntry($0, mm3: 700, in: sampleVolume(1))
                }), scan: exam.scan, rule: rule)
        #expect(try withdraw("A", from: exam.scan, side: "right") == [2])
        let before = try allRows(of: store.location.database)
        func message(_ body: () throws -> Void) -> String? {
            do { try body() } catch { return (error as? StoreError)?.message }
            return nil
        }
        #expect(
            message { _ = try withdraw("A", from: exam.scan, side: "right") }
                == "It has no outline by A on the right that stands.")
        #expect(
            message { _ = try withdraw("A", from: exam.scan, outline: 2) }
                == "It has no outline 2 that stands.")
        #expect(message { _ = try withdraw("B", from: exam.scan) }?.contains("by B") == true)
        #expect(message { _ = try withdraw("A", from: 99) } != nil)
        #expect(
            message {
                try store.recordWithdrawal(
                    WithdrawalEntry(reader: "A", reason: ""), scan: exam.scan, rule: rule)
            } != nil)
        #expect(try allRows(of: store.location.database) == before)
    }

    @Test("outlines and reviews are never changed")
    func kept() throws {
        let exam = try exam(0, 1000)
        try store.recordOutlines(outline("A", 900), scan: exam.scan, rule: rule)
        _ = try withdraw("A", from: exam.scan)
        try store.recordReview(
            ReviewEntry(segmentation: exam.segmentation, state: .accepted, reader: "A"), rule: rule)
        for table in ["manualVolume", "review", "withdrawal"] {
            #expect(throws: DatabaseError.self) {
                try connection(to: store).write {
                    try $0.execute(sql: "UPDATE \(table) SET reader = 'B'")
                }
            }
        }
    }
}
