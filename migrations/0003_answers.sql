-- Old answers (vsdb 0.2): what was said of a tumour's growth stays readable when exams, models or
-- rules change. Each rule is kept once, and not with every tumour.

CREATE TABLE growthRule (
    id INTEGER PRIMARY KEY,
    content TEXT NOT NULL UNIQUE,
    createdAt TEXT NOT NULL
) STRICT;
CREATE TRIGGER growthRuleKeepsContent BEFORE UPDATE ON growthRule
BEGIN SELECT RAISE(ABORT, 'rules are never changed'); END;
INSERT INTO growthRule (content, createdAt) SELECT rule, min(updatedAt) FROM growth GROUP BY rule;

ALTER TABLE growth ADD COLUMN ruleId INTEGER REFERENCES growthRule(id);
UPDATE growth SET ruleId = (SELECT id FROM growthRule WHERE content = growth.rule);
ALTER TABLE growth DROP COLUMN rule;
CREATE INDEX growthByRule ON growth (ruleId);

-- One row for each answer that differs from the one before it; rows are added and never changed.
CREATE TABLE growthAnswer (
    id INTEGER PRIMARY KEY,
    tumourId INTEGER NOT NULL REFERENCES tumour(id) ON DELETE CASCADE,
    ruleId INTEGER NOT NULL REFERENCES growthRule(id),
    class TEXT NOT NULL CHECK (length(class) > 0 AND class NOT GLOB '*[^a-z-]*'),
    isFlagged INTEGER NOT NULL CHECK (isFlagged IN (0, 1)),
    model TEXT NOT NULL,
    lastExam TEXT NOT NULL CHECK (date(lastExam) IS lastExam),
    percentFromBaseline REAL,
    probabilityOfGrowth REAL CHECK (probabilityOfGrowth BETWEEN 0 AND 1),
    volumeMm3 REAL NOT NULL CHECK (volumeMm3 > 0),
    sentence TEXT NOT NULL,
    nextExam TEXT CHECK (date(nextExam) IS nextExam),
    createdAt TEXT NOT NULL
) STRICT;
CREATE INDEX growthAnswerByTumour ON growthAnswer (tumourId, id);
CREATE INDEX growthAnswerByRule ON growthAnswer (ruleId);
CREATE TRIGGER growthAnswerKeepsContent BEFORE UPDATE ON growthAnswer
BEGIN SELECT RAISE(ABORT, 'answers are never changed'); END;
-- Answers of older programs did not name what measured.
INSERT INTO growthAnswer (tumourId, ruleId, class, isFlagged, model, lastExam, percentFromBaseline,
        probabilityOfGrowth, volumeMm3, sentence, nextExam, createdAt)
    SELECT tumourId, ruleId, class, isFlagged, '', lastExam, percentFromBaseline,
        probabilityOfGrowth, volumeMm3, sentence, nextExam, updatedAt
    FROM growth;
