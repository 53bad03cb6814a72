"""What a feed said of points, and says no more, without saying anything else of them: it is UNKNOWN."""
# ruff: noqa: S608 - statements are put together from constants of this package; values are bound

from collections.abc import Collection, Sequence

from wirelane_geo.model import PointId, Status
from wirelane_geo.store import _reports
from wirelane_geo.store._connection import Connection
from wirelane_geo.store._reports import but_these, show

_UNKNOWN = Status.UNKNOWN.number


def drop(connection: Connection, feed: str, but: Collection[PointId], now: int, refs: Collection[str] | None) -> int:
    """See `Store.drop`."""
    gone = _reports.drop(connection, feed, but, now)
    if refs is not None:
        said = connection.execute("SELECT ref, point FROM reports WHERE feed = ? AND status <> ? AND point IS NOT NULL",
                                  (feed, _UNKNOWN)).fetchall()
        left = [(ref, point) for ref, point in said if ref not in refs]
        connection.executemany(f"UPDATE reports SET status = {_UNKNOWN} WHERE feed = ? AND ref = ?",
                               [(feed, ref) for ref, _ in left])
        show(connection, {point for _, point in left}, now)
    return gone


def retract(connection: Connection, feed: str, ids: Collection[PointId], now: int, *, others: bool = False) -> int:
    """See `Store.retract`."""
    if others:
        return _retract(connection, feed, list(but_these(connection, feed, ids)), now)
    where, given = connection.one_of("coalesce(identity, id)", ids)
    return _retract(connection, feed, [id for [id] in connection.execute(
        f"SELECT id FROM points WHERE {where} AND EXISTS (SELECT 1 FROM reports WHERE reports.point = points.id AND feed = ?)",
        (*given, feed))], now)


def _retract(connection: Connection, feed: str, points: Sequence[str], now: int) -> int:
    connection.executemany(f"UPDATE reports SET status = {_UNKNOWN} WHERE feed = ? AND point = ?", [(feed, id) for id in points])
    return show(connection, points, now)
