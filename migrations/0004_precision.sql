-- One scan's own error (vsdb 0.3): the volumes of a tumour measured again on small changes of its
-- scan. volume.relativeSD of that row holds what came of it and is what growth is judged by.
CREATE TABLE repeatability (
    volumeId INTEGER PRIMARY KEY REFERENCES volume(id) ON DELETE CASCADE,
    runs INTEGER NOT NULL CHECK (runs > 0),
    found INTEGER NOT NULL CHECK (found BETWEEN 0 AND runs),
    -- Standard deviation of ln V over the runs that found the tumour; null where too few did.
    spreadSD REAL CHECK (spreadSD >= 0),
    -- The model's error of a volume of that size.
    modelSD REAL NOT NULL CHECK (modelSD > 0),
    -- The changes, their seed and the volume of each run, as JSON.
    detail TEXT NOT NULL,
    softwareVersion TEXT NOT NULL
) STRICT;
CREATE TRIGGER repeatabilityKeepsContent BEFORE UPDATE ON repeatability
BEGIN SELECT RAISE(ABORT, 'measurements are never changed'); END;
