"""How each feed is, and the locations that were pushed to it, as bytes: what they mean is known to `feeds` alone."""

# ruff: noqa: S608 - statements are put together from constants of this package; values are bound

from collections.abc import Collection, Mapping

from wirelane_geo.store._connection import Connection


def states(connection: Connection) -> dict[str, tuple[bool, str]]:
    """See `Store.feed_states`."""
    return {feed: (bool(silent), body) for feed, silent, body in connection.execute("SELECT feed, silent, body FROM feed_states")}


def set_state(connection: Connection, feed: str, silent: bool, body: str) -> None:
    """See `Store.set_feed_state`."""
    connection.execute("INSERT INTO feed_states VALUES (?, ?, ?) ON CONFLICT (feed) DO UPDATE SET silent = excluded.silent, "
                       "body = excluded.body", (feed, int(silent), body))


def locations(connection: Connection, feed: str, places: Collection[str]) -> dict[str, bytes]:
    """See `Store.locations`."""
    where, given = connection.one_of("place", places)
    return {place: bytes(body) for place, body in connection.execute(
        f"SELECT place, body FROM locations WHERE feed = ? AND {where}", (feed, *given))}


def set_locations(connection: Connection, feed: str, bodies: Mapping[str, bytes]) -> None:
    """See `Store.set_locations`."""
    connection.executemany("INSERT INTO locations VALUES (?, ?, ?) ON CONFLICT (feed, place) DO UPDATE SET body = excluded.body",
                           [(feed, place, body) for place, body in bodies.items()])
