-- What was looked for the long way (vsdb 0.5): a patient whatever the case of letters, and who promoted a model.

CREATE INDEX patientByFoldedIdentifier ON patient (identifier COLLATE NOCASE, identifier);

ALTER TABLE campaign ADD COLUMN promotedBy TEXT CHECK (length(promotedBy) > 0);
UPDATE campaign SET promotedBy = (
    SELECT actor FROM audit
    WHERE action = 'activate model' AND detail = 'campaign ' || campaign.id
    ORDER BY id DESC LIMIT 1)
WHERE promotedAt IS NOT NULL;
