"""What lies in bounds, all together: points by status, and stations, each counted once."""

from dataclasses import dataclass

import numpy as np

from wirelane_geo.geo import lookup, quadkey, ranges
from wirelane_geo.geo._blocks import HEAD
from wirelane_geo.geo._cluster_counts import Slices, cut, end_points_and_runs, stations_cut_at_start, sums
from wirelane_geo.geo._filtered_index import COVER, FilteredIndex
from wirelane_geo.geo.bounds import Bounds
from wirelane_geo.geo.ranges import Numbers


@dataclass(frozen=True, eq=False)
class Totals:
    """by_status: how many points have each status, i8[7]; closed_now: how many of the FREE ones are known to be closed now.
    stations: how many different stations they are of."""

    by_status: Numbers
    closed_now: int
    stations: int

    @property
    def points(self) -> int:
        """How many points there are."""
        return int(self.by_status.sum())


def totals(matches: FilteredIndex, bounds: Bounds) -> Totals:
    """The totals of all matches in the bounds: counted as clusters are, with the bounds as the only square.

    A station's points follow each other, as a rule: it is counted by its first point, or where the bounds cut it. Stations
    whose points don't are `scattered`: they are listed, and counted apart.
    """
    level = quadkey.finest_level(bounds, COVER)
    prefixes, certain = quadkey.grid(bounds, level)
    begin, end = matches.find(prefixes, level)
    whole, edge = (_one(*ranges.joined(begin[which], end[which])) for which in (certain, ~certain))
    parts = cut(matches, bounds, edge)
    end_points, middles = end_points_and_runs(whole)
    tally = sums(matches, 1, Slices.joined(parts.points, end_points), Slices.joined(parts.runs, middles))
    pieces = Slices.joined(whole, parts.stretches, parts.runs)
    pieces = pieces.pick(pieces.begin.argsort(kind="stable"))
    return Totals(tally.by_status[0], int(tally.closed_now[0]), int(tally.heads[0]) + _correction(matches, pieces))


def _one(begin: Numbers, end: Numbers) -> Slices:
    """Slices that all belong to one square."""
    return Slices(np.zeros(len(begin), np.int64), begin, end)


def _correction(matches: FilteredIndex, pieces: Slices) -> int:
    """What is to be added to the first points that were counted: stations whose first point lies outside. A scattered station
    counts once, however often its points begin anew."""
    scattered = matches.scattered
    first, last = lookup.slices(scattered.number, pieces.begin, pieces.end)
    _, here, _ = ranges.spread(first, last)
    number = scattered.number.take(here)
    begins = np.zeros(len(pieces.begin), np.bool_)
    filled = (last > first).nonzero()[0]
    begins[filled] = scattered.number.take(first.take(filled)) == pieces.begin.take(filled)
    seen = np.zeros(scattered.stations, np.bool_)
    seen[scattered.rank.take(here)] = True
    heads = np.count_nonzero(matches.code.take(number) >= HEAD)
    return int(stations_cut_at_start(matches, 1, pieces, begins)[0] + np.count_nonzero(seen) - heads)
