"""Under which conditions a point can be used: prices and access, as operators publish them. The contract has no words for it."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from wirelane_geo.model._points import ChargePoint

Per = Literal["kWh", "minute", "hour", "session", "parking minute", "parking hour"]
"""What a price is for."""


class Price(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True, gc=False):
    """A price of a tariff. amount: in the main unit of `currency` (ISO 4217, None where it isn't said). tax: whether it is in
    the amount, None where it isn't said. adhoc: without a contract (True) or with one (False), None where it isn't said.
    limited: it holds only at some times, or under some conditions."""

    per: Per
    amount: float
    currency: str | None = None
    tax: bool | None = None
    adhoc: bool | None = None
    limited: bool = False


class Conditions(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True, gc=False):
    """Prices and access of a point. None is everywhere "not known", which is not "no".

    tariff: the operator's words for what it costs. free: charging costs nothing. adhoc: a driver can pay there and then,
    without a contract. public: anybody may use it; access: the operator's words for who may. vehicles: the kinds that it is for
    (car, lorry, motorcycle, ...). wheelchair: it can be used from one. green: the energy is renewable.
    """

    prices: tuple[Price, ...] = ()
    tariff: str | None = None
    free: bool | None = None
    adhoc: bool | None = None
    public: bool | None = None
    access: str | None = None
    vehicles: tuple[str, ...] = ()
    wheelchair: bool | None = None
    green: bool | None = None


class OfferedPoint(ChargePoint, kw_only=True, frozen=True, omit_defaults=True, gc=False):
    """A charge point with what is known of its conditions, which the API's answers leave out. status_date: when its status was
    said to be so, as others are told (UTC), None where nobody knows; `update_date` may be that of its facts."""

    conditions: Conditions | None = None
    status_date: datetime | None = None


_NOTHING = Conditions()


def point_under(fields: dict[str, Any], conditions: Conditions) -> ChargePoint:
    """As `with_conditions`, of a point that is yet to be made of its fields."""
    if conditions is _NOTHING or conditions == _NOTHING:
        return ChargePoint(**fields)
    return OfferedPoint(**fields, conditions=conditions)


def with_conditions(point: ChargePoint, conditions: Conditions) -> ChargePoint:
    """The point with its conditions; the point itself where nothing is known of them."""
    if conditions is _NOTHING or conditions == _NOTHING:
        return point
    fields = {name: getattr(point, name) for name in point.__struct_fields__ if name != "conditions"}
    return OfferedPoint(**fields, conditions=conditions)
