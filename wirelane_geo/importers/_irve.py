"""IRVE, the French static schema: a row is a charge point (point de charge). JSON lines, a JSON list, or the official CSV.

The mapping, field by field, is in docs/import.md. IRVE says nothing about what a point is doing: its status is UNKNOWN.
"""

import csv
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec

from wirelane_geo.errors import BadFile
from wirelane_geo.importers import _address, _position
from wirelane_geo.importers._reader import NotAPoint, Notes, Rejected
from wirelane_geo.importers.source import Source
from wirelane_geo.model import AuthenticationType, ChargePoint, ChargingType, PlugType, Status, opening_hours

Row = dict[str, Any]

NO_ID = "non concerné"
"""What the schema has operators write for a point that takes no part in roaming."""

WATTS_ABOVE = 1_000.0
"""A rated power above this is in watts: no charge point has a megawatt, and one has more than 1 kW."""

AC_LIMIT_KW = 44.0
"""The strongest AC charge points have 43 kW."""


# --- rows ------------------------------------------------------------------------------------------------------------

def json_lines(source: Source) -> Iterator[tuple[int, Row] | Rejected]:
    """One JSON object a line; blank lines are passed over."""
    decoder = msgspec.json.Decoder(dict[str, Any])
    for number, line in enumerate(source.lines(), start=1):
        if not line.strip():
            continue
        try:
            yield number, decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            original = line.decode("utf-8", "replace").rstrip("\r\n")
            yield Rejected(number, None, "not a JSON object", str(error), original)


def json_list(source: Source) -> Iterator[tuple[int, Row] | Rejected]:
    """One JSON list of objects."""
    try:
        rows = json.loads(source.content())
    except (ValueError, RecursionError) as error:
        raise BadFile(f"{source.path} is not valid JSON: {error}. Is it cut off?") from None
    yield from enumerate(rows, start=1)


def csv_rows(source: Source) -> Iterator[tuple[int, Row] | Rejected]:
    """The official CSV, separated by "," or ";"; a row with more or fewer values than the header is rejected."""
    lines = (line.decode("utf-8", "surrogateescape") for line in source.lines())
    first = next(lines)
    reader = csv.reader(_chain(first, lines), delimiter=max(",;\t", key=first.count))
    header = [name.strip() for name in next(reader)]
    try:
        for values in reader:
            number = reader.line_num
            if not any(values):
                continue
            shown = [value.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for value in values]
            if shown != values:
                yield Rejected(number, None, "not UTF-8", "", dict(zip(header, shown, strict=False)))
            elif len(values) != len(header):
                detail = f"{len(values)} values for {len(header)} columns"
                yield Rejected(number, None, "another number of values than the header", detail, values)
            else:
                yield number, {name: value or None for name, value in zip(header, values, strict=True)}
    except csv.Error as error:
        raise BadFile(f"{source.path}, line {reader.line_num}: {error}.") from None


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


# --- a point ---------------------------------------------------------------------------------------------------------

def name_of(row: Row) -> str | None:
    """What a row is called in the rejects."""
    return row.get("id_pdc_itinerance") or row.get("id_pdc_local")


def point(row: Row, notes: Notes) -> ChargePoint:
    """The charge point of a row."""
    itinerant, local = _id(row.get("id_pdc_itinerance")), _id(row.get("id_pdc_local"))
    label = itinerant or local
    if label is None:
        raise NotAPoint("no identifier")
    lon, lat = _position_of(row, notes)
    where = _address_of(row, lon, lat)
    plugs = _plugs(row, notes)
    power = _power(row.get("puissance_nominale"), notes)
    text = _address.clean(row.get("horaires"))
    available = opening_hours.parse(text)
    if text and available is None:
        notes["opening hours not understood, kept as text"] += 1
    return ChargePoint(
        charge_point_id=label,
        charging_station_id=_id(row.get("id_station_itinerance")) or _id(row.get("id_station_local")),
        evseid=itinerant,
        display_id=local,
        owner=_operator(row.get("nom_amenageur")),
        cpo=_operator(row.get("nom_operateur")) or _operator(row.get("nom_enseigne")),
        charging_provider=_operator(row.get("nom_enseigne")),
        plug_types=plugs,
        charging_type=_current(plugs, power),
        power=power,
        reservable=_flag(row.get("reservation")),
        authentication_types=_authentication(row),
        status=Status.UNKNOWN,
        country="FR",
        city=where.city,
        zip_code=where.zip_code,
        street=where.street,
        house_number=where.house_number,
        opening_hours=text,
        availability=available,
        timezone=_timezone(lon, lat),
        service_hotline=_telephone(row.get("telephone_operateur")),
        longitude=lon,
        latitude=lat,
        creation_date=_date(row.get("date_mise_en_service")),
        update_date=_date(row.get("date_maj")),
    )


def _id(value: Any) -> str | None:
    text = str(value).strip() if value is not None else ""
    return text if text and text.lower() != NO_ID else None


def _flag(value: Any) -> bool | None:
    word = str(value).strip().lower()
    return True if word in ("true", "1", "vrai", "oui") else False if word in ("false", "0", "faux", "non") else None


def _operator(text: str | None) -> str | None:
    """Without the operator code that some add: "Freshmile | FR*FR1"."""
    return _address.clean(re.sub(r"\s*\|\s*[A-Z]{2}\*?[A-Z0-9]{3}\s*$", "", text or ""))


@lru_cache(maxsize=100_000)
def _numbers(text: str) -> tuple[float, float] | None:
    """Longitude and latitude of "[lon, lat]" or "lon,lat"."""
    parts = re.fullmatch(r"\s*\[?\s*(-?[\d.]+(?:e-?\d+)?)\s*,\s*(-?[\d.]+(?:e-?\d+)?)\s*\]?\s*", text, re.I)
    return (float(parts[1]), float(parts[2])) if parts else None


def _position_of(row: Row, notes: Notes) -> tuple[float, float]:
    given = row.get("coordonneesXY")
    if isinstance(given, list):
        given = ",".join(map(str, given))
    found = _numbers(given) if given else None
    if found is None and row.get("consolidated_longitude") and row.get("consolidated_latitude"):
        found = float(row["consolidated_longitude"]), float(row["consolidated_latitude"])
    if found is None:
        raise NotAPoint("coordinates can't be read" if given else "no coordinates", str(given or ""))
    try:
        return _position.checked(*found, "FR")
    except NotAPoint as refused:
        try:
            turned = _position.checked(found[1], found[0], "FR")
        except NotAPoint:
            raise refused from None
    notes["latitude and longitude swapped, put right"] += 1
    return turned


@lru_cache(maxsize=100_000)
def _parsed(text: str | None) -> _address.Address:
    return _address.french(text)


def _address_of(row: Row, lon: float, lat: float) -> _address.Address:
    """The address; where its text names no city, that of the consolidated file, that of a station called "Loudéac,
    France", or a town within 3 km."""
    read = _parsed(row.get("adresse_station"))
    named = re.fullmatch(r"([^,|]+), France", _address.clean(row.get("nom_station")) or "")
    city = read.city or _address.city_name(row.get("consolidated_commune")) or (named[1] if named else _town(lon, lat))
    postcode = read.zip_code or _address.clean(row.get("consolidated_code_postal"))
    return _address.Address(read.street, read.house_number, postcode, city)


def _town(lon: float, lat: float) -> str | None:
    town = _position.town("FR", lon, lat)
    return town.name_in("local") if town is not None and town.metres_to(lon, lat) <= 3_000 else None


def _timezone(lon: float, lat: float) -> str:
    """Of the closest town in France or one of its countries overseas: not of one across the border."""
    town = _position.town("FR", lon, lat)
    return town.timezone if town is not None else "Europe/Paris"


def _plugs(row: Row, notes: Notes) -> tuple[PlugType, ...]:
    attached = _flag(row.get("cable_t2_attache")) is True
    plugs = set()
    if _flag(row.get("prise_type_2")) or attached:
        plugs.add(PlugType.TYPE_2_ATCH if attached else PlugType.TYPE_2)
    for column, plug in (("prise_type_ef", PlugType.SCHUKO), ("prise_type_combo_ccs", PlugType.CCS),
                         ("prise_type_chademo", PlugType.CHADEMO), ("prise_type_autre", PlugType.UNKNOWN)):
        if _flag(row.get(column)):
            plugs.add(plug)
    if not plugs:
        notes["no plug given, kept with an unknown one"] += 1
        plugs.add(PlugType.UNKNOWN)
    return tuple(sorted(plugs, key=lambda plug: plug.number))


def _power(value: Any, notes: Notes) -> float | None:
    """In kW; None and a note where it can't be."""
    if value in (None, ""):
        return None
    power = float(str(value).replace(",", ".").strip())
    if power > WATTS_ABOVE:
        notes["power in watts, divided by 1,000"] += 1
        power /= 1_000
    if not 0 < power <= WATTS_ABOVE:
        notes["power can't be true, left out"] += 1
        return None
    return round(power, 3)


def _current(plugs: tuple[PlugType, ...], power: float | None) -> ChargingType | None:
    """DC where there is a DC plug, AC where there are only AC ones; of an unknown plug only a great power tells."""
    if PlugType.CCS in plugs or PlugType.CHADEMO in plugs:
        return ChargingType.DC
    if plugs != (PlugType.UNKNOWN,):
        return ChargingType.AC
    return ChargingType.DC if power is not None and power > AC_LIMIT_KW else None


def _authentication(row: Row) -> tuple[AuthenticationType, ...]:
    """A bank card is a terminal's; paying by use without a contract, or for nothing, is direct."""
    terminal, direct = _flag(row.get("paiement_cb")), _flag(row.get("paiement_acte")) or _flag(row.get("gratuit"))
    return (*((AuthenticationType.nfc_terminal,) if terminal else ()), *((AuthenticationType.direct,) if direct else ()))


@lru_cache(maxsize=10_000)
def _telephone(text: str | None) -> str | None:
    """"tel:+33-1-76-31-06-84" is "+33 1 76 31 06 84"; a number of zeros only is none."""
    number = re.sub(r"[\s.-]+", " ", (text or "").removeprefix("tel:")).strip()
    digits = re.sub(r"\D", "", number)
    return number if len(digits) >= 4 and not digits.endswith("0" * 8) else None


@lru_cache(maxsize=10_000)
def _date(text: str | None) -> datetime | None:
    """A day, as its first moment in UTC; None where it isn't one."""
    try:
        day = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return day.replace(tzinfo=UTC) if day is not None and day.tzinfo is None else day
