"""A location of OCPI with its parts, EVSEs and connectors: what one that is put or patched makes of it. Knows no store.

Each object has a date of its own, `last_updated`, and the newer one counts, object by object: so that neither what comes late nor
what comes twice changes anything.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from wirelane_geo.errors import BadInput
from wirelane_geo.importers import parsed_date

Object = dict[str, Any]

_PARTS = (("evses", "uid"), ("connectors", "id"))
"""Of a location and of an EVSE: where its parts are, and what they are known by."""
ID = ("id", "uid", "id")
"""What an object is known by, by its depth: location, EVSE, connector."""
NAMES = ("location", "EVSE", "connector")
_NEVER = datetime(1, 1, 1, tzinfo=UTC)
_IN_OPERATION = frozenset(("status", "last_updated"))


def same(one: Any, other: Any) -> bool:
    """Whether two ids are the same: OCPI compares them without case."""
    return str(one).casefold() == str(other).casefold()


def find(location: Object, ids: Sequence[str]) -> Object | None:
    """The object that ids lead to: of an EVSE, and of one of its connectors; None where there is none."""
    found: Object | None = location
    for depth, id in enumerate(ids):
        name, key = _PARTS[depth]
        found = None if found is None else _find(_list(found, name), key, id)
    return found


def dated(given: Object, depth: int, now: datetime, around: str | None = None) -> Object:
    """An object whose dates can be compared: one in the future counts as now, a part without one has that of what is `around` it.
    Each part is there once.

    Raises BadInput where it has none at all, or parts of another shape.
    """
    said = given.get("last_updated")
    moment = parsed_date(said) if isinstance(said, str) else None
    text = around if moment is None else _text(now) if moment > now else said
    if text is None:
        raise BadInput(f"last_updated of the {NAMES[depth]} is missing, or no date.")
    found = given | {"last_updated": text}
    if depth < len(_PARTS) and (name := _PARTS[depth][0]) in given:
        parts, key = given[name], _PARTS[depth][1]
        if not isinstance(parts, list) or not all(isinstance(part, dict) and part.get(key) not in (None, "") for part in parts):
            raise BadInput(f"{name} has to be a list of objects, each with its {key}.")
        found[name] = _each_once([dated(part, depth + 1, now, text) for part in parts], key)
    return found


def _each_once(parts: Sequence[Object], key: str) -> list[Object]:
    """Of parts of one id the newest; of one date one that isn't free."""
    found = dict[str, Object]()
    for part in parts:
        known = found.setdefault(str(part[key]).casefold(), part)
        if (_date(part), not _is_free(part)) >= (_date(known), not _is_free(known)):
            found[str(part[key]).casefold()] = part
    return list(found.values())


def _is_free(part: Object) -> bool:
    return str(part.get("status")).upper() == "AVAILABLE"


def put(before: Object | None, given: Object, depth: int) -> Object:
    """What an object becomes where another one comes for it: of each part the newer one. What isn't in a list of parts any more
    goes, unless it is newer; where the list is missing all parts stay."""
    if before is None:
        return given
    own = given if _date(given) >= _date(before) else before
    if depth == len(_PARTS) or _PARTS[depth][0] not in given:
        kept = {} if depth == len(_PARTS) else {name: before[name] for name in (_PARTS[depth][0],) if name in before}
        return own | kept
    name, key = _PARTS[depth]
    here = {str(part.get(key)).casefold(): part for part in _list(before, name)}
    parts = [put(here.pop(str(part[key]).casefold(), None), part, depth + 1) for part in given[name]]
    newest = latest(given, depth)
    return own | {name: [*parts, *(part for part in here.values() if latest(part, depth + 1) > newest)]}


def put_at(location: Object, ids: Sequence[str], given: Object, depth: int = 0) -> Object:
    """A location in which a part, that ids lead to, becomes what `put` makes of it; what is around it is there."""
    if not ids:
        return put(location, given, depth)
    name, key = _PARTS[depth]
    parts = _list(location, name)
    if _find(parts, key, ids[0]) is None:
        return location | {name: [*parts, given]}
    return location | {name: [put_at(part, ids[1:], given, depth + 1) if same(part.get(key), ids[0]) else part for part in parts]}


def patched(before: Object, changes: Object) -> Object:
    """An object with some fields changed; those that become null are left out."""
    return {name: value for name, value in (before | changes).items() if value is not None}


def latest(given: Object, depth: int) -> datetime:
    """The newest date of an object and its parts."""
    return max(map(_date, _all(given, depth)))


def shown(given: Object, depth: int) -> Object:
    """An object as OCPI wants to see it: what is around a part is as new as that."""
    found = given | {"last_updated": max(_all(given, depth), key=_date)["last_updated"]}
    if depth < len(_PARTS) and (name := _PARTS[depth][0]) in given:
        found = found | {name: [shown(part, depth + 1) for part in given[name]]}
    return found


class Difference(NamedTuple):
    """EVSEs of a location that are new, or of which more than the status has changed; those of which only that has; whether
    there are some that went."""

    facts: list[Object]
    statuses: list[Object]
    gone: bool


def difference(before: Object | None, after: Object) -> Difference:
    """What has changed from one to the other."""
    there = {str(evse["uid"]).casefold(): evse for evse in _list(before, "evses")}
    around = before is None or _facts(before, "evses") != _facts(after, "evses")
    facts, statuses = [], []
    for evse in _list(after, "evses"):
        known = there.pop(str(evse["uid"]).casefold(), None)
        if around or known is None or _facts_of_evse(known) != _facts_of_evse(evse):
            facts.append(evse)
        elif known != evse:
            statuses.append(evse)
    return Difference(facts, statuses, bool(there))


def _facts(given: Object, parts: str) -> Object:
    return {name: value for name, value in given.items() if name != parts and name not in _IN_OPERATION}


def _facts_of_evse(evse: Object) -> tuple[Object, list[Object]]:
    return _facts(evse, "connectors"), [_facts(connector, "") for connector in _list(evse, "connectors")]


def _all(given: Object, depth: int) -> list[Object]:
    """An object, its parts, and theirs."""
    parts = _list(given, _PARTS[depth][0]) if depth < len(_PARTS) else []
    return [given, *(one for part in parts for one in _all(part, depth + 1))]


def _find(parts: Sequence[Object], key: str, id: str) -> Object | None:
    return next((part for part in parts if same(part.get(key), id)), None)


def _list(given: Object | None, name: str) -> list[Object]:
    return (given or {}).get(name) or []


def _date(given: Object) -> datetime:
    return parsed_date(given["last_updated"]) or _NEVER


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
