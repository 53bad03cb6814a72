"""Editing a charge point: what a form says, whether it can be, and what it changes.

Only what was touched is sent: an edit is laid over the point as it is at that moment, so that what others have changed
meanwhile stays.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec.structs import replace

from wirelane_geo.errors import BadInput
from wirelane_geo.model import ChargePoint, OpeningHours, opening_hours
from wirelane_geo.model.evse_ids import is_evse_id
from wirelane_geo.numbers import read_number

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "name": ("charge_point_id", "charging_station_id", "evseid", "display_id", "cpo", "model", "serial_number"),
    "place": ("latitude", "longitude", "street", "house_number", "zip_code", "city", "country", "timezone"),
    "power": ("plug_types", "charging_type", "power", "current", "voltage"),
    "use": ("status", "authentication_types", "reservable", "opening_hours", "service_hotline", "payment_url"),
}
"""The fields that can be edited, as a form has them."""
FIELDS = tuple(name for names in SECTIONS.values() for name in names)
RANGES = {"latitude": (-90.0, 90.0), "longitude": (-180.0, 180.0)}
_NUMBERS = ("latitude", "longitude", "power", "current", "voltage")
_WHOLE = ("current", "voltage")
MOST_PLUGS = 4
LONGEST, LONGEST_URL = 200, 2_000
"""Characters of a text, and of an address."""


@dataclass(frozen=True)
class Change:
    """A field with what it says before and after; None is empty."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Conflict:
    """A field that two have changed since it said `before`: what it says now, and what it is wanted to say."""

    field: str
    before: Any
    theirs: Any
    mine: Any


@dataclass(frozen=True)
class Complaint:
    """What is wrong with a field: a word of "required", "number", "whole", "range", "negative", "pair", "plugs", "country",
    "timezone", "url", "evseid", "taken", "hours", "long"; `values` go with it."""

    field: str
    reason: str
    values: Mapping[str, float] = ()  # type: ignore[assignment]


class Invalid(BadInput):
    """A form can't be saved; `complaints` name the fields."""

    def __init__(self, complaints: list[Complaint]) -> None:
        super().__init__(f"Not valid: {', '.join(f'{one.field} ({one.reason})' for one in complaints)}.")
        self.complaints = complaints


def edited(point: ChargePoint, form: Mapping[str, Any]) -> ChargePoint:
    """The point with a form's fields: texts, and terms where the model has them; numbers may be text. Raises Invalid."""
    values: dict[str, Any] = {}
    complaints: list[Complaint] = []
    for name in FIELDS:
        value = form[name]
        if isinstance(value, str) and type(value) is str:
            value = value.strip() or None
        if name in _NUMBERS and isinstance(value, str):
            value = _number(name, value, complaints)
        values[name] = value
    told = {one.field for one in complaints}  # of what is no number nothing more can be said
    complaints += [one for one in (*_wrong(values), *_unreadable(point, values)) if one.field not in told]
    if complaints:
        raise Invalid(complaints)
    if values["opening_hours"] != point.opening_hours:
        values["availability"] = _with_exceptions(opening_hours.parse(values["opening_hours"]), point.availability)
    return replace(point, **values)


def _with_exceptions(hours: OpeningHours | None, before: OpeningHours | None) -> OpeningHours | None:
    """New hours, with the dates that had hours of their own before: a form's text doesn't say them."""
    if hours is None or before is None or not before.exceptionalOpenings:
        return hours
    kept = {key: given for key, given in before.exceptionalOpenings.items() if key != opening_hours.HOLIDAYS}
    return replace(hours, exceptionalOpenings={**kept, **(hours.exceptionalOpenings or {})} or None)


def changes(before: ChargePoint, after: ChargePoint) -> list[Change]:
    """What differs in the fields that can be edited."""
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in FIELDS)
    return [Change(name, old, new) for name, old, new in pairs if old != new]


def changed_by_both(opened: ChargePoint, wanted: ChargePoint, now: ChargePoint) -> list[Conflict]:
    """The fields that were changed from `opened` to `wanted`, and to something else in the record as it is `now`."""
    theirs = {change.field: change.after for change in changes(opened, now)}
    return [Conflict(mine.field, mine.before, theirs[mine.field], mine.after) for mine in changes(opened, wanted)
            if mine.field in theirs and theirs[mine.field] != mine.after]


def overtaken(opened: ChargePoint, wanted: ChargePoint, seen: ChargePoint, now: ChargePoint) -> bool:
    """Whether somebody has changed the record since it was last `seen`. Its status is the station's business: that it has
    changed matters only where it is wanted to be another one."""
    mine = {change.field for change in changes(opened, wanted)}
    return any(change.field != "status" or "status" in mine for change in changes(seen, now))


def rebased(opened: ChargePoint, wanted: ChargePoint, now: ChargePoint) -> ChargePoint:
    """What was changed from `opened` to `wanted`, done to the point as it is now."""
    return _with(now, wanted, [change.field for change in changes(opened, wanted)])


def yielding(wanted: ChargePoint, now: ChargePoint, fields: Iterable[str]) -> ChargePoint:
    """What is wanted, but for some fields, which stay as they are now."""
    return _with(wanted, now, fields)


def _with(point: ChargePoint, other: ChargePoint, fields: Iterable[str]) -> ChargePoint:
    """A point with some fields of another one; hours in words go with those that the map judges by."""
    taken = {name: getattr(other, name) for name in fields}
    if "opening_hours" in taken:
        taken["availability"] = other.availability
    return replace(point, **taken)


def _number(name: str, text: str, complaints: list[Complaint]) -> float | int | None:
    try:
        value = read_number(text.replace(",", "."))
    except ValueError:
        complaints.append(Complaint(name, "number"))
        return None
    if name in _WHOLE:
        if value != int(value):
            complaints.append(Complaint(name, "whole"))
        return int(value)
    return value


def _wrong(values: Mapping[str, Any]) -> list[Complaint]:
    wrong = [] if values["charge_point_id"] else [Complaint("charge_point_id", "required")]
    for name, (low, high) in RANGES.items():
        if values[name] is not None and not low <= values[name] <= high:
            wrong.append(Complaint(name, "range", {"low": low, "high": high}))
    wrong += [Complaint(name, "negative") for name in ("power", "current", "voltage") if (values[name] or 0) < 0]
    if (values["latitude"] is None) != (values["longitude"] is None):
        wrong.append(Complaint("latitude" if values["latitude"] is None else "longitude", "pair"))
    if len(values["plug_types"]) > MOST_PLUGS:
        wrong.append(Complaint("plug_types", "plugs"))
    country, url = values["country"], values["payment_url"]
    if country and not (len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()):
        wrong.append(Complaint("country", "country"))
    if url and not url.startswith(("https://", "http://")):
        wrong.append(Complaint("payment_url", "url"))
    if values["timezone"] and not _is_zone(values["timezone"]):
        wrong.append(Complaint("timezone", "timezone"))
    return wrong


def _unreadable(before: ChargePoint, values: Mapping[str, Any]) -> list[Complaint]:
    """What was changed to a text that says nothing; what stands there already may stay. Hours may be words ("on request"), but
    what has figures is meant as hours."""
    texts = {name: value for name in FIELDS if isinstance(value := values[name], str) and value != getattr(before, name)}
    wrong = [Complaint(name, "long", {"most": most}) for name, text in texts.items()
             if len(text) > (most := LONGEST_URL if name == "payment_url" else LONGEST)]
    if "evseid" in texts and not is_evse_id(texts["evseid"]):
        wrong.append(Complaint("evseid", "evseid"))
    hours = texts.get("opening_hours")
    if hours and any(sign.isdigit() for sign in hours) and opening_hours.parse(hours) is None:
        wrong.append(Complaint("opening_hours", "hours"))
    return wrong


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, ZoneInfoNotFoundError, OSError):
        return False
    return True
