"""What feeds say of the status of points, kept beside them: the quick way, which doesn't touch a point that stays as it is."""
# ruff: noqa: S608 - statements are put together from constants of this package; values are bound

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from wirelane_geo.model import Status, StatusReport
from wirelane_geo.model.evse_ids import evse_key
from wirelane_geo.store._interface import ToldCounts
from wirelane_geo.store._rows import Row, microseconds
from wirelane_geo.store._schema import EVSE_KEY
from wirelane_geo.store._writing import hear, next_seq

MOST_WAITING = 100_000
"""Reports of a feed that are kept for points which aren't there."""
FEW = 2_000
"""So many reports are looked up one by one, more of them by reading all of the feed's."""

_UNKNOWN = Status.UNKNOWN.number
_PUT = "INSERT OR REPLACE INTO reports (feed, ref, key, point, status, at) VALUES (?, ?, ?, ?, ?, ?)"


class _Report(NamedTuple):
    """A row of `reports` without its feed and key."""

    ref: str
    point: str | None
    status: int
    at: int


def tell(connection: sqlite3.Connection, feed: str, reports: Iterable[StatusReport], now: int, *, complete: bool = False,
         again: bool = False) -> ToldCounts:
    """Keep what a feed says, and show it where it counts; `now` in microseconds since 1970. See `Store.tell`."""
    given = {report.ref: report for report in _by_date(reports)}
    known = _known(connection, feed, None if complete or again or len(given) > FEW else list(given))
    changed, older = _compared(given, known, now)
    if complete:
        changed |= {ref: _Report(ref, before.point, _UNKNOWN, now) for ref, before in known.items()
                    if ref not in given and before.status != _UNKNOWN}
    waiting = [ref for ref in given if (before := known.get(ref)) is None or before.point is None]
    points = _points_of(connection, waiting, feed)
    found = {ref: _Report(ref, points[ref], *(changed.get(ref) or known[ref])[2:]) for ref in waiting
             if ref in points and (ref in changed or ref in known)}
    changed |= found
    unmatched = sum(ref not in points for ref in waiting)
    kept = _bounded(connection, feed, changed, known)
    dated = [row for row in kept if (before := known.get(row.ref)) and (before.point, before.status) == (row.point, row.status)]
    connection.executemany("UPDATE reports SET at = ? WHERE feed = ? AND ref = ?", [(row.at, feed, row.ref) for row in dated])
    fresh = {row.ref for row in kept}.difference(row.ref for row in dated) if dated else None
    put = kept if fresh is None else [row for row in kept if row.ref in fresh]
    connection.executemany(_PUT, [(feed, row.ref, evse_key(row.ref), row.point, row.status, row.at) for row in put])
    everything = [row.point for row in (known | changed).values()] if again else [row.point for row in kept]
    shown = show(connection, [point for point in everything if point is not None], now)
    hear(connection, [feed], now)
    return ToldCounts(told=len(given), changed=shown, unmatched=unmatched, older=older)


def match(connection: sqlite3.Connection, rows: Sequence[Row], now: int) -> int:
    """Give points that came now the statuses that were told before them. Returns how many there were."""
    if connection.execute("SELECT 1 FROM reports WHERE point IS NULL LIMIT 1").fetchone() is None:
        return 0
    by_key = {key: (row.id, row.origin) for row in rows for text in (row.point.charge_point_id, row.point.evseid)
              if text and (key := evse_key(text))}
    evse_keys = {evse_key(row.point.evseid) for row in rows if row.point.evseid}
    there = {id for [id] in connection.execute("SELECT id FROM points WHERE id IN (SELECT value FROM json_each(?))",
                                               (json.dumps([id for id, _ in by_key.values()]),))}
    waiting = connection.execute("SELECT feed, ref, key FROM reports WHERE point IS NULL "
                                 "AND key IN (SELECT value FROM json_each(?))", (json.dumps(list(by_key)),)).fetchall()
    found = [(by_key[key][0], feed, ref) for feed, ref, key in waiting
             if by_key[key][0] in there and (key in evse_keys or by_key[key][1] == feed)]
    connection.executemany("UPDATE reports SET point = ? WHERE feed = ? AND ref = ?", found)
    show(connection, [point for point, *_ in found], now)
    return len(found)


def show(connection: sqlite3.Connection, points: Collection[str], now: int, *, force: bool = False) -> int:
    """Give points the freshest status that a feed which is believed says of them. One of which none says anything keeps what it
    has, with `force` it becomes UNKNOWN. Returns how many changed."""
    if not points:
        return 0
    wanted = json.dumps(list(points))
    best = {point: (status, at) for point, status, at in connection.execute(
        "SELECT point, status, at FROM reports WHERE point IN (SELECT value FROM json_each(?)) "
        "AND feed NOT IN (SELECT feed FROM feed_states WHERE silent) ORDER BY at, feed", (wanted,))}
    changes = []
    for id, rowid, status, updated, reported in connection.execute(
            "SELECT id, rowid, status, updated, coalesce(reported, updated) FROM points "
            "WHERE id IN (SELECT value FROM json_each(?))", (wanted,)).fetchall():
        after, at = best.get(id, (_UNKNOWN, now) if force else (status, reported))
        if after != status and (force or status == _UNKNOWN or at >= reported):
            changes.append((after, max(updated, min(at, now)), at if after != _UNKNOWN else 0, rowid))
    if changes:
        seq = next_seq(connection)
        connection.executemany(f"UPDATE points SET status = ?, updated = ?, reported = ?, seq = {seq} WHERE rowid = ?", changes)
    return len(changes)


def silence(connection: sqlite3.Connection, feed: str, now: int) -> int:
    """Nothing that a feed said is believed any more: its points have the status that another one says, or UNKNOWN."""
    connection.execute("INSERT INTO feed_states VALUES (?, 1, '{}') ON CONFLICT (feed) DO UPDATE SET silent = 1", (feed,))
    points = [point for [point] in connection.execute("SELECT point FROM reports WHERE feed = ? AND point IS NOT NULL", (feed,))]
    return show(connection, points, now, force=True)


def _by_date(reports: Iterable[StatusReport]) -> list[StatusReport]:
    """In the order of their dates, those without one where they stand: of two of a point the last one counts."""
    given = list(reports)
    if len({report.ref for report in given}) == len(given):
        return given
    return sorted(given, key=lambda report: report.at.timestamp() if report.at else float("inf"))


def _known(connection: sqlite3.Connection, feed: str, refs: list[str] | None) -> dict[str, _Report]:
    where, given = ("", ()) if refs is None else (" AND ref IN (SELECT value FROM json_each(?))", (json.dumps(refs),))
    rows = connection.execute(f"SELECT ref, point, status, at FROM reports WHERE feed = ?{where}", (feed, *given))
    return {row[0]: _Report(*row) for row in rows}


def _compared(given: dict[str, StatusReport], known: dict[str, _Report], now: int) -> tuple[dict[str, _Report], int]:
    """What is to be written, and how many reports are older than what is known. One without a date is of now."""
    changed, older = {}, 0
    for ref, report in given.items():
        before, status = known.get(ref), report.status.number
        at = now if report.at is None else min(microseconds(report.at), now)
        if before is None:
            changed[ref] = _Report(ref, None, status, at)
        elif at < before.at:
            older += 1
        elif status != before.status or (report.at is not None and at > before.at):
            changed[ref] = _Report(ref, before.point, status, at)
    return changed, older


def _points_of(connection: sqlite3.Connection, refs: Sequence[str], feed: str) -> dict[str, str]:
    """The points that are meant: by their EVSE ID, in any spelling; else by what the same feed calls them."""
    if not refs:
        return {}
    keys = {ref: evse_key(ref) for ref in refs}
    by_key: dict[str, str] = {}
    for key, id in connection.execute(f"SELECT {EVSE_KEY}, id FROM points WHERE {EVSE_KEY} IN (SELECT value FROM json_each(?)) "
                                      "ORDER BY origin <> ?, rowid", (json.dumps([key for key in keys.values() if key]), feed)):
        by_key.setdefault(key, id)
    found = {ref: by_key[key] for ref, key in keys.items() if key in by_key}
    rest = [ref for ref in refs if ref not in found]
    return found | dict(connection.execute(
        "SELECT charge_point_id, id FROM points WHERE charge_point_id IN (SELECT value FROM json_each(?)) AND +origin = ? "
        "ORDER BY rowid DESC", (json.dumps(rest), feed)))


def _bounded(connection: sqlite3.Connection, feed: str, changed: dict[str, _Report],
             known: dict[str, _Report]) -> list[_Report]:
    """What is written: of reports for points that aren't there no more than MOST_WAITING."""
    new = [ref for ref, row in changed.items() if row.point is None and ref not in known]
    if not new:
        return list(changed.values())
    [waiting] = connection.execute("SELECT count(*) FROM reports WHERE feed = ? AND point IS NULL", (feed,)).fetchone()
    dropped = set(new[max(0, MOST_WAITING - waiting):])
    return [row for ref, row in changed.items() if ref not in dropped]
