"""What all points of a station say the same of."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from wirelane_geo.model import OfferedPoint

T = TypeVar("T")


def common(points: Sequence[OfferedPoint], of: Callable[[OfferedPoint], T]) -> T | None:
    """What is the same for all points; None where it isn't."""
    first = of(points[0])
    return first if all(of(point) == first for point in points[1:]) else None


def shared_place(points: Sequence[OfferedPoint]) -> OfferedPoint:
    """The first point, of its place only what all points say: what one of them doesn't know stays unknown there."""
    names = ("timezone", "country", "city", "zip_code", "street", "house_number")
    apart = {name: None for name in names if len({getattr(point, name) for point in points}) > 1}
    return msgspec.structs.replace(points[0], **apart) if apart else points[0]
