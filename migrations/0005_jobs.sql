-- The queue, campaigns of a new model, and schedules (vsdb 0.3). Until now nothing ran a job, so that
-- the few rows there can be are taken over as work that waits.

-- Whether a model's segmentations may count: those of a candidate are kept apart until its campaign
-- is promoted, and again after it was rolled back. Models installed so far have served.
ALTER TABLE model ADD COLUMN hasServed INTEGER NOT NULL DEFAULT 1 CHECK (hasServed IN (0, 1));

-- All T2 scans segmented by a new model in the background, before it takes over.
CREATE TABLE campaign (
    id INTEGER PRIMARY KEY,
    modelId INTEGER NOT NULL REFERENCES model(id),
    -- Whom the model takes over from, and who takes over again after a rollback.
    previousModelId INTEGER REFERENCES model(id),
    state TEXT NOT NULL CHECK (state IN ('running', 'complete', 'promoted', 'rolled-back',
        'cancelled')),
    startsAt TEXT NOT NULL,
    -- The hours in which it may run, minutes after local midnight; null for all day. From 22:00 to
    -- 06:00 is 1320 to 360.
    windowFrom INTEGER CHECK (windowFrom BETWEEN 0 AND 1439),
    windowTo INTEGER CHECK (windowTo BETWEEN 0 AND 1439),
    scansPerHour INTEGER CHECK (scansPerHour > 0),
    lastClaimAt TEXT,
    -- Whether it is promoted by itself when complete and within the limits, a JSON object.
    isAutomatic INTEGER NOT NULL CHECK (isAutomatic IN (0, 1)),
    limits TEXT NOT NULL,
    message TEXT NOT NULL,
    createdAt TEXT NOT NULL,
    completedAt TEXT,
    promotedAt TEXT,
    endedAt TEXT,
    CHECK ((windowFrom IS NULL) = (windowTo IS NULL))
) STRICT;
CREATE UNIQUE INDEX oneOpenCampaign ON campaign ((1)) WHERE state IN ('running', 'complete');
CREATE INDEX campaignByModel ON campaign (modelId);
CREATE INDEX campaignByPreviousModel ON campaign (previousModelId);

CREATE TABLE queuedJob (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('segment')),
    scanId INTEGER NOT NULL REFERENCES scan(id) ON DELETE CASCADE,
    -- Null: the model that is active when a worker takes it.
    modelId INTEGER REFERENCES model(id),
    campaignId INTEGER REFERENCES campaign(id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'parked', 'cancelled')),
    -- Higher is sooner.
    priority INTEGER NOT NULL,
    -- Who asked, such as command-line, watch-folder or campaign.
    cause TEXT NOT NULL CHECK (length(cause) > 0),
    -- What was known when it was asked for, a JSON object.
    request TEXT NOT NULL,
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    notBefore TEXT NOT NULL,
    worker TEXT,
    leaseUntil TEXT,
    progress REAL NOT NULL CHECK (progress BETWEEN 0 AND 1),
    isCancelAsked INTEGER NOT NULL CHECK (isCancelAsked IN (0, 1)),
    segmentationId INTEGER REFERENCES segmentation(id) ON DELETE SET NULL,
    message TEXT NOT NULL,
    createdAt TEXT NOT NULL,
    startedAt TEXT,
    heartbeatAt TEXT,
    finishedAt TEXT,
    CHECK ((state = 'running') = (worker IS NOT NULL)),
    CHECK ((worker IS NULL) = (leaseUntil IS NULL))
) STRICT;
INSERT INTO queuedJob
    SELECT id, kind, scanId, NULL, NULL,
        CASE state WHEN 'running' THEN 'waiting' WHEN 'failed' THEN 'parked' ELSE state END,
        100, 'earlier version', '{}', attempts, createdAt, NULL, NULL,
        CASE state WHEN 'done' THEN 1 ELSE 0 END, 0, NULL, message, createdAt, NULL, NULL, NULL
    FROM job;
DROP TABLE job;
ALTER TABLE queuedJob RENAME TO job;
CREATE INDEX jobByState ON job (state, id);
-- What is taken next is the first row of a campaign, or of those without one.
CREATE INDEX jobWaiting ON job (campaignId, priority DESC, id) WHERE state = 'waiting';
CREATE INDEX jobByScan ON job (scanId, state);
CREATE INDEX jobByModel ON job (modelId);
CREATE INDEX jobByCampaign ON job (campaignId, state);
CREATE INDEX jobBySegmentation ON job (segmentationId);
-- One scan waits once for the active model, and once in a campaign.
CREATE UNIQUE INDEX oneOpenJob ON job (scanId, coalesce(campaignId, 0))
    WHERE state IN ('waiting', 'running');

-- Work that comes again, by the clock.
CREATE TABLE schedule (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('resegment', 'due-list', 'backup', 'integrity')),
    -- Minute, hour, day of month, month, day of week, as cron has them, local time.
    pattern TEXT NOT NULL CHECK (length(pattern) > 0),
    -- Where its files go; empty where it writes none.
    folder TEXT NOT NULL,
    createdAt TEXT NOT NULL,
    -- Runs due up to here are done or made up.
    doneUpTo TEXT NOT NULL,
    worker TEXT,
    leaseUntil TEXT,
    lastRunAt TEXT,
    lastResult TEXT NOT NULL,
    CHECK ((worker IS NULL) = (leaseUntil IS NULL)),
    UNIQUE (kind, pattern, folder)
) STRICT;
