"""Open Charge Map: each connection of a place is as many charge points as it says.

The ids of its vocabulary are those that it has published for years (reference data, CC BY 4.0).
"""

from collections.abc import Iterator
from typing import Any

from wirelane_geo.importers import _address, _json, _position
from wirelane_geo.importers._dates import recorded
from wirelane_geo.importers._fields import entries, text
from wirelane_geo.importers._identity import point_id
from wirelane_geo.importers._notes import Note, Notes
from wirelane_geo.importers._power import AMPERES, KILOWATTS, VOLTS, Kind, kilowatts, within
from wirelane_geo.importers._prices import words
from wirelane_geo.importers._reader import NotAPoint, Reject, Row
from wirelane_geo.importers._timezones import timezone
from wirelane_geo.importers.source import Source
from wirelane_geo.model import ChargePoint, ChargingType, Conditions, PlugType, Status, with_conditions
from wirelane_geo.places.countries import alpha_2

ORIGIN = "ocm"

Object = dict[str, Any]

PLUGS = {1: PlugType.TYPE_1_ATCH, 2: PlugType.CHADEMO, 25: PlugType.TYPE_2, 1036: PlugType.TYPE_2_ATCH, 26: PlugType.TYPE_3,
         32: PlugType.CCS, 33: PlugType.CCS, 28: PlugType.SCHUKO, 23: PlugType.SCHUKO}
"""By ConnectionTypeID: J1772, CHAdeMO, Mennekes as socket and as cable, Scame, CCS 1 and 2, Schuko, the French socket."""
CURRENTS = {10: ChargingType.AC, 20: ChargingType.AC, 30: ChargingType.DC}
STATUSES = {30: Status.CLOSED, 150: Status.CLOSED, 200: Status.CLOSED, 210: Status.CLOSED, 100: Status.UNAVAILABLE,
            75: Status.UNAVAILABLE}
"""By StatusTypeID: temporarily not in use, planned, removed (decommissioned, duplicate), not operational. Operational (50) says
that it works, not that it is free."""
PUBLIC = {1: True, 4: True, 5: True, 7: True, 2: False, 3: False, 6: False}
"""By UsageTypeID: public in some way, or private, or for staff and guests only."""
ADHOC = {5: True, 4: False}
"""By UsageTypeID: pay at location, or membership required."""
FREE = frozenset({"free", "free of charge", "kostenlos", "gratis", "gratuit", "gratuito"})
"""Costs that are none."""
_SPELLED = """
    ID UUID AddressInfo Connections OperatorInfo StatusType StatusTypeID UsageType UsageTypeID UsageCost DateCreated
    DateLastStatusUpdate DateLastVerified Title AddressLine1 Town Postcode Country ISOCode Latitude Longitude ContactTelephone1
    ConnectionType ConnectionTypeID CurrentType CurrentTypeID PowerKW Voltage Amps Quantity"""
_NAMES = {name.lower(): name for name in _SPELLED.split()}
"""Names as they are read here: with `camelcase=true` the service answers with "addressInfo" and "connectionTypeID"."""
_ALTERNATING = frozenset({PlugType.TYPE_1_ATCH, PlugType.TYPE_2, PlugType.TYPE_2_ATCH, PlugType.TYPE_3, PlugType.SCHUKO})
MOST_POINTS = 200
"""Points of a place that are made: no place has more."""


def rows(source: Source) -> Iterator[Row | Reject | Note]:
    """Each point of each place, numbered through. A place without connections has one, of an unknown plug."""
    number = 0
    for entry in _json.records(source):
        if not isinstance(entry, tuple):
            yield entry
            continue
        place, connections = _named(_poi(entry[1])), []
        if isinstance(place, dict):
            given = entries(place.get("Connections"), frozenset(("ConnectionTypeID", "ConnectionType", "PowerKW", "Quantity")))
            connections = [one for one in given or () if isinstance(one, dict)]
        else:
            number += 1
            yield Reject(number, None, "not a JSON object", "", place)
            continue
        count = 0
        nameless = 0
        for connection in connections or [{}]:
            nameless += not connection.get("ID")
            for copy in range(_quantity(connection)):
                if count == MOST_POINTS:
                    yield Note(None, str(place.get("ID")), "Quantity", f"more than {MOST_POINTS} points at a place, left out")
                    break
                number, count = number + 1, count + 1
                yield Row(number, entry[1], {"place": place, "connection": connection, "copy": copy, "nameless": nameless})


def _poi(given: Any) -> Any:
    """A place; of a feature of GeoJSON as the service writes it, the one in its properties."""
    inside = given.get("properties") if isinstance(given, dict) else None
    poi = inside.get("poi") if isinstance(inside, dict) else None
    return poi if isinstance(poi, dict) else given


def _named(given: Any) -> Any:
    if isinstance(given, dict):
        return {_NAMES.get(name.lower(), name): _named(value) for name, value in given.items()}
    return [_named(value) for value in given] if isinstance(given, list) else given


def _quantity(connection: Object) -> int:
    given = connection.get("Quantity")
    given = int(given) if isinstance(given, str) and given.isdecimal() and len(given) < 5 else given
    return given if isinstance(given, int) and not isinstance(given, bool) and 0 < given <= MOST_POINTS + 1 else (
        MOST_POINTS + 1 if isinstance(given, int) and given > MOST_POINTS else 1)


def name_of(row: Object) -> str | None:
    """What a row is called in the rejects."""
    return f"{row['place'].get('ID')}/{row['connection'].get('ID')}"


def point(row: Object, notes: Notes, *, feed: str) -> ChargePoint:  # noqa: ARG001 - its ids are the same wherever they come from
    """The charge point of a row."""
    place, connection = row["place"], row["connection"]
    id = place.get("ID") or place.get("UUID")
    own = str(connection.get("ID") or ("" if row["nameless"] < 2 else f"n{row['nameless']}"))  # some have no ids: by their place
    if id is None:
        raise NotAPoint("no identifier")
    label = f"{id}*{own}*{row['copy'] + 1}" if own else str(id)
    around = place["AddressInfo"] if isinstance(place.get("AddressInfo"), dict) else {}
    named = around.get("Country")
    country = alpha_2(named.get("ISOCode")) if isinstance(named, dict) else None
    lon, lat = _position.placed_of(around.get("Longitude"), around.get("Latitude"), country, "Latitude", notes)
    current = CURRENTS.get(_id(connection, "CurrentType"))
    plug = PLUGS.get(_id(connection, "ConnectionType"), PlugType.UNKNOWN)
    if plug is PlugType.UNKNOWN and connection:
        notes.add(f"plug {_id(connection, 'ConnectionType')}, kept as an unknown one", "ConnectionTypeID",
                  connection.get("ConnectionTypeID"))
    if plug in (PlugType.CCS, PlugType.CHADEMO):
        current = ChargingType.DC
    kind = Kind.DC if current is ChargingType.DC else Kind.AC if current is ChargingType.AC else Kind.UNKNOWN
    power = kilowatts(connection.get("PowerKW"), KILOWATTS, kind, "PowerKW", notes)
    if current is None and plug in _ALTERNATING and (power is None or Kind.AC.has(power)):
        current = ChargingType.AC
    volts = within(connection.get("Voltage"), VOLTS, "v", "Voltage", notes)
    amperes = within(connection.get("Amps"), AMPERES, "a", "Amps", notes)
    street, number = _address.street_and_number(text(around.get("AddressLine1"), "AddressLine1", notes))
    operator = place.get("OperatorInfo")
    status = STATUSES.get(_id(connection, "StatusType")) or STATUSES.get(_id(place, "StatusType")) or Status.UNKNOWN
    return with_conditions(ChargePoint(
        charge_point_id=label,
        id=point_id(ORIGIN, str(id), own, str(row["copy"])),
        charging_station_id=str(id),
        cpo=text(operator.get("Title"), "OperatorInfo", notes) if isinstance(operator, dict) else None,
        plug_types=(plug,),
        charging_type=current,
        power=power,
        voltage=None if volts is None else round(volts),
        current=None if amperes is None else round(amperes),
        status=status,
        country=country,
        city=_address.city_name(text(around.get("Town"), "Town", notes)),
        zip_code=text(around.get("Postcode"), "Postcode", notes),
        street=street,
        house_number=number,
        timezone=timezone(None, lon, lat, country, notes),
        service_hotline=text(around.get("ContactTelephone1"), "ContactTelephone1", notes),
        longitude=lon,
        latitude=lat,
        creation_date=recorded(place.get("DateCreated"), "DateCreated", notes),
        update_date=recorded(place.get("DateLastStatusUpdate") or place.get("DateLastVerified"), "DateLastStatusUpdate", notes),
    ), _conditions(place, notes))


def _conditions(place: Object, notes: Notes) -> Conditions:
    usage, cost = _id(place, "UsageType"), words(place.get("UsageCost"), "UsageCost", notes)
    return Conditions(public=PUBLIC.get(usage), adhoc=ADHOC.get(usage), tariff=cost,
                      free=True if cost is not None and cost.strip(" .!").lower() in FREE else None)


def _id(given: Object, name: str) -> int:
    """Of a word of the vocabulary, given by its id or as an object; -1 where it isn't."""
    found = given.get(f"{name}ID")
    if found is None and isinstance(given.get(name), dict):
        found = given[name].get("ID")
    found = int(found) if isinstance(found, str) and found.isdecimal() and len(found) < 9 else found
    return found if isinstance(found, int) else -1
