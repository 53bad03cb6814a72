"""DATEX II's publications, JSON or XML: each refill point with its station and site, or each status, is a row.

`_datex_texts` reads the file's text.
"""

import re
from collections.abc import Iterator
from typing import Any

from wirelane_geo.errors import BadFile
from wirelane_geo.importers._datex_identity import OwnNames, ref, station_of
from wirelane_geo.importers._datex_names import (
    OURS,
    POINT,
    POINT_STATUS,
    STATION,
    STATION_STATUS,
    STATUS,
    TABLE,
    Object,
    bare,
    inner,
    many,
    points_of,
    stations_of,
)
from wirelane_geo.importers._datex_shut import place_rows, without_fields
from wirelane_geo.importers._datex_texts import NAMES, UNDECLARED, of_json, of_xml
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
        if name in OURS:
            value = bare(value, name)
            named = value.pop(NAMES, None) if isinstance(value, dict) else None
            yield from (_points(_within(value, name, TABLE), numbers, said, named) if name in TABLE else
                        _statuses(_within(value, name, STATUS), numbers, said))
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


class _Numbers:
    def __init__(self) -> None:
        self._last = 0

    def next(self) -> int:
        self._last += 1
        return self._last


def _points(site: Any, numbers: _Numbers, said: Object, names: OwnNames | None) -> Iterator[Entry]:
    if not isinstance(site, dict):
        yield Reject(numbers.next(), None, "a value of the wrong kind", "a site that isn't an object", site)
        return
    stations = stations_of(site)
    around = {name: value for name, value in site.items() if name not in (STATION, POINT)}
    count = 0
    yield from _odd(site.get(STATION), "a station", numbers)
    names = names or OwnNames(points_of(site))
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
                number = numbers.next()
                yield Row(number, fields, fields | {"country": said.get("country"), "named": names.own(point),
                                                    "shared": names.shared})
                if point.get("lastupdated") and word(point.get("status")) in WORDS:  # some have it in the table, as old as that
                    yield Row(number, fields, {"report": point, "site": around, "station": outside})
            else:
                yield Reject(numbers.next(), None, "a value of the wrong kind", "a refill point that isn't an object", wrapped)
    if not count:
        yield Note(None, ref(site), "refillPoint", "a site without refill points, no charge point")


def _statuses(site: Any, numbers: _Numbers, said: Object) -> Iterator[Entry]:
    stations = stations_of(site, STATION_STATUS, POINT_STATUS) if isinstance(site, dict) else []
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
