"""A list of charge points, as it comes: which queries it takes, what a page of it holds, and the whole."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from wirelane_geo.api._calls import Answer
from wirelane_geo.api._paging import Page, said_number
from wirelane_geo.api._results import Records
from wirelane_geo.errors import BadInput, BadQuestion
from wirelane_geo.geo import Bounds
from wirelane_geo.model import ChargePoint
from wirelane_geo.wire.points import decode_point, decode_points
from wirelane_geo.wire.records import RejectedRecord

_CORNERS = ("south_west_lat", "south_west_lon", "north_east_lat", "north_east_lon")


@dataclass(frozen=True, eq=False, repr=False)
class Points(Records[ChargePoint]):
    """A list of charge points. `dates`: how new each of the upstream's records in it is, in its order, None where it doesn't
    say; `more`: whether the upstream has more of them; `total` counts those records, which may be stations."""

    dates: list[datetime | None] = field(default_factory=list)
    more: bool = False

    def first(self, limit: int | None) -> "Points":
        """The same list, cut after so many points; it says so where that leaves some out."""
        if limit is None or len(self.records) <= limit:
            return self
        problem = f"only the first {limit:,} were asked for"
        return Points(self.records[:limit], self.total, self.rejected, self.unknown, problem, self.dates, True)


def key_of(point: ChargePoint) -> str | None:
    """What tells a charge point from another in a list; None where the upstream gave it no id."""
    return point.id or point.charging_point_id


def boxed(parameters: Mapping[str, Any], bounds: Bounds | None) -> list[dict[str, Any]]:
    """The parameters with the corners of the bounds: of each of its parts."""
    chosen = dict(parameters)
    if bounds is None:
        return [chosen]
    if given := [name for name in _CORNERS if chosen.get(name) is not None]:
        raise BadQuestion(f"bounds={bounds} and {', '.join(given)} can't both be given.")
    boxes = bounds.split()
    if len(boxes) > 1 and chosen.get("page") is not None:
        raise BadQuestion("Bounds that cross the antimeridian make two lists: page can't be given with them.")
    return [chosen | dict(zip(_CORNERS, (box.south, box.west, box.north, box.east), strict=True)) for box in boxes]


def without_corners(parameters: Mapping[str, Any], bounds: Bounds | None) -> tuple[dict[str, Any], Bounds | None]:
    """The parameters without the four corners, and the bounds that they or `bounds` say."""
    if bounds is not None:
        boxed(parameters, bounds)  # refuses corners beside bounds, and a page of two lists
        return dict(parameters), bounds
    given = dict(parameters)
    corners = [corner for name in _CORNERS if (corner := given.pop(name, None)) is not None]
    if not corners:
        return given, None
    try:
        return given, Bounds(*map(float, corners))
    except (TypeError, ValueError):
        raise BadQuestion(f"{', '.join(_CORNERS)} go together: a south-western and a north-eastern corner in degrees.") from None


def joined(lists: list[Points], limit: int | None) -> Points:
    """Several lists as one; what stands in more than one of them is there once."""
    once = {key_of(point) or number: point
            for number, point in enumerate(point for points in lists for point in points)}
    totals = [points.total for points in lists if points.total is not None]
    unknown: Counter[str] = Counter()
    for points in lists:
        unknown.update(points.unknown)
    return Points(
        list(once.values()),
        sum(totals) if len(totals) == len(lists) else None,
        [rejected for points in lists for rejected in points.rejected],
        unknown,
        next((points.problem for points in lists if points.problem), None),
        [date for points in lists for date in points.dates],
        any(points.more for points in lists),
    ).first(limit)


def point_in(answer: Answer) -> ChargePoint:
    """The charge point in an answer. Raises ApiBadAnswer."""
    try:
        return decode_point(answer.json_body())
    except BadInput as error:
        raise answer.call.bad_answer(f"answered something else than a charge point: {error}") from None


def points_of(answer: Answer, number: int) -> Page[ChargePoint]:
    """The page of this number in an answer. Raises ApiBadAnswer."""
    body = answer.json_body()
    try:
        decoded = decode_points(body)
    except BadInput as error:
        raise answer.call.bad_answer(f"answered something else than a page of charge points: {error}") from None
    asked = int(str(answer.call.params["page_size"]))
    rejected = [RejectedRecord((number - 1) * asked + one.index, one.id, one.reason) for one in decoded.rejected]
    return Page(
        number, asked, decoded.points, rejected, decoded.unknown, said_number(answer.headers, "x-total-count"),
        said_number(answer.headers, "x-total-pages"), body,
    )
