"""What feeds say of stations and sites as a whole: that nobody can charge there, whatever was said of their points.

A point is at a station and a site as its feed's table says (its station, and `sites`), or as the feed said with a status of it.
What was never said to be shut isn't kept.
"""
# ruff: noqa: S608 - statements are put together from constants of this package; values are bound

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from wirelane_geo.model import PlaceReport, Status
from wirelane_geo.store._connection import Connection
from wirelane_geo.store._rows import microseconds

_OPEN = (Status.FREE.number, Status.UNKNOWN.number)
_SHUT = f"status NOT IN {_OPEN}"

Shut = dict[str, dict[str, tuple[int, int]]]
"""By point and feed: the status of a point that is at a place which is shut, and when that was said."""


class Moved(NamedTuple):
    """What a tell made otherwise. points: those at the places, with when they were said to be shut where they no longer are, else
    -1. told: how much was told. nowhere: places that are shut, and no point is at."""

    points: dict[str, int]
    told: int
    nowhere: tuple[str, ...]


def tell(connection: Connection, feed: str, reports: Collection[PlaceReport], now: int, *, complete: bool) -> Moved:
    """Keep what a feed says; with `complete`, what it said before and doesn't any more isn't so. `now` in microseconds since
    1970. An older report never overwrites a newer one; of two of one time one counts that isn't FREE."""
    at_others = _keep_sites(connection, feed, reports)
    given = _each_once(reports, now)
    opened = {report.place: min(microseconds(report.at), now) for report in reports if report.status is Status.FREE and report.at
              and not report.field}
    if not (given or at_others or complete or opened):
        return Moved({}, 0, ())
    known = {(place, field): (status, at) for place, field, status, at in connection.execute(
        "SELECT place, field, status, at FROM place_reports WHERE feed = ?", (feed,))}
    changed = {key: (status, at) for key, (status, at) in given.items() if (before := known.get(key)) != (status, at)
               and (status not in _OPEN if before is None else at >= before[1])}
    changed |= {key: (Status.FREE.number, opened[key[0]]) for key, (status, at) in known.items()
                if status not in _OPEN and key not in given and at < opened.get(key[0], 0)}
    if complete:
        changed |= {key: (Status.UNKNOWN.number, at) for key, (status, at) in known.items()
                    if key not in given and status not in _OPEN}
    connection.executemany("INSERT INTO place_reports (feed, place, field, status, at) VALUES (?, ?, ?, ?, ?) "
                           "ON CONFLICT (feed, place, field) DO UPDATE SET status = excluded.status, at = excluded.at",
                           [(feed, *key, *row) for key, row in changed.items()])
    shut = {place for (place, _), (status, _) in (known | changed).items() if status not in _OPEN}
    since = dict.fromkeys(shut & at_others, -1)
    for (place, field), (status, _) in changed.items():
        before = known.get((place, field))
        lifted = before is not None and before[0] not in _OPEN and status in _OPEN
        if lifted or status not in _OPEN:
            since[place] = max(since.get(place, -1), before[1] if lifted and before else -1)
    points, found = _points_at(connection, feed, since)
    nowhere = {place for (place, _), (status, _) in given.items() if status not in _OPEN and place in since} - found
    return Moved(points, len(given), tuple(sorted(nowhere)))


def points_at_shut(connection: Connection, feed: str) -> set[str]:
    """The points that are at places which a feed says are shut."""
    shut = [place for [place] in connection.execute(f"SELECT place FROM place_reports WHERE feed = ? AND {_SHUT}", (feed,))]
    return set(_points_at(connection, feed, dict.fromkeys(shut, -1))[0])


def any_shut(connection: Connection) -> bool:
    """Whether any place is said to be shut."""
    return connection.execute(f"SELECT 1 FROM place_reports WHERE {_SHUT} LIMIT 1").fetchone() is not None


def shut_of(connection: Connection, points: Iterable[str]) -> Shut:
    """Which of some points are at a place that a feed which is believed says is shut. Of two places one counts that is out of
    order."""
    shut: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for feed, place, status, at in connection.execute(
            f"SELECT feed, place, status, at FROM place_reports WHERE {_SHUT} "
            "AND feed NOT IN (SELECT feed FROM feed_states WHERE silent = 1)"):
        shut.setdefault((feed, place), []).append((status, at))
    found: Shut = {}
    for point, feed, *places in _places_of(connection, points) if shut else ():
        said = [one for place in places for one in shut.get((feed, place), ())]
        if said:
            said.append(found.get(point, {}).get(feed, said[0]))
            status = max(status for status, _ in said)
            found.setdefault(point, {})[feed] = status, max(at for _, at in said)
    return found


def _keep_sites(connection: Connection, feed: str, reports: Iterable[PlaceReport]) -> set[str]:
    """Keep at which sites stations are. Returns the sites that have other stations now."""
    given = {report.place: report.site for report in reports if report.site not in (None, report.place)}
    if not given:
        return set()
    where, values = connection.one_of("station", given)
    known = dict(connection.execute(f"SELECT station, site FROM sites WHERE feed = ? AND {where}", (feed, *values)))
    changed = {station: site for station, site in given.items() if site is not None and known.get(station) != site}
    connection.executemany("INSERT INTO sites (feed, station, site) VALUES (?, ?, ?) "
                           "ON CONFLICT (feed, station) DO UPDATE SET site = excluded.site",
                           [(feed, station, site) for station, site in changed.items()])
    return set(changed.values())


def _each_once(reports: Iterable[PlaceReport], now: int) -> dict[tuple[str, str], tuple[int, int]]:
    given: dict[tuple[str, str], tuple[int, int]] = {}
    for report in reports:
        if report.field and report.status is not Status.UNKNOWN:
            key, status = (report.place, report.field), report.status.number
            at = now if report.at is None else min(microseconds(report.at), now)
            given[key] = max(given.get(key, (status, at)), (status, at), key=lambda said: (said[1], said[0]))
    return given


def _points_at(connection: Connection, feed: str, since: Mapping[str, int]) -> tuple[dict[str, int], set[str]]:
    """The points that are at places, each with the latest of their times, and the places that have any."""
    if not since:
        return {}, set()
    where, places = connection.one_of("site", since)
    sites = dict(connection.execute(f"SELECT station, site FROM sites WHERE feed = ? AND {where}", (feed, *places)))
    at_station, stations = connection.one_of("station", {*since, *sites})
    at_point, _ = connection.one_of("charging_station_id", {*since, *sites})
    rows = [*connection.execute("SELECT point, station, site FROM reports WHERE feed = ? AND point IS NOT NULL "
                                f"AND ({at_station} OR {where})", (feed, *stations, *places)),
            *connection.execute(f"SELECT id, charging_station_id, NULL FROM points WHERE {at_point} AND origin || '' = ?",
                                (*stations, feed))]
    points, found = dict[str, int](), set[str]()
    for point, station, site in rows:
        at = [str(place) for place in (station, site, sites.get(station)) if place in since]
        points[point] = max([points.get(point, -1), *(since[place] for place in at)])
        found.update(at)
    return points, found


def _places_of(connection: Connection, points: Iterable[str]) -> list[tuple[str, ...]]:
    """Of each point, for each feed: itself, the feed, station, site, and the site of that station; None where not known."""
    ids = list(points)
    told, given = connection.one_of("point", ids)
    own, _ = connection.one_of("id", ids)
    return connection.execute(
        "SELECT at.point, at.feed, at.station, at.site, sites.site FROM ("
        f"SELECT point, feed, station, site FROM reports WHERE {told} UNION ALL "
        f"SELECT id, origin, charging_station_id, NULL FROM points WHERE {own}) AS at "
        "LEFT JOIN sites ON sites.feed = at.feed AND sites.station = at.station", (*given, *given)).fetchall()
