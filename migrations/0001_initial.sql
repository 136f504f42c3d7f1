-- The first schema (vsdb 0.1). Days are text YYYY-MM-DD, instants ISO 8601 in UTC; units are in names.
-- Enumerations and ranges are checked here, so that no program, ours or another, can break them.

CREATE TABLE patient (
    id INTEGER PRIMARY KEY,
    identifier TEXT NOT NULL UNIQUE CHECK (length(identifier) BETWEEN 1 AND 64),
    -- Tumours on both sides are expected, as in neurofibromatosis type 2.
    isBilateral INTEGER NOT NULL CHECK (isBilateral IN (0, 1)),
    createdAt TEXT NOT NULL
) STRICT;

-- One row per tumour; neurofibromatosis type 2 has one on each side.
CREATE TABLE tumour (
    id INTEGER PRIMARY KEY,
    patientId INTEGER NOT NULL REFERENCES patient(id) ON DELETE CASCADE,
    side TEXT NOT NULL CHECK (side IN ('left', 'right')),
    trackingUid TEXT NOT NULL UNIQUE,
    createdAt TEXT NOT NULL,
    UNIQUE (patientId, side)
) STRICT;

-- One registered image series. Its voxels lie in the image store under contentHash.
CREATE TABLE scan (
    id INTEGER PRIMARY KEY,
    patientId INTEGER NOT NULL REFERENCES patient(id) ON DELETE CASCADE,
    examDate TEXT NOT NULL CHECK (date(examDate) IS examDate),
    sequence TEXT NOT NULL,
    isT2 INTEGER NOT NULL CHECK (isT2 IN (0, 1)),
    contentHash TEXT NOT NULL CHECK (length(contentHash) = 64),
    header BLOB NOT NULL,
    depth INTEGER NOT NULL CHECK (depth > 0),
    height INTEGER NOT NULL CHECK (height > 0),
    width INTEGER NOT NULL CHECK (width > 0),
    sliceSpacingMm REAL NOT NULL CHECK (sliceSpacingMm > 0),
    rowSpacingMm REAL NOT NULL CHECK (rowSpacingMm > 0),
    columnSpacingMm REAL NOT NULL CHECK (columnSpacingMm > 0),
    sourceName TEXT NOT NULL,
    gate TEXT NOT NULL,
    createdAt TEXT NOT NULL,
    UNIQUE (patientId, contentHash)
) STRICT;
CREATE INDEX scanByPatientAndDate ON scan (patientId, examDate);
CREATE INDEX scanByContent ON scan (contentHash);

CREATE TABLE model (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
    description TEXT NOT NULL,
    path TEXT NOT NULL,
    isActive INTEGER NOT NULL CHECK (isActive IN (0, 1)),
    installedAt TEXT NOT NULL,
    UNIQUE (name, version)
) STRICT;
CREATE UNIQUE INDEX oneActiveModel ON model (isActive) WHERE isActive = 1;

-- What one model said of one scan. Never overwritten: a later run with other parameters is a row of
-- its own, and the newest of a model counts.
CREATE TABLE segmentation (
    id INTEGER PRIMARY KEY,
    scanId INTEGER NOT NULL REFERENCES scan(id) ON DELETE CASCADE,
    modelId INTEGER NOT NULL REFERENCES model(id),
    modelName TEXT NOT NULL,
    modelVersion TEXT NOT NULL,
    modelSha256 TEXT NOT NULL CHECK (length(modelSha256) = 64),
    softwareVersion TEXT NOT NULL,
    parameters TEXT NOT NULL,
    finding TEXT NOT NULL CHECK (finding IN ('tumour', 'no-tumour')),
    highestProbability REAL NOT NULL CHECK (highestProbability BETWEEN 0 AND 1),
    dropped TEXT NOT NULL,
    seconds REAL NOT NULL CHECK (seconds >= 0),
    createdAt TEXT NOT NULL
) STRICT;
CREATE INDEX segmentationByScan ON segmentation (scanId, modelId);
CREATE INDEX segmentationByModel ON segmentation (modelId);

-- One tumour's measurement and its mask (one byte a voxel, zlib) on the scan's canonical grid.
CREATE TABLE volume (
    id INTEGER PRIMARY KEY,
    segmentationId INTEGER NOT NULL REFERENCES segmentation(id) ON DELETE CASCADE,
    tumourId INTEGER NOT NULL REFERENCES tumour(id) ON DELETE CASCADE,
    volumeMm3 REAL NOT NULL CHECK (volumeMm3 > 0),
    softVolumeMm3 REAL NOT NULL CHECK (softVolumeMm3 >= 0),
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
    peakProbability REAL NOT NULL CHECK (peakProbability BETWEEN 0 AND 1),
    mask BLOB NOT NULL,
    UNIQUE (segmentationId, tumourId)
) STRICT;
CREATE INDEX volumeByTumour ON volume (tumourId);

CREATE TABLE treatment (
    id INTEGER PRIMARY KEY,
    tumourId INTEGER NOT NULL REFERENCES tumour(id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('radiosurgery', 'surgery')),
    treatedOn TEXT NOT NULL CHECK (date(treatedOn) IS treatedOn),
    createdAt TEXT NOT NULL,
    UNIQUE (tumourId, kind, treatedOn)
) STRICT;

-- A person's word on a segmentation.
CREATE TABLE review (
    id INTEGER PRIMARY KEY,
    segmentationId INTEGER NOT NULL REFERENCES segmentation(id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('accepted', 'rejected')),
    reader TEXT NOT NULL,
    reason TEXT NOT NULL,
    createdAt TEXT NOT NULL
) STRICT;
CREATE INDEX reviewBySegmentation ON review (segmentationId);

-- The growth state of a tumour, written in the transaction that changed its volumes.
CREATE TABLE growth (
    tumourId INTEGER PRIMARY KEY REFERENCES tumour(id) ON DELETE CASCADE,
    class TEXT NOT NULL,
    isFlagged INTEGER NOT NULL CHECK (isFlagged IN (0, 1)),
    lastExam TEXT NOT NULL,
    percentFromBaseline REAL,
    probabilityOfGrowth REAL CHECK (probabilityOfGrowth BETWEEN 0 AND 1),
    volumeMm3 REAL NOT NULL CHECK (volumeMm3 > 0),
    sentence TEXT NOT NULL,
    nextExam TEXT,
    rule TEXT NOT NULL,
    updatedAt TEXT NOT NULL
) STRICT;
CREATE INDEX growthFlagged ON growth (isFlagged, lastExam);

-- Work to be done later; the queue that runs it comes with a later version.
CREATE TABLE job (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('segment')),
    scanId INTEGER NOT NULL REFERENCES scan(id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    message TEXT NOT NULL,
    createdAt TEXT NOT NULL,
    updatedAt TEXT NOT NULL
) STRICT;
CREATE INDEX jobByState ON job (state, createdAt);
CREATE INDEX jobByScan ON job (scanId);

-- Who did what and when; rows can only be added, and each holds the hash of the one before.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    chain TEXT NOT NULL CHECK (length(chain) = 64)
) STRICT;
CREATE TRIGGER auditKeepsRows BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit rows are never deleted'); END;
CREATE TRIGGER auditKeepsContent BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit rows are never changed'); END;
