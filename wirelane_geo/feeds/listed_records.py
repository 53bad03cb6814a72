"""Lists of locations of OCPI that are pushed to us, each location as a whole: what one has no more is unknown.

What they had is kept in the store, as any process may take the next list: under names that no location has which is pushed alone.
"""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path

import msgspec

from wirelane_geo.feeds import taking
from wirelane_geo.feeds.config import Feed
from wirelane_geo.feeds.known_records import Known, KnownRecord, KnownRecords
from wirelane_geo.importers import Version
from wirelane_geo.model import PointId
from wirelane_geo.store import Store

_READ = msgspec.json.Decoder(tuple[tuple[str, ...], Version | None])


def take_list(store: Store, feed: Feed, path: Path, rank: Sequence[str], looked: taking.FeedContents, *,
              again: bool) -> taking.FeedContents:
    """Take a list into the store, see `taking.take`. Raises StoreError."""
    known = KnownRecords()
    known.records = listed(store, feed.origin, looked.records)
    taken = taking.take(store, feed, [path], rank, again=again, changes=True, looked=looked, known=known)
    with store.transaction():
        if left := _keep(store, feed.origin, taken.records):
            store.retract(feed.origin, left)
    return taken


def listed(store: Store, origin: str, keys: Iterable[str]) -> Known:
    """What locations had when they were in a list last, by their keys; they are to be read all the same. Raises StoreError."""
    names = {_name("location", key): key for key in keys}
    return {names[name]: _record(body) for name, body in store.locations(origin, names).items()}


def _keep(store: Store, origin: str, records: Known) -> set[PointId]:
    """Keep which points locations have, and where each point is. Those that they had before and have no more, nor any other
    location that came since."""
    bodies = {_name("location", key): msgspec.json.encode((record.ids, record.version)) for key, record in records.items()}
    at = {id: _digest(key) for key, record in records.items() for id in record.ids}
    before = listed(store, origin, records)
    gone = {id: key for key, record in before.items() for id in record.ids if id not in at}
    bodies |= {_name("point", id): key.encode() for id, key in at.items()}
    known = store.locations(origin, [*bodies, *(_name("point", id) for id in gone)])
    store.set_locations(origin, {name: body for name, body in bodies.items() if known.get(name) != body})
    return {id for id, key in gone.items() if known.get(_name("point", id)) == _digest(key).encode()}


def _record(body: bytes) -> KnownRecord:
    ids, version = _READ.decode(body)
    return KnownRecord(b"", tuple(map(PointId, ids)), version)


def _name(kind: str, of: str) -> str:
    return f"{kind} in a list: {_digest(of)}"


def _digest(of: str) -> str:
    """Of whatever somebody calls a location: half a letter, and any length."""
    return blake2b(of.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
