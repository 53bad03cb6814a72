"""The vocabulary of the Wirelane API 2.0: what a charge point is, and the words for its state.

Names, enum values and their order are the published contract's. A number that stands for a value (`Status.FREE` is 0)
is its position in the contract's enum; a set of plugs or authentications is a bitmask over those positions.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

import msgspec


class Term(StrEnum):
    """A value of one of the contract's enums; knows its position there."""

    number: int
    """Position in the contract's enum, from 0."""

    def __new__(cls, value: str) -> Self:
        """Members are numbered as they are defined."""
        term = str.__new__(cls, value)
        term._value_ = value
        term.number = len(cls.__members__)
        return term

    @property
    def bit(self) -> int:
        """The bit that stands for this value in a mask."""
        return 1 << self.number

    @classmethod
    def mask(cls, terms: Iterable[Self]) -> int:
        """The bitmask of some values."""
        mask = 0
        for term in terms:
            mask |= term.bit
        return mask

    @classmethod
    def of_mask(cls, mask: int) -> tuple[Self, ...]:
        """The values in a bitmask, in the contract's order."""
        return tuple(term for term in cls if mask & term.bit)


class Status(Term):
    """State of a charge point. UNKNOWN is neither free nor faulted: nobody has said."""

    FREE = "FREE"
    IN_USE = "IN_USE"
    UNAVAILABLE = "UNAVAILABLE"
    UNKNOWN = "UNKNOWN"
    FAULTED = "FAULTED"
    RESERVED = "RESERVED"
    CLOSED = "CLOSED"


class PlugType(Term):
    """Socket or attached cable (`_ATCH`) of a charge point."""

    TYPE_1 = "TYPE_1"
    TYPE_1_ATCH = "TYPE_1_ATCH"
    TYPE_2 = "TYPE_2"
    TYPE_2_ATCH = "TYPE_2_ATCH"
    TYPE_3 = "TYPE_3"
    TYPE_3_ATCH = "TYPE_3_ATCH"
    CHADEMO = "CHADEMO"
    CCS = "CCS"
    SCHUKO = "SCHUKO"
    UNKNOWN = "UNKNOWN"


class ChargingType(Term):
    """Kind of current."""

    AC = "AC"
    DC = "DC"


class AuthenticationType(Term):
    """How a driver proves who pays."""

    card = "card"
    remote = "remote"
    nfc_terminal = "nfc_terminal"
    direct = "direct"


class OpeningHours(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """When a charge point can be used. A day is a list of ["HH:MM", "HH:MM"] pairs in the point's own time zone;
    an end at or before its start lies on the next day; a day without pairs is closed all day."""

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


class ChargePointGroup(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A group that an operator put a charge point into."""

    id: int | None = None
    name: str | None = None
    owner: str | None = None


class ChargePoint(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True, weakref=True):
    """One EVSE, as the contract's `ChargingPoint` has it.

    Degrees are WGS 84, power is in kW, current in A, voltage in V, distance in metres, times are aware datetimes.
    `owner` and `serial_number` are private: see `PRIVATE_FIELDS`.
    """

    charge_point_id: str
    id: str | None = None
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


PRIVATE_FIELDS = frozenset({"owner", "serial_number", "charging_group"})
"""Fields of a charge point that no public page, link, log or public cache may carry."""
