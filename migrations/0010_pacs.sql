-- Archives that are followed (vsdb 0.4): how far their changes are read, what became of each study, and
-- the results that go back.

-- An archive; `position` is the number of its last change that is done.
CREATE TABLE archive (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE CHECK (length(url) > 0),
    position INTEGER NOT NULL CHECK (position >= 0),
    createdAt TEXT NOT NULL
) STRICT;

-- A study of an archive that was looked at. `content` is a hash of which MR series it held, with how
-- many images each: the same content is not fetched again.
CREATE TABLE archiveStudy (
    id INTEGER PRIMARY KEY,
    archiveId INTEGER NOT NULL REFERENCES archive(id) ON DELETE CASCADE,
    studyUid TEXT NOT NULL CHECK (length(studyUid) BETWEEN 1 AND 64),
    content TEXT NOT NULL CHECK (length(content) = 64),
    state TEXT NOT NULL CHECK (state IN ('registered', 'no-result', 'skipped', 'refused')),
    scanId INTEGER REFERENCES scan(id) ON DELETE SET NULL,
    message TEXT NOT NULL,
    updatedAt TEXT NOT NULL,
    UNIQUE (archiveId, studyUid)
) STRICT;
CREATE INDEX archiveStudyByScan ON archiveStudy (scanId);

-- A result for an archive, at most one of a kind a scan. Its bytes are written before they are sent and
-- go when the archive has taken them, so that one sent again after a crash is the same instance.
CREATE TABLE archiveObject (
    id INTEGER PRIMARY KEY,
    archiveId INTEGER NOT NULL REFERENCES archive(id) ON DELETE CASCADE,
    scanId INTEGER NOT NULL REFERENCES scan(id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('seg', 'sr')),
    instanceUid TEXT NOT NULL CHECK (length(instanceUid) BETWEEN 1 AND 64),
    content BLOB,
    createdAt TEXT NOT NULL,
    sentAt TEXT,
    CHECK ((content IS NULL) = (sentAt IS NOT NULL)),
    UNIQUE (archiveId, scanId, kind)
) STRICT;
CREATE INDEX archiveObjectByScan ON archiveObject (scanId);
CREATE INDEX archiveObjectToSend ON archiveObject (archiveId, id) WHERE sentAt IS NULL;

-- Which scans are of a study that an archive lists.
CREATE INDEX dicomSeriesByStudy ON dicomSeries (studyUid);
