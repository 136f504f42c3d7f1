-- Access to the HTTP service (vsdb 0.3): users with a role, and their bearer tokens, of which only
-- the hash is kept.

-- Somebody, or some device, that may ask the service. Users are disabled, never deleted, as the
-- audit names them.
CREATE TABLE user (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 64),
    role TEXT NOT NULL CHECK (role IN ('viewer', 'clinician', 'administrator', 'device')),
    isDisabled INTEGER NOT NULL CHECK (isDisabled IN (0, 1)),
    createdAt TEXT NOT NULL
) STRICT;

-- A token; hash is SHA-256 of its text, which has 256 random bits.
CREATE TABLE token (
    id INTEGER PRIMARY KEY,
    userId INTEGER NOT NULL REFERENCES user(id) ON DELETE CASCADE,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
    hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
    createdAt TEXT NOT NULL,
    expiresOn TEXT CHECK (date(expiresOn) IS expiresOn),
    revokedAt TEXT
) STRICT;
CREATE INDEX tokenByUser ON token (userId);
