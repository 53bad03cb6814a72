"""The tables.

`points` is narrow: what is filtered, sorted and drawn. `bodies` holds a point as JSON, without what changes in
operation (status, dates), so that a change of status rewrites a few bytes and a list is joined without decoding.
`sessions` is narrow too, beside its `session_bodies`; members are few.
"""

from wirelane_geo.model.evse_ids import SEPARATORS

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
_SCHEDULES = """
CREATE TABLE schedules (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    text TEXT NOT NULL UNIQUE         -- opening hours and time zone, as JSON
);
ALTER TABLE points ADD COLUMN schedule INTEGER;  -- 0: never known to be closed; NULL: not looked at yet
CREATE INDEX points_unscheduled ON points (rowid) WHERE schedule IS NULL;
"""
EVSE_KEY = "".join([
    "upper(", *["replace("] * len(SEPARATORS), "evseid", *(f",'{separator}','')" for separator in SEPARATORS), ")"])
"""What all spellings of an EVSE ID have in common, in SQL: as `evse_ids.evse_key`."""

_IDENTITIES = f"""
ALTER TABLE points ADD COLUMN identity TEXT;     -- what an import knows the point by; NULL: its id
ALTER TABLE points ADD COLUMN recorded INTEGER;  -- date of the record that was read last; NULL: not known
ALTER TABLE points ADD COLUMN reported INTEGER;  -- since when the status is known; 0: not known, NULL: since updated
CREATE TABLE earlier (made_before INTEGER NOT NULL);  -- one row: points with a smaller number were made by an earlier version
INSERT INTO earlier SELECT next_rowid FROM state;
CREATE INDEX points_identity ON points (identity) WHERE identity IS NOT NULL;
CREATE INDEX points_evse_key ON points ({EVSE_KEY});
"""  # noqa: S608 - of constants
_HANDLES = """
CREATE TABLE network (id TEXT NOT NULL);  -- one row: the id of this network, the same in every copy of this database
INSERT INTO network VALUES (lower(hex(randomblob(16))));
ALTER TABLE points ADD COLUMN handle INTEGER;  -- see model.identity; NULL: not given yet
CREATE UNIQUE INDEX points_handle ON points (handle);
CREATE TABLE gone (handle INTEGER PRIMARY KEY, seq INTEGER NOT NULL);  -- maybe there again; `deleted` is for earlier versions
CREATE INDEX gone_seq ON gone (seq);
CREATE TRIGGER points_gone AFTER DELETE ON points WHEN old.handle IS NOT NULL BEGIN
    INSERT OR REPLACE INTO gone VALUES (old.handle, (SELECT seq FROM state));
END;
"""
_ORIGINS = """
CREATE TABLE origins (
    origin TEXT PRIMARY KEY,
    heard INTEGER NOT NULL            -- when something of it was written last, be it nothing new: microseconds since 1970, UTC
) WITHOUT ROWID;
INSERT INTO origins SELECT origin, min(max(updated), 1000000 * CAST(strftime('%s', 'now') AS INTEGER)) FROM points
    GROUP BY origin;
"""
_READERS = """
CREATE TABLE IF NOT EXISTS readers (
    name TEXT PRIMARY KEY,            -- who reads the row of changes
    seq INTEGER NOT NULL, arrival INTEGER NOT NULL  -- the change it has come to
) WITHOUT ROWID;
"""
_REPORTS = """
CREATE TABLE reports (                -- what each feed said last of the status of each point
    feed TEXT NOT NULL,
    ref TEXT NOT NULL,                -- what the feed calls the point
    key TEXT NOT NULL,                -- what all spellings of that have in common
    point TEXT,                       -- id of the point, NULL while there is none
    status INTEGER NOT NULL,
    at INTEGER NOT NULL,              -- since when: microseconds since 1970, UTC
    PRIMARY KEY (feed, ref)
) WITHOUT ROWID;
CREATE INDEX reports_point ON reports (point) WHERE point IS NOT NULL;
CREATE INDEX reports_waiting ON reports (key) WHERE point IS NULL;
CREATE TRIGGER points_unreported AFTER DELETE ON points BEGIN
    UPDATE reports SET point = NULL WHERE point = old.id;
END;
CREATE TABLE feed_states (
    feed TEXT PRIMARY KEY,
    silent INTEGER NOT NULL,          -- 1: what it said is no longer believed
    body TEXT NOT NULL                -- its age, health and counts: JSON
) WITHOUT ROWID;
"""
_OPERATORS = """
CREATE TABLE operators (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    text TEXT NOT NULL UNIQUE         -- code and name, a line each
);
ALTER TABLE points ADD COLUMN operator INTEGER;  -- 0: not known; NULL: not looked at yet
CREATE INDEX points_without_operator ON points (rowid) WHERE operator IS NULL;
"""
_UNPLACED = """
CREATE INDEX points_unplaced ON points (rowid) WHERE quadkey IS NULL;
"""
_COPY = """
CREATE TABLE unfinished_copy (        -- a row while this database is being filled from another one
    network TEXT NOT NULL, seq INTEGER NOT NULL  -- that one's network, and the change up to which it is copied
);
"""
_LOCATIONS = """
CREATE TABLE locations (              -- of OCPI, as they were pushed: a part that is pushed later is put into them
    feed TEXT NOT NULL,
    place TEXT NOT NULL,              -- country, party and id, as OCPI compares them
    body BLOB NOT NULL,               -- JSON
    PRIMARY KEY (feed, place)
);
"""
_ACCESS = """
ALTER TABLE points ADD COLUMN access INTEGER;  -- bits of model.access; NULL: not looked at yet
CREATE INDEX points_without_access ON points (rowid) WHERE access IS NULL;
"""
_VOCABULARY = """
CREATE TABLE vocabulary (word TEXT PRIMARY KEY) WITHOUT ROWID;  -- of addresses and names, without digits; what is gone stays
CREATE VIRTUAL TABLE temp.terms USING fts5vocab ('main', 'words', 'row');
INSERT INTO vocabulary SELECT term FROM temp.terms WHERE length(term) BETWEEN 4 AND 60 AND term NOT GLOB '*[0-9]*';
"""
_PLACES = """
ALTER TABLE reports ADD COLUMN station TEXT;  -- what the feed calls the point's station and site; NULL: not said
ALTER TABLE reports ADD COLUMN site TEXT;
CREATE TABLE sites (                  -- at which site each feed's stations are
    feed TEXT NOT NULL, station TEXT NOT NULL, site TEXT NOT NULL,
    PRIMARY KEY (feed, station)
) WITHOUT ROWID;
CREATE TABLE place_reports (          -- what each feed said last of stations and sites that it ever said were shut
    feed TEXT NOT NULL,
    place TEXT NOT NULL,              -- what the feed calls it
    field TEXT NOT NULL,              -- what it was said in
    status INTEGER NOT NULL, at INTEGER NOT NULL,  -- as in reports
    PRIMARY KEY (feed, place, field)
) WITHOUT ROWID;
"""
STEPS = (_POINTS, _PEOPLE, _KEPT, _SCHEDULES, _IDENTITIES, _HANDLES, _ORIGINS, _READERS, _REPORTS,
         _OPERATORS, _UNPLACED, _COPY, _LOCATIONS, _ACCESS, _VOCABULARY, _PLACES)
"""Taken in this order, see `_migrations`: a change is another one at the end."""
