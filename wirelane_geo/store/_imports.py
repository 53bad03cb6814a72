"""Records of files and feeds: which point each is of, and whether it knows something newer than is known already."""
# ruff: noqa: S608 - statements are put together from constants of this package; values are bound

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import starmap
from typing import Literal, NamedTuple

import msgspec

from wirelane_geo.model import ChargePoint, PointId, Status
from wirelane_geo.model.evse_ids import evse_key
from wirelane_geo.model.precedence import Standing, moved, outdoes
from wirelane_geo.store._connection import Connection
from wirelane_geo.store._interface import Kept, UpsertCounts
from wirelane_geo.store._rows import Row, known_time, made_id, rows_of, time_of
from wirelane_geo.store._schema import EVSE_KEY
from wirelane_geo.store._writing import Writes, delete

_COLUMNS = ("rowid, id, charging_point_id, identity, status, updated, recorded, reported, charge_point_id, evseid, "
            "charging_station_id, body, origin")
_CLOSED, _UNKNOWN = Status.CLOSED.number, Status.UNKNOWN.number

Left = tuple[ChargePoint, Literal["record", "status"]]
"""A record that didn't count, or whose status didn't."""


class _StoredPoint(NamedTuple):
    """A point as it is in the store: a row of `_COLUMNS`."""

    rowid: int
    id: PointId
    charging_point_id: str | None
    identity: str | None
    status: int
    updated: int
    recorded: int | None
    reported: int | None
    charge_point_id: str
    evseid: str | None
    station: str | None
    body: bytes
    origin: str

    @property
    def standing(self) -> Standing:
        """Of the record that was read last."""
        return Standing(self.recorded, self.status == _CLOSED, self.station)

    @property
    def undated(self) -> bool:
        """Whether nobody has said when anything of it was true: its date is that of its import."""
        return self.recorded is None and self.reported == 0

    @property
    def since(self) -> int | None:
        """Since when its status is known; of what an earlier version wrote, since its last change."""
        if self.reported is None:
            return known_time(self.updated)
        return None if self.reported < 0 and self.status == _UNKNOWN else known_time(abs(self.reported))


def take(connection: Connection, given: Sequence[Row], origin: str, now: int, kept: Kept,
         rank: Sequence[str] = ()) -> UpsertCounts:
    """Add points, or bring those that are there to what newer records of them say; `now` in microseconds since 1970. `rank`: see
    `Store.take`."""
    there = _known(connection, given, origin, identities=bool(rank))
    if rank:
        there |= _of_others(connection, [row for row in given if row.id not in there], origin)
    writes, new = Writes(connection), dict[PointId, tuple[int, Row]]()
    older = elsewhere = 0
    for row in given:
        known = there.get(row.id)
        if known is None and row.id not in new:
            new[row.id] = writes.insert(row), row
            continue
        known = known or _as_known(*new[row.id])
        taken_over = bool(rank) and known.origin != origin
        if taken_over and _stands_before(known.origin, origin, rank):
            elsewhere += 1
            continue
        if not taken_over and (row.recorded, row.status, row.body) == (known.recorded, known.status, known.body):
            writes.leave(known.rowid)
            continue
        if not taken_over and not outdoes(row.standing, known.standing, tie=True):
            kept(row.point, "record")
            older += 1
            continue
        brought = _with_status(row, known, now, kept)
        if known.id != row.id:
            brought = _renamed(brought, known)
        if taken_over:
            writes.update(known.rowid, brought)
        else:
            _bring(writes, brought, known)
        there[row.id] = _as_known(known.rowid, brought)
    return replace(writes.done(), older=older, elsewhere=elsewhere)


def _stands_before(other: str, origin: str, rank: Sequence[str]) -> bool:
    return other in rank and (origin not in rank or rank.index(other) < rank.index(origin))


def _bring(writes: Writes, row: Row, known: _StoredPoint) -> None:
    if (known.undated and row.recorded is not None) or (row.status, row.body) != (known.status, known.body):
        writes.update(known.rowid, row)
        return
    dates = row.recorded, row.reported
    writes.leave(known.rowid, None if dates == (known.recorded, known.reported) and row.identity == known.identity else row)


def _with_status(row: Row, known: _StoredPoint, now: int, kept: Kept) -> Row:
    """The row with the status that counts: its own where it has one that isn't older than the known one, or where the point
    was closed down elsewhere."""
    at = row.recorded or now
    if moved(row.standing, known.standing) or (
            row.point.status is not Status.UNKNOWN and (known.since is None or at >= known.since)):
        return row if (known.reported or 0) >= 0 or at >= known.updated else replace(
            row, point=msgspec.structs.replace(row.point, update_date=time_of(known.updated)), reported=-at)
    if row.point.status is not Status.UNKNOWN and row.status != known.status:
        kept(row.point, "status")
    date = time_of(row.updated if known.undated else max(row.updated, known.updated))
    point = msgspec.structs.replace(row.point, status=tuple(Status)[known.status], update_date=date)
    return replace(row, point=point, reported=known.since or 0 if known.reported is None else known.reported)


def _renamed(row: Row, known: _StoredPoint) -> Row:
    """The row of a point that has another id, which it keeps."""
    point = msgspec.structs.replace(row.point, id=known.id, charging_point_id=known.charging_point_id or known.id)
    [renamed] = rows_of([point], row.origin)
    return replace(renamed, identity=row.id, recorded=row.recorded, reported=row.reported)


def _as_known(rowid: int, row: Row) -> _StoredPoint:
    point = row.point
    return _StoredPoint(rowid, row.id, point.charging_point_id, row.identity, row.status, row.updated, row.recorded, row.reported,
                  point.charge_point_id, point.evseid, point.charging_station_id, row.body, row.origin)


# --- which point it is -----------------------------------------------------------------------------------------------

def _known(connection: Connection, rows: Sequence[Row], origin: str, *, identities: bool = False) -> dict[PointId, _StoredPoint]:
    """The points that are there of these rows, by the rows' ids. `identities`: some may be known to imports by others."""
    there = {known.id: known for known in _select(connection, "id", (row.id for row in rows))}
    [before] = connection.execute("SELECT made_before FROM earlier").fetchone()
    if before > 1 or identities:
        there |= {PointId(known.identity): known for known in _select(connection, "identity", (row.id for row in rows))
                  if known.identity}
    if before > 1:
        _join_old(connection, rows, origin, there, before)
    return there


def _of_others(connection: Connection, rows: Sequence[Row], origin: str) -> dict[PointId, _StoredPoint]:
    """Points of other origins with the EVSE IDs of these rows, where each has one point and one row only."""
    by_key: dict[str, list[Row]] = {}
    for row in rows:
        if row.point.evseid:
            by_key.setdefault(evse_key(row.point.evseid), []).append(row)
    found: dict[str, list[_StoredPoint]] = {}
    for known in _select(connection, EVSE_KEY, by_key):
        if known.origin not in (origin, "demo", "api") and known.evseid:
            found.setdefault(evse_key(known.evseid), []).append(known)
    return {by_key[key][0].id: known[0] for key, known in found.items() if len(known) == len(by_key[key]) == 1}


def _join_old(connection: Connection, rows: Sequence[Row], origin: str, there: dict[PointId, _StoredPoint],
              before: int) -> None:
    """Points that earlier versions made, with ids of another kind. They told two spellings of one EVSE ID apart: what they made
    of the others becomes this point, or goes."""
    missing = [row for row in rows if row.id not in there]
    old = _select(connection, "id", (made_id(row.point, origin) for row in missing))
    by_id = {known.id: known for known in old if known.identity is None}
    for row in missing:
        if (known := by_id.pop(made_id(row.point, origin), None)) is not None:
            there[row.id] = known
    by_key: dict[str, list[_StoredPoint]] = {}
    for known in _select(connection, EVSE_KEY, {evse_key(row.point.evseid) for row in rows if row.point.evseid}, origin):
        if known.rowid < before and known.identity is None and known.id == _old_id(known, origin):
            by_key.setdefault(evse_key(known.evseid or ""), []).append(known)
    gone = []
    for row in rows if by_key else ():
        for known in by_key.get(evse_key(row.point.evseid or ""), ()):
            taken = there.get(row.id)
            if taken is None and _is_same(row.point, known):
                there[row.id] = known
            elif taken is not None and taken.rowid != known.rowid and _is_same(row.point, known):
                gone.append(known.rowid)
    used = {known.rowid for known in there.values()}
    delete(connection, [rowid for rowid in dict.fromkeys(gone) if rowid not in used])


def _is_same(point: ChargePoint, known: _StoredPoint) -> bool:
    """Of two with one EVSE ID: not where a station has both, under names of their own."""
    return evse_key(point.charge_point_id) == evse_key(known.charge_point_id) or point.charging_station_id != known.station


def _old_id(known: _StoredPoint, origin: str) -> PointId:
    return made_id(ChargePoint(charge_point_id=known.charge_point_id, evseid=known.evseid), origin)


def _select(connection: Connection, column: str, values: Iterable[str], origin: str | None = None) -> list[_StoredPoint]:
    where, given = connection.one_of(column, values)
    if origin is not None:
        where, given = f"{where} AND origin || '' = ?", (*given, origin)  # so that no index of the origins is used
    return list(starmap(_StoredPoint, connection.execute(
        f"SELECT {_COLUMNS} FROM points JOIN bodies USING (rowid) WHERE {where} ORDER BY rowid", given)))
