"""The tables in PostgreSQL: the same ones as in SQLite (`store/_schema.py` says what is in them), but for what follows.

Text is compared byte by byte, as SQLite does. What is looked up by ids that others gave has hash indexes: those take texts of any
length. The columns that a change of status writes have no index, so that it touches none. Which points a change was about is in
`changed`, which only grows, and is shortened at its old end; `state.horizon` is the last change that isn't in it any more. A
change of a point's status alone has the point's handle and status there, so that who follows reads no point for it.
"""

from wirelane_geo.geo.distance import EARTH_RADIUS_M
from wirelane_geo.store._schema import EVSE_KEY

_POINTS = f"""
CREATE TABLE state (seq BIGINT NOT NULL, next_rowid BIGINT NOT NULL, horizon BIGINT NOT NULL);
INSERT INTO state VALUES (0, 1, 0);
CREATE TABLE network (id TEXT COLLATE "C" NOT NULL);
INSERT INTO network VALUES (replace(gen_random_uuid()::text, '-', ''));
CREATE TABLE earlier (made_before BIGINT NOT NULL);
INSERT INTO earlier VALUES (1);
CREATE TABLE points (
    rowid BIGINT PRIMARY KEY,
    handle BIGINT NOT NULL,
    quadkey BIGINT,
    lon DOUBLE PRECISION, lat DOUBLE PRECISION,
    status SMALLINT NOT NULL,
    power DOUBLE PRECISION,
    plugs INTEGER NOT NULL,
    charging_type SMALLINT,
    authentication INTEGER NOT NULL,
    reservable SMALLINT,
    station BIGINT NOT NULL,
    schedule INTEGER NOT NULL, operator INTEGER NOT NULL,
    seq BIGINT NOT NULL,
    created BIGINT NOT NULL, updated BIGINT NOT NULL, recorded BIGINT, reported BIGINT,
    voltage BIGINT,
    origin TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    identity TEXT COLLATE "C",
    charging_point_id TEXT COLLATE "C",
    charge_point_id TEXT COLLATE "C" NOT NULL,
    evseid TEXT COLLATE "C", charging_station_id TEXT COLLATE "C", owner TEXT COLLATE "C", country TEXT COLLATE "C",
    city TEXT COLLATE "C", zip_code TEXT COLLATE "C", plug_types TEXT COLLATE "C"
) WITH (fillfactor = 85);
CREATE UNIQUE INDEX points_handle ON points (handle);
CREATE INDEX points_id ON points USING hash (id);
CREATE INDEX points_identity ON points USING hash (identity) WHERE identity IS NOT NULL;
CREATE INDEX points_charging_point_id ON points USING hash (charging_point_id) WHERE charging_point_id IS NOT NULL;
CREATE INDEX points_charge_point_id ON points USING hash (charge_point_id);
CREATE INDEX points_evse_key ON points USING hash (({EVSE_KEY})) WHERE evseid IS NOT NULL;
CREATE INDEX points_charging_station_id ON points USING hash (charging_station_id) WHERE charging_station_id IS NOT NULL;
CREATE INDEX points_quadkey ON points (quadkey) WHERE quadkey IS NOT NULL;
CREATE INDEX points_station ON points (station);
CREATE INDEX points_origin ON points (origin);

CREATE TABLE bodies (rowid BIGINT PRIMARY KEY, body BYTEA NOT NULL);
CREATE TABLE words (rowid BIGINT PRIMARY KEY, text TSVECTOR NOT NULL);
CREATE INDEX words_text ON words USING gin (text);
CREATE TABLE point_groups (name TEXT COLLATE "C" NOT NULL, point BIGINT NOT NULL, PRIMARY KEY (name, point));
CREATE INDEX point_groups_point ON point_groups (point);
CREATE TABLE schedules (number INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text TEXT COLLATE "C" NOT NULL);
CREATE INDEX schedules_text ON schedules USING hash (text);
CREATE TABLE operators (number INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text TEXT COLLATE "C" NOT NULL);
CREATE INDEX operators_text ON operators USING hash (text);
CREATE TABLE origins (origin TEXT COLLATE "C" PRIMARY KEY, heard BIGINT NOT NULL);

CREATE TABLE readers (name TEXT COLLATE "C" PRIMARY KEY, seq BIGINT NOT NULL, arrival BIGINT NOT NULL);

CREATE TABLE changed (seq BIGINT NOT NULL, point BIGINT NOT NULL, PRIMARY KEY (seq, point));
CREATE TABLE gone (handle BIGINT PRIMARY KEY, seq BIGINT NOT NULL);
CREATE INDEX gone_seq ON gone (seq);
CREATE TABLE copies (number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stamp TEXT COLLATE "C" NOT NULL);

CREATE FUNCTION distance_m(lon DOUBLE PRECISION, lat DOUBLE PRECISION, lon_0 DOUBLE PRECISION, lat_0 DOUBLE PRECISION)
RETURNS DOUBLE PRECISION LANGUAGE SQL IMMUTABLE PARALLEL SAFE RETURN CASE WHEN lon IS NOT NULL AND lat IS NOT NULL THEN
    2 * {EARTH_RADIUS_M} * asin(sqrt(least(1.0, power(sin((radians(lat) - radians(lat_0)) / 2), 2)
        + cos(radians(lat_0)) * cos(radians(lat)) * power(sin(radians(lon - lon_0) / 2), 2)))) END;
"""  # noqa: S608 - of constants
_PEOPLE = """
CREATE TABLE members (
    rowid BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    account_id TEXT COLLATE "C" UNIQUE,
    email TEXT COLLATE "C", status TEXT COLLATE "C",
    origin TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    body BYTEA NOT NULL, payment_methods BYTEA NOT NULL, subscription BYTEA NOT NULL
);
CREATE TABLE sessions (
    rowid BIGINT PRIMARY KEY,
    session_id TEXT COLLATE "C" NOT NULL,
    begin BIGINT, "end" BIGINT, created BIGINT, updated BIGINT,
    status TEXT COLLATE "C",
    charging_point_id TEXT COLLATE "C", charge_point_id TEXT COLLATE "C", charging_station_id TEXT COLLATE "C",
    evseid TEXT COLLATE "C", owner TEXT COLLATE "C", emp TEXT COLLATE "C", membership_owner TEXT COLLATE "C",
    kwh DOUBLE PRECISION, price DOUBLE PRECISION,
    tariff TEXT COLLATE "C", session_type TEXT COLLATE "C", charging_type TEXT COLLATE "C", plug_type TEXT COLLATE "C",
    country TEXT COLLATE "C", city TEXT COLLATE "C", zip_code TEXT COLLATE "C",
    origin TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL
);
CREATE INDEX sessions_session_id ON sessions USING hash (session_id);
CREATE INDEX sessions_begin ON sessions (begin);
CREATE INDEX sessions_charging_point_id ON sessions USING hash (charging_point_id);
CREATE INDEX sessions_charge_point_id ON sessions USING hash (charge_point_id);
CREATE TABLE session_bodies (rowid BIGINT PRIMARY KEY, body BYTEA NOT NULL);
CREATE FUNCTION delete_session_bodies() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    DELETE FROM session_bodies WHERE rowid IN (SELECT rowid FROM deleted);
    RETURN NULL;
END $$;
CREATE TRIGGER sessions_deleted AFTER DELETE ON sessions REFERENCING OLD TABLE AS deleted
    FOR EACH STATEMENT EXECUTE FUNCTION delete_session_bodies();
"""
_REPORTS = """
CREATE TABLE reports (
    feed TEXT COLLATE "C" NOT NULL, ref TEXT COLLATE "C" NOT NULL, key TEXT COLLATE "C" NOT NULL, point TEXT COLLATE "C",
    status SMALLINT NOT NULL, at BIGINT NOT NULL,
    PRIMARY KEY (feed, ref)
) WITH (fillfactor = 85);
CREATE INDEX reports_point ON reports USING hash (point) WHERE point IS NOT NULL;
CREATE INDEX reports_waiting ON reports USING hash (key) WHERE point IS NULL;
CREATE FUNCTION forget_reported_points() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE reports SET point = NULL WHERE point IN (SELECT id FROM deleted);
    RETURN NULL;
END $$;
CREATE TRIGGER points_unreported AFTER DELETE ON points REFERENCING OLD TABLE AS deleted
    FOR EACH STATEMENT EXECUTE FUNCTION forget_reported_points();
CREATE TABLE feed_states (feed TEXT COLLATE "C" PRIMARY KEY, silent SMALLINT NOT NULL, body TEXT COLLATE "C" NOT NULL);
"""
_UNPLACED = """
CREATE INDEX points_unplaced ON points (rowid) WHERE quadkey IS NULL;
"""
_COPY = """
CREATE TABLE unfinished_copy (network TEXT COLLATE "C" NOT NULL, seq BIGINT NOT NULL);
"""
_SHARED = """
CREATE TABLE leaders (network TEXT COLLATE "C" PRIMARY KEY, epoch BIGINT NOT NULL);
CREATE TABLE secrets (name TEXT COLLATE "C" PRIMARY KEY, body BYTEA NOT NULL);
CREATE UNLOGGED TABLE wrong (key BYTEA PRIMARY KEY, count DOUBLE PRECISION NOT NULL, at DOUBLE PRECISION NOT NULL);
CREATE UNLOGGED TABLE known (pair BYTEA PRIMARY KEY, at DOUBLE PRECISION NOT NULL);
CREATE UNLOGGED TABLE events (number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, digest BYTEA NOT NULL UNIQUE);
CREATE UNLOGGED TABLE records (
    kind TEXT COLLATE "C" NOT NULL, key TEXT COLLATE "C" NOT NULL, body BYTEA NOT NULL, until DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE INDEX records_until ON records (until);
"""
_STATISTICS = f"""
CREATE STATISTICS points_evse_keys ON ({EVSE_KEY}) FROM points;
"""  # of a partial index alone the planner makes none
_LOCATIONS = """
CREATE TABLE locations (
    feed TEXT COLLATE "C" NOT NULL, place TEXT COLLATE "C" NOT NULL, body BYTEA NOT NULL, PRIMARY KEY (feed, place)
);
"""
_ACCESS = """
ALTER TABLE points ADD COLUMN access INTEGER;
CREATE INDEX points_without_access ON points (rowid) WHERE access IS NULL;
"""
_UPSTREAM = """
CREATE UNLOGGED TABLE upstream_answers (
    account BYTEA NOT NULL, question TEXT COLLATE "C" NOT NULL, number BIGINT NOT NULL, asked DOUBLE PRECISION NOT NULL,
    body BYTEA NOT NULL, PRIMARY KEY (account, question)
);
ALTER TABLE upstream_answers ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX upstream_answers_number ON upstream_answers (number);
CREATE UNLOGGED TABLE upstream_leases (
    account BYTEA NOT NULL, question TEXT COLLATE "C" NOT NULL, holder TEXT COLLATE "C" NOT NULL,
    until DOUBLE PRECISION NOT NULL, PRIMARY KEY (account, question)
);
"""
_VOCABULARY = """
CREATE TABLE vocabulary (word TEXT COLLATE "C" PRIMARY KEY);
INSERT INTO vocabulary SELECT word FROM ts_stat('SELECT text FROM words')
    WHERE length(word) BETWEEN 4 AND 60 AND word !~ '[0-9]';
"""
_LOGGED_STATUSES = """
ALTER TABLE changed ADD COLUMN handle BIGINT, ADD COLUMN status SMALLINT;
"""
_PLACES = """
ALTER TABLE reports ADD COLUMN station TEXT COLLATE "C", ADD COLUMN site TEXT COLLATE "C";
CREATE TABLE sites (
    feed TEXT COLLATE "C" NOT NULL, station TEXT COLLATE "C" NOT NULL, site TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (feed, station)
);
CREATE TABLE place_reports (
    feed TEXT COLLATE "C" NOT NULL, place TEXT COLLATE "C" NOT NULL, field TEXT COLLATE "C" NOT NULL,
    status SMALLINT NOT NULL, at BIGINT NOT NULL,
    PRIMARY KEY (feed, place, field)
);
"""
STEPS = (_POINTS, _PEOPLE, _REPORTS, _UNPLACED, _COPY, _SHARED, _STATISTICS, _LOCATIONS, _ACCESS, _UPSTREAM, _VOCABULARY,
         _LOGGED_STATUSES, _PLACES)
"""Taken in this order, see `_migrations`: a change is another one at the end."""
