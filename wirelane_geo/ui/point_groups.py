"""A station's points in words: each by itself where they are few, equal ones together where they are many."""

import re
from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from wirelane_geo.live import PointHistory
from wirelane_geo.map.open_state import open_state
from wirelane_geo.map.service import StationDetails
from wirelane_geo.model import ChargePoint, PointId, Status
from wirelane_geo.ui.history import Past, past, told
from wirelane_geo.ui.opening import sentence
from wirelane_geo.ui.palette import CLOSED_NOW, in_order
from wirelane_geo.ui.text import Texts

FEW = 3
"""A station of so many points shows each of them, whatever they have in common."""


@dataclass(frozen=True)
class PointLine:
    """A point: what it is drawn as, its status in words, that it is closed now though it is free, and until when ("" where it
    isn't), whether it meets the filters, its EVSE ID where its heading doesn't say the same, and its past as far as that is
    known."""

    point: ChargePoint
    look: str
    status: str
    closed: str
    matches: bool
    other_id: str | None
    past: Past | None


@dataclass(frozen=True)
class PointGroup:
    """Points that are equal but for their numbers and statuses. id: the first one's; title: "73 × CCS 250 kW, 40 free";
    statuses: the others in words; closed: until when those that are free are closed, where it is the same for all; matching:
    how many meet the filters; unfolded: whether all are shown one by one."""

    id: str
    look: str
    title: str
    statuses: str
    closed: str
    matching: int
    lines: Sequence[PointLine]
    unfolded: bool

    @property
    def first(self) -> ChargePoint:
        """One of the points, for what they have in common."""
        return self.lines[0].point


def point_groups(station: StationDetails, texts: Texts, now: datetime, histories: Mapping[PointId, PointHistory],
                 unfolded: Collection[str]) -> Sequence[PointGroup]:
    """The points of a station at an aware time, in their order; `unfolded`: ids of groups. A group of one is a point that has
    no equal."""
    groups: dict[Hashable, list[PointLine]] = {}
    for number, (point, matches) in enumerate(zip(station.points, station.matches, strict=True)):
        key = number if len(station.points) <= FEW else _kind(point)
        groups.setdefault(key, []).append(_line(point, matches, texts, now, histories))
    return [_group(lines, texts, unfolded) for lines in groups.values()]


def _kind(point: ChargePoint) -> Hashable:
    """What a driver tells points apart by."""
    return (frozenset(point.plug_types), point.power, point.charging_type, frozenset(point.authentication_types),
            bool(point.reservable))


def _line(point: ChargePoint, matches: bool, texts: Texts, now: datetime, histories: Mapping[PointId, PointHistory]) -> PointLine:
    history = histories.get(point.id) if point.id else None
    silent = history is not None and not told(history)
    state = open_state(point, now)
    closed = point.status is Status.FREE and state.is_open is False
    return PointLine(
        point=point,
        look=CLOSED_NOW if closed else point.status,
        status=texts("details.no_status") if silent else status_text(point, texts),
        closed=sentence(state, texts, now) if closed else "",
        matches=matches,
        other_id=_other_id(point),
        past=past(history, texts, now) if history is not None and not silent else None,
    )


def status_text(point: ChargePoint, texts: Texts) -> str:
    """A point's status, with the upstream's own word for it where that says more."""
    said = getattr(point, "said", None)
    if said is None or said in Status.__members__:
        return texts.term(point.status)
    return f"{texts.term(point.status)}: {texts.term(said)}"


def _group(lines: Sequence[PointLine], texts: Texts, unfolded: Collection[str]) -> PointGroup:
    first, looks = lines[0].point, Counter(line.look for line in lines)
    best = next(name for name in in_order() if looks[name])
    plugs = ", ".join(map(texts.term, first.plug_types))
    title = f"{texts.number(len(lines))} × {' '.join(filter(None, (plugs, texts.power(first.power))))}"
    if looks[Status.UNKNOWN] < len(lines):
        title += f", {texts.count('free', looks[Status.FREE])}"
    others = [f"{texts.number(looks[name])} {texts(f'map.{name}')}" for name in in_order() if looks[name] and name != Status.FREE]
    closed = {line.closed for line in lines if line.closed}
    id = first.id or ""
    return PointGroup(id=id, look=best, title=title, statuses=", ".join(others), lines=lines, unfolded=id in unfolded,
                      closed=closed.pop() if len(closed) == 1 else "", matching=sum(line.matches for line in lines))


def _other_id(point: ChargePoint) -> str | None:
    """The EVSE id, where the point's heading doesn't say the same."""
    def plain(text: str | None) -> str:
        return re.sub(r"[\W_]", "", text or "").casefold()

    return None if plain(point.evseid) == plain(point.display_id or point.charge_point_id) else point.evseid
