"""IRVE, the French static schema: a row is a charge point (point de charge).

The mapping, field by field, is in docs/import.md. IRVE says nothing about what a point is doing: its status is UNKNOWN.
"""

import re
from functools import lru_cache
from typing import Any

from wirelane_geo.importers import _address, _position
from wirelane_geo.importers._dates import planned, recorded
from wirelane_geo.importers._fields import flag, said, text
from wirelane_geo.importers._identity import folded, point_id, says_none
from wirelane_geo.importers._notes import Notes
from wirelane_geo.importers._power import KILOWATTS, Kind, kilowatts
from wirelane_geo.importers._prices import words
from wirelane_geo.importers._reader import NotAPoint
from wirelane_geo.importers._timezones import of_position
from wirelane_geo.model import (
    AuthenticationType,
    ChargePoint,
    ChargingType,
    Conditions,
    PlugType,
    PointId,
    Status,
    opening_hours,
    with_conditions,
)
from wirelane_geo.model.evse_ids import evse_key

ORIGIN = "irve"

Fields = dict[str, Any]

AC_LIMIT_KW = 44.0
"""The strongest AC charge points have 43 kW."""

PLUG_COLUMNS = ("cable_t2_attache", "prise_type_2", "prise_type_ef", "prise_type_combo_ccs", "prise_type_chademo",
                "prise_type_autre")
OTHER_PLUGS = (PlugType.SCHUKO, PlugType.CCS, PlugType.CHADEMO, PlugType.UNKNOWN)
"""What the columns from the third on stand for."""


def name_of(row: Fields) -> str | None:
    """What a row is called in the rejects."""
    name = row.get("id_pdc_itinerance") or row.get("id_pdc_local")
    return None if name is None else str(name)


def point(row: Fields, notes: Notes, *, feed: str) -> ChargePoint:
    """The charge point of a row. `feed` is what its file is called, where nothing says whose it is."""
    itinerant, local = _id(row, "id_pdc_itinerance", notes), _id(row, "id_pdc_local", notes)
    label = itinerant or local
    if label is None:
        raise NotAPoint("no identifier")
    lon, lat = _position_of(row, notes)
    where = _address_of(row, lon, lat, notes)
    plugs = _plugs(row, notes)
    power = kilowatts(row.get("puissance_nominale"), KILOWATTS, _kind(plugs), "puissance_nominale", notes)
    hours = text(row.get("horaires"), "horaires", notes)
    available = opening_hours.parse(hours)
    if hours and available is None:
        notes.add("opening hours not understood, kept as text", "horaires", hours)
    operator = _operator(text(row.get("nom_operateur"), "nom_operateur", notes))
    brand = _operator(text(row.get("nom_enseigne"), "nom_enseigne", notes))
    return with_conditions(ChargePoint(
        charge_point_id=label,
        id=_point_id(row, itinerant, local, feed),
        charging_station_id=_id(row, "id_station_itinerance", notes) or _id(row, "id_station_local", notes),
        evseid=itinerant,
        display_id=local,
        owner=_operator(text(row.get("nom_amenageur"), "nom_amenageur", notes)),
        cpo=operator or brand,
        charging_provider=brand,
        plug_types=plugs,
        charging_type=_current(plugs, power),
        power=power,
        reservable=said(row.get("reservation"), "reservation", notes),
        authentication_types=_authentication(row, notes),
        status=Status.UNKNOWN,
        country="FR",
        city=where.city,
        zip_code=where.zip_code,
        street=where.street,
        house_number=where.house_number,
        opening_hours=hours,
        availability=available,
        timezone=of_position(lon, lat, "FR"),
        service_hotline=_telephone(text(row.get("telephone_operateur"), "telephone_operateur", notes)),
        longitude=lon,
        latitude=lat,
        creation_date=planned(row.get("date_mise_en_service"), "date_mise_en_service", notes),
        update_date=recorded(row.get("date_maj"), "date_maj", notes),
    ), _conditions(row, notes))


def _conditions(row: Fields, notes: Notes) -> Conditions:
    """What a row says of prices and access; an empty or unknown value is not known, which is not "no"."""
    access = folded(text(row.get("condition_acces"), "condition_acces", notes))
    reach = folded(text(row.get("accessibilite_pmr"), "accessibilite_pmr", notes))
    size = text(row.get("restriction_gabarit"), "restriction_gabarit", notes)
    each, terminal, free, two_wheels = (flag(row.get(name)) for name in (
        "paiement_acte", "paiement_cb", "gratuit", "station_deux_roues"))
    wheelchair = True if reach.startswith(("reserve", "accessible")) else False if reach.startswith("nonaccessible") else None
    return Conditions(
        tariff=words(row.get("tarification"), "tarification", notes),
        free=said(row.get("gratuit"), "gratuit", notes),
        adhoc=False if each is False and not (terminal or free) else None,
        public=True if access == "acceslibre" else False if access == "accesreserve" else None,
        access=None if size is None or says_none(size) else size,
        vehicles=() if two_wheels is None else ("motorcycle",) if two_wheels else ("car",),
        wheelchair=wheelchair)


def _id(row: Fields, column: str, notes: Notes) -> str | None:
    """As it is written; without the sign that a spreadsheet has before a number that is a text."""
    found = text(row.get(column), column, notes)
    return None if found is None or says_none(found) else found.removeprefix("'")


def _point_id(row: Fields, itinerant: str | None, local: str | None, feed: str) -> PointId:
    """By the EVSE ID, which has the operator in it. A local id is one of a town and an operator, in a station."""
    if itinerant is not None and (key := evse_key(itinerant)):
        return point_id(ORIGIN, "evse", key)
    names = [folded(str(row.get(name) or "")) for name in ("nom_amenageur", "nom_operateur", "nom_enseigne")]
    operator = "/".join(names) if any(names) else feed
    place = (str(row.get(name) or "") for name in ("code_insee_commune", "id_station_local"))
    return point_id(ORIGIN, operator, "local", *place, itinerant or local or "")


@lru_cache(maxsize=10_000)
def _operator(text: str | None) -> str | None:
    """Without the operator code that some add: "Freshmile | FR*FR1"."""
    return _address.clean(re.sub(r"\s*\|\s*[A-Z]{2}\*?[A-Z0-9]{3}\s*$", "", text or ""))


def _position_of(row: Fields, notes: Notes) -> tuple[float, float]:
    given = row.get("coordonneesXY")
    found = _position.pair(given) if given else None
    if found is None:
        found = _position.pair([row.get("consolidated_longitude"), row.get("consolidated_latitude")])
    if found is None:
        raise NotAPoint("coordinates can't be read" if given else "no coordinates", str(given or "")[:200])
    return _position.placed(found, "FR", "coordonneesXY", given, notes)


@lru_cache(maxsize=100_000)
def _parsed(text: str | None) -> _address.Address:
    return _address.french(text)


def _address_of(row: Fields, lon: float, lat: float, notes: Notes) -> _address.Address:
    """The address; where its text names no city, that of the consolidated file, that of a station called "Loudéac,
    France", or a town within 3 km."""
    read = _parsed(text(row.get("adresse_station"), "adresse_station", notes))
    city, postcode = read.city, read.zip_code
    if city is None:
        named = re.fullmatch(r"([^,|]+), France", text(row.get("nom_station"), "nom_station", notes) or "")
        commune = _address.city_name(text(row.get("consolidated_commune"), "consolidated_commune", notes))
        city = commune or (named[1] if named else _town(lon, lat))
    if postcode is None and (postcode := text(row.get("consolidated_code_postal"), "consolidated_code_postal", notes)):
        postcode = postcode.zfill(5) if postcode.isdigit() else postcode  # a number has lost its zero
    return _address.Address(read.street, read.house_number, postcode, city)


def _town(lon: float, lat: float) -> str | None:
    town = _position.town("FR", lon, lat)
    return town.name_in("local") if town is not None and town.metres_to(lon, lat) <= 3_000 else None


def _plugs(row: Fields, notes: Notes) -> tuple[PlugType, ...]:
    values = [row.get(column) for column in PLUG_COLUMNS]
    flags = [flag(value) for value in values]
    if None in flags:
        for column, value in zip(PLUG_COLUMNS, values, strict=True):
            said(value, column, notes)
    plugs = _plugs_of(tuple(flags))
    if not plugs:
        notes.add("no plug given, kept with an unknown one", "prise_type_2")
    return plugs or (PlugType.UNKNOWN,)


@lru_cache(maxsize=1_000)
def _plugs_of(flags: tuple[bool | None, ...]) -> tuple[PlugType, ...]:
    attached, socket, *others = flags
    plugs = {plug for plug, there in zip(OTHER_PLUGS, others, strict=True) if there}
    if socket or attached:
        plugs.add(PlugType.TYPE_2_ATCH if attached else PlugType.TYPE_2)
    return tuple(sorted(plugs, key=lambda plug: plug.number))


def _kind(plugs: tuple[PlugType, ...]) -> Kind:
    """What kind of power the plugs allow: one that isn't known allows any."""
    if PlugType.CCS in plugs or PlugType.CHADEMO in plugs:
        return Kind.DC
    return Kind.UNKNOWN if PlugType.UNKNOWN in plugs else Kind.AC


def _current(plugs: tuple[PlugType, ...], power: float | None) -> ChargingType | None:
    """DC where there is a DC plug, AC where there are only AC ones; of an unknown plug only a great power tells."""
    if PlugType.CCS in plugs or PlugType.CHADEMO in plugs:
        return ChargingType.DC
    if plugs != (PlugType.UNKNOWN,):
        return ChargingType.AC
    return ChargingType.DC if power is not None and power > AC_LIMIT_KW else None


def _authentication(row: Fields, notes: Notes) -> tuple[AuthenticationType, ...]:
    """A bank card is a terminal's; paying by use without a contract, or for nothing, is direct."""
    terminal, each, free = (said(row.get(column), column, notes) for column in ("paiement_cb", "paiement_acte", "gratuit"))
    return (*((AuthenticationType.nfc_terminal,) if terminal else ()),
            *((AuthenticationType.direct,) if each or free else ()))


@lru_cache(maxsize=10_000)
def _telephone(text: str | None) -> str | None:
    """"tel:+33-1-76-31-06-84" is "+33 1 76 31 06 84"; a number of zeros only is none."""
    number = re.sub(r"[\s.-]+", " ", (text or "").removeprefix("tel:")).strip()
    digits = re.sub(r"\D", "", number)
    return number if len(digits) >= 4 and not digits.endswith("0" * 8) else None
