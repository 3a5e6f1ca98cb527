-- The cache's tables. Each part brings the version before it up to its number; published parts never change.

-- version 1

-- One row a finished run.
CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    started INTEGER NOT NULL,   -- seconds since 1970
    finished INTEGER NOT NULL,
    tool TEXT NOT NULL,         -- which program it was
    files INTEGER NOT NULL,
    reused INTEGER NOT NULL,    -- of these, from the cache
    findings INTEGER NOT NULL
);

-- What was found out about one file, under the hash of all that is known before it is parsed.
CREATE TABLE result (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    path TEXT NOT NULL,
    used INTEGER NOT NULL,      -- days since 1970: when it was last of use
    data BLOB NOT NULL          -- a checksum of key and content, then the content
);

CREATE TABLE finding (
    result INTEGER NOT NULL REFERENCES result ON DELETE CASCADE,
    fingerprint TEXT NOT NULL,
    rule TEXT NOT NULL,
    file TEXT NOT NULL,
    line INTEGER NOT NULL,
    function TEXT NOT NULL,
    object TEXT NOT NULL
);
CREATE INDEX finding_of_result ON finding (result);

-- What a function does to the references of those who call it.
CREATE TABLE summary (
    result INTEGER NOT NULL REFERENCES result ON DELETE CASCADE,
    function TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX summary_of_result ON summary (result);
