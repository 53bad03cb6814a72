"""DATEX II's publications, JSON or XML: each refill point with its station and site, or each status, is a row.

`_datex_texts` reads the file's text.
"""

import re
from collections.abc import Iterator
from typing import Any

from wirelane_geo.errors import BadFile
from wirelane_geo.importers._datex_identity import names, ref, shared_evse_keys, station_of
from wirelane_geo.importers._datex_names import Object, inner, many, objects
from wirelane_geo.importers._datex_shut import place_rows, without_fields
from wirelane_geo.importers._datex_texts import (
    OURS,
    POINT,
    POINT_STATUS,
    STATION,
    STATION_STATUS,
    STATUS,
    TABLE,
    UNDECLARED,
    of_json,
    of_xml,
)
from wirelane_geo.importers._encoding import INSTEAD
from wirelane_geo.importers._fields import word
from wirelane_geo.importers._notes import Note
from wirelane_geo.importers._reader import Reject, Row
from wirelane_geo.importers._statuses import WORDS
from wirelane_geo.importers.source import Source
from wirelane_geo.model import PlaceReport

LONG_TEXT = 100
"""Letters of a text that may have a publication in it."""
_OTHER_ENERGY = re.compile("hydrogen|gas|lng|cng|lpg|liquid|petrol|diesel|fuel")

Entry = Row | Reject | Note | PlaceReport


def rows(source: Source) -> Iterator[Entry]:
    """Each refill point or status with what is around it. A publication of another kind is noted.

    Raises BadFile for what is damaged or cut off.
    """
    numbers = _Numbers()
    said: dict[str, Any] = {}
    others = 0
    publication = sites = places = False
    for name, value in of_xml(source) if source.head.lstrip().startswith(b"<") else of_json(source):
        publication = publication or name in OURS or _is_ours(name)
        sites = sites or name in OURS
        places = places or name == "latitude"
        if name in TABLE:
            yield from _points(_within(_bare(value, name), name, TABLE), numbers, said)
        elif name in STATUS:
            yield from _statuses(_within(_bare(value, name), name, STATUS), numbers, said)
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
    return [_bare(one, name) for one in objects(given.get(name))] + ([] if beside is None else [beside])


def _bare(given: Any, name: str) -> Any:
    """A site or a station, without what says in XML that it is one (xsi:type)."""
    return given[name] if isinstance(given, dict) and given.keys() == {name} and isinstance(given[name], dict) else given


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
        if ref(station) and ref(site):
            yield PlaceReport(str(station_of({"site": site, "station": station})), ref(site))
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
    around = {name: value for name, value in site.items() if name not in (STATION_STATUS, POINT_STATUS)} if stations else site
    whole = place_rows(ref(around), None, around, said.get("publicationtime")) if isinstance(around, dict) else []
    if isinstance(site, dict):
        yield from _odd(site.get(STATION_STATUS), "the status of a station", numbers)
    if whole != said.get("whole"):  # of a large site it is told with each of its parts
        yield from (Row(numbers.next(), row["said"], row) for row in whole)
    said["whole"] = whole
    if not stations and not whole:
        yield Note(None, ref(site), "energyInfrastructureStationStatus", "a site without statuses of stations")
    for station in stations:
        yield from _of_station(station, around, numbers, said)


def _of_station(station: Object, site: Object, numbers: _Numbers, said: Object) -> Iterator[Entry]:
    """The statuses of a station's points, and what is told of it as a whole."""
    outside = {name: value for name, value in station.items() if name != POINT_STATUS}
    called = station_of({"site": site, "station": station}) if ref(station) else None
    whole = place_rows(called, ref(site), outside, said.get("publicationtime"))
    yield from (Row(numbers.next(), row["said"], row) for row in whole)
    found = many(station.get(POINT_STATUS))
    if not found and called is not None and ref(site):
        yield PlaceReport(called, ref(site))
    if not found and not whole:
        yield Note(None, ref(station), "refillPointStatus", "a station without statuses of points")
    around = {name: without_fields(part) if ref(part) else part for name, part in (("station", outside), ("site", site))}
    for wrapped in found:
        report = inner(wrapped)
        if isinstance(report, dict):
            yield Row(numbers.next(), report, {"report": report, "publicationtime": said.get("publicationtime"), **around})
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
