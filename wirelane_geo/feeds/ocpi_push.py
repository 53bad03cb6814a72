"""Locations of OCPI that a feed pushes to us, whole or in parts: kept as they came, and brought into the store. Knows no HTTP.

Whoever takes it, of several processes, does it within one transaction: read what is kept, put the part into it, keep that, and
bring the points or statuses that have changed. So the order is that of the objects' dates, and nothing has to be remembered.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from wirelane_geo.errors import BadInput
from wirelane_geo.feeds import _location_parts as parts
from wirelane_geo.feeds._location_parts import NAMES, Object
from wirelane_geo.feeds.config import Feed
from wirelane_geo.feeds.followers import replace_demo
from wirelane_geo.feeds.listed_records import called_in_list
from wirelane_geo.feeds.push import Receiver
from wirelane_geo.feeds.state import fresh, keep, now, states
from wirelane_geo.feeds.taking import status_of
from wirelane_geo.importers import location_key, read_location, shared_evse_keys
from wirelane_geo.model import ChargePoint, PointId
from wirelane_geo.model.evse_ids import evse_key
from wirelane_geo.store import Store

LARGEST_LOCATION = 8 << 20
"""Bytes of a location with all that was put into it: a large car park's has half a megabyte."""
MOST_LOCATIONS = 500_000
"""Of a feed."""
LONGEST_ID = 100
PRIVATE = "not to be published"
"""Why an EVSE that isn't to be published is no point; that is no mistake."""


class NotKept(BadInput):
    """There is no location, EVSE or connector of this id."""


class OtherParty(BadInput):
    """The location is not of a party that the feed is of."""


class Place(NamedTuple):
    """Which object is meant, as the address of OCPI has it: country, party, location, then `ids` of an EVSE and a connector."""

    country: str
    party: str
    location: str
    ids: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What a location is kept under: OCPI doesn't tell cases apart."""
        return f"{self.country}*{self.party}*{self.location}".upper()

    @property
    def owner(self) -> str:
        """Country and party, as "DE*ABC"."""
        return f"{self.country}*{self.party}".upper()

    def __str__(self) -> str:
        return "/".join((self.country, self.party, self.location, *self.ids))


class Done(NamedTuple):
    """What came of a push: whether the object is new, and what there is to say, None where it was taken as it is."""

    created: bool
    said: str | None = None


@dataclass
class _Effect:
    """What a change of a location brings: of its points, how many more there are now, and how many were rejected for what."""

    points: int = 0
    rejected: Counter[str] = field(default_factory=Counter)


class PushedLocations:
    """OCPI's receiver. Thread-safe; everything may raise StoreError."""

    def __init__(self, store: Store, receiver: Receiver) -> None:
        self._store, self._receiver = store, receiver

    def admits(self, tokens: Sequence[bytes]) -> Feed | None:
        """The feed whose key is one of these."""
        return self._receiver.of_token(tokens)

    def get(self, feed: Feed, place: Place) -> Object:
        """An object as it is kept. Raises NotKept, OtherParty."""
        self._check(feed, place)
        location = self._kept(feed, place)
        found = None if location is None else parts.find(location, place.ids)
        if found is None:
            raise _not_kept(place, 0 if location is None else len(place.ids))
        return parts.shown(found, len(place.ids))

    def put(self, feed: Feed, place: Place, given: Object) -> Done:
        """Take an object as a whole. Raises BadInput for what can't be one, OtherParty, and NotKept where what is around an EVSE
        or a connector isn't there."""
        depth = len(place.ids)
        _check_ids(place, given)
        whole = parts.dated(given if depth else {"country_code": place.country, "party_id": place.party} | given, depth, now())

        def made(before: Object | None) -> Object:
            for around in range(depth):
                if before is None or parts.find(before, place.ids[:around]) is None:
                    raise _not_kept(place, around)
            return whole if before is None else parts.put_at(before, place.ids, whole)

        return self._change(feed, place, made)

    def patch(self, feed: Feed, place: Place, given: Object) -> Done:
        """Change some fields of an object. Raises BadInput, OtherParty, NotKept."""
        depth = len(place.ids)
        _check_ids(place, given, required=False)
        changes = parts.dated(given, depth, now())

        def made(before: Object | None) -> Object:
            known = None if before is None else parts.find(before, place.ids)
            if before is None or known is None:
                raise _not_kept(place, 0 if before is None else depth)
            return parts.put_at(before, place.ids, parts.patched(known, changes))

        return self._change(feed, place, made)

    def _kept(self, feed: Feed, place: Place) -> Object | None:
        body = self._store.locations(feed.origin, [place.key]).get(place.key)
        return None if body is None else msgspec.json.decode(body)

    def _check(self, feed: Feed, place: Place) -> None:
        """Refuse what isn't the feed's: of other parties than are said to be its, or than came first."""
        state = states(self._store).get(feed.name)
        known = parties_of(feed) or ((state.party,) if state and state.party else ())
        if known and place.owner not in known:
            raise OtherParty(f"The feed {feed.name} is of {', '.join(known)}, not of {place.owner}. `parties` in feeds.toml says "
                             "whose locations it may push.")

    def _change(self, feed: Feed, place: Place, made: Callable[[Object | None], Object]) -> Done:
        self._check(feed, place)
        with self._receiver.alone(feed) as rank:
            with self._store.transaction():
                state = fresh(feed, states(self._store).get(feed.name))
                before = self._kept(feed, place)
                after, brought = made(before), _Effect()
                if before is None and state.locations >= MOST_LOCATIONS:
                    raise BadInput(f"There are {MOST_LOCATIONS:,} locations of this feed, and no more are kept.")
                if state.silent:  # it is believed again, all that it said
                    keep(self._store, feed, msgspec.structs.replace(state, silent=False))
                self._store.tell(feed.origin, (), again=state.silent)
                if after != before:
                    self._keep(feed, place, after)
                    self._bring(feed, rank, before, after, brought)
            self._note(feed, place, brought, new=before is None, news=after != before)
        replace_demo(self._store)
        created = before is None or parts.find(before, place.ids) is None
        if after == before:
            return Done(created, "Nothing is changed: what is known is the same, or newer.")
        return Done(created, _told(brought.rejected))

    def _keep(self, feed: Feed, place: Place, after: Object) -> None:
        body = msgspec.json.encode(after)
        if len(body) > LARGEST_LOCATION:
            raise BadInput(f"The location has more than {LARGEST_LOCATION >> 20} MiB.")
        self._store.set_locations(feed.origin, {place.key: body})

    def _bring(self, feed: Feed, rank: Sequence[str], before: Object | None, after: Object, brought: _Effect) -> None:
        """Bring what has changed: points, or, the quick way, statuses alone."""
        changed, shared = parts.difference(before, after), shared_evse_keys(after)
        if shared != shared_evse_keys(before or {}):  # which decides what points are known by
            changed = parts.Difference(after.get("evses") or [], [], changed.gone)
        if changed.facts or changed.gone or before is None:
            found, rejected = _read(feed, after, changed.facts)
            if rejected and not found and set(rejected) != {PRIVATE}:
                raise BadInput(f"No EVSE of it can be used: {', '.join(rejected)}.")
            self._store.take(found, feed.origin, rank=rank)
            self._tell(feed, found, shared)
            was, here = [_read(feed, location) for location in (before or {}, after)]
            ids, in_list = _ids(here[0]), called_in_list(self._store, feed.origin, str(location_key(after)))
            called = in_list | {point.id: status_of(point).ref for point in was[0] if point.id is not None}
            if left := called.keys() - ids:
                self._store.withdraw(feed.origin, left, str(after["id"]), {called[id] for id in left})
            brought.points = len(ids) - len(_ids(was[0]))
            brought.rejected.update(here[1])
            brought.rejected.subtract(was[1])
        if changed.statuses:
            self._tell(feed, _read(feed, after, changed.statuses)[0], shared)

    def _tell(self, feed: Feed, found: Sequence[ChargePoint], shared: set[str]) -> None:
        """Tell the statuses of points; of those that share their EVSE IDs by their own ids."""
        self._store.tell(feed.origin, [
            status_of(point, shared=bool(point.evseid) and evse_key(point.evseid or "") in shared) for point in found])

    def _note(self, feed: Feed, place: Place, brought: _Effect, *, new: bool, news: bool) -> None:
        """Keep how the feed is now. How many points it has is counted here, but where it is asked for all of them as well."""
        with self._store.transaction():
            state, at = fresh(feed, states(self._store).get(feed.name)), now()
            statuses, unmatched = self._store.reports(feed.origin)
            rejected = Counter(state.rejected)
            rejected.update(brought.rejected)
            keep(self._store, feed, msgspec.structs.replace(
                state, answered_at=at, published_at=at if news else state.published_at or at, problem=None,
                problem_since=None, statuses=statuses, unmatched=unmatched,
                points=state.points + (0 if feed.url else brought.points),
                rejected={reason: count for reason, count in rejected.items() if count > 0},
                locations=state.locations + new, party=state.party or place.owner))


def parties_of(feed: Feed) -> tuple[str, ...]:
    """Whose locations a feed may push, as "DE*ABC"; none where it isn't said."""
    found = (re.sub(r"[^A-Z0-9]", "", one.upper()) for one in (feed.parties or "").split(","))
    return tuple(f"{one[:2]}*{one[2:]}" for one in found if one)


def _read(feed: Feed, location: Object, evses: Sequence[Object] | None = None) -> tuple[list[ChargePoint], Counter[str]]:
    """The points of a location, or of some of its EVSEs, and why others are none."""
    points, rejected = [], Counter[str]()
    for found in read_location(location, feed.name, None if evses is None else {str(evse.get("uid")) for evse in evses}):
        if isinstance(found, ChargePoint):
            points.append(found)
        else:
            rejected[found.reason] += 1
    return points, rejected


def _ids(points: Sequence[ChargePoint]) -> set[PointId]:
    return {point.id for point in points if point.id is not None}


def _check_ids(place: Place, given: Object, *, required: bool = True) -> None:
    """Raises BadInput where an object says that it is another one than its address does."""
    for id in (place.country, place.party, place.location, *place.ids):
        if len(id) > LONGEST_ID or not id.isprintable():
            raise BadInput(f"An id in the address has more than {LONGEST_ID} characters, or some that can't be printed.")
    depth = len(place.ids)
    own = parts.ID[depth]
    if required and given.get(own) in (None, ""):
        raise BadInput(f"{own} of the {NAMES[depth]} is missing.")
    expected = {own: (place.location, *place.ids)[-1]} | (
        {} if depth else {"country_code": place.country, "party_id": place.party})
    for name, said in expected.items():
        if name in given and not parts.same(given[name], said):
            raise BadInput(f"{name} is {str(given[name])[:LONGEST_ID]} in the body and {said} in the address.")


def _not_kept(place: Place, depth: int) -> NotKept:
    """`depth`: what is missing, location, EVSE or connector."""
    return NotKept(f"There is no {NAMES[depth]} {place._replace(ids=place.ids[:depth])}. Send it as a whole first.")


def _told(rejected: Counter[str]) -> str | None:
    """What is to be said of EVSEs that came and are no points."""
    reasons = ", ".join(f"{count} ({reason})" for reason, count in rejected.items() if count > 0)
    return f"Taken; EVSEs that are not shown: {reasons}." if reasons else None
