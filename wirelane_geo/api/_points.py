"""A list of charge points, as it comes: which queries it takes, what a page of it holds, and the whole."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from wirelane_geo.api._calls import Answer
from wirelane_geo.api._paging import Page, PageReader, said_number
from wirelane_geo.api._results import Records
from wirelane_geo.errors import BadInput
from wirelane_geo.geo import Bounds
from wirelane_geo.model import ChargePoint
from wirelane_geo.wire.points import decode_points
from wirelane_geo.wire.records import Rejected

_CORNERS = ("south_west_lat", "south_west_lon", "north_east_lat", "north_east_lon")


class Points(Records[ChargePoint]):
    """A list of charge points."""

    def first(self, limit: int | None) -> "Points":
        """The same list, cut after so many points; it says so where that leaves some out."""
        if limit is None or len(self.records) <= limit:
            return self
        problem = f"only the first {limit:,} were asked for"
        return Points(self.records[:limit], self.total, self.rejected, self.unknown, problem)


def key_of(point: ChargePoint) -> str | None:
    """What tells a charge point from another in a list; None where the upstream gave it no id."""
    return point.id or point.charging_point_id


def boxed(parameters: Mapping[str, Any], bounds: Bounds | None) -> list[dict[str, Any]]:
    """The parameters with the corners of the bounds: of each of its parts."""
    chosen = dict(parameters)
    if bounds is None:
        return [chosen]
    if given := [name for name in _CORNERS if chosen.get(name) is not None]:
        raise BadInput(f"bounds={bounds} and {', '.join(given)} can't both be given.")
    boxes = bounds.split()
    if len(boxes) > 1 and chosen.get("page") is not None:
        raise BadInput("Bounds that cross the antimeridian make two lists: page can't be given with them.")
    return [chosen | dict(zip(_CORNERS, (box.south, box.west, box.north, box.east), strict=True)) for box in boxes]


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
    ).first(limit)


def alone(page: Page[ChargePoint], reading: PageReader[ChargePoint]) -> Points:
    """One page as a list of its own."""
    points, problem = reading.take(page), reading.problem()
    if problem is None and page.last() != page.number:
        problem = f"only page {page.number} was asked for"
    return Points(points, reading.total, reading.rejected, reading.unknown, problem)


def points_of(answer: Answer, number: int) -> Page[ChargePoint]:
    """The page of this number in an answer. Raises ApiBadAnswer."""
    body = answer.json_body()
    try:
        decoded = decode_points(body)
    except BadInput as error:
        raise answer.call.bad_answer(f"answered something else than a page of charge points: {error}") from None
    asked = int(str(answer.call.params["page_size"]))
    rejected = [Rejected((number - 1) * asked + one.index, one.id, one.reason) for one in decoded.rejected]
    return Page(
        number, asked, decoded.points, rejected, decoded.unknown, said_number(answer.headers, "x-total-count"),
        said_number(answer.headers, "x-total-pages"), body,
    )
