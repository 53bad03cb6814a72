"""DATEX II's publications, JSON or XML: each refill point with its station and site, or each status, is a row.

A site, or a part of a large one, is in memory at a time, whatever the file's size. XML is read without entities, and without
asking the network.
"""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from wirelane_geo.errors import BadFile
from wirelane_geo.importers._datex_identity import names, ref, shared_evse_keys
from wirelane_geo.importers._datex_names import Object, inner, kind_of, local_name, many, name_of, objects, of_element, plain
from wirelane_geo.importers._encoding import INSTEAD
from wirelane_geo.importers._fields import word
from wirelane_geo.importers._json_text import JsonText, walk
from wirelane_geo.importers._notes import Note
from wirelane_geo.importers._reader import Reject, Row
from wirelane_geo.importers._statuses import WORDS
from wirelane_geo.importers._xml_text import XmlText
from wirelane_geo.importers.source import Source

SITE, SITE_STATUS, STATION = "energyinfrastructuresite", "energyinfrastructuresitestatus", "energyinfrastructurestation"
STATION_STATUS, POINT, POINT_STATUS = "energyinfrastructurestationstatus", "refillpoint", "refillpointstatus"
_TABLE, _STATUS = (SITE, STATION, POINT), (SITE_STATUS, STATION_STATUS, POINT_STATUS)
_OURS = (*_TABLE, *_STATUS)
"""From the outside in. Some leave out what is around a point."""
_WHOLE = ("publicationcreator", "headerinformation", "exchangeinformation", "tablereference")
"""What stands beside sites, and has none in it."""
_TOGETHER = (*_OURS, "publicationcreator")
"""Elements of XML that are read with all that is in them; of what is around them nothing is kept."""
DEEPEST_CONTAINER = 10
UNDECLARED = "xmlns"
"""Stands for a prefix that is declared nowhere."""
LONG_TEXT = 100
"""Letters of a text that may have a publication in it."""
MOST_TOGETHER = 500
"""Stations, or points, of a site that are in memory at a time: some publish a country as one."""
_OTHER_ENERGY = re.compile("hydrogen|gas|lng|cng|lpg|liquid|petrol|diesel|fuel")

Entry = Row | Reject | Note


def rows(source: Source) -> Iterator[Entry]:
    """Each refill point or status with what is around it. A publication of another kind is noted.

    Raises BadFile for what is damaged or cut off.
    """
    numbers = _Numbers()
    said: dict[str, Any] = {}
    others = 0
    publication = sites = places = False
    for name, value in _of_xml(source) if source.head.lstrip().startswith(b"<") else _of_json(source):
        publication = publication or name in _OURS or _is_ours(name)
        sites = sites or name in _OURS
        places = places or name == "latitude"
        if name in _TABLE:
            yield from _points(_within(value, name, _TABLE), numbers, said)
        elif name in _STATUS:
            yield from _statuses(_within(value, name, _STATUS), numbers, said)
        elif name == "publicationtime":
            said[name] = value
        elif name == "publicationcreator":
            said["country"] = value.get("country") if isinstance(value, dict) else None
        elif name == "":
            yield Note(None, None, "", INSTEAD)
        elif name == UNDECLARED:
            yield Note(None, None, "", "XML with a prefix that is declared nowhere, read all the same")
        elif isinstance(value, str) and len(value) > LONG_TEXT and value.lstrip().startswith(("{", "[", "<")):
            yield Note(None, None, name, "JSON or XML within a text, not read")
        elif name.endswith("publication"):
            others += 1
    if others and not publication:
        raise BadFile(f"{source} is DATEX II, but of another kind than EnergyInfrastructure tables and statuses.")
    if places and not sites:
        raise BadFile(f"{source} is DATEX II, but has its charge points in a form of its own, without energyInfrastructureSite. "
                      "Ask its publisher for the EnergyInfrastructure profile.")


def _is_ours(name: str) -> bool:
    """Whether a publication is of tables or statuses of charge points, and not of parking, for example."""
    return "energyinfrastructure" in name and name.endswith(("tablepublication", "statuspublication"))


def _within(value: Any, name: str, names: tuple[str, ...]) -> Any:
    """What stands alone, within what is around it elsewhere."""
    for around in reversed(names[:names.index(name)]):
        value, name = {name: value}, around
    return value


def _parts(given: Object, name: str, inner: str) -> list[Object]:
    """The stations of a site, and one more where points stand beside them; of statuses the same."""
    beside = {inner: given[inner]} if given.get(inner) is not None else None
    return objects(given.get(name)) + ([] if beside is None else [beside])


class _Numbers:
    def __init__(self) -> None:
        self._last = 0

    def next(self) -> int:
        self._last += 1
        return self._last


def _points(site: Any, numbers: _Numbers, said: Object) -> Iterator[Entry]:
    if not isinstance(site, dict):
        yield Reject(numbers.next(), None, "a value of the wrong kind", "a site that isn't an object", site)
        return
    stations = _parts(site, STATION, POINT)
    around = {name: value for name, value in site.items() if name not in (STATION, POINT)}
    count = 0
    yield from _odd(site.get(STATION), "a station", numbers)
    points = [inner(point) for station in stations for point in many(station.get(POINT))]
    named, shared = names(points), shared_evse_keys(points)
    for station in stations:
        outside = {name: value for name, value in station.items() if name != POINT}
        for wrapped in many(station.get(POINT)):
            point, count = inner(wrapped), count + 1
            if _OTHER_ENERGY.search(_wrapping(wrapped)):
                yield Reject(numbers.next(), ref(point), "not for electricity", _wrapping(wrapped), wrapped)
            elif isinstance(point, dict):
                fields = {"site": around, "station": outside, "point": point}
                name = point.get("name") if isinstance(point.get("name"), str) else None
                number = numbers.next()
                yield Row(number, fields, fields | {"country": said.get("country"), "named": name if name in named else None,
                                                    "shared": shared})
                if point.get("lastupdated") and word(point.get("status")) in WORDS:  # some have it in the table, as old as that
                    yield Row(number, fields, {"report": point, "site": around, "station": outside})
            else:
                yield Reject(numbers.next(), None, "a value of the wrong kind", "a refill point that isn't an object", wrapped)
    if not count:
        yield Note(None, ref(site), "refillPoint", "a site without refill points, no charge point")


def _statuses(site: Any, numbers: _Numbers, said: Object) -> Iterator[Entry]:
    stations = _parts(site, STATION_STATUS, POINT_STATUS) if isinstance(site, dict) else []
    if isinstance(site, dict):
        yield from _odd(site.get(STATION_STATUS), "the status of a station", numbers)
    if not stations:
        yield Note(None, ref(site), "energyInfrastructureStationStatus", "a site without statuses of stations")
    for station in stations:
        found = many(station.get(POINT_STATUS))
        if not found:
            yield Note(None, ref(station), "refillPointStatus", "a station without statuses of points")
        for wrapped in found:
            report = inner(wrapped)
            around = {"station": {name: value for name, value in station.items() if name != POINT_STATUS},
                      "site": {name: value for name, value in site.items() if name not in (STATION_STATUS, POINT_STATUS)},
                      "publicationtime": said.get("publicationtime")}
            if isinstance(report, dict):
                yield Row(numbers.next(), report, {"report": report, **around})
            else:
                yield Reject(numbers.next(), None, "a value of the wrong kind", "a status that isn't an object", wrapped)


def _odd(given: Any, what: str, numbers: _Numbers) -> Iterator[Reject]:
    """What stands among objects, and is none."""
    for one in many(given):
        if not isinstance(one, dict):
            yield Reject(numbers.next(), None, "a value of the wrong kind", f"{what} that isn't an object", one)


def _wrapping(wrapped: Any) -> str:
    """The name of the kind that a point is wrapped in; "" where it is bare."""
    return next(iter(wrapped)) if isinstance(wrapped, dict) and inner(wrapped) is not wrapped else ""


def _of_json(source: Source) -> Iterator[tuple[str, Any]]:
    """Names and values of what is in the publications; "" where the file turns out to be in another encoding."""
    text, told, opened = JsonText(source), False, dict[str, None]()

    def opens(path: tuple[str, ...], sign: str) -> bool:
        if path and (name := name_of(path[-1])).endswith("publication"):
            opened[name] = None  # there may be nothing in it
        return _opens(path, sign)

    for _ in text.values():
        for path, value in walk(text, opens, _in_parts):
            if text.odd and not told:
                told = True
                yield "", None
            if path:
                yield name_of(path[-1]), plain(value)
    for name in opened:
        yield name, None


def _opens(path: tuple[str, ...], sign: str) -> bool:
    name = name_of(path[-1]) if path else ""
    if name in _OURS:
        return sign == "["
    return len(path) < DEEPEST_CONTAINER and name not in _WHOLE


def _in_parts(text: JsonText, path: tuple[str, ...]) -> Iterator[Any]:
    """A value; one that has very many stations, or points, again and again with some of them."""
    if not path or name_of(path[-1]) not in _OURS or text.peek() != "{":
        yield text.value()
        return
    rest: Object = {}
    parted = False
    for key in text.keys():  # noqa: SIM118 - of a text, not of a dictionary
        if name_of(key) not in _OURS or text.peek() != "[":
            rest[key] = text.value()
            continue
        some: list[Any] = []
        for _ in text.elements():
            some.append(text.value())
            if len(some) == MOST_TOGETHER:
                yield rest | {key: some}
                some, parted = [], True
        if some or not parted:
            rest[key] = some
    if not parted or any(name_of(key) in _OURS for key in rest):
        yield rest


def _of_xml(source: Source) -> Iterator[tuple[str, Any]]:
    text = XmlText(source)
    parser = etree.XMLPullParser(("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
                                 remove_comments=True, remove_pis=True, encoding=text.encoding)
    depth = count = 0
    """Of what is being read together, 0 outside of it; how many stations or points it has so far."""
    told = ended = False
    try:
        for part in text.parts():
            if text.odd and not told:
                told = True
                yield "", None
            parser.feed(part)
            for event, element in parser.read_events():
                if not isinstance(element, etree._Element) or not isinstance(element.tag, str):
                    continue
                name = name_of(local_name(element))
                if event == "start":
                    if not depth:
                        count = 0
                    depth += bool(depth) or name in _TOGETHER
                    if not depth and _kind_of(element).endswith("publication"):
                        yield _kind_of(element), None
                    continue
                depth -= bool(depth)
                if depth == 1 and name in _OURS:
                    count += 1
                    if count % MOST_TOGETHER == 0 and (around := element.getparent()) is not None:
                        yield name_of(local_name(around)), of_element(around, last=element)
                        _let_go_of_parts(around, element)
                if depth:
                    continue
                if name == "publicationtime":
                    yield name, (element.text or "").strip()
                elif name == "latitude" or (name in _TOGETHER and (not count or any(map(_is_part, element)))):
                    yield name, of_element(element)
                _let_go(element)
        ended = True
        parser.close()
    except etree.XMLSyntaxError as error:
        if ended and all(entry.type == etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE for entry in parser.feed_error_log):
            yield UNDECLARED, None
            return
        how = "cut off" if ended else "damaged"
        raise BadFile(f"{source} is not valid XML: it is {how} ({error.msg}). Get it again.") from None


def _kind_of(element: "etree._Element") -> str:
    return name_of(kind_of(element) or local_name(element))


def _is_part(element: "etree._Element") -> bool:
    """Whether it is a station or a point."""
    return isinstance(element.tag, str) and name_of(local_name(element)) in _OURS


def _let_go_of_parts(around: "etree._Element", last: "etree._Element") -> None:
    """Free the stations or points to the last one; what follows may be there in part only."""
    for given in (*filter(_is_part, last.itersiblings(preceding=True)), last):
        around.remove(given)


def _let_go(element: "etree._Element") -> None:
    """Free an element that was read, and what stood before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
