"""A list of charge points, as it comes: which queries it takes, what a page of it holds, and the whole."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, overload

from wirelane_geo.api.calls import Answer
from wirelane_geo.api.models import decode_points
from wirelane_geo.api.paging import Page, said_number
from wirelane_geo.api.records import Rejected
from wirelane_geo.errors import BadInput
from wirelane_geo.geo import Bounds
from wirelane_geo.model import ChargePoint

_CORNERS = ("south_west_lat", "south_west_lon", "north_east_lat", "north_east_lon")


@dataclass(frozen=True, eq=False)
class Points(Sequence[ChargePoint]):
    """A list of charge points, each once, in the upstream's order.

    `total`: how many the upstream counts, None if it doesn't say. `rejected`: records that could not be understood
    (`index` counts through the whole list); they are not missing, but not here either. `unknown`: how often a value came
    that the contract doesn't know, as "status=NEWVALUE". `problem`: why this may not be all of it, None if it is.
    """

    records: list[ChargePoint]
    total: int | None
    rejected: list[Rejected]
    unknown: Counter[str]
    problem: str | None

    @property
    def complete(self) -> bool:
        """Whether all that the upstream has for this query was read."""
        return self.problem is None

    def first(self, limit: int | None) -> "Points":
        """The same list, cut after so many points; it says so where that leaves some out."""
        if limit is None or len(self.records) <= limit:
            return self
        return replace(self, records=self.records[:limit], problem=f"only the first {limit:,} were asked for")

    @overload
    def __getitem__(self, index: int) -> ChargePoint: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[ChargePoint]: ...
    def __getitem__(self, index: int | slice) -> ChargePoint | Sequence[ChargePoint]:
        return self.records[index]

    def __len__(self) -> int:
        return len(self.records)

    def __repr__(self) -> str:
        return f"<Points: {len(self):,} of {'?' if self.total is None else format(self.total, ',')}>"

    def __iter__(self) -> Iterator[ChargePoint]:
        return iter(self.records)


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


def page_of(answer: Answer, number: int) -> Page[ChargePoint]:
    """The page of this number in an answer. Raises ApiBadAnswer."""
    body = answer.json_body()
    try:
        decoded = decode_points(body)
    except BadInput as error:
        raise answer.call.bad_answer(f"answered something else than a page of charge points: {error}") from None
    asked = int(answer.call.params["page_size"])
    rejected = [Rejected((number - 1) * asked + one.index, one.id, one.reason) for one in decoded.rejected]
    return Page(
        number, asked, decoded.points, rejected, decoded.unknown, said_number(answer.headers, "x-total-count"),
        said_number(answer.headers, "x-total-pages"), body,
    )
