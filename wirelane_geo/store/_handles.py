"""The handles of a store's points: each is given once, when the point comes, and kept beside it."""

from collections.abc import Sequence

from wirelane_geo.model import Handle, PointId
from wirelane_geo.model.identity import free_handle, handles_of
from wirelane_geo.store._connection import Connection


def network(connection: Connection) -> str:
    """The id of the network that the store holds."""
    return str(connection.execute("SELECT id FROM network").fetchone()[0])


def new_handles(connection: Connection, ids: Sequence[PointId]) -> list[Handle]:
    """The handles of new points; none of them is another point's. Two of a million would have the same one in one of 18,000
    networks: the second of them gets its next one, and keeps it."""
    name = network(connection)
    first = handles_of(name, ids).tolist()
    where, given = connection.one_of("handle", first)
    taken = {handle for (handle,) in connection.execute(f"SELECT handle FROM points WHERE {where}", given)}  # noqa: S608
    handles = []
    for id, handle in zip(ids, first, strict=True):
        if handle in taken:
            taken |= {other for (other,) in connection.execute("SELECT handle FROM points")}
            handle = free_handle(name, id, taken)
        taken.add(handle)
        handles.append(handle)
    return handles


def without_handle(connection: Connection) -> bool:
    """Whether an earlier version wrote points that have no handle yet."""
    [there] = connection.execute("SELECT EXISTS (SELECT 1 FROM points WHERE handle IS NULL)").fetchone()
    return bool(there)


def give_handles(connection: Connection, limit: int) -> bool:
    """Give handles to points that have none yet, in the order of their arrival, so many at a time; whether there were any. What
    was copied of the columns is no longer true then."""
    found = connection.execute("SELECT rowid, id FROM points WHERE handle IS NULL ORDER BY rowid LIMIT ?", (limit,)).fetchall()
    handles = new_handles(connection, [id for _, id in found])
    connection.executemany("UPDATE points SET handle = ? WHERE rowid = ?",
                           [(handle, rowid) for handle, (rowid, _) in zip(handles, found, strict=True)])
    if found:
        connection.execute("UPDATE state SET stamp = NULL")
    return bool(found)
