"""The tables, and how a database file comes to have them.

`points` is narrow: what is filtered, sorted and drawn. `bodies` holds a point as JSON, without what changes in
operation (status, dates), so that a change of status rewrites a few bytes and a list is joined without decoding.
`sessions` is narrow too, beside its `session_bodies`; members are few.

A file of an older version is brought forward by what `_STEPS` has beyond it.
"""

import contextlib
import os
import sqlite3
from pathlib import Path

from wirelane_geo.errors import StoreError

BUSY_SECONDS = 30.0

_POINTS = """
CREATE TABLE points (
    rowid INTEGER PRIMARY KEY,
    quadkey INTEGER,                  -- of the position; NULL without one
    lon REAL, lat REAL,
    status INTEGER NOT NULL,          -- position in model.Status
    power REAL,
    plugs INTEGER NOT NULL,           -- bitmask
    charging_type INTEGER,
    authentication INTEGER NOT NULL,  -- bitmask
    reservable INTEGER,
    station INTEGER NOT NULL,         -- key of the station
    seq INTEGER NOT NULL,             -- number of the last change
    created INTEGER NOT NULL, updated INTEGER NOT NULL,  -- microseconds since 1970, UTC
    voltage INTEGER,
    origin TEXT NOT NULL,
    id TEXT NOT NULL,
    charging_point_id TEXT,           -- NULL where it is the id
    charge_point_id TEXT NOT NULL,
    evseid TEXT, charging_station_id TEXT, owner TEXT, country TEXT, city TEXT, zip_code TEXT,
    plug_types TEXT                   -- as given, for sorting
);
CREATE UNIQUE INDEX points_id ON points (id);
CREATE INDEX points_charging_point_id ON points (charging_point_id) WHERE charging_point_id IS NOT NULL;
CREATE INDEX points_charge_point_id ON points (charge_point_id);
CREATE INDEX points_evseid ON points (evseid) WHERE evseid IS NOT NULL;
CREATE INDEX points_charging_station_id ON points (charging_station_id) WHERE charging_station_id IS NOT NULL;
CREATE INDEX points_quadkey ON points (quadkey) WHERE quadkey IS NOT NULL;
CREATE INDEX points_station ON points (station);
CREATE INDEX points_seq ON points (seq);

CREATE TABLE bodies (rowid INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE point_groups (name TEXT NOT NULL, point INTEGER NOT NULL, PRIMARY KEY (name, point)) WITHOUT ROWID;
CREATE INDEX point_groups_point ON point_groups (point);
CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = 'unicode61 remove_diacritics 0');

CREATE TABLE deleted (rowid INTEGER PRIMARY KEY, seq INTEGER NOT NULL);
CREATE INDEX deleted_seq ON deleted (seq);
CREATE TABLE state (seq INTEGER NOT NULL, next_rowid INTEGER NOT NULL);
INSERT INTO state VALUES (0, 1);
"""
_PEOPLE = """
CREATE TABLE members (
    rowid INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account_id TEXT UNIQUE,           -- NULL without an account
    email TEXT, status TEXT,
    origin TEXT NOT NULL,
    text TEXT NOT NULL,               -- what a search looks through
    body BLOB NOT NULL, payment_methods BLOB NOT NULL, subscription BLOB NOT NULL  -- JSON
);
CREATE TABLE sessions (
    rowid INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL UNIQUE,
    begin INTEGER, "end" INTEGER, created INTEGER, updated INTEGER,  -- microseconds since 1970, UTC
    status TEXT,
    charging_point_id TEXT, charge_point_id TEXT, charging_station_id TEXT, evseid TEXT,
    owner TEXT, emp TEXT, membership_owner TEXT,
    kwh REAL, price REAL,             -- for sorting: the exact price is in the body
    tariff TEXT, session_type TEXT, charging_type TEXT, plug_type TEXT, country TEXT, city TEXT, zip_code TEXT,
    origin TEXT NOT NULL,
    text TEXT NOT NULL                -- what a search looks through
);
CREATE INDEX sessions_begin ON sessions (begin);
CREATE INDEX sessions_charging_point_id ON sessions (charging_point_id);
CREATE INDEX sessions_charge_point_id ON sessions (charge_point_id);
CREATE TABLE session_bodies (rowid INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TRIGGER sessions_deleted AFTER DELETE ON sessions BEGIN
    DELETE FROM session_bodies WHERE rowid = old.rowid;
END;
"""
_KEPT = """
ALTER TABLE state ADD COLUMN stamp TEXT;  -- that of the copy of all columns that was kept last
CREATE INDEX points_origin ON points (origin);
"""
_STEPS = (_POINTS, _PEOPLE, _KEPT)
VERSION = len(_STEPS)
"""Kept in the file's user_version."""


def prepare(path: Path) -> None:
    """Make the database file with its tables where it isn't there, readable by its owner only.

    Raises StoreError for a file that is no database, or one that a newer version made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(f"The database {path} can't be opened: {error.strerror}. Check the data directory.") from None
    try:
        with contextlib.closing(connect(path)) as connection:
            version = _make_tables(connection)
    except sqlite3.Error as error:
        raise StoreError(f"The database {path} can't be used: {error}. "
                         "Restore it from a backup, or remove it to start afresh.") from None
    if version > VERSION:
        raise StoreError(f"The database {path} is of a newer version of this program (schema {version}, this one knows "
                         f"{VERSION}). Use that version, or set WIRELANE_GEO_DATA to another directory.")


def _make_tables(connection: sqlite3.Connection) -> int:
    """The version of the tables, which are made or brought forward where they are older than this program."""
    connection.execute("PRAGMA journal_mode = WAL").fetchone()
    connection.execute("BEGIN IMMEDIATE")  # of two processes that start at once, one makes the tables
    [version] = connection.execute("PRAGMA user_version").fetchone()
    for step in _STEPS[version:]:
        for statement in _statements(step):
            connection.execute(statement)
    if version < VERSION:
        connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")
    return max(int(version), VERSION)


def connect(path: Path, cache_mib: int = 8) -> sqlite3.Connection:
    """A connection in autocommit mode that any thread may use, one at a time, keeping up to `cache_mib` MiB of pages."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA synchronous = FULL")  # a write that has returned outlives a power cut as well
    connection.execute(f"PRAGMA cache_size = {-1024 * cache_mib}")
    return connection


def _statements(script: str) -> list[str]:
    """The statements of a script; executescript would commit what was begun."""
    statements, current = [], ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            statements.append(current)
            current = ""
    return statements
