"""What is read of the tables, within a transaction."""
# ruff: noqa: S608 - statements are put together from constants of this package; values are bound

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from wirelane_geo.errors import AlreadyThere
from wirelane_geo.model import ChargePoint, Conditions, Handle, Handles, OfferedPoint, PointId, Seq
from wirelane_geo.model.evse_ids import evse_key
from wirelane_geo.store._columns import CHANGED, TYPES, NewStatuses, PointChanges, PointColumns
from wirelane_geo.store._connection import Connection
from wirelane_geo.store._interface import ChangedPoint, Counts, IdType, OnProgress
from wirelane_geo.store._rows import conditions_of, offered_of, point_of, time_of
from wirelane_geo.store._schema import EVSE_KEY

_BY_ID = {
    "id": "id = ?",
    "evseid": f"{EVSE_KEY} = ?",
    "charge_point_id": "charge_point_id = ?",
    "charging_point_id": "(charging_point_id = ? OR id = ? AND charging_point_id IS NULL)",
}


def find(connection: Connection, id_type: IdType, value: str) -> tuple[int, ChargePoint] | None:
    """Number and record of the point with an id, the oldest of several."""
    order, given = "rowid", [value] * _BY_ID[id_type].count("?")
    if id_type == "evseid":
        order, given = "evseid <> ?, rowid", [evse_key(value), value]
    row = connection.execute("SELECT rowid, body, created, updated, status FROM points JOIN bodies USING (rowid) "
                             f"WHERE {_BY_ID[id_type]} ORDER BY {order} LIMIT 1", given).fetchone()
    return row and (row[0], point_of(*row[1:]))


def refuse_twin(connection: Connection, point: ChargePoint) -> None:
    """Of two points with one EVSE ID, in whatever spelling, or one label and no EVSE ID, nobody could say which is meant."""
    if point.evseid:
        name, value, key, test = "evseid", point.evseid, evse_key(point.evseid), f"{EVSE_KEY} = ?"
    else:
        name, value, key, test = ("charge_point_id", point.charge_point_id, point.charge_point_id,
                                  "charge_point_id = ? AND evseid IS NULL")
    if connection.execute(f"SELECT 1 FROM points WHERE {test} AND id <> ?", (key, point.id)).fetchone():
        raise AlreadyThere(f"{name}: there is a charge point with {value!r} already.")


def places(connection: Connection, ids: Sequence[PointId]) -> dict[PointId, tuple[Handle, int | None]]:
    """See `Store.places`."""
    where, given = connection.one_of("id", ids)
    rows = connection.execute(f"SELECT id, handle, quadkey FROM points WHERE {where}", given)
    return {id: (handle, quadkey) for id, handle, quadkey in rows}


def records(connection: Connection, handles: Sequence[Handle]) -> list[ChargePoint]:
    """See `Store.records`."""
    where, given = connection.one_of("handle", [int(one) for one in handles])
    rows = connection.execute("SELECT handle, body, created, updated, status FROM points JOIN bodies USING (rowid) "
                              f"WHERE {where}", given)
    found = {row[0]: row[1:] for row in rows}
    return [point_of(*found[handle]) for handle in handles if handle in found]


def offered(connection: Connection, handles: Sequence[Handle]) -> dict[Handle, OfferedPoint]:
    """See `Store.offered`."""
    where, given = connection.one_of("handle", [int(one) for one in handles])
    rows = connection.execute("SELECT handle, body, created, updated, status, reported FROM points JOIN bodies USING (rowid) "
                              f"WHERE {where}", given)
    return {handle: offered_of(*row) for handle, *row in rows}


def updated_since(connection: Connection, moment: int) -> Handles:
    """See `Store.updated_since`; microseconds since 1970."""
    rows = connection.execute("SELECT handle FROM points WHERE updated >= ? AND handle IS NOT NULL", (moment,))
    return np.fromiter((handle for [handle] in rows), np.int64)


_SHARED = (f"SELECT {EVSE_KEY} FROM points WHERE evseid IS NOT NULL GROUP BY {EVSE_KEY} HAVING count(*) > 1",
           "SELECT charge_point_id FROM points GROUP BY charge_point_id HAVING count(*) > 1",
           "SELECT charging_station_id FROM points WHERE charging_station_id IS NOT NULL GROUP BY charging_station_id "
           "HAVING min(station) <> max(station)")


def shared_names(connection: Connection) -> tuple[set[str], set[str], set[str]]:
    """See `Store.shared_names`."""
    evse_keys, labels, stations = ({name for [name] in connection.execute(statement)} for statement in _SHARED)
    return evse_keys, labels, stations


def ids_and_dates(connection: Connection, handles: Sequence[Handle]) -> dict[Handle, tuple[PointId, datetime]]:
    """See `Store.ids_and_dates`."""
    where, given = connection.one_of("handle", [int(one) for one in handles])
    rows = connection.execute(f"SELECT handle, id, updated FROM points WHERE {where}", given)
    return {handle: (id, time_of(updated)) for handle, id, updated in rows}


def columns(connection: Connection, since: Seq | None, on_progress: OnProgress) -> PointColumns:
    """All points, or those that changed after a change, in quadkey order."""
    seq = last_seq(connection)
    table = connection.columns(since, on_progress)
    gone = [] if since is None else connection.gone(since)
    order = np.lexsort((table["arrival"], table["quadkey"]))
    arrays = {name: np.ascontiguousarray(table[name][order]) for name in TYPES}
    return PointColumns(**arrays, deleted=np.array(gone, np.int64), seq=seq)  # type: ignore[arg-type]  # of the types in TYPES


def new_statuses(connection: Connection, since: Seq) -> NewStatuses | None:
    """See `Store.new_statuses`."""
    table = connection.new_statuses(since)
    if table is None:
        return None
    order = np.lexsort((table["seq"], table["handle"]))
    handle, status = table["handle"][order].astype(np.int64), table["status"][order].astype(np.uint8)
    newest = np.append(handle[1:] != handle[:-1], True)[:len(handle)]
    return NewStatuses(handle[newest], status[newest], last_seq(connection))


_CHANGES = ("SELECT handle, rowid, seq, quadkey IS NOT NULL, coalesce(lon, 'nan'), coalesce(lat, 'nan'), status, "
            "coalesce(power, 'nan'), plugs, coalesce(charging_type, 255), authentication, coalesce(reservable, 0), station "
            "FROM points WHERE +handle IS NOT NULL AND")
_GONE = ("SELECT handle, seq FROM gone WHERE seq > ? "
         "AND NOT EXISTS (SELECT 1 FROM points WHERE points.handle = gone.handle)")
_GONE_TYPE = np.dtype([("handle", "<i8"), ("seq", "<i8")])


def point_changes(connection: Connection, since: Seq, unplaced: bool, most: int) -> PointChanges | None:
    """See `Store.point_changes`."""
    where, given = connection.changed_since(since)
    rows = connection.execute(f"{_CHANGES} {where} LIMIT ?", (*given, most + 1)).fetchall()
    if len(rows) > most:
        return None
    if unplaced:  # a + leaves the index of a column aside: that of points without a position is short
        rows += connection.execute(f"{_CHANGES} quadkey IS NULL AND +seq <= ?", (since,)).fetchall()
    gone = np.array(connection.execute(_GONE, (since,)).fetchall(), _GONE_TYPE)
    return PointChanges(np.array(rows, CHANGED), gone["handle"], gone["seq"], last_seq(connection))


def changed(connection: Connection, since: tuple[Seq, int], limit: int) -> list[ChangedPoint]:
    """See `Store.changed`."""
    return [ChangedPoint(seq, rowid, bool(new), point_of(*rest)) for seq, rowid, new, *rest in connection.changed(since, limit)]


def reached(connection: Connection, reader: str) -> tuple[Seq, int] | None:
    """See `Store.reached`."""
    row = connection.execute("SELECT seq, arrival FROM readers WHERE name = ?", (reader,)).fetchone()
    return row and (Seq(row[0]), row[1])


def conditions(connection: Connection, id: PointId) -> Conditions | None:
    """See `Store.conditions`."""
    row = connection.execute("SELECT body FROM points JOIN bodies USING (rowid) WHERE id = ?", (id,)).fetchone()
    return row and conditions_of(row[0])


def last_seq(connection: Connection) -> Seq:
    """The number of the last change."""
    return Seq(connection.execute("SELECT seq FROM state").fetchone()[0])


def origins(connection: Connection) -> dict[str, int]:
    """See `Store.origins`."""
    return dict(connection.execute("SELECT origin, count(*) FROM points GROUP BY origin ORDER BY origin"))


def heard(connection: Connection) -> dict[str, datetime]:
    """See `Store.heard`."""
    return {origin: time_of(at) for origin, at in connection.execute("SELECT origin, heard FROM origins")}


def holds(connection: Connection, origin: str | None) -> bool:
    """See `Store.holds`."""
    where, given = ("TRUE", ()) if origin is None else ("origin = ?", (origin,))
    return bool(connection.execute(f"SELECT EXISTS (SELECT 1 FROM points WHERE {where})", given).fetchone()[0])


def counts(connection: Connection) -> Counts:
    """See `Store.counts`."""
    return Counts(*connection.execute("SELECT CAST(coalesce(sum(points), 0) AS BIGINT), count(*) "
                                      "FROM (SELECT count(*) AS points FROM points GROUP BY station) AS stations").fetchone())
