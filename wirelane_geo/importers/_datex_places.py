"""Where a DATEX II point is: what isn't said of the point is said of its station or its site."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from wirelane_geo.importers import _address, _position
from wirelane_geo.importers._datex_names import Object, everywhere, inner, objects, seek
from wirelane_geo.importers._fields import text, word
from wirelane_geo.importers._identity import folded
from wirelane_geo.importers._notes import Notes
from wirelane_geo.importers._reader import NotAPoint
from wirelane_geo.places.countries import alpha_2

_NAMES = ("locationreference", "entrance", "sitelocation", "location")
"""Fields with a place; the first is the standard's, an entrance stands for it where there is none."""
_LABELLED = re.compile(r"\s*([^\W\d]{2,20}(?: [^\W\d]{2,20})?)\s*:\s*(.*)", re.S)
_LABELS = {"direccion": "STREET", "calle": "STREET", "address": "STREET", "adresse": "STREET", "morada": "STREET",
           "municipio": "CITY", "localidad": "CITY", "poblacion": "CITY", "city": "CITY", "ort": "CITY",
           "provincia": "REGION", "comunidadautonoma": "REGION", "codigopostal": "POSTCODE"}
"""What Spain's register writes before a line of an address, and the like."""


class Place(NamedTuple):
    """An address and the position in degrees, WGS 84."""

    longitude: float
    latitude: float
    country: str | None
    city: str | None
    zip_code: str | None
    street: str | None
    house_number: str | None
    timezone: str | None


def place_of(row: Object, evseid: str | None, notes: Notes) -> Place:
    """Raises NotAPoint where there is no position that can be true.

    The country that the address doesn't say is that of the EVSE ID, else of who publishes, where the position lies in that.
    """
    address = _first(row, "address")
    country = alpha_2(seek(address, "countrycode", "country")) or alpha_2((evseid or "")[:2])
    lon, lat = _position_of(row, country, notes)
    publisher = alpha_2(row.get("country"))
    if country is None and publisher is not None and _position.lies_in(publisher, lon, lat):
        country = publisher
    lines = _lines(address, notes)
    street, number = _street(lines)
    zip_code = text(seek(address, "postcode"), "postcode", notes) or lines.get("POSTCODE")
    if country == "ES" and zip_code and zip_code.isdigit():  # a number has lost its zero
        zip_code = zip_code.zfill(5)
    zone = _first(row, "timezone")
    return Place(lon, lat, country, _address.city_name(text(seek(address, "city"), "city", notes) or lines.get("CITY")), zip_code,
                 street, number, zone if isinstance(zone, str) and "/" in zone else None)  # "+01:00" is a part of the year's


def _first(row: Object, name: str) -> Any:
    return next((found for place in _places(row) if (found := seek(place, name)) is not None), None)


def _places(row: Object) -> Iterator[Any]:
    for part in ("point", "station", "site"):
        for name in _NAMES:
            if (found := row[part].get(name)) is not None:
                yield found


def _position_of(row: Object, country: str | None, notes: Notes) -> tuple[float, float]:
    refused = NotAPoint("no coordinates")
    for given in _places(row):
        for place in (*everywhere(given, "pointcoordinates", "coordinatesfordisplay"), *_plain(given)):
            if not isinstance(place, dict):
                continue
            lon, lat = _position.degrees(place.get("longitude")), _position.degrees(place.get("latitude"))
            if lon is None or lat is None:
                refused = NotAPoint("coordinates can't be read", str(place)[:200])
                continue
            try:
                return _position.placed((lon, lat), country, "coordinates", place, notes)
            except NotAPoint as error:
                refused = error
    raise refused


def _plain(given: Any) -> Iterator[Object]:
    """Positions that stand in a place, or in what it is wrapped in, without the standard's names around them; GeoJSON's too."""
    for place in (wrapped for one in objects(given) for wrapped in (one, inner(one))):
        if isinstance(place, dict) and "latitude" in place and "longitude" in place:
            yield place
        elif isinstance(place, dict) and (found := _position.pair(place.get("coordinates"))) is not None:
            yield {"longitude": found[0], "latitude": found[1]}


def _lines(address: Any, notes: Notes) -> dict[str, str]:
    """Lines of an address by what they are: their type, or the label that they begin with ("Municipio: Palma")."""
    lines: dict[str, str] = {}
    for line in objects(seek(address, "addressline")):
        if not (said := text(line.get("text"), "addressLine", notes)):
            continue
        kind, labelled = word(line.get("type")) or "STREET", _LABELLED.fullmatch(said)
        if labelled and (known := _LABELS.get(folded(labelled[1]))):
            kind, said = known, labelled[2].strip()
        if said:
            lines.setdefault(kind, said)
    return lines


def _street(lines: dict[str, str]) -> tuple[str | None, str | None]:
    street = lines.get("STREET") or lines.get("GENERALTEXTLINE")
    number = lines.get("HOUSENUMBER")
    return (street, number) if number is not None else _address.street_and_number(street)
