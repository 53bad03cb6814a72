"""Which point an EVSE of OCPI is, in this file and in every other one."""

import re
from typing import Any, NamedTuple

from wirelane_geo.importers._fields import text, word
from wirelane_geo.importers._identity import point_id, says_none
from wirelane_geo.importers._notes import Notes
from wirelane_geo.importers._reader import NotAPoint
from wirelane_geo.model import PointId
from wirelane_geo.model.evse_ids import cpo_of, evse_key

ORIGIN = "ocpi"

Object = dict[str, Any]

_COUNTED = re.compile(r"\d{1,3}")
"""What some write for an EVSE ID: the number of an EVSE at its location, which others have, too."""


class Identity(NamedTuple):
    """The point's id, its operator's name for it, and its EVSE ID."""

    id: PointId
    label: str
    evseid: str | None


class Whose(NamedTuple):
    """Country, party and id of a location, and the name of its operator as a word; None, or "", each where it isn't said."""

    country: str | None
    party: str | None
    place: str | None
    operator: str


def whose(location: Object, notes: Notes) -> Whose:
    """What a location says for the ids of its EVSEs."""
    country, party, place = (text(location.get(key), key, notes) for key in ("country_code", "party_id", "id"))
    return Whose(country, party, place, word(operator_name(location)))


def identity(around: Whose, evse: Object, feed: str, *, shared: bool, notes: Notes) -> Identity:
    """Raises NotAPoint for an EVSE that has no id at all.

    It is the operator's EVSE ID that counts, unless that is a number of a few digits; where several EVSEs of a location were
    given one EVSE ID (`shared`), with their uid. Without an EVSE ID it is the location's id with the uid, and the EVSE ID is put
    together from country, party, location and uid; where the party isn't known either there is none, and the label carries the
    location.
    """
    uid = text(evse.get("uid"), "uid", notes) or text(evse.get("id"), "id", notes)
    given = text(evse.get("evse_id"), "evse_id", notes)
    if given is not None and _COUNTED.fullmatch(given):
        uid, given = uid or given, None
    given = None if given is None or says_none(given) else given
    if uid is None and given is None:
        raise NotAPoint("no identifier")
    country, party, place, called = around
    operator = evse_key(country + party) if country and party else cpo_of(given or "") or called or feed
    if given is not None and (key := evse_key(given)):
        own = (uid or "",) if shared else ()
        return Identity(point_id(ORIGIN, operator, "evse", key, *own), uid or given, given)
    id = point_id(ORIGIN, operator, "uid", place or "", uid or "")
    if country and party:
        notes.add("no evse_id, EVSE ID made from country, party, location and uid", "evse_id")
        return Identity(id, str(uid), f"{country}*{party}*E{place}*{uid}")
    return Identity(id, f"{place}*{uid}", None)


def operator_name(location: Object) -> Any:
    """As it stands in a location."""
    given = location.get("operator")
    return given.get("name") if isinstance(given, dict) else given
