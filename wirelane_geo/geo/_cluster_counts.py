"""How clusters are counted: what of each square lies in the bounds, as runs of whole blocks and single points.

A square inside of the bounds is one slice of the matches: whole blocks in its middle, single points at its ends. A square
on an edge of the bounds is looked at block by block: those inside are runs again, of those cut by the edge each point is
tested. So the work grows with the squares on the screen and the length of the edges, not with the number of points.
"""

from typing import NamedTuple

import numpy as np

from wirelane_geo.geo import quadkey, ranges
from wirelane_geo.geo._blocks import HEAD, SHIFT, TOTALS, Boxes
from wirelane_geo.geo._filtered_index import FilteredIndex
from wirelane_geo.geo.bounds import Bounds
from wirelane_geo.geo.clusters import Clusters, level_of
from wirelane_geo.geo.columns import CLOSED_NOW, FREE, STATUSES
from wirelane_geo.geo.mercator import Floats
from wirelane_geo.geo.ranges import Bools, Numbers

SQUARES = 4096
"""No screen has more squares than this. Of bounds that do, all squares are looked up as long as there are several points
to each; else points are grouped one by one."""


class Slices(NamedTuple):
    """Slices [begin, end), each with the number of the square that it is in."""

    square: Numbers
    begin: Numbers
    end: Numbers

    def pick(self, chosen: Numbers) -> "Slices":
        """Some of the slices, by their index."""
        return Slices(self.square.take(chosen), self.begin.take(chosen), self.end.take(chosen))

    @classmethod
    def joined(cls, *parts: "Slices") -> "Slices":
        """All slices of several."""
        return parts[0] if len(parts) == 1 else cls(*map(np.concatenate, zip(*parts, strict=True)))


class Parts(NamedTuple):
    """What of some squares lies in bounds: single points; the same points, those that follow each other as one slice; and
    runs of whole blocks."""

    points: Slices
    stretches: Slices
    runs: Slices


class Tally(NamedTuple):
    """For each of n squares: points of each status, of the FREE ones those that are closed now, and first points of stations,
    i8[n, 9]; sums of degrees, f8[n, 2]."""

    counts: Numbers
    degrees: Floats

    @property
    def by_status(self) -> Numbers:
        """Points of each status, i8[n, 7]."""
        return self.counts[:, :STATUSES]

    @property
    def closed_now(self) -> Numbers:
        """Of the FREE ones those that are closed now, i8[n]."""
        return self.counts[:, CLOSED_NOW]

    @property
    def heads(self) -> Numbers:
        """First points of stations, i8[n]."""
        return self.counts[:, HEAD]

    def pick(self, chosen: Numbers) -> "Tally":
        """Some of the squares."""
        return Tally(self.counts.take(chosen, axis=0), self.degrees.take(chosen, axis=0))


def clusters(matches: FilteredIndex, bounds: Bounds, zoom: float) -> Clusters:
    """The clusters of all matches in the bounds."""
    level = level_of(zoom)
    if quadkey.finest_level(bounds, max(SQUARES, len(matches) // 8)) < level:
        return _tally(matches, *_one_by_one(matches, bounds, level))
    prefixes, certain = quadkey.grid(bounds, level)
    squares = Slices(np.arange(len(prefixes)), *matches.find(prefixes, level))
    occupied = squares.end > squares.begin
    whole = squares.pick((occupied & certain).nonzero()[0])
    parts = cut(matches, bounds, squares.pick((occupied & ~certain).nonzero()[0]))
    return _tally(matches, len(prefixes), whole, parts)


def _one_by_one(matches: FilteredIndex, bounds: Bounds, level: int) -> tuple[int, Slices, Parts]:
    """What `_tally` takes where points are few for the squares: how many squares have a match in the bounds, and the matches
    as single points."""
    number = matches.scan(bounds)
    begins = ranges.begins(quadkey.prefix(matches.keys.take(number), level))
    square = np.arange(len(begins)).repeat(ranges.ends(begins, len(number)) + 1 - begins)
    points = Slices(square, number, number + 1)
    nothing = points.pick(number[:0])
    return len(begins), nothing, Parts(points, points, nothing)


def cut(matches: FilteredIndex, bounds: Bounds, squares: Slices) -> Parts:
    """What lies in the bounds, of squares that an edge of the bounds runs through."""
    rest, runs = squares, []
    count = int((squares.end - squares.begin).sum())
    for boxes in matches.blocks.boxes_for(count):
        whole, rest = _sift(boxes, bounds, rest)
        runs.append(whole)
    owner, point, first = ranges.spread(rest.begin, rest.end)
    inside = bounds.contains(*matches.lon_lat(point))
    kept = inside.nonzero()[0]
    square, single = rest.square.take(owner), point.take(kept)
    points = Slices(square.take(kept), single, single + 1)
    begin, last = ranges.stretches(inside, first)
    stretches = Slices(square.take(begin), point.take(begin), point.take(last) + 1)
    return Parts(points, stretches, Slices.joined(*runs))


def _sift(boxes: Boxes, bounds: Bounds, rest: Slices) -> tuple[Slices, Slices]:
    """(whole, rest) of some slices: the runs of whole boxes that lie in the bounds for certain, and what an edge runs through."""
    owner, number, first = ranges.spread(rest.begin >> boxes.shift, ((rest.end - 1) >> boxes.shift) + 1)
    touches, inside = boxes.within(bounds, number)
    # The first and the last box of a slice may reach beyond it.
    inside[first] &= rest.begin & (boxes.size - 1) == 0
    inside[ranges.ends(first, len(owner))] &= rest.end & (boxes.size - 1) == 0

    begin, last = ranges.stretches(inside, first)
    whole = Slices(rest.square.take(owner.take(begin)), number.take(begin) << boxes.shift,
                   (number.take(last) + 1) << boxes.shift)
    cut = (touches ^ inside).nonzero()[0]
    owner, number = owner.take(cut), number.take(cut)
    return whole, Slices(rest.square.take(owner), np.maximum(number << boxes.shift, rest.begin.take(owner)),
                         np.minimum((number + 1) << boxes.shift, rest.end.take(owner)))


def end_points_and_runs(whole: Slices) -> tuple[Slices, Slices]:
    """(points, runs of whole blocks) of squares that lie inside of the bounds."""
    first = np.minimum(((whole.begin - 1) >> SHIFT) + 1 << SHIFT, whole.end)
    last = np.maximum(whole.end >> SHIFT << SHIFT, first)
    slice_, point, _ = ranges.spread(np.concatenate([whole.begin, last]), np.concatenate([first, whole.end]))
    square = np.concatenate([whole.square, whole.square]).take(slice_)
    middle = (last > first).nonzero()[0]
    return (Slices(square, point, point + 1),
            Slices(whole.square.take(middle), first.take(middle), last.take(middle)))


def _tally(matches: FilteredIndex, size: int, whole: Slices, parts: Parts) -> Clusters:
    """The clusters in so many squares: `whole` ones, and the `parts` of those that an edge runs through."""
    pieces = Slices.joined(whole, parts.stretches, parts.runs)
    pieces = pieces.pick(pieces.begin.argsort(kind="stable"))
    begins = ranges.begins(pieces.square)
    square, first = pieces.square.take(begins), pieces.begin.take(begins)
    last = pieces.end.take(ranges.ends(begins, len(pieces.square))) - 1

    end_points, middles = end_points_and_runs(whole)
    tally = sums(matches, size, Slices.joined(parts.points, end_points), Slices.joined(parts.runs, middles)).pick(square)
    degrees, count = tally.degrees, tally.by_status.sum(axis=1)
    return Clusters(
        lon=degrees[:, 0] / count,
        lat=degrees[:, 1] / count,
        count=count,
        by_status=tally.by_status,
        closed_now=tally.closed_now,
        start=matches.positions(first),
        stop=matches.positions(last) + 1,
        stations=tally.heads + stations_cut_at_start(matches, size, pieces).take(square),
        keys=(matches.keys.take(first), matches.keys.take(last)),
    )


_STATUSES = (np.arange(TOTALS) < STATUSES).astype(np.int64)


def sums(matches: FilteredIndex, size: int, points: Slices, runs: Slices) -> Tally:
    """What single points and runs of whole blocks are together, for each of so many squares."""
    code = points.square * (2 * HEAD) + matches.code.take(points.begin)
    by_code = np.bincount(code, minlength=size * 2 * HEAD).reshape(size, 2, HEAD)
    blocks, first, last = matches.blocks, runs.begin >> SHIFT, runs.end >> SHIFT
    column = runs.square[:, None] * TOTALS + np.arange(TOTALS)
    in_runs = np.bincount(column.ravel(), blocks.counts(first, last).ravel(), size * TOTALS)
    in_runs = in_runs.reshape(size, TOTALS).astype(np.int64)
    counts = np.empty((size, HEAD + 1), np.int64)
    counts[:, :HEAD] = by_code[:, 0] + by_code[:, 1]
    counts[:, :STATUSES] += in_runs[:, :STATUSES]
    counts[:, HEAD] = by_code[:, 1].sum(axis=1) + in_runs[:, -1]
    counts[:, CLOSED_NOW] += np.bincount(runs.square, runs.end - runs.begin, size).astype(np.int64) - in_runs @ _STATUSES
    counts[:, FREE] += counts[:, CLOSED_NOW]
    degrees, of_runs = np.empty((size, 2)), blocks.degrees(first, last)
    for axis, of_points in enumerate(matches.lon_lat(points.begin)):
        degrees[:, axis] = np.bincount(points.square, of_points, size) + np.bincount(runs.square, of_runs[:, axis], size)
    return Tally(counts, degrees)


def stations_cut_at_start(matches: FilteredIndex, size: int, pieces: Slices, passed_over: Bools | None = None) -> Numbers:
    """For each square: how many stations have points among those counted, but not their first one. `pieces` ascend; those that
    are flagged in `passed_over` are left out."""
    square = pieces.square
    begun = matches.code.take(pieces.begin) < HEAD
    cut = (begun if passed_over is None else begun & ~passed_over).nonzero()[0]
    before = np.maximum(cut - 1, 0)
    counted = (cut > 0) & (square.take(before) == square.take(cut))
    counted &= matches.station(pieces.end.take(before) - 1) == matches.station(pieces.begin.take(cut))
    return np.bincount(square.take(cut[~counted]), minlength=size)
