-- Log-in with a browser (vsdb 0.3): passwords and sessions, of which only hashes are kept.

-- scrypt:log2 N:r:p:salt:key in hexadecimal; NULL while the user cannot log in by password.
ALTER TABLE user ADD COLUMN password TEXT CHECK (password LIKE 'scrypt:%');
-- Wrong passwords since the last right one or the last lock.
ALTER TABLE user ADD COLUMN failedLogIns INTEGER NOT NULL DEFAULT 0 CHECK (failedLogIns >= 0);
-- No password is taken before this moment.
ALTER TABLE user ADD COLUMN lockedUntil TEXT CHECK (datetime(lockedUntil) IS NOT NULL
    OR lockedUntil IS NULL);

-- A browser that somebody logged in with; hash is SHA-256 of its cookie, which has 256 random bits.
CREATE TABLE session (
    id INTEGER PRIMARY KEY,
    userId INTEGER NOT NULL REFERENCES user(id) ON DELETE CASCADE,
    hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
    createdAt TEXT NOT NULL CHECK (datetime(createdAt) IS NOT NULL),
    lastUsedAt TEXT NOT NULL CHECK (datetime(lastUsedAt) IS NOT NULL)
) STRICT;
CREATE INDEX sessionByUser ON session (userId);
