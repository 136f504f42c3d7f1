import GRDB
import Testing
import VSGrowth
import VSStore

/// Flags, acknowledgements and lists of work.
struct WorklistTests {
    private let temporary: TemporaryStore
    private let model: ModelRecord
    private var store: Store { temporary.store }

    init() throws {
        temporary = try TemporaryStore()
        model = try temporary.store.install("a")
    }

    private func plan(_ sql: String) throws -> [String] {
        try connection(to: store).read { db in
            let statement = try db.makeStatement(sql: "EXPLAIN QUERY PLAN " + sql)
            statement.setUncheckedArguments([])
            return try Row.fetchAll(statement).map { $0["detail"] }
        }
    }

    /// Every shape of every list's question, with the index it must walk.
    static let lists: [(String, String)] = {
        let cursor = ListCursor(day: day(0), row: 1)
        let narrow = FlagQuery(since: day(0), minimalProbability: 0.9, after: cursor)
        var all: [(String, String)] = [
            (Store.flaggedSQL(.init(), ofOneClass: false), "growthFlagged "),
            (Store.flaggedSQL(narrow, ofOneClass: false), "growthFlagged "),
            (Store.flaggedSQL(.init(), ofOneClass: true), "growthFlaggedByClass "),
            (Store.flaggedSQL(narrow, ofOneClass: true), "growthFlaggedByClass "),
            (Store.openFindingsSQL, "findingOpen "),
            (Store.findingsSQL, "findingByScan "), (Store.closingSQL, "findingByScan "),
        ]
        let worklists: [(Worklist, String)] = [
            (.due(from: day(0), to: day(9)), "growthByNextExam "),
            (.overdue(today: day(0)), "growthByNextExam "), (.outliers, "growthOutliers "),
        ]
        for (list, index) in worklists {
            for isContinued in [false, true] {
                all.append((Store.worklistSQL(list, isContinued: isContinued), index))
            }
        }
        return all
    }()

    @Test(
        "a list walks one index in its own order, and neither scans a table nor sorts",
        arguments: lists)
    func plans(sql: String, index: String) throws {
        let lines = try plan(sql)
        #expect(lines.first?.hasPrefix("SEARCH") == true, "\(lines)")
        #expect(lines.first?.contains(index) == true, "\(lines)")
        for line in lines {
            #expect(!line.hasPrefix("SCAN") && !line.contains("TEMP B-TREE"), "\(lines)")
        }
    }

    @Test(
        "what a registration looks up about a patient scans no table",
        arguments: [Store.outlinesSQL, Store.earlierSQL])
    func bookkeeping(sql: String) throws {
        let lines = try plan(sql)
        #expect(!lines.contains { $0.hasPrefix("SCAN") }, "\(lines)")
        #expect(lines.first?.contains("patientId=?") == true, "\(lines)")
    }

    /// Patients from p0 on whose left tumour went from 1000 to a volume, a day apart.
    private func grow(to volumes: [Double]) throws {
        for (number, last) in volumes.enumerated() {
            let patient = "p\(number)"
            try store.register(
                patient, on: day(0), seed: 2 * number, by: model, tumours: [("left", 1000)])
            try store.register(
                patient, on: day(700 + number), seed: 2 * number + 1, by: model,
                tumours: [("left", last)])
        }
    }

    @Test("flags are narrowed by day, probability and class")
    func narrowed() throws {
        try grow(to: [1500, 1150, 2500, 1000])
        #expect(try store.flagged().map(\.identifier) == ["p2", "p1", "p0"])
        #expect(
            try store.flagged().map(\.growthClass) == ["growing", "possible-growth", "growing"])
        func patients(_ query: FlagQuery) throws -> [String] {
            try store.flagged(query).map(\.identifier)
        }
        #expect(try patients(FlagQuery(since: day(701))) == ["p2", "p1"])
        #expect(try patients(FlagQuery(minimalProbability: 0.99)) == ["p2", "p0"])
        #expect(try patients(FlagQuery(classes: [.possibleGrowth])) == ["p1"])
        #expect(
            try patients(FlagQuery(classes: [.growing, .possibleGrowth], limit: 2)) == ["p2", "p1"])
        #expect(try patients(FlagQuery(classes: [.rapid])).isEmpty)
    }

    @Test("pages join without a gap or a repetition")
    func pages() throws {
        try grow(to: Array(repeating: 1500, count: 5))
        let all = try store.flagged()
        var found: [FlagRecord] = []
        var cursor: ListCursor?
        while true {
            let page = try store.flagged(FlagQuery(after: cursor, limit: 2))
            guard let last = page.last else { break }
            #expect(page.count <= 2)
            found += page
            cursor = ListCursor(day: last.lastExam, row: last.tumourId)
        }
        #expect(found == all && all.count == 5)
        let text = try #require(cursor).description
        #expect(ListCursor(text) == cursor)
        #expect(ListCursor("2024-01-01") == nil && ListCursor("x:1") == nil)
    }

    @Test("an acknowledged flag is quiet until a new exam changes its class")
    func acknowledged() throws {
        try grow(to: [1500])
        #expect(try store.acknowledge(patient: "p0", reader: "A", note: "seen") == ["left"])
        #expect(try store.flagged().isEmpty)
        #expect(try store.flagged(FlagQuery(includesAcknowledged: true)).count == 1)
        // Again is no second line.
        #expect(try store.acknowledge(patient: "p0", reader: "A", note: "seen").isEmpty)
        // The same class at a later exam stays quiet.
        try store.register("p0", on: day(1100), seed: 50, by: model, tumours: [("left", 1550)])
        #expect(try store.flagged().isEmpty)
        // Another class, and the first one after it, are told again.
        try store.register("p0", on: day(1200), seed: 51, by: model, tumours: [("left", 600)])
        try store.register("p0", on: day(1500), seed: 52, by: model, tumours: [("left", 500)])
        #expect(try store.flagged(FlagQuery(includesAcknowledged: true)).isEmpty)
        try store.register("p0", on: day(1900), seed: 53, by: model, tumours: [("left", 2500)])
        #expect(try store.flagged().map(\.identifier) == ["p0"])
        let lines = try store.acknowledgements(ofPatient: "p0")
        #expect(lines.count == 1 && lines[0].reader == "A" && lines[0].note == "seen")
        #expect(lines[0].growthClass == "growing" && lines[0].endedAt != nil)
        #expect(lines[0].lastExam == day(700))
    }

    @Test("there is nothing to acknowledge of a patient who is not flagged")
    func nothing() throws {
        try grow(to: [1000])
        let before = try allRows(of: store.location.database)
        let error = #expect(throws: StoreError.self) {
            try store.acknowledge(patient: "p0", reader: "A", note: "")
        }
        #expect(error?.code == .invalid)
        #expect(throws: StoreError.self) {
            try store.acknowledge(patient: "nobody", reader: "A", note: "")
        }
        #expect(try allRows(of: store.location.database) == before)
    }

    @Test("exams are due and overdue by the suggested day, the earliest first")
    func due() throws {
        try grow(to: [1000, 1500, 1000])
        let next = try store.flagged().first?.nextExam
        let days = try store.worklist(.overdue(today: day(9999)))
        #expect(days.map(\.identifier) == ["p1", "p0", "p2"])
        #expect(days.first?.nextExam == next)
        let soon = try #require(next)
        #expect(try store.worklist(.due(from: soon, to: soon)).map(\.identifier) == ["p1"])
        #expect(try store.worklist(.overdue(today: soon)).isEmpty)
        let page = try store.worklist(
            .overdue(today: day(9999)), after: ListCursor(day: soon, row: days[0].tumourId),
            limit: 1)
        #expect(page.map(\.identifier) == ["p0"])
    }

    @Test("a last volume that breaks its trend is an outlier until the next exam says otherwise")
    func outliers() throws {
        for (number, volume) in [1000.0, 1000, 1000, 1800].enumerated() {
            try store.register(
                "p", on: day(400 * number), seed: number, by: model, tumours: [("left", volume)])
        }
        #expect(try store.worklist(.outliers).map(\.identifier) == ["p"])
        try store.register("p", on: day(1600), seed: 9, by: model, tumours: [("left", 1800)])
        #expect(try store.worklist(.outliers).isEmpty)
    }

    @Test("years are counted from exams, segmentations and the last words on them")
    func years() throws {
        try grow(to: [1500])
        try store.register("p9", on: day(3), seed: 70, by: model)
        try store.register("p9", on: day(4), seed: 71)
        try store.recordReview(
            ReviewEntry(segmentation: 1, state: .accepted, reader: "A"), rule: GrowthRule())
        let years = try store.yearAudits()
        #expect(years.map(\.year) == [2022, 2023])
        #expect(years.map(\.newPatients) == [2, 0])
        #expect(years.map(\.exams) == [2, 1])
        #expect(years.map(\.withoutTumour) == [1, 0])
        #expect(years.map(\.accepted) == [1, 0] && years.map(\.rejected) == [0, 0])
    }
}
