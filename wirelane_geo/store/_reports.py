"""What feeds say of the status of points, kept beside them: the quick way, which doesn't touch a point that stays as it is."""
# ruff: noqa: S608 - statements are put together from constants of this package; values are bound

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from wirelane_geo.model import PlaceReport, PointId, Status, StatusReport
from wirelane_geo.model.evse_ids import evse_key
from wirelane_geo.store import _place_reports
from wirelane_geo.store._connection import Connection
from wirelane_geo.store._interface import PointSources, ToldCounts
from wirelane_geo.store._report_points import living, points_of, without_moved
from wirelane_geo.store._rows import Row, microseconds, time_of
from wirelane_geo.store._schema import EVSE_KEY
from wirelane_geo.store._showing import show, where_shut
from wirelane_geo.store._writing import delete, hear

MOST_WAITING = 100_000
"""Reports of a feed that are kept for points which aren't there."""
FEW = 2_000
"""So many reports are looked up one by one, more of them by reading all of the feed's."""

_UNKNOWN, _CLOSED = Status.UNKNOWN.number, Status.CLOSED.number
_PUT = ("INSERT INTO reports (feed, ref, key, point, status, at, station, site) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (feed, ref) DO UPDATE SET key = excluded.key, point = excluded.point, status = excluded.status, "
        "at = excluded.at, station = excluded.station, site = excluded.site")


class _Report(NamedTuple):
    """A row of `reports` without its feed and key."""

    ref: str
    point: str | None
    status: int
    at: int
    station: str | None = None
    site: str | None = None

    @property
    def lasting(self) -> tuple[str | int | None, ...]:
        """All but when it was said."""
        return self.point, self.status, self.station, self.site


def tell(connection: Connection, feed: str, reports: Collection[StatusReport | PlaceReport], now: int, *, complete: bool = False,
         again: bool = False) -> ToldCounts:
    """Keep what a feed says, and show it where it counts; `now` in microseconds since 1970. See `Store.tell`."""
    places = [report for report in reports if isinstance(report, PlaceReport)]
    moved = _place_reports.tell(connection, feed, places, now, complete=complete)
    told = [report for report in reports if isinstance(report, StatusReport)]
    given, ambiguous = _each_once(connection, without_moved(connection, feed, told))
    known = _known(connection, feed, None if complete or again or len(given) > FEW else list(given))
    closed = [report for ref, report in given.items() if (row := known.get(ref)) and row.status == _CLOSED]
    changed, older = _compared(given, known, now, living(connection, feed, closed))
    if complete:
        gone = [before for ref, before in known.items() if ref not in given]
        connection.executemany("DELETE FROM reports WHERE feed = ? AND ref = ?",
                               [(feed, before.ref) for before in gone if before.point is None])
        changed |= {before.ref: before._replace(status=_UNKNOWN) for before in gone
                    if before.point is not None and before.status != _UNKNOWN}
    waiting = [ref for ref in given if (before := known.get(ref)) is None or before.point is None]
    points = points_of(connection, waiting, feed)
    found = {ref: _Report(ref, points[ref], *(changed.get(ref) or known[ref])[2:]) for ref in waiting
             if ref in points and (ref in changed or ref in known)}
    changed |= found
    unmatched = sum(ref not in points for ref in waiting)
    kept = _bounded(connection, feed, changed, known)
    _put(connection, feed, kept, known)
    everything = {row.point for row in ((known | changed).values() if again else kept) if row.point is not None}.union(
        moved.points, _place_reports.points_at_shut(connection, feed) if again else ())
    shown = show(connection, everything, now, shut_until=moved.points)
    hear(connection, [feed], now)
    return ToldCounts(told=len(given) + moved.told, changed=shown, unmatched=unmatched, older=older, ambiguous=tuple(ambiguous),
                      nowhere=moved.nowhere)


def _put(connection: Connection, feed: str, rows: Sequence[_Report], known: Mapping[str, _Report]) -> None:
    """Write reports; of what is known but for its date only that."""
    dated = [row for row in rows if (before := known.get(row.ref)) and before.lasting == row.lasting]
    connection.executemany("UPDATE reports SET at = ? WHERE feed = ? AND ref = ?", [(row.at, feed, row.ref) for row in dated])
    fresh = {row.ref for row in rows}.difference(row.ref for row in dated)
    connection.executemany(_PUT, [(feed, row.ref, evse_key(row.ref), *row[1:]) for row in rows if row.ref in fresh])


def match(connection: Connection, rows: Sequence[Row], now: int) -> int:
    """Give points that came now the statuses that were told before them, of them or of where they are. Returns how many were."""
    if _place_reports.any_shut(connection):
        show(connection, _with_ids(connection, [row.id for row in rows]), now)
    if connection.execute("SELECT 1 FROM reports WHERE point IS NULL LIMIT 1").fetchone() is None:
        return 0
    keys = {key for row in rows for text in (row.id, row.point.charge_point_id, row.point.evseid)
            if text and (key := evse_key(text))}
    where, given = connection.one_of("key", keys)
    waiting: dict[str, list[str]] = {}
    for feed, ref in connection.execute(f"SELECT feed, ref FROM reports WHERE point IS NULL AND {where}", given).fetchall():
        waiting.setdefault(feed, []).append(ref)
    found = [(id, feed, ref) for feed, refs in waiting.items() for ref, id in points_of(connection, refs, feed).items()]
    connection.executemany("UPDATE reports SET point = ? WHERE feed = ? AND ref = ?", found)
    show(connection, [point for point, *_ in found], now)
    return len(found)


def _with_ids(connection: Connection, ids: Collection[PointId]) -> set[str]:
    """The points that imports know by these ids."""
    found = set[str]()
    for column in ("id", "identity"):
        where, given = connection.one_of(column, ids)
        found.update(id for [id] in connection.execute(f"SELECT id FROM points WHERE {where}", given))
    return found


def silence(connection: Connection, feed: str, now: int) -> int:
    """Nothing that a feed said is believed any more: its points have the status that another one says, or UNKNOWN."""
    connection.execute("INSERT INTO feed_states VALUES (?, 1, '{}') ON CONFLICT (feed) DO UPDATE SET silent = 1", (feed,))
    points = {point for [point] in connection.execute("SELECT point FROM reports WHERE feed = ? AND point IS NOT NULL", (feed,))}
    return show(connection, points | _place_reports.points_at_shut(connection, feed), now, force=True)


def counts(connection: Connection, feed: str) -> tuple[int, int]:
    """See `Store.reports`."""
    known, waiting = connection.execute("SELECT count(*) FILTER (WHERE status <> ?), count(*) FILTER (WHERE point IS NULL) "
                                        "FROM reports WHERE feed = ?", (_UNKNOWN, feed)).fetchone()
    return int(known), int(waiting)


def unreported(connection: Connection, feed: str, refs: Collection[str]) -> int:
    """See `Store.unreported`."""
    kept = set(refs)
    known = connection.execute("SELECT ref FROM reports WHERE feed = ? AND status <> ?", (feed, _UNKNOWN))
    return sum(ref not in kept for [ref] in known)


def missing(connection: Connection, feed: str, ids: Collection[PointId]) -> tuple[int, int]:
    """See `Store.missing`."""
    [points] = connection.execute("SELECT count(*) FROM points WHERE origin = ?", (feed,)).fetchone()
    return int(points), len(_but(connection, feed, ids))


def drop(connection: Connection, feed: str, but: Collection[PointId], now: int) -> int:
    """See `Store.drop`."""
    return _leave(connection, feed, _but(connection, feed, but), now)


def withdraw(connection: Connection, feed: str, ids: Collection[PointId], station: str, now: int) -> int:
    """See `Store.withdraw`: of the points that have their facts from the feed."""
    where, given = connection.one_of("coalesce(identity, id)", ids)
    going = dict(connection.execute(
        f"SELECT id, rowid FROM points WHERE charging_station_id = ? AND origin || '' = ? AND {where}", (station, feed, *given)))
    return _leave(connection, feed, going, now)


def _leave(connection: Connection, feed: str, going: dict[str, int], now: int) -> int:
    """Points of a feed, by id with their numbers, leave it: to another feed that has them, or altogether."""
    where, given = connection.one_of("point", going)
    others = connection.execute(f"SELECT feed, point FROM reports WHERE {where} AND feed <> ?", (*given, feed)).fetchall()
    connection.executemany("UPDATE points SET origin = ? WHERE id = ?", others)
    told = [_Report(*row) for row in connection.execute(
        f"SELECT ref, point, status, at, station, site FROM reports WHERE {where} AND feed = ?", (*given, feed))]
    connection.execute(f"DELETE FROM reports WHERE {where} AND feed = ?", (*given, feed))
    left = {point for _, point in others}
    show(connection, left, now, force=True)  # what the one that leaves said last may be newer than all that the others say
    gone = delete(connection, [rowid for point, rowid in going.items() if point not in left])
    _pass_on(connection, feed, told, now)
    return gone


def _pass_on(connection: Connection, feed: str, told: Sequence[_Report], now: int) -> None:
    """What was told of points that have left a feed is of those of it that are called so now: a point may have got another id."""
    found = points_of(connection, [row.ref for row in told], feed)
    where, given = connection.one_of("id", set(found.values()))
    own = {id for [id] in connection.execute(f"SELECT id FROM points WHERE {where} AND origin || '' = ?", (*given, feed))}
    kept = [row._replace(point=found[row.ref]) for row in told if found.get(row.ref) in own]
    _put(connection, feed, kept, {})
    show(connection, own, now)


def forget(connection: Connection, feed: str, now: int) -> int:
    """See `Store.forget`."""
    silence(connection, feed, now)
    gone = drop(connection, feed, (), now)
    for table in ("reports", "feed_states", "locations", "sites", "place_reports"):
        connection.execute(f"DELETE FROM {table} WHERE feed = ?", (feed,))
    connection.execute("DELETE FROM origins WHERE origin = ?", (feed,))
    return gone


def told_by(connection: Connection, id: PointId) -> PointSources | None:
    """See `Store.told_by`."""
    found = connection.execute("SELECT origin FROM points WHERE id = ?", (id,)).fetchone()
    if found is None:
        return None
    rows = connection.execute(
        "SELECT reports.feed, reports.status, reports.at, coalesce(feed_states.silent, 0) FROM reports LEFT JOIN feed_states "
        "ON feed_states.feed = reports.feed WHERE reports.point = ? AND reports.at > 0", (id,)).fetchall()
    shut, terms = _place_reports.shut_of(connection, [id]).get(id, {}), tuple(Status)
    rows += [(feed, _UNKNOWN, 0, 0) for feed in shut.keys() - {feed for feed, *_ in rows}]
    said = [(feed, *where_shut(status, at, shut.get(feed)), silent) for feed, status, at, silent in rows]
    return PointSources(found[0], tuple((feed, terms[status], time_of(at), not silent) for feed, status, at, silent
                                        in sorted(said, key=lambda one: (-one[2], one[0]))))


def _but(connection: Connection, feed: str, ids: Collection[PointId]) -> dict[str, int]:
    """Ids and numbers of a feed's points, but some."""
    kept = set(ids)
    return {id: rowid for id, known_by, rowid in connection.execute(
        "SELECT id, identity, rowid FROM points WHERE origin = ?", (feed,)) if kept.isdisjoint((id, known_by))}


def _each_once(connection: Connection, given: list[StatusReport]) -> tuple[dict[str, StatusReport], set[str]]:
    """What is said of each: the newest counts, and of what is of one time, or undated, what isn't FREE. And EVSE IDs that several
    points share whose statuses contradict each other: of them nothing is known, for each may be of either."""
    found = {report.ref: report for report in given}
    if len(found) == len(given):
        return found, set()
    found = {report.ref: report for report in sorted(given, key=lambda report: (
        report.at.timestamp() if report.at else float("inf"), report.status is not Status.FREE))}
    several = {evse_key(report.ref) for report in given if report.status is not found[report.ref].status}
    shared = _shared(connection, several)
    ambiguous = {ref for ref in found if shared and evse_key(ref) in shared}
    return found | {ref: found[ref]._replace(status=Status.UNKNOWN) for ref in ambiguous}, ambiguous


def _shared(connection: Connection, keys: Collection[str]) -> set[str]:
    """Those EVSE IDs of these that several points of one origin share."""
    if not keys:
        return set()
    where, given = connection.one_of(EVSE_KEY, keys)
    return {key for [key] in connection.execute(
        f"SELECT {EVSE_KEY} FROM points WHERE {where} GROUP BY {EVSE_KEY}, origin HAVING count(*) > 1", given)}


def _known(connection: Connection, feed: str, refs: list[str] | None) -> dict[str, _Report]:
    where, given = ("TRUE", ()) if refs is None else connection.one_of("ref", refs)
    rows = connection.execute(f"SELECT ref, point, status, at, station, site FROM reports WHERE feed = ? AND {where}",
                              (feed, *given))
    return {row[0]: _Report(*row) for row in rows}


def _compared(given: dict[str, StatusReport], known: dict[str, _Report], now: int,
              moved_here: Collection[str]) -> tuple[dict[str, _Report], int]:
    """What is to be written, and how many reports are older than what is known. One without a date is of now. `moved_here`: what
    is known of these is of where they were."""
    changed, older = {}, 0
    for ref, report in given.items():
        before, status = known.get(ref), report.status.number
        at = now if report.at is None else min(microseconds(report.at), now)
        if before is None:
            changed[ref] = _Report(ref, None, status, at, *report.places)
        elif at < before.at and ref not in moved_here:
            older += 1
        else:
            station, site = report.places
            said = _Report(ref, before.point, status, at, station or before.station, site or before.site)
            if said.lasting != before.lasting or (report.at is not None and at > before.at):
                changed[ref] = said
    return changed, older


def _bounded(connection: Connection, feed: str, changed: dict[str, _Report],
             known: dict[str, _Report]) -> list[_Report]:
    """What is written: of reports for points that aren't there no more than MOST_WAITING."""
    new = [ref for ref, row in changed.items() if row.point is None and ref not in known]
    if not new:
        return list(changed.values())
    [waiting] = connection.execute("SELECT count(*) FROM reports WHERE feed = ? AND point IS NULL", (feed,)).fetchone()
    dropped = set(new[max(0, MOST_WAITING - waiting):])
    return [row for ref, row in changed.items() if ref not in dropped]
