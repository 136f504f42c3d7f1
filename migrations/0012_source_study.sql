-- What results are filed by in an archive (vsdb 0.5): the source study's own words, as far as they are no
-- personal data. Null where unknown, and in older rows.

-- PatientID of the files where it is another than the patient's identifier; empty where they have none.
ALTER TABLE dicomSeries ADD COLUMN sourcePatientId TEXT;
-- Where the patient is pseudonymised the day alone is kept.
ALTER TABLE dicomSeries ADD COLUMN studyDate TEXT CHECK (length(studyDate) = 8);
ALTER TABLE dicomSeries ADD COLUMN studyTime TEXT CHECK (length(studyTime) BETWEEN 2 AND 16);
ALTER TABLE dicomSeries ADD COLUMN studyId TEXT CHECK (length(studyId) BETWEEN 1 AND 64);
ALTER TABLE dicomSeries ADD COLUMN accessionNumber TEXT
    CHECK (length(accessionNumber) BETWEEN 1 AND 64);

-- A study that was passed over and is registered by hand is looked up by its UID.
CREATE INDEX archiveStudyByUid ON archiveStudy (studyUid);
