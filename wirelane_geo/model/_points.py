"""What a charge point is."""

from datetime import datetime
from typing import Any

from wirelane_geo.model._privacy import Record, personal_fields
from wirelane_geo.model._terms import AuthenticationType, ChargingType, PlugType, Status
from wirelane_geo.model.identity import PointId


class OpeningHours(Record, kw_only=True, frozen=True, omit_defaults=True, gc=False):
    """When a charge point can be used. A day is a list of pairs, ["0900", "1230"], in the point's own time zone; an end
    at or before its start lies on the next day. A day with an empty list is closed all day, of one that is None nothing is
    known.

    `exceptionalOpenings` has dates with hours of their own, {"2020-12-24": [["0000", "0900"]], "*-12-25": []}, a `*` being
    any year, month or day. `opening_hours` reads them, and tells what else may stand there.
    """

    label: str | None = None
    open247: bool | None = None
    monday: list[list[str]] | None = None
    tuesday: list[list[str]] | None = None
    wednesday: list[list[str]] | None = None
    thursday: list[list[str]] | None = None
    friday: list[list[str]] | None = None
    saturday: list[list[str]] | None = None
    sunday: list[list[str]] | None = None
    exceptionalOpenings: dict[str, Any] | None = None  # noqa: N815 - the contract's spelling


class ChargePointGroup(Record, kw_only=True, frozen=True, omit_defaults=True, gc=False):
    """A group that an operator put a charge point into."""

    PERSONAL = frozenset({"owner"})

    id: int | None = None
    name: str | None = None
    owner: str | None = None


class ChargePoint(Record, kw_only=True, frozen=True, omit_defaults=True, gc=False):
    """One EVSE, as the contract's `ChargingPoint` has it.

    Degrees are WGS 84, power is in kW, current in A, voltage in V, distance in metres, times are aware datetimes.
    `owner`, `serial_number` and `charging_group` are private: see `PRIVATE_FIELDS`.
    """

    PERSONAL = frozenset({"owner", "serial_number", "charging_group"})

    charge_point_id: str
    id: PointId | None = None
    charging_point_id: str | None = None
    charging_station_id: str | None = None
    evseid: str | None = None
    display_id: str | None = None
    owner: str | None = None
    emp: str | None = None
    cpo: str | None = None
    plug_types: tuple[PlugType, ...] = ()
    charging_type: ChargingType | None = None
    model: str | None = None
    serial_number: str | None = None
    current: int | None = None
    power: float | None = None
    voltage: int | None = None
    reservable: bool | None = None
    authentication_types: tuple[AuthenticationType, ...] = ()
    status: Status = Status.UNKNOWN
    country: str | None = None
    city: str | None = None
    zip_code: str | None = None
    street: str | None = None
    house_number: str | None = None
    opening_hours: str | None = None
    availability: OpeningHours | None = None
    timezone: str | None = None
    service_hotline: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    distance: float | None = None
    creation_date: datetime | None = None
    update_date: datetime | None = None
    payment_url: str | None = None
    charging_provider: str | None = None
    charging_group: tuple[ChargePointGroup, ...] = ()


PRIVATE_FIELDS = personal_fields(ChargePoint)
"""Fields of a charge point that no public page, link, log or public cache may carry."""
