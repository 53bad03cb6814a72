"""Germany's register (Ladesäulenregister of the BNetzA), CSV or workbook: a row is a station, each of its connectors' columns a
charge point.

It says nothing about what a point is doing.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from wirelane_geo.errors import BadFile
from wirelane_geo.importers import _address, _position, _tables
from wirelane_geo.importers._dates import planned
from wirelane_geo.importers._fields import text, word
from wirelane_geo.importers._identity import folded, point_id
from wirelane_geo.importers._notes import Note, Notes
from wirelane_geo.importers._numbers import quantity
from wirelane_geo.importers._ocpi_hours import Hours, of_known
from wirelane_geo.importers._power import KILOWATTS, Kind, kilowatts
from wirelane_geo.importers._reader import Reject, Row
from wirelane_geo.importers.source import Source
from wirelane_geo.model import (
    AuthenticationType,
    ChargePoint,
    ChargingType,
    Conditions,
    OpeningHours,
    PlugType,
    Status,
    opening_hours,
    with_conditions,
)
from wirelane_geo.model.evse_ids import cpo_of, evse_key

ORIGIN = "bnetza"

Fields = dict[str, Any]

AUTHENTICATION = {"RFIDKARTE": AuthenticationType.card, "ONLINEZAHLUNGSVERFAHREN": AuthenticationType.remote,
                  "KREDITKARTENFC": AuthenticationType.nfc_terminal, "DEBITKARTENFC": AuthenticationType.nfc_terminal,
                  "KREDITKARTELESEGERÄT": AuthenticationType.nfc_terminal, "DEBITKARTELESEGERÄT": AuthenticationType.nfc_terminal,
                  "KOSTENLOS": AuthenticationType.direct}
STATUSES = {"INBETRIEB": Status.UNKNOWN, "INWARTUNG": Status.UNAVAILABLE, "AUSSERBETRIEB": Status.UNAVAILABLE,
            "AUẞERBETRIEB": Status.UNAVAILABLE, "STILLGELEGT": Status.CLOSED}
"""In operation is not yet free."""
_DAYS = {day.upper(): number for number, day in enumerate(
    ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"))}
_SPAN = re.compile(r"(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})")
_POSTCODE_AND_TOWN = re.compile(r"(\d{4,5})\s+(.+)")
MOST_POINTS = 100
_WHERE = ("betreiber", "betreibername", "postleitzahl", "straße", "strasse", "hausnummer", "langengrad", "breitengrad")
_NTH = "#"
"""Which of the stations at one address a row without an id is, from 1."""


def rows(source: Source) -> Iterator[Row | Reject | Note]:
    """Each point of each station, numbered by the row that it stands in."""
    header: list[str] | None = None
    nameless = Counter[tuple[Any, ...]]()
    for entry in _tables.rows(source):
        if isinstance(entry, Reject | Note):
            yield entry
            continue
        number, values = entry
        if header is None:
            names = [folded(str(value or "")) for value in values]
            if "breitengrad" in names and ("betreiber" in names or "betreibername" in names):
                header = names
            elif number > _tables.MOST_AHEAD:
                break
            continue
        if len(values) > len(header) and any(values[len(header):]):
            yield Reject(number, None, "another number of values than the header", f"{len(values)} values", values)
            continue
        fields = {name: value for name, value in zip(header, values, strict=False) if name}
        count = quantity(fields.get("anzahlladepunkte"))
        wanted = int(count.number) if count and 1 <= count.number <= MOST_POINTS else max(1, len(_connectors(fields)))
        if count is not None and count.number > MOST_POINTS:
            yield Note(number, name_of(fields), "Anzahl Ladepunkte", f"more than {MOST_POINTS} points in a row, one taken",
                        count.number)
        if wanted < len(_connectors(fields)):
            yield Note(number, name_of(fields), "Anzahl Ladepunkte", "plugs of more points than there are said to be, left out",
                        wanted)
        nth = 1
        if not fields.get("ladeeinrichtungsid"):  # of several stations at one address each is a row, and all may be the same
            where = tuple(fields.get(name) for name in _WHERE)
            nameless[where] += 1
            nth = nameless[where]
        yield from (Row(number, fields, fields | {"": place, _NTH: nth}) for place in range(wanted))
    if header is None:
        raise BadFile(f"{source} is BNetzA's register, but has no row with the names of the columns (Betreiber, Breitengrad) "
                      f"among its first {_tables.MOST_AHEAD}. Remove what stands above it.")


def _connectors(fields: Fields) -> list[tuple[Any, Any, Any]]:
    """Plugs, power and EVSE ID of the groups of columns that are filled."""
    found = []
    for number in range(1, 21):
        plug = fields.get(f"steckertypen{number}")
        power = next((fields[name] for name in (f"nennleistungstecker{number}", f"p{number}kw") if name in fields), None)
        if plug or power:
            found.append((plug, power, fields.get(f"evseid{number}")))
    return found


def name_of(row: Fields) -> str | None:
    """What a row is called in the rejects."""
    given = row.get("ladeeinrichtungsid")
    return None if given is None else str(given)


def point(row: Fields, notes: Notes, *, feed: str) -> ChargePoint:
    """The charge point of a row and its place in the station, the field "" from 0."""
    groups, place = _connectors(row), row[""]
    plugs_given, power_given, evse_given = groups[min(place, len(groups) - 1)] if groups else (None, None, None)
    if place >= len(groups):
        evse_given = None
    lon, lat = _position.placed_of(row.get("langengrad"), row.get("breitengrad"), "DE", "Breitengrad", notes)
    operator = text(row.get("betreiber") or row.get("betreibername"), "Betreiber", notes)
    street, house = (text(row.get(name), name, notes) for name in ("straße", "hausnummer"))
    street = street or text(row.get("strasse"), "Straße", notes)
    station = text(row.get("ladeeinrichtungsid"), "Ladeeinrichtungs-ID", notes) or "/".join(
        str(part) for part in (row.get("postleitzahl"), street, house, lon, lat, *([row[_NTH]] if row[_NTH] > 1 else ())))
    zip_code, city = _town(row, notes)
    if street is None and row.get("adresse"):
        street, house = _address.street_and_number(text(row.get("adresse"), "Adresse", notes))
    evseid = text(evse_given, "EVSE-ID", notes)
    if evseid is not None and cpo_of(evseid) is None:
        notes.add("EVSE ID can't be read, left out", "EVSE-ID", evseid)
        evseid = None
    plugs, current = _plugs(plugs_given, notes)
    opening = _hours(row, notes)
    whose = folded(operator) or feed
    return with_conditions(ChargePoint(
        charge_point_id=evseid or f"{station}*{place + 1}",
        id=point_id(ORIGIN, cpo_of(evseid) or "", "evse", evse_key(evseid)) if evseid else point_id(
            ORIGIN, whose, "station", station, str(place)),
        charging_station_id=station,
        evseid=evseid,
        cpo=operator,
        charging_provider=text(row.get("anzeigenamekarte"), "Anzeigename", notes),
        plug_types=plugs,
        charging_type=current,
        power=_power(power_given, current, notes),
        authentication_types=_authentication(row.get("bezahlsysteme")),
        status=_status(row.get("status"), notes),
        country="DE",
        city=city,
        zip_code=zip_code,
        street=street,
        house_number=None if house == "0" else house,
        opening_hours=opening.text,
        availability=opening.known,
        timezone="Europe/Berlin",
        longitude=lon,
        latitude=lat,
        creation_date=planned(_day(row.get("inbetriebnahmedatum")), "Inbetriebnahmedatum", notes),
    ), _conditions(row, notes))


def _town(row: Fields, notes: Notes) -> tuple[str | None, str | None]:
    """Post code and town, which until 2020 were one column."""
    together = _POSTCODE_AND_TOWN.fullmatch(text(row.get("postleitzahlort"), "Postleitzahl Ort", notes) or "")
    zip_code, city = together.groups() if together else (row.get("postleitzahl"), row.get("ort"))
    return _postcode(text(zip_code, "Postleitzahl", notes)), text(city, "Ort", notes)


def _plugs(given: Any, notes: Notes) -> tuple[tuple[PlugType, ...], ChargingType | None]:
    """Of "AC Typ 2 Steckdose", "DC Fahrzeugkupplung Typ Combo 2 (CCS); DC CHAdeMO" and the older spellings."""
    found: set[PlugType] = set()
    for part in filter(None, re.split(r"[;,]", str(given or ""))):
        known = word(part)
        attached = "KUPPLUNG" in known or "KABEL" in known
        if "CHADEMO" in known:
            found.add(PlugType.CHADEMO)
        elif "COMBO" in known or "CCS" in known:
            found.add(PlugType.CCS)
        elif "TYP2" in known:
            found.add(PlugType.TYPE_2_ATCH if attached else PlugType.TYPE_2)
        elif "TYP1" in known:
            found.add(PlugType.TYPE_1_ATCH if attached else PlugType.TYPE_1)
        elif "SCHUKO" in known:
            found.add(PlugType.SCHUKO)
        else:
            notes.add(f"plug {part.strip()[:40]}, kept as an unknown one", "Steckertypen", part)
            found.add(PlugType.UNKNOWN)
    if not found:
        notes.add("no plug given, kept with an unknown one", "Steckertypen")
        return (PlugType.UNKNOWN,), None
    direct = found & {PlugType.CCS, PlugType.CHADEMO}
    current = ChargingType.DC if direct else None if PlugType.UNKNOWN in found else ChargingType.AC
    return tuple(sorted(found, key=lambda plug: plug.number)), current


def _power(given: Any, current: ChargingType | None, notes: Notes) -> float | None:
    """The strongest of "175; 175"."""
    kind = Kind.DC if current is ChargingType.DC else Kind.AC if current is ChargingType.AC else Kind.UNKNOWN
    parts = given.split(";") if isinstance(given, str) else [given]
    found = [kilowatts(part.strip() if isinstance(part, str) else part, KILOWATTS, kind, "Nennleistung", notes) for part in parts]
    return max((power for power in found if power is not None), default=None)


def _authentication(given: Any) -> tuple[AuthenticationType, ...]:
    means = {AUTHENTICATION[known] for part in str(given or "").split(";") if (known := word(part)) in AUTHENTICATION}
    return tuple(sorted(means, key=lambda term: term.number))


def _status(given: Any, notes: Notes) -> Status:
    known = STATUSES.get(word(given))
    if known is None and given:
        notes.add(f"status {str(given)[:40]}, kept as UNKNOWN", "Status", given)
    return known or Status.UNKNOWN


def _postcode(given: str | None) -> str | None:
    """A number has lost its zero."""
    return given.zfill(5) if given and given.isdigit() else given


def _day(given: Any) -> Any:
    return given.isoformat() if hasattr(given, "isoformat") else given


def _hours(row: Fields, notes: Notes) -> Hours:
    kind = word(row.get("offnungszeiten"))
    if kind == "247":
        return of_known(OpeningHours(open247=True))
    days, times = (str(row.get(name) or "") for name in ("offnungszeitenwochentage", "offnungszeitentageszeiten"))
    if not days.strip():
        return Hours()
    named = [_DAYS.get(word(day)) for day in days.split(";")]
    spans = [found if (match := _SPAN.search(part)) and (found := opening_hours.minutes(match[1], match[2])) else None
             for part in times.split(";")]
    if None in named or None in spans or len(named) != len(spans):
        notes.add("opening hours can't be read, left out", "Öffnungszeiten", f"{days}: {times}")
        return Hours()
    week: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for day, span in zip(named, spans, strict=True):
        if day is not None and span is not None:
            week[day].append(span)
    return of_known(opening_hours.of_week(week))


def _conditions(row: Fields, notes: Notes) -> Conditions:
    """Who may park there, and whether it costs something: as far as the register says it."""
    parking = text(row.get("informationenzumparkraum"), "Informationen zum Parkraum", notes)
    unrestricted = word(parking) == "KEINEBESCHRÄNKUNG"
    free = "KOSTENLOS" in {word(part) for part in str(row.get("bezahlsysteme") or "").split(";")}
    return Conditions(public=True if unrestricted else None, free=True if free else None,
                      access=None if unrestricted or word(parking) == "KEINEANGABE" else parking)


