"""DATEX II's names and wrappings, of JSON and XML, made the same.

JSON says "aegiElectricChargingPoint", "idG" and {"value": "dc"}; Finland's "egi…" and "locx…"; XML
xsi:type="egi:ElectricChargingPoint", id="…" and <currentType>dc</currentType>. All become {"electricchargingpoint": {"id": …,
"currenttype": "dc"}}.
"""

import re
from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from lxml import etree

Object = dict[str, Any]

_PREFIX = re.compile(r"^_*(?:aegi|egi|acom|comx|com|afac|facx|fac|alocx|aloc|locx|loc|aprk|prk|roa|gml|xd2|d2)(?=[A-Z])")
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_AROUND_A_WORD = {"value", "extendedvalue", "lang"}
SITE, SITE_STATUS, STATION = "energyinfrastructuresite", "energyinfrastructuresitestatus", "energyinfrastructurestation"
STATION_STATUS, POINT, POINT_STATUS = "energyinfrastructurestationstatus", "refillpoint", "refillpointstatus"
TABLE, STATUS = (SITE, STATION, POINT), (SITE_STATUS, STATION_STATUS, POINT_STATUS)
OURS = (*TABLE, *STATUS)
"""From the outside in. Some leave out what is around a point."""
DEEPEST = 40
"""Levels of a record that are read."""
MOST_LOOKED_AT = 20_000
"""Values that are looked at for a name within a record."""


@lru_cache(maxsize=10_000)
def name_of(given: str) -> str:
    """A field's name in lower case, without the prefix of its part of the model, the "G" of its JSON, and the "@" of an attribute
    in JSON that was made of XML."""
    bare = _PREFIX.sub("", given.rpartition(":")[2])
    return re.sub(r"(?<=[a-z])G$", "", bare).lstrip("_@").lower()


def plain(value: Any, depth: int = 0) -> Any:
    """A value of JSON with such names, without the wrappings of words and texts."""
    if depth > DEEPEST:
        return None
    if isinstance(value, list):
        if value and all(isinstance(inner, dict) and inner.keys() == {"lang", "value"} for inner in value):
            return _first_text(value)
        return [plain(inner, depth + 1) for inner in value]
    if not isinstance(value, dict):
        return value
    return unwrapped({name_of(key): plain(inner, depth + 1) for key, inner in value.items()})


def unwrapped(found: Object) -> Any:
    """What {"value": "dc"}, {"value": "extendedG", "extendedvalue": "evseId"}, {"lang": "de", "value": "Halle"} and
    {"values": […]} stand for; of several texts the first."""
    if found.keys() <= _AROUND_A_WORD and ("value" in found or "extendedvalue" in found):
        said = found.get("extendedvalue") or found["value"]
        return _first_text(said) if isinstance(said, list) else said
    return _first_text(found["values"]) if found.keys() == {"values"} else found


def _first_text(given: Any) -> Any:
    """Of {"value": […]}, of a list of such, or of one of texts."""
    given = given.get("value") if isinstance(given, dict) else given
    texts = (text.get("value") if isinstance(text, dict) else text for text in many(given))
    return next((said for said in texts if said), None)


def local_name(given: Any) -> str:
    """The name of an element, or an attribute, without its namespace, and, where that is declared nowhere, its prefix."""
    name = given if isinstance(given, str) else str(given.tag)
    return name.rpartition("}")[2].rpartition(":")[2]


def kind_of(element: "etree._Element") -> str | None:
    """The xsi:type of an element; also where nobody has declared what "xsi" is."""
    return element.get(_TYPE) or element.get("xsi:type")


def of_element(element: "etree._Element", depth: int = 0, last: "etree._Element | None" = None) -> Any:
    """The same of an XML element: its text, or an object of what is in it; what comes several times is a list. `last`: the last
    of its children that is read."""
    attributes = {name_of(local_name(key)): text for key, text in element.attrib.items() if key not in (_TYPE, "xsi:type")}
    inside: Object = dict(attributes)
    children = [child for child in element if isinstance(child.tag, str)] if depth < DEEPEST else []
    for child in children[:None if last is None else children.index(last) + 1]:
        name, value = name_of(local_name(child)), of_element(child, depth + 1)
        if name in inside:
            before = inside[name]
            inside[name] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            inside[name] = value
    text = (element.text or "").strip()
    kind = kind_of(element)
    if not children and (text or not attributes):
        if attributes and not kind:
            return unwrapped({"value": text, **attributes})
        return text or ({name_of(kind): {}} if kind else None)
    found = unwrapped(inside)
    return {name_of(kind): found} if kind and isinstance(found, dict) else found


def many(value: Any) -> list[Any]:
    """What may be one, several or none, as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def objects(value: Any) -> list[Object]:
    """The objects among those."""
    return [inner for inner in many(value) if isinstance(inner, dict)]


def inner(value: Any) -> Any:
    """What a wrapping by kind, {"electricchargingpoint": {…}}, has in it."""
    if isinstance(value, dict) and len(value) == 1:
        [only] = value.values()
        return only if isinstance(only, dict) else value
    return value


def bare(given: Any, name: str) -> Any:
    """A site or a station, without what says in XML that it is one (xsi:type)."""
    return given[name] if isinstance(given, dict) and given.keys() == {name} and isinstance(given[name], dict) else given


def stations_of(site: Object, name: str = STATION, point: str = POINT) -> list[Object]:
    """The stations of a site, and one more where points stand beside them; of statuses the same."""
    beside = {point: site[point]} if site.get(point) is not None else None
    return [bare(one, name) for one in objects(site.get(name))] + ([] if beside is None else [beside])


def points_of(site: Object) -> list[Any]:
    """The points of a site, in all its stations, without what says of which kind they are."""
    return [inner(point) for station in stations_of(site) for point in many(station.get(POINT))]


def seek(value: Any, *names: str) -> Any:
    """The first value under one of these names, however deep it is, the shallowest first; None where there is none."""
    return next(everywhere(value, *names), None)


def everywhere(value: Any, *names: str) -> Iterator[Any]:
    """All values under one of these names, the shallowest first."""
    ahead, left = deque([value]), MOST_LOOKED_AT
    while ahead and left:
        left -= 1
        looked = ahead.popleft()
        if isinstance(looked, dict):
            for name, found in looked.items():
                if name in names and found is not None:
                    yield found
            ahead.extend(looked.values())
        elif isinstance(looked, list):
            ahead.extend(looked)
