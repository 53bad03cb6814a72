"""The demo network's points, made by a child process while those that it has made are written."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import islice

from wirelane_geo.child import ChildEnded, items_of, second_core
from wirelane_geo.demo._network import demo_points
from wirelane_geo.model import ChargePoint
from wirelane_geo.wire.gc_pause import collector_paused
from wirelane_geo.wire.packed_points import Packed, pack, unpack

FEW = 5_000
"""So many stations are made in less time than a child process takes to start."""
A_PART = 1_000


def demo_points_ahead(stations: int, now: datetime) -> Iterator[ChargePoint]:
    """As `demo_points`, by a child process where that takes less time. What it leaves undone is made here."""
    made = 0
    if stations > FEW and second_core():
        with suppress(ChildEnded), items_of(parts, stations, now) as found:
            for part in found:
                for point in unpack(part):
                    made += 1
                    yield point
            return
    yield from islice(demo_points(stations, now=now), made, None)


def parts(stations: int, now: datetime) -> Iterator[Packed]:
    """What the child process does."""
    points = demo_points(stations, now=now)
    with collector_paused():
        while some := list(islice(points, A_PART)):
            yield pack(some)
