"""Which points are meant by what feeds say of statuses, and what is said of those that have moved."""
# ruff: noqa: S608 - statements are put together from constants of this package; values are bound

from collections.abc import Collection, Iterator, Sequence

from wirelane_geo.model import Status, StatusReport
from wirelane_geo.model.evse_ids import evse_key
from wirelane_geo.model.precedence import Standing, moved
from wirelane_geo.store._connection import Connection
from wirelane_geo.store._rows import microseconds
from wirelane_geo.store._schema import EVSE_KEY

_CLOSED = Status.CLOSED.number


def points_of(connection: Connection, refs: Sequence[str], feed: str) -> dict[str, str]:
    """The points that are meant: by their EVSE ID, in any spelling, of several that share it the first; else by their own id;
    else by what the same feed calls them, where it calls one alone so: a status that may be of another point is nobody's."""
    if not refs:
        return {}
    keys = {ref: evse_key(ref) for ref in refs}
    by_key: dict[str, str] = {}
    where, given = connection.one_of(EVSE_KEY, [key for key in keys.values() if key])
    for key, id in connection.execute(f"SELECT {EVSE_KEY}, id FROM points WHERE {where} ORDER BY origin <> ?, rowid",
                                      (*given, feed)):
        by_key.setdefault(key, id)
    found = {ref: by_key[key] for ref, key in keys.items() if key in by_key}
    left = [ref for ref in refs if ref not in found]
    for column in ("identity", "id"):
        where, given = connection.one_of(column, left)
        found |= dict(connection.execute(f"SELECT {column}, id FROM points WHERE {where} AND origin || '' = ?", (*given, feed)))
    where, given = connection.one_of("charge_point_id", [ref for ref in refs if ref not in found])
    return found | dict(connection.execute(
        f"SELECT charge_point_id, min(id) FROM points WHERE {where} AND origin || '' = ? GROUP BY charge_point_id "
        "HAVING count(*) = 1", (*given, feed)))


def without_moved(connection: Connection, feed: str, reports: Sequence[StatusReport]) -> list[StatusReport]:
    """Reports, but those that close a point at one station, while another one of them, or the feed's record of it, has it living
    at another one."""
    closed = {report.ref for report in reports if report.status is Status.CLOSED and report.station is not None}
    if not closed:
        return list(reports)
    keys, alive = {evse_key(ref) for ref in closed}, dict[str, list[Standing]]()
    for report in reports:
        if report.station is not None and report.status is not Status.CLOSED and (key := evse_key(report.ref)) in keys:
            alive.setdefault(key, []).append(Standing(None, False, report.station))
    for ref, at in [*_records(connection, feed, closed).items(), *_told_at(connection, feed, closed)]:
        alive.setdefault(evse_key(ref), []).append(at)
    return [report for report in reports if report.ref not in closed or report.status is not Status.CLOSED or not any(
        moved(Standing(None, True, report.station), at) for at in alive.get(evse_key(report.ref), ()))]


def _told_at(connection: Connection, feed: str, refs: Collection[str]) -> Iterator[tuple[str, Standing]]:
    """Where each point is by what the feed told of it last, of those whose facts another one gives."""
    where, given = connection.one_of("ref", refs)
    for ref, status, station in connection.execute(
            f"SELECT ref, reports.status, reports.station FROM reports JOIN points ON points.id = reports.point WHERE feed = ? "
            f"AND points.origin <> feed AND reports.station IS NOT NULL AND {where}", (feed, *given)).fetchall():
        yield ref, Standing(None, status == _CLOSED, station)


def living(connection: Connection, feed: str, reports: Sequence[StatusReport]) -> set[str]:
    """What points are called, of these reports, that live where the report says: it is of the record that counts of them."""
    given = {report.ref: report for report in reports if report.station is not None and report.status is not Status.CLOSED
             and report.at is not None}
    return {ref for ref, at in _records(connection, feed, given).items()
            if (report := given[ref]).at and at == Standing(microseconds(report.at), False, report.station)}


def _records(connection: Connection, feed: str, refs: Collection[str]) -> dict[str, Standing]:
    """The record that counts of each point, as far as it is the feed's."""
    if not refs:
        return {}
    points = points_of(connection, list(refs), feed)
    where, given = connection.one_of("id", set(points.values()))
    found = {id: Standing(recorded, status == _CLOSED, station) for id, recorded, status, station in connection.execute(
        f"SELECT id, recorded, status, charging_station_id FROM points WHERE {where} AND origin || '' = ?", (*given, feed))}
    return {ref: found[id] for ref, id in points.items() if id in found}
