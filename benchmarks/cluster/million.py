"""A million points in a cluster's PostgreSQL, within a minute: those that are there, again and again beside themselves."""

import numpy as np
import psycopg

from wirelane_geo.geo import quadkey

APART_DEG = 0.013
"""Between a point and its next copy, eastwards."""
OWN = {
    "rowid": "points.rowid + number * (SELECT max(rowid) FROM points)",
    "handle": "('x' || substr(md5(points.id || ' ' || number), 1, 13))::bit(52)::bigint",
    "quadkey": "places.quadkey", "lon": "places.lon", "lat": "places.lat",
    "station": "('x' || substr(md5(points.station || ' ' || number), 1, 15))::bit(60)::bigint",
    "id": "points.id || ' ' || number", "charge_point_id": "points.charge_point_id || ' ' || number",
    "charging_station_id": "points.charging_station_id || ' ' || number",
    "identity": "NULL", "charging_point_id": "NULL", "evseid": "NULL",
}
"""What a copy has of its own; all else is its original's."""


def multiply(database: str, points: int) -> int:
    """Have so many points at least, with what maps and changes of status need of them (no records, nothing to search for). Only
    while no process serves them, and none has a copy of the columns. How many there are then."""
    with psycopg.connect(database) as connection:
        connection.execute("SET synchronous_commit = off")
        rows = connection.execute("SELECT rowid, lon, lat FROM points WHERE quadkey IS NOT NULL").fetchall()
        rowid, lon, lat = (np.array(column) for column in zip(*rows, strict=True))
        connection.execute("CREATE TEMP TABLE places (original BIGINT, number INTEGER, lon FLOAT8, lat FLOAT8, quadkey BIGINT)")
        with connection.cursor().copy("COPY places FROM STDIN") as copy:
            for number in range(1, -(-points // len(rowid))):
                east = lon + number * APART_DEG
                for row in zip(rowid.tolist(), east.tolist(), lat.tolist(), quadkey.encode(east, lat).tolist(), strict=True):
                    copy.write_row((row[0], number, *row[1:]))
        columns = [name for (name,) in connection.execute(
            "SELECT column_name::text FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND table_name = 'points'").fetchall()]
        values = ", ".join(OWN.get(name, f"points.{name}") for name in columns)
        connection.execute(f"INSERT INTO points ({', '.join(columns)}) SELECT {values} FROM places "
                           "JOIN points ON points.rowid = original ORDER BY places.quadkey".encode())
        connection.execute("DELETE FROM copies")
        connection.execute("UPDATE state SET seq = seq + 1, horizon = seq + 1, next_rowid = (SELECT max(rowid) + 1 FROM points)")
        count = connection.execute("SELECT count(*) FROM points").fetchone()
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE points")
    return count[0] if count else 0
