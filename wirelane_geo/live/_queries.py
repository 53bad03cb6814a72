"""What a recorder says of the past: of points one by one, of many together, the latest changes, the worst points."""

from collections.abc import Collection, Mapping
from datetime import datetime

import numpy as np

from wirelane_geo.live import _intervals
from wirelane_geo.live._coverage import Times
from wirelane_geo.live._history_interface import ORIGINS, Past
from wirelane_geo.live._known_status import NOT_KNOWN, KnownStatus
from wirelane_geo.live._recorder import Recorder
from wirelane_geo.live.clock import of_ms, to_ms
from wirelane_geo.live.curve import DAY, HOUR, KIND, MINUTE, PointSelection, available, counts_at, moments
from wirelane_geo.live.interface import (
    Availability,
    NetworkHistory,
    Outage,
    PointHistory,
    PointsOut,
    RecordedSeconds,
    StatusChange,
    Worst,
)
from wirelane_geo.model import Handle, Handles, PointId, Status

WEEK = 7 * DAY
STEP = 5 * MINUTE
"""Width of the curve's buckets."""

_STATUSES = tuple(Status)


def changes(recorder: Recorder, since: int | None, limit: int, handles: Handles | None = None,
            statuses: Collection[Status] = ()) -> tuple[StatusChange, ...]:
    """The last changes (of some points, to some statuses) within 24 h, newest first."""
    events = recorder.recent.read()
    wanted = events.before != NOT_KNOWN
    if since is not None:
        wanted &= events.number > since
    if statuses:
        wanted &= np.isin(events.after, [status.number for status in statuses])
    if handles is not None:
        wanted &= np.isin(events.handle, handles)
    events = events[np.flatnonzero(wanted)[-limit:][::-1] if limit > 0 else slice(0)]
    ids = recorder.history.ids(events.handle.tolist()) if len(events) else {}
    return tuple(
        StatusChange(number, ids.get(handle, PointId("")), handle, _STATUSES[before], _STATUSES[after], of_ms(at),
                     ORIGINS[origin])
        for number, handle, at, before, after, origin in zip(*(column.tolist() for column in (
            events.number, events.handle, events.at, events.before, events.after, events.origin)), strict=True))


def points(recorder: Recorder, places: Mapping[PointId, tuple[Handle, int]], now: datetime) -> dict[PointId, PointHistory]:
    """The histories of points, given by id with handle and quadkey, without those that aren't known."""
    known, end = recorder.known, to_ms(now)
    pasts = recorder.history.pasts({handle: id for id, (handle, _) in places.items()}, end - WEEK)
    watched = recorder.coverage.watched(end - WEEK, end)
    index, there = known.find(np.array([handle for handle, _ in places.values()], np.int64))
    return {id: _point(id, handle, known, int(row), pasts[handle], watched.of_point(quadkey), end)
            for (id, (handle, quadkey)), row, is_known in zip(places.items(), index, there, strict=True)
            if is_known and handle in pasts}


def _point(point_id: PointId, handle: Handle, known: KnownStatus, index: int, past: Past, watched: tuple[Times, Times],
           end: int) -> PointHistory:
    """The history of the point at an index of what is known; `watched` are the begins and ends of when it was."""
    rows = past.changes
    seen = [(max(begin, past.first), last) for begin, last in zip(*(times.tolist() for times in watched), strict=True)]
    week = _intervals.stretches(end - WEEK, end, int(known.status[index]), [(at, before) for at, before, _ in rows], seen)
    day = _intervals.since(week, end - DAY)
    spans = _intervals.since(week, end - HOUR), day, week
    return PointHistory(
        point_id=point_id,
        handle=handle,
        status=_STATUSES[known.status[index]],
        since=of_ms(int(known.since[index])),
        since_exact=bool(known.exact[index]),
        flaps_24h=sum(at >= end - DAY and KIND[before] == 0 and KIND[after] == 1 for at, before, after in rows),
        availability=Availability(*map(_intervals.availability, spans)),
        recorded=RecordedSeconds(*map(_intervals.recorded, spans)),
        strip=_intervals.intervals(day, of_ms),
    )


def network(recorder: Recorder, points: PointSelection, number: int, now: datetime) -> NetworkHistory:
    """The history of some points together."""
    end = to_ms(now)
    times = moments(end, DAY, STEP)
    asked = np.append(times, end - HOUR)
    order = np.argsort(asked, kind="stable")
    counts, gap = np.empty((len(asked), len(Status)), np.int64), np.empty(len(asked), np.bool_)
    watched = recorder.coverage.watched(end - WEEK, end)
    counts[order], gap[order] = counts_at(asked[order], points, recorder.recent.read(), watched)
    week, _ = counts_at(moments(end, WEEK, HOUR), points, recorder.outages.read(), watched)
    return NetworkHistory(
        number=number,
        now=np.bincount(points.status, minlength=256)[: len(Status)],
        at=times.astype("datetime64[ms]"),
        counts=counts[:-1],
        gap=gap[:-1],
        hour_ago=None if gap[-1] else counts[-1],
        since=None if (since := watched.since(points.quadkeys, end)) is None else of_ms(since),
        all_since=None if (since := watched.all_since(points.quadkeys, end)) is None else of_ms(since),
        availability=Availability(available(counts[:-1][times > end - HOUR]), available(counts[:-1]), available(week)),
    )


def out(known: KnownStatus, handles: Handles) -> PointsOut:
    """Those of some points that are out."""
    index, there = known.find(handles)
    rows = np.flatnonzero(there & (KIND[known.at(index, there)] == 1))
    rows = rows[np.argsort(-known.since[index[rows]], kind="stable")]
    index = index[rows]
    return PointsOut(rows, known.status[index], known.since[index], known.exact[index])


def worst(recorder: Recorder, handles: Handles, limit: int, now: datetime) -> Worst:
    """The worst of some points."""
    known, events = recorder.known, recorder.recent.read()
    index, there = known.find(handles)
    index = index[there]
    out = index[KIND[known.status[index]] == 1]
    longest = out[np.argsort(known.since[out], kind="stable")[:limit]]
    went_out = (events.at >= to_ms(now) - DAY) & (KIND[events.before] == 0) & (KIND[events.after] == 1)
    found, there = known.find(events.handle[went_out])
    flaps = np.bincount(found[there], minlength=len(known))
    often = index[flaps[index] >= 2]
    often = often[np.lexsort((known.handles[often], -flaps[often]))[:limit]]

    def outages(indices: np.ndarray) -> tuple[Outage, ...]:
        return tuple(Outage(Handle(int(known.handles[i])), _STATUSES[known.status[i]], of_ms(int(known.since[i])),
                              bool(known.exact[i]), int(flaps[i])) for i in indices)

    return Worst(outages(longest), outages(often), len(out))
