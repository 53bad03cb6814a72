"""Lists of locations of OCPI that are pushed to us, each location as a whole: what one has no more is unknown.

What they had is kept in the store, as any process may take the next list: under names that no location has which is pushed alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path

import msgspec

from wirelane_geo.feeds import taking
from wirelane_geo.feeds.config import Feed
from wirelane_geo.feeds.known_records import Known, KnownRecord, KnownRecords
from wirelane_geo.importers import Version, read_location, version_of
from wirelane_geo.model import ChargePoint, PointId, Status
from wirelane_geo.store import Store

_RECORD, _PLACE = msgspec.json.Decoder(tuple[tuple[str, ...], Version | None]), msgspec.json.Decoder(tuple[str | None, str])


def take_list(store: Store, feed: Feed, path: Path, rank: Sequence[str], looked: taking.FeedContents, *,
              again: bool) -> taking.FeedContents:
    """Take a list into the store, see `taking.take`. Raises StoreError."""
    known = KnownRecords()
    known.records, _ = _known(store, feed, looked.records)
    taken = taking.take(store, feed, [path], rank, again=again, changes=True, looked=looked, known=known)
    with store.transaction():
        if left := _keep(store, feed, taken.records, taken.called):
            store.retract(feed.origin, left, set(left.values()))
    return taken


def called_in_list(store: Store, origin: str, key: str) -> dict[PointId, str]:
    """The points that a location had when it was in a list last, and what each was called. Raises StoreError."""
    names = {_name("point", id): id for record in _listed(store, origin, [key]).values() for id in record.ids}
    return {names[name]: _PLACE.decode(body)[1] for name, body in store.locations(origin, names).items()}


def _listed(store: Store, origin: str, keys: Iterable[str]) -> Known:
    """What locations had when they were in a list last, by their keys; they are to be read all the same."""
    names = {_name("location", key): key for key in keys}
    return {names[name]: _record(body) for name, body in store.locations(origin, names).items()}


def _known(store: Store, feed: Feed, keys: Iterable[str]) -> tuple[Known, dict[PointId, str]]:
    """The same, with what locations had that were pushed alone, and the newer date of the two; and what points of these are
    called."""
    called = dict[PointId, str]()
    found, names = _listed(store, feed.origin, keys), {key.upper(): key for key in keys if key.isprintable()}
    for name, body in store.locations(feed.origin, names).items():
        location = msgspec.json.decode(body)
        ids = {point.id: taking.status_of(point).ref for point in read_location(location, feed.name)
               if isinstance(point, ChargePoint) and point.id and point.status is not Status.CLOSED}
        called |= ids
        alone = KnownRecord(b"", tuple(ids), version_of(location)._replace(evses=frozenset()))
        before = found.setdefault(names[name], alone)
        newer = before.version is not None and alone.version is not None and alone.version.outdoes(before.version)
        found[names[name]] = KnownRecord(b"", tuple({*ids, *before.ids}), alone.version if newer else before.version)
    return found, called


def _keep(store: Store, feed: Feed, records: Known, called: Mapping[PointId, str]) -> dict[PointId, str]:
    """Keep which points locations have, and of each point where it is and what it is `called`. Those that they had before and
    have no more, nor any other location that came since, with what they were called, "" where that isn't known."""
    bodies = {_name("location", key): msgspec.json.encode((record.ids, record.version)) for key, record in records.items()}
    at = {id: _digest(key) for key, record in records.items() for id in record.ids}
    (before, alone), origin = _known(store, feed, records), feed.origin
    gone = {id: key for key, record in before.items() for id in record.ids if id not in at}
    bodies |= {_name("point", id): msgspec.json.encode((key, called.get(id, ""))) for id, key in at.items()}
    known = store.locations(origin, [*bodies, *(_name("point", id) for id in gone)])
    places = {id: _PLACE.decode(known[name]) if (name := _name("point", id)) in known else (None, "") for id in gone}
    here = {id: ref or alone.get(id, "") for id, (place, ref) in places.items() if place in (None, _digest(gone[id]))}
    elsewhere = {id for id in here if _is_elsewhere(store, origin, id, gone[id])}
    changed = {name: body for name, body in bodies.items() if known.get(name) != body}
    store.set_locations(origin, changed | {_name("point", id): msgspec.json.encode((None, here[id])) for id in elsewhere})
    return {id: ref for id, ref in here.items() if id not in elsewhere}


def _is_elsewhere(store: Store, origin: str, id: PointId, key: str) -> bool:
    """Whether a point, of which the feed itself has the facts, is at another location that was pushed alone."""
    found, sources = store.get("id", id), store.told_by(id)
    if found is None or sources is None or sources.facts != origin:
        return False
    place = "*".join((*key.split("*", 2)[:2], found.charging_station_id or "")).upper()
    return place != key.upper() and place.isprintable() and bool(store.locations(origin, [place]))


def _record(body: bytes) -> KnownRecord:
    ids, version = _RECORD.decode(body)
    return KnownRecord(b"", tuple(map(PointId, ids)), version)


def _name(kind: str, of: str) -> str:
    return f"{kind} in a list: {_digest(of)}"


def _digest(of: str) -> str:
    """Of whatever somebody calls a location: half a letter, and any length."""
    return blake2b(of.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
