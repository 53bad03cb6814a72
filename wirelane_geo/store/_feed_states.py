"""How each feed is, and the locations that were pushed to it, as bytes: what they mean is known to `feeds` alone."""

from wirelane_geo.store._connection import Connection


def states(connection: Connection) -> dict[str, tuple[bool, str]]:
    """See `Store.feed_states`."""
    return {feed: (bool(silent), body) for feed, silent, body in connection.execute("SELECT feed, silent, body FROM feed_states")}


def set_state(connection: Connection, feed: str, silent: bool, body: str) -> None:
    """See `Store.set_feed_state`."""
    connection.execute("INSERT INTO feed_states VALUES (?, ?, ?) ON CONFLICT (feed) DO UPDATE SET silent = excluded.silent, "
                       "body = excluded.body", (feed, int(silent), body))


def location(connection: Connection, feed: str, place: str) -> bytes | None:
    """See `Store.location`."""
    found = connection.execute("SELECT body FROM locations WHERE feed = ? AND place = ?", (feed, place)).fetchone()
    return None if found is None else bytes(found[0])


def set_location(connection: Connection, feed: str, place: str, body: bytes) -> None:
    """See `Store.set_location`."""
    connection.execute("INSERT INTO locations VALUES (?, ?, ?) ON CONFLICT (feed, place) DO UPDATE SET body = excluded.body",
                       (feed, place, body))
