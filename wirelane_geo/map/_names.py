"""What a person calls a charge point and its place, and the point as everybody may see it."""

import msgspec

from wirelane_geo.model import PRIVATE_FIELDS, ChargePoint


def title(point: ChargePoint) -> str:
    """What a person calls the place of a point: its street, else its label."""
    street = " ".join(filter(None, (point.street, point.house_number)))
    return street or label(point)


def label(point: ChargePoint) -> str:
    """What tells a point from others: its EVSE ID, else what is printed on it."""
    return point.evseid or point.display_id or point.charge_point_id


def place(point: ChargePoint) -> str:
    """Postal code and city of a point."""
    return " ".join(filter(None, (point.zip_code, point.city)))


def public(point: ChargePoint) -> ChargePoint:
    """The point without its private fields."""
    blank = {name: () if name == "charging_group" else None for name in PRIVATE_FIELDS}
    return msgspec.structs.replace(point, **blank)
