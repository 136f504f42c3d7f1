-- Outlines that were taken back, and how a scan was made (vsdb 0.3).

-- A reader took an outline back. Rows are added and never changed; the outline stays readable.
CREATE TABLE withdrawal (
    manualVolumeId INTEGER PRIMARY KEY REFERENCES manualVolume(id) ON DELETE CASCADE,
    reader TEXT NOT NULL CHECK (length(reader) BETWEEN 1 AND 64),
    reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    createdAt TEXT NOT NULL
) STRICT;
CREATE TRIGGER withdrawalKeepsContent BEFORE UPDATE ON withdrawal
BEGIN SELECT RAISE(ABORT, 'withdrawals are never changed'); END;

-- The outlines that nobody took back: what every list and curve reads.
CREATE VIEW standingOutline AS
    SELECT * FROM manualVolume
    WHERE NOT EXISTS (SELECT 1 FROM withdrawal WHERE withdrawal.manualVolumeId = manualVolume.id);

-- How a scan was made, as far as it is known: from its tags, or as typed. What is null never counts
-- as a change between two exams.
CREATE TABLE acquisition (
    scanId INTEGER PRIMARY KEY REFERENCES scan(id) ON DELETE CASCADE,
    fieldStrengthT REAL CHECK (fieldStrengthT > 0 AND fieldStrengthT < 100),
    scanner TEXT CHECK (length(scanner) BETWEEN 1 AND 200),
    hasContrast INTEGER CHECK (hasContrast IN (0, 1))
) STRICT;
-- The names that DICOM scans were registered by say whether contrast medium was told of.
INSERT INTO acquisition
    SELECT scanId, CASE WHEN fieldStrengthT < 100 THEN fieldStrengthT END,
        nullif(substr(trim(manufacturer || ' ' || scannerModel), 1, 200), ''),
        scan.sequence LIKE '% contrast'
    FROM dicomSeries JOIN scan ON scan.id = dicomSeries.scanId;
