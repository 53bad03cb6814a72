"""What is out, by station, as HTML: the feed of those who mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from wirelane_geo.map.wall_service import Board, OpenFaults, StationOut
from wirelane_geo.model import Status
from wirelane_geo.permalink import MapState
from wirelane_geo.ui.render import render
from wirelane_geo.ui.text import Texts
from wirelane_geo.ui.wall import coverage
from wirelane_geo.ui.wall.times import since


@dataclass(frozen=True)
class Fault:
    """A line of it: the station; what is out there ("5 points out at Poststraße 4"); how, and where that is."""

    item: StationOut
    what: str
    how: str

    @property
    def worst(self) -> Status:
        """The status of the line's mark."""
        return Status.FAULTED if Status.FAULTED in self.item.statuses else Status.UNAVAILABLE


def listed(state: MapState, board: Board, found: OpenFaults, now: datetime, texts: Texts) -> str:
    """What is out, by station, the one that went out last first."""
    rows = [Fault(item, *words(item, texts)) for item in found.shown]
    return render("wall_faults", t=texts, faults=rows, found=found, since=partial(since, now=now, texts=texts),
                  unknown=coverage.unknown(board, texts), none_out=coverage.none_out(state, board, texts))


def words(item: StationOut, texts: Texts) -> tuple[str, str]:
    """What is out, and how and where: of one point its label, of several their station."""
    point, kinds = item.point, [f"{texts.number(count)} {texts(f'map.{kind}')}" for kind, count in item.statuses.items()]
    if item.points == 1:
        return point.label, _joined(texts(f"map.{next(iter(item.statuses))}"), ", ".join(_once(point.place, point.title)))
    return texts("wall.faults.at", n=texts.number(item.points), place=point.title), _joined(", ".join(kinds), point.place)


def _joined(*parts: str) -> str:
    return " · ".join(filter(None, parts))


def _once(*parts: str) -> Iterable[str]:
    return dict.fromkeys(filter(None, parts))
