import Foundation
import GRDB
import Testing
import VSGrowth
import VSStore

/// What the database itself forbids, whoever writes to it.
struct SchemaTests {
    private let temporary: TemporaryStore
    private let raw: DatabaseQueue

    /// A database with one row at least in every table.
    init() throws {
        temporary = try TemporaryStore()
        let store = temporary.store
        let model = try store.install("a")
        try store.install("b")
        try store.register("p1", on: day(0), seed: 1, by: model, tumours: [("left", 900)])
        try store.recordTreatment(
            Treatment(kind: .radiosurgery, date: day(9)), patient: "p1", side: "left",
            rule: GrowthRule())
        try store.recordOutlines(
            OutlineEntry(
                reader: "r", sourceName: "m.nii",
                tumours: [tumourEntry("left", mm3: 800, in: sampleVolume(1))]), scan: 1,
            rule: GrowthRule())
        try store.register("p1", on: day(1), seed: 2)
        try store.addUser("u", role: .viewer)
        _ = try store.createToken(forUser: "u", name: "t")
        raw = try connection(to: store)
        try raw.write { db in
            try db.execute(
                sql: """
                    INSERT INTO review (segmentationId, state, reader, reason, createdAt)
                        VALUES (1, 'accepted', 'r', '', '');
                    INSERT INTO repeatability (volumeId, runs, found, spreadSD, modelSD, detail,
                        softwareVersion) VALUES (1, 8, 7, 0.1, 0.2, '{}', '0');
                    INSERT INTO campaign (modelId, previousModelId, state, startsAt, isAutomatic,
                            limits, message, createdAt)
                        VALUES (2, 1, 'running', '', 1, '{}', '', '');
                    INSERT INTO job (kind, scanId, state, priority, cause, request, attempts,
                            notBefore, progress, isCancelAsked, message, createdAt)
                        VALUES ('segment', 1, 'waiting', 1, 'test', '{}', 0, '', 0, 0, '', '');
                    INSERT INTO schedule (kind, pattern, folder, createdAt, doneUpTo, lastResult)
                        VALUES ('integrity', '0 3 * * 0', '', '', '', '');
                    INSERT INTO dicomSeries VALUES (1, '1.2', '1.3', NULL, '', '', '[]', 0, 0,
                        'study', '', '', '', '', '', 1.5, 4.4, 7.5, 70, 1.5, NULL, '20200102',
                        NULL, NULL, NULL);
                    INSERT INTO supersession VALUES (1, 2, '');
                    INSERT INTO withdrawal VALUES (1, 'r', 'wrong', '');
                    INSERT INTO acquisition VALUES (1, 1.5, 'A', 0);
                    INSERT INTO archive (url, position, createdAt) VALUES ('http://a', 0, '');
                    INSERT INTO archiveStudy (archiveId, studyUid, content, state, scanId, message,
                        updatedAt) VALUES (1, '1.2', '\(String(repeating: "0", count: 64))',
                            'registered', 1, '', '');
                    INSERT INTO archiveObject (archiveId, scanId, kind, instanceUid, content,
                        createdAt) VALUES (1, 1, 'seg', '1.2.3', x'00', '');
                    INSERT INTO session (userId, hash, createdAt, lastUsedAt)
                        VALUES (1, '\(String(repeating: "0", count: 64))', '2024-01-01T00:00:00Z',
                            '2024-01-01T00:00:00Z');
                    INSERT INTO finding (scanId, kind, side, sentence, isOpen, createdAt)
                        VALUES (1, 'vanished', 'left', '', 1, '');
                    INSERT INTO acknowledgement (tumourId, reader, note, class, lastExam, createdAt)
                        VALUES (1, 'r', '', 'growing', '2024-01-01', '');
                    """)
        }
    }

    @Test("every table has a row, so that each forbidden change below meets one")
    func rows() throws {
        for (table, rows) in try allRows(of: temporary.store.location.database) {
            #expect(!rows.isEmpty, "\(table)")
        }
    }

    static let forbidden = [
        "acquisition SET fieldStrengthT = 0", "acquisition SET scanner = ''",
        "acquisition SET hasContrast = 2", "withdrawal SET reason = 'another'",
        "patient SET identifier = ''",
        "patient SET identifier = '\(String(repeating: "x", count: 65))'",
        "patient SET isBilateral = 2", "patient SET createdAt = NULL",
        "tumour SET side = 'middle'", "tumour SET patientId = 99",
        "scan SET examDate = '1.2.2024'", "scan SET examDate = '2024-1-01'", "scan SET isT2 = 2",
        "scan SET contentHash = 'abc'", "scan SET header = NULL", "scan SET depth = 0",
        "scan SET height = -1", "scan SET width = 0", "scan SET sliceSpacingMm = 0",
        "scan SET rowSpacingMm = -0.4", "scan SET columnSpacingMm = 0", "scan SET patientId = 99",
        "model SET sha256 = 'abc'", "model SET isActive = 1", "model SET isActive = 7",
        "model SET name = 'a'", "segmentation SET finding = 'perhaps'",
        "segmentation SET highestProbability = 1.5", "segmentation SET highestProbability = -0.1",
        "segmentation SET seconds = -1", "segmentation SET modelSha256 = ''",
        "segmentation SET scanId = 99", "segmentation SET modelId = 99",
        "volume SET volumeMm3 = 0", "volume SET softVolumeMm3 = -1", "volume SET relativeSD = 0",
        "volume SET equivalentDiameterMm = 0", "volume SET maximalDiameterMm = -1",
        "volume SET maximalAxialDiameterMm = -1", "volume SET abc2Mm3 = -1",
        "volume SET componentCount = 0", "volume SET sliceCount = 0",
        "volume SET peakProbability = 2", "volume SET mask = NULL", "volume SET tumourId = 99",
        "volume SET segmentationId = 99", "treatment SET kind = 'rest'",
        "treatment SET treatedOn = 'today'", "treatment SET tumourId = 99",
        "review SET state = 'unsure'", "review SET segmentationId = 99",
        "manualVolume SET volumeMm3 = 0", "manualVolume SET reader = ''",
        "manualVolume SET mask = NULL", "repeatability SET runs = 0",
        "repeatability SET found = 9", "repeatability SET spreadSD = -1",
        "repeatability SET modelSD = 0", "repeatability SET volumeId = 99",
        "supersession SET scanId = 2", "supersession SET createdAt = 'then'",
        "finding SET kind = 'odd'", "finding SET side = 'middle'",
        "finding SET isOpen = 2", "finding SET scanId = 99", "acknowledgement SET reader = ''",
        "acknowledgement SET lastExam = 'today'", "acknowledgement SET tumourId = 99",
        "growth SET class = ''", "growth SET class = 'Growing 1'", "growth SET isAcknowledged = 2",
        "growth SET isOutlier = 2", "growth SET source = 'guess'", "growth SET lastExam = 'x'",
        "growth SET nextExam = 'soon'", "growth SET isFlagged = 2", "growth SET volumeMm3 = 0",
        "growth SET probabilityOfGrowth = 2", "job SET kind = 'tidy'", "job SET state = 'lost'",
        "job SET attempts = -1", "job SET scanId = 99", "job SET state = 'running'",
        "job SET progress = 2", "job SET cause = ''", "job SET modelId = 99",
        "job SET campaignId = 99", "job SET segmentationId = 99", "job SET isCancelAsked = 2",
        "model SET hasServed = 2", "campaign SET state = 'lost'", "campaign SET modelId = 99",
        "campaign SET windowFrom = 60", "campaign SET scansPerHour = 0",
        "campaign SET previousModelId = 99", "schedule SET kind = 'tidy'",
        "schedule SET pattern = ''", "schedule SET worker = 'w'", "audit SET subject = 'p2'",
        "dicomSeries SET seriesUid = ''", "dicomSeries SET instances = 'x'",
        "dicomSeries SET dateSource = 'guess'", "dicomSeries SET isLossy = 2",
        "dicomSeries SET studyDate = '2020-01-02'", "dicomSeries SET studyTime = ''",
        "dicomSeries SET studyId = ''", "dicomSeries SET accessionNumber = ''",
        "dicomSeries SET fieldStrengthT = 0", "dicomSeries SET scanId = 99",
        "user SET name = ''", "user SET role = 'guest'", "user SET isDisabled = 2",
        "token SET name = ''", "token SET hash = 'abc'", "token SET expiresOn = 'soon'",
        "token SET userId = 99", "user SET password = 'secret'", "user SET failedLogIns = -1",
        "user SET lockedUntil = 'soon'", "session SET userId = 99", "session SET hash = 'abc'",
        "session SET createdAt = 'then'", "session SET lastUsedAt = 'later'",
        "archive SET url = ''", "archive SET position = -1", "archiveStudy SET archiveId = 99",
        "archiveStudy SET studyUid = ''", "archiveStudy SET content = 'abc'",
        "archiveStudy SET state = 'lost'", "archiveStudy SET scanId = 99",
        "archiveObject SET archiveId = 99", "archiveObject SET scanId = 99",
        "archiveObject SET kind = 'pdf'", "archiveObject SET instanceUid = ''",
        "archiveObject SET sentAt = 'now'", "archiveObject SET content = NULL",
        // STRICT: a value of another type is no value of the column.
        "scan SET depth = 'many'", "scan SET depth = 1.5", "volume SET volumeMm3 = 'large'",
        "scan SET header = 'text'", "patient SET identifier = x'0102'",
    ]

    @Test("a value outside its range, type or reference is refused", arguments: forbidden)
    func constraint(change: String) throws {
        let before = try allRows(of: temporary.store.location.database)
        let error = #expect(throws: DatabaseError.self) {
            try raw.write { try $0.execute(sql: "UPDATE \(change)") }
        }
        #expect(error?.resultCode == .SQLITE_CONSTRAINT)
        #expect(try allRows(of: temporary.store.location.database) == before)
    }

    @Test("all tables are strict")
    func strict() throws {
        let loose = try raw.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT name FROM pragma_table_list
                    WHERE schema = 'main' AND type = 'table' AND strict = 0
                        AND name NOT LIKE 'sqlite%'
                    """)
        }
        #expect(loose.isEmpty)
    }

    @Test("every reference to another table is indexed")
    func indexedReferences() throws {
        try raw.read { db in
            let tables = try String.fetchAll(
                db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'")
            var references = 0
            for table in tables {
                let keys = try db.primaryKey(table).columns
                let first = try db.indexes(on: table).compactMap(\.columns.first)
                for key in try db.foreignKeys(on: table) {
                    references += 1
                    let column = key.originColumns[0]
                    #expect(first.contains(column) || keys.first == column, "\(table).\(column)")
                }
            }
            #expect(references >= 9)
        }
    }

    @Test("a patient that is deleted takes all that hangs on it along")
    func cascade() throws {
        try raw.write { try $0.execute(sql: "DELETE FROM patient") }
        let rows = try allRows(of: temporary.store.location.database)
        for table in [
            "tumour", "scan", "segmentation", "volume", "treatment", "review", "growth",
            "manualVolume", "finding", "acknowledgement", "dicomSeries",
            "archiveObject", "supersession",
        ] {
            #expect(rows[table]?.isEmpty == true, "\(table)")
        }
        #expect(rows["model"]?.count == 2)
        #expect(rows["audit"]?.isEmpty == false)
    }

    @Test("the store's connection keeps a log, syncs before pages leave it and checks references")
    func pragmas() throws {
        let settings = try temporary.store.writer.writeWithoutTransaction { db in
            try ["synchronous", "journal_mode", "foreign_keys"].map {
                try String.fetchOne(db, sql: "PRAGMA \($0)")
            }
        }
        #expect(settings == ["1", "wal", "1"])
    }
}
