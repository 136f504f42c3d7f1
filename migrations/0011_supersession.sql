-- Scans whose series came again with more images (vsdb 0.5): the fuller one counts in their place.

-- Rows are added and never changed; the scan stays readable with all that was said of it.
CREATE TABLE supersession (
    scanId INTEGER PRIMARY KEY REFERENCES scan(id) ON DELETE CASCADE,
    byScanId INTEGER NOT NULL REFERENCES scan(id) ON DELETE CASCADE,
    createdAt TEXT NOT NULL,
    CHECK (byScanId <> scanId)
) STRICT;
CREATE INDEX supersessionByScan ON supersession (byScanId);
CREATE TRIGGER supersessionKeepsContent BEFORE UPDATE ON supersession
BEGIN SELECT RAISE(ABORT, 'supersessions are never changed'); END;

-- The scans that count: what every curve, campaign and list of work reads.
CREATE VIEW standingScan AS
    SELECT * FROM scan
    WHERE NOT EXISTS (SELECT 1 FROM supersession WHERE supersession.scanId = scan.id);

-- The outlines that nobody took back, on scans that count.
DROP VIEW standingOutline;
CREATE VIEW standingOutline AS
    SELECT * FROM manualVolume
    WHERE NOT EXISTS (SELECT 1 FROM withdrawal WHERE withdrawal.manualVolumeId = manualVolume.id)
        AND NOT EXISTS (
            SELECT 1 FROM supersession WHERE supersession.scanId = manualVolume.scanId);
