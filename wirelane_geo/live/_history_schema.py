"""The tables of a history in an SQLite file."""

_FIRST = """
CREATE TABLE points (
    handle INTEGER PRIMARY KEY,
    id TEXT,                  -- known from its first change on
    status INTEGER NOT NULL,  -- position in model.Status
    since INTEGER NOT NULL,   -- milliseconds since 1970, as all times here
    exact INTEGER NOT NULL,   -- whether it came to its status then
    first INTEGER NOT NULL    -- when it came to a place that was watched; 0: when its place began to be watched
);
CREATE INDEX points_first ON points (first);
CREATE TABLE changes (
    number INTEGER PRIMARY KEY,
    handle INTEGER NOT NULL,
    at INTEGER NOT NULL,
    before INTEGER NOT NULL, after INTEGER NOT NULL,
    origin INTEGER NOT NULL
);
CREATE INDEX changes_handle ON changes (handle, at);
CREATE INDEX changes_at ON changes (at);
CREATE TABLE watched (
    first INTEGER NOT NULL, last INTEGER NOT NULL,  -- quadkeys
    begin INTEGER NOT NULL, end INTEGER NOT NULL,
    PRIMARY KEY (first, last, begin)
) WITHOUT ROWID;
CREATE TABLE numbers (last INTEGER NOT NULL);
INSERT INTO numbers VALUES (0);
"""
_SECOND = """
-- the stamp of the book that was kept at the end, NULL once it is out of date
ALTER TABLE numbers ADD COLUMN book TEXT;
"""
_THIRD = """
-- the id of the network whose handles these are, NULL where they were given before they were made from it
ALTER TABLE numbers ADD COLUMN network TEXT;
"""
_FOURTH = """
-- until when what is here was made up, for a demo network; empty where nothing was
CREATE TABLE IF NOT EXISTS invented (until INTEGER NOT NULL);
"""
STEPS = (_FIRST, _SECOND, _THIRD, _FOURTH)
"""Taken in this order, see `sqlite_file.prepare`: a change is another one at the end."""
