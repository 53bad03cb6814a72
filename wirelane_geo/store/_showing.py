"""What points are shown as, of all that feeds say of them and of where they are."""
# ruff: noqa: S608 - statements are put together from constants of this package; values are bound

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from wirelane_geo.model import Status
from wirelane_geo.store._connection import Connection
from wirelane_geo.store._place_reports import Shut, shut_of
from wirelane_geo.store._rows import status_date
from wirelane_geo.store._schema import EVSE_KEY
from wirelane_geo.store._writing import next_seq

_UNKNOWN, _FREE = Status.UNKNOWN.number, Status.FREE.number
_GIVES_WAY = (_FREE, _UNKNOWN)
"""What a place that is shut is stronger than: a point that is in use, or broken, is so."""


def show(connection: Connection, points: Collection[str], now: int, *, force: bool = False,
         shut_until: Mapping[str, int] | None = None) -> int:
    """Give points, and those that share their EVSE IDs, the freshest status that a feed which is believed says of them. One of
    which none says anything keeps what it has, with `force` it becomes UNKNOWN. `shut_until`: points that were shut by what was
    said of their place at that time, and are no longer: what was said until then gives way. Returns how many changed."""
    if not points:
        return 0
    shown = [*_themselves(connection, points), *_twins(connection, points)]
    shut = shut_of(connection, {own for _, own, *_ in shown})
    best, until = _best(connection, points, shut), shut_until or {}
    changes = {}
    for id, own, evse, rowid, status, updated, reported in shown:
        since, opened = updated if reported is None else abs(reported), until.get(id, -1)
        unsaid = (_UNKNOWN, now, evse) if force else (_UNKNOWN, opened, evse) if opened >= 0 else (status, since, evse)
        after, at, key = best.get(id, unsaid)
        if evse is not None and key != evse:
            continue  # it is told of by a name that isn't the twin's
        if own != id:
            after, at = where_shut(after, at, max(shut.get(own, {}).values(), default=None))
        if after != status and (force or status == _UNKNOWN or max(at, opened) >= since):
            told = 0 if status == _UNKNOWN and (reported or 0) >= 0 else status_date(updated, reported)
            dated = -at if after == _UNKNOWN or at < told else at
            changes[rowid] = (after, max(updated, min(at, now)), dated, rowid)
    if changes:
        connection.set_statuses(list(changes.values()), next_seq(connection, ()))
    return len(changes)


def where_shut(status: int, at: int, shut: tuple[int, int] | None) -> tuple[int, int]:
    """A point's status, and since when, where it is at a place that is shut (`Shut`)."""
    return (status, at) if shut is None or status not in _GIVES_WAY else (shut[0], max(shut[1], at))


def _best(connection: Connection, points: Collection[str], shut: Shut) -> dict[str, tuple[int, int, str]]:
    """Of each point the status that is the freshest, since when, and what all spellings of what it was called have in common."""
    where, given = connection.one_of("point", points)
    said: Iterable[tuple[str, str, int, int, str]] = connection.execute(
        f"SELECT point, feed, status, at, key FROM reports WHERE {where} "
        "AND feed NOT IN (SELECT feed FROM feed_states WHERE silent = 1) "
        f"ORDER BY at, CASE status WHEN {_UNKNOWN} THEN 0 WHEN {_FREE} THEN 1 ELSE 2 END, feed", given)
    if shut:
        of_feeds = {(point, feed): (status, at, key) for point, feed, status, at, key in said}
        for point in shut.keys() & set(points):
            for feed, closing in shut[point].items():
                own, since, key = of_feeds.get((point, feed), (_UNKNOWN, 0, ""))
                of_feeds[point, feed] = *where_shut(own, since, closing), key
        said = sorted(((*names, *last) for names, last in of_feeds.items()), key=_freshness)
    return {point: (status, at, key) for point, _, status, at, key in said}


def _freshness(said: tuple[str, str, int, int, str]) -> tuple[int, int, str]:
    """The order in which `_best` reads what was said."""
    _, feed, status, at, _ = said
    return at, 0 if status == _UNKNOWN else 1 if status == _FREE else 2, feed


def _themselves(connection: Connection, points: Collection[str]) -> list[tuple[Any, ...]]:
    where, given = connection.one_of("id", points)
    return connection.execute("SELECT id, id, NULL, rowid, status, updated, reported FROM points "
                              f"WHERE {where}", given).fetchall()


def _twins(connection: Connection, points: Collection[str]) -> list[tuple[Any, ...]]:
    """Points of which no feed says anything, and which share the EVSE ID of one of these: as `_themselves`, with that one's id
    before their own, and what all spellings of the EVSE ID have in common."""
    one, other = (EVSE_KEY.replace("evseid", f"{name}.evseid") for name in ("one", "other"))
    where, given = connection.one_of("one.id", points)
    return connection.execute(
        f"SELECT one.id, other.id, {one}, other.rowid, other.status, other.updated, other.reported "
        f"FROM points AS one JOIN points AS other ON {other} = {one} AND other.origin = one.origin AND other.rowid <> one.rowid "
        f"WHERE {where} AND one.evseid <> '' AND NOT EXISTS (SELECT 1 FROM reports WHERE reports.point = other.id "
        "AND reports.at > 0)",
        given).fetchall()
