-- Scans that came as DICOM (vsdb 0.3): which series they are, and how they were scanned.

-- One row per scan that was read from DICOM. Where the patient is pseudonymised, the UIDs are keyed
-- hashes of those in the files, and free text is left out.
CREATE TABLE dicomSeries (
    scanId INTEGER PRIMARY KEY REFERENCES scan(id) ON DELETE CASCADE,
    studyUid TEXT NOT NULL CHECK (length(studyUid) <= 64),
    seriesUid TEXT NOT NULL CHECK (length(seriesUid) BETWEEN 1 AND 64),
    frameOfReferenceUid TEXT CHECK (length(frameOfReferenceUid) BETWEEN 1 AND 64),
    sopClassUid TEXT NOT NULL,
    transferSyntaxUid TEXT NOT NULL,
    -- The SOP instance and frame (from 0) of each slice, in the order of the header's third axis.
    instances TEXT NOT NULL CHECK (json_valid(instances)),
    isPseudonymised INTEGER NOT NULL CHECK (isPseudonymised IN (0, 1)),
    isLossy INTEGER NOT NULL CHECK (isLossy IN (0, 1)),
    dateSource TEXT CHECK (dateSource IN ('acquisition', 'series', 'study')),
    description TEXT NOT NULL,
    manufacturer TEXT NOT NULL,
    scannerModel TEXT NOT NULL,
    softwareVersions TEXT NOT NULL,
    sequenceName TEXT NOT NULL,
    fieldStrengthT REAL CHECK (fieldStrengthT > 0),
    echoTimeMs REAL CHECK (echoTimeMs >= 0),
    repetitionTimeMs REAL CHECK (repetitionTimeMs >= 0),
    flipAngleDegrees REAL,
    sliceThicknessMm REAL CHECK (sliceThicknessMm > 0)
) STRICT;
CREATE INDEX dicomSeriesByUid ON dicomSeries (seriesUid);
