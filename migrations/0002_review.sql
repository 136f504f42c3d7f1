-- Readers and worklists (vsdb 0.2): outlines by people, findings, acknowledgements, and a growth
-- state from whose indexes every list is read.

-- A person's outline of a tumour on a scan. Rows are added and never changed; of one scan, tumour
-- and reader the newest counts. The mask lies as in volume: one byte a voxel, zlib.
CREATE TABLE manualVolume (
    id INTEGER PRIMARY KEY,
    scanId INTEGER NOT NULL REFERENCES scan(id) ON DELETE CASCADE,
    tumourId INTEGER NOT NULL REFERENCES tumour(id) ON DELETE CASCADE,
    reader TEXT NOT NULL CHECK (length(reader) BETWEEN 1 AND 64),
    sourceName TEXT NOT NULL,
    note TEXT NOT NULL,
    volumeMm3 REAL NOT NULL CHECK (volumeMm3 > 0),
    relativeSD REAL NOT NULL CHECK (relativeSD > 0),
    equivalentDiameterMm REAL NOT NULL CHECK (equivalentDiameterMm > 0),
    maximalDiameterMm REAL NOT NULL CHECK (maximalDiameterMm >= 0),
    maximalAxialDiameterMm REAL NOT NULL CHECK (maximalAxialDiameterMm >= 0),
    abc2Mm3 REAL NOT NULL CHECK (abc2Mm3 >= 0),
    centroidXMm REAL NOT NULL,
    centroidYMm REAL NOT NULL,
    centroidZMm REAL NOT NULL,
    componentCount INTEGER NOT NULL CHECK (componentCount > 0),
    sliceCount INTEGER NOT NULL CHECK (sliceCount > 0),
    createdAt TEXT NOT NULL,
    mask BLOB NOT NULL
) STRICT;
CREATE INDEX manualVolumeByScan ON manualVolume (scanId, tumourId);
CREATE INDEX manualVolumeByTumour ON manualVolume (tumourId);
CREATE TRIGGER manualVolumeKeepsContent BEFORE UPDATE ON manualVolume
BEGIN SELECT RAISE(ABORT, 'outlines are never changed'); END;
CREATE TRIGGER reviewKeepsContent BEFORE UPDATE ON review
BEGIN SELECT RAISE(ABORT, 'reviews are never changed'); END;

-- What an exam showed that is no number; open until somebody reviewed the scan or it was segmented
-- again.
CREATE TABLE finding (
    id INTEGER PRIMARY KEY,
    scanId INTEGER NOT NULL REFERENCES scan(id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('new-tumour', 'other-side', 'vanished', 'moved',
        'new-component', 'readers-disagree')),
    side TEXT NOT NULL CHECK (side IN ('left', 'right')),
    sentence TEXT NOT NULL,
    isOpen INTEGER NOT NULL CHECK (isOpen IN (0, 1)),
    createdAt TEXT NOT NULL
) STRICT;
CREATE INDEX findingByScan ON finding (scanId);
CREATE INDEX findingOpen ON finding (isOpen, id);

-- A reader has seen a flag; it is quiet until the class changes, which sets endedAt.
CREATE TABLE acknowledgement (
    id INTEGER PRIMARY KEY,
    tumourId INTEGER NOT NULL REFERENCES tumour(id) ON DELETE CASCADE,
    reader TEXT NOT NULL CHECK (length(reader) BETWEEN 1 AND 64),
    note TEXT NOT NULL,
    class TEXT NOT NULL,
    lastExam TEXT NOT NULL CHECK (date(lastExam) IS lastExam),
    createdAt TEXT NOT NULL,
    endedAt TEXT
) STRICT;
CREATE INDEX acknowledgementByTumour ON acknowledgement (tumourId);

-- The growth state again, with what the lists ask for. It is derived, so that its rows may move.
CREATE TABLE growthState (
    tumourId INTEGER PRIMARY KEY REFERENCES tumour(id) ON DELETE CASCADE,
    class TEXT NOT NULL CHECK (length(class) > 0 AND class NOT GLOB '*[^a-z-]*'),
    isFlagged INTEGER NOT NULL CHECK (isFlagged IN (0, 1)),
    isAcknowledged INTEGER NOT NULL CHECK (isAcknowledged IN (0, 1)),
    isOutlier INTEGER NOT NULL CHECK (isOutlier IN (0, 1)),
    source TEXT NOT NULL CHECK (source IN ('model', 'manual')),
    lastExam TEXT NOT NULL CHECK (date(lastExam) IS lastExam),
    percentFromBaseline REAL,
    probabilityOfGrowth REAL CHECK (probabilityOfGrowth BETWEEN 0 AND 1),
    volumeMm3 REAL NOT NULL CHECK (volumeMm3 > 0),
    sentence TEXT NOT NULL,
    nextExam TEXT CHECK (date(nextExam) IS nextExam),
    rule TEXT NOT NULL,
    updatedAt TEXT NOT NULL
) STRICT;
INSERT INTO growthState
    SELECT tumourId, class, isFlagged, 0, 0, 'model', lastExam, percentFromBaseline,
        probabilityOfGrowth, volumeMm3, sentence, nextExam, rule, updatedAt
    FROM growth;
DROP TABLE growth;
ALTER TABLE growthState RENAME TO growth;
-- Each list walks one of these in its own order and stops at the page's end.
CREATE INDEX growthFlagged
    ON growth (isFlagged, isAcknowledged, lastExam, tumourId, probabilityOfGrowth);
CREATE INDEX growthFlaggedByClass
    ON growth (isFlagged, isAcknowledged, class, lastExam, tumourId, probabilityOfGrowth);
CREATE INDEX growthByNextExam ON growth (nextExam, tumourId);
CREATE INDEX growthOutliers ON growth (isOutlier, lastExam, tumourId);
