"""What a feed said of points, and says no more, without saying anything else of them: it is UNKNOWN."""
# ruff: noqa: S608 - statements are put together from constants of this package; values are bound

from collections.abc import Collection

from wirelane_geo.model import PointId, Status
from wirelane_geo.store import _reports
from wirelane_geo.store._connection import Connection
from wirelane_geo.store._showing import show

_UNKNOWN = Status.UNKNOWN.number


def drop(connection: Connection, feed: str, but: Collection[PointId], now: int, refs: Collection[str] | None) -> int:
    """See `Store.drop`."""
    gone = _reports.drop(connection, feed, but, now)
    if refs is not None:
        retract_but(connection, feed, refs, now)
    return gone


def withdraw(connection: Connection, feed: str, ids: Collection[PointId], station: str, refs: Collection[str], now: int) -> int:
    """See `Store.withdraw`."""
    gone = _reports.withdraw(connection, feed, ids, station, now)
    where, given = connection.one_of("ref", refs)
    left = connection.execute(f"SELECT ref, point FROM reports WHERE feed = ? AND station = ? AND point IS NOT NULL AND {where}",
                              (feed, station, *given)).fetchall()
    _unsay(connection, feed, left, now)
    return gone


def retract_but(connection: Connection, feed: str, refs: Collection[str], now: int) -> int:
    """See `Store.retract_but`."""
    said = connection.execute("SELECT ref, point FROM reports WHERE feed = ? AND status <> ? AND point IS NOT NULL",
                              (feed, _UNKNOWN)).fetchall()
    return _unsay(connection, feed, [(ref, point) for ref, point in said if ref not in refs], now)


def _unsay(connection: Connection, feed: str, said: Collection[tuple[str, str]], now: int) -> int:
    """What a feed said is UNKNOWN, of points that are given with what it calls them. Returns how many are shown otherwise."""
    connection.executemany(f"UPDATE reports SET status = {_UNKNOWN} WHERE feed = ? AND ref = ?", [(feed, ref) for ref, _ in said])
    return show(connection, {point for _, point in said}, now)


def retract(connection: Connection, feed: str, ids: Collection[PointId], refs: Collection[str], now: int) -> int:
    """See `Store.retract`."""
    where, given = connection.one_of("ref", refs)
    points = {id for [id] in connection.execute(
        f"SELECT point FROM reports WHERE feed = ? AND point IS NOT NULL AND {where}", (feed, *given))}
    for column in ("id", "identity"):  # whoever had a point first has given it its id
        where, given = connection.one_of(column, ids)
        said = "EXISTS (SELECT 1 FROM reports WHERE reports.point = points.id AND feed = ?)"
        points.update(id for [id] in connection.execute(f"SELECT id FROM points WHERE {where} AND {said}", (*given, feed)))
    connection.executemany(f"UPDATE reports SET status = {_UNKNOWN} WHERE feed = ? AND point = ?", [(feed, id) for id in points])
    return show(connection, points, now)
