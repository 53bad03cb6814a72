"""The EVSEs in a file of OCPI Locations, each a row with its location."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from wirelane_geo.importers import _json
from wirelane_geo.importers._fields import entries, plain, snake
from wirelane_geo.importers._notes import Note
from wirelane_geo.importers._reader import Reject, Row
from wirelane_geo.importers.source import Source
from wirelane_geo.model.evse_ids import evse_key

Object = dict[str, Any]


def rows(source: Source, passes_over: Callable[[Any], bool] = lambda _: False) -> Iterator[Row | Reject | Note]:
    """Each EVSE with its location, numbered through. A location without EVSEs is noted: there is no charge point. `passes_over`
    says of each location whether it is left out."""
    number, new = 0, False
    for entry in _json.records(source):
        if not isinstance(entry, tuple):
            yield entry
            continue
        place, raw = entry
        if passes_over(raw):
            continue
        raw = unwrapped(raw)
        location = plain(raw)
        evses = _evses(location)
        new = new or (number == 0 and evses is None and _stations(location))
        if new and evses is None:
            evses = _evses_of_stations(location)
        if evses is None and isinstance(location, dict) and _stations(location):
            yield Note(None, _id(location), "charging_stations", "a location of OCPI 3.0 among older ones, not read")
        elif evses is None:
            number += 1
            yield Reject(number, _id(location), "a value of the wrong kind", f"entry {place} is no location", raw)
        elif not evses:
            yield Note(None, _id(location), "evses", "a location without EVSEs, no charge point")
        else:
            yield from _rows(location, raw, evses, number)
            number += len(evses)


def unwrapped(raw: Any) -> Any:
    """A location; of a feature of GeoJSON its properties, with its geometry and its id where they have none; what GraphQL has in
    a "node" and JSON:API in "attributes"."""
    if not isinstance(raw, dict) or "evses" in raw:
        return raw
    if raw.get("type") == "Feature" and isinstance(properties := raw.get("properties"), dict):
        outside = {"id": raw.get("id"), "coordinates": raw.get("geometry")}
        return outside | {name: value for name, value in properties.items() if value is not None}
    if isinstance(node := raw.get("node"), dict):
        return node
    inside = raw.get("attributes")
    return {"id": raw.get("id"), **inside} if isinstance(inside, dict) else raw


def of_location(location: Object) -> Iterator[Row | Reject]:
    """Each EVSE of one location that is in memory, with OCPI's own names."""
    return _rows(location, location, entries(location.get("evses"), IS_EVSE) or [], 0)


def shared_evse_keys(location: Object) -> set[str]:
    """What all spellings have in common of each EVSE ID that several EVSEs of a location share."""
    return {key for key in _shared(entries(location.get("evses"), IS_EVSE) or []) if key is not None}


def _rows(location: Object, raw: Object, evses: list[Any], before: int) -> Iterator[Row | Reject]:
    around = _without_evses(location)
    outside, originals = (around, evses) if location is raw else (_without_evses(raw), _evses_as_written(raw) or evses)
    once = dict[str, Any]()
    given = _shared(evses) if len(evses) > 1 else ()
    for number, (evse, written) in enumerate(zip(evses, originals, strict=True), start=before + 1):
        original = {"location": outside, "evse": written}
        if isinstance(evse, dict):
            shared = bool(given) and _key(evse) in given
            yield Row(number, original, {"location": around, "evse": evse, "shared": shared, "once": once})
        else:
            yield Reject(number, _id(location), "a value of the wrong kind", "an EVSE that isn't an object", original)


def _without_evses(location: Object) -> Object:
    return {name: inner for name, inner in location.items() if snake(name) not in _INNER}


def _evses_as_written(raw: Object) -> list[Any] | None:
    return entries(next((inner for name, inner in raw.items() if snake(name) == "evses"), None), IS_EVSE)


_INNER = frozenset(("evses", "charging_stations"))

IS_EVSE = frozenset(("uid", "evse_id", "connectors", "status"))
"""Names that an EVSE has."""
_IS_LOCATION = frozenset(("id", "coordinates", "address", "party_id", "country_code"))


def _evses(location: Any) -> list[Any] | None:
    """The EVSEs of a location: none where it is silent about them; None where it isn't a location."""
    if not isinstance(location, dict) or ("evses" not in location and _stations(location)):
        return None
    evses = location.get("evses")
    if evses is None:
        return [] if _IS_LOCATION & location.keys() and not ({"evse_id", "connectors"} & location.keys()) else None
    return entries(evses, IS_EVSE)


def _stations(location: Any) -> bool:
    return isinstance(location, dict) and isinstance(location.get("charging_stations"), list)


def _evses_of_stations(location: Object) -> list[Any]:
    """Those of OCPI 3.0, where they are in the stations of a location."""
    return [evse for station in location["charging_stations"] if isinstance(station, dict)
            for evse in station.get("evses") or () if isinstance(station.get("evses"), list)]


def _shared(evses: list[Any]) -> set[str | None]:
    """EVSE IDs that stand on several EVSEs of one location, with uids of their own."""
    told = {(_key(evse), str(evse.get("uid"))) for evse in evses if isinstance(evse, dict)}
    keys = Counter(key for key, _ in told) if len({key for key, _ in told}) < len(told) else {}
    return {key for key, count in keys.items() if count > 1}


def _key(evse: Object) -> str | None:
    given = evse.get("evse_id")
    return evse_key(given) if isinstance(given, str) else None


def _id(location: Any) -> str | None:
    given = location.get("id") if isinstance(location, dict) else None
    return str(given) if isinstance(given, str | int) else None
