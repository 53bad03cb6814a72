"""What the live core tells: how fresh the data is, what changed, and what was.

Times are aware, UTC. A status is *working* (a driver can charge or is charging: FREE, IN_USE, RESERVED), *out* (FAULTED,
UNAVAILABLE), or neither: UNKNOWN has been reported by nobody, CLOSED is not in use any more. Availability is the part of
the time that a point was working, of the time that it was working or out; what isn't known, and gaps, count for neither.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
import numpy.typing as npt

from wirelane_geo.model import Handle, PointId, Status

Origin = Literal["poll", "webhook", "store", "demo"]
"""How a change was learned: by asking the upstream, from its webhook, from the embedded network's store, or made up for the days
before a demo network was there."""

WORKING = frozenset({Status.FREE, Status.IN_USE, Status.RESERVED})
OUT = frozenset({Status.FAULTED, Status.UNAVAILABLE})

Level = Literal["good", "late", "stale"]
"""How old the data is: as it should be; late (amber); stale (red)."""
LATE, STALE = 2, 8
"""Refreshes without an answer after which data is late, and stale."""
BROUGHT_LATE_S, BROUGHT_STALE_S = 3600.0, 86_400.0
"""Age of what was written into the embedded network's store, in seconds, from which on it is late, and stale."""


Mode = Literal["store", "changes", "compare", "idle"]
"""How a source is kept fresh: "store" (the embedded network's), "changes" (asked for what changed), "compare" (watched
tiles are fetched anew and compared), "idle" (nobody looks)."""


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One point went from one status to another.

    Numbers grow by one from change to change and go on over restarts; those of changes that were made up are below 0. `at` is
    when it happened as far as the upstream says so believably, else when it was seen. A handle names the point for
    `MapService`.
    """

    number: int
    point_id: PointId
    handle: Handle
    before: Status
    after: Status
    at: datetime
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class LiveStatus:
    """How fresh what everybody sees is.

    number: of the last change that is shown; the same for every session. fetched_at: up to when the data is known to be
    true (by an account's last answer; in the embedded network, by what was written last: the oldest import or feed), None
    where there is none yet; age_s: seconds since. answered: whether the source ever did; silent_s: seconds since it did last;
    level: how late that is. problem: why it could not be renewed, in a sentence, None where it could; cause: the same in a
    word, for a screen: an HTTP status ("503"), "unreachable", "bad answer", "store", "fault" (ours).
    """

    number: int
    fetched_at: datetime | None
    age_s: float
    level: Level
    problem: str | None
    cause: str | None
    refresh_seconds: float
    mode: Mode
    answered: bool = True
    silent_s: float = 0.0

    @property
    def late_s(self) -> float:
        """Seconds of age after which the data is late: what is asked for is late sooner than what is brought."""
        return BROUGHT_LATE_S if self.mode == "store" else LATE * self.refresh_seconds

    @property
    def stale_s(self) -> float:
        """Seconds of age after which the data is stale."""
        return BROUGHT_STALE_S if self.mode == "store" else STALE * self.refresh_seconds


def level_of(age_s: float, refresh_seconds: float) -> Level:
    """The level of data of an age, by how often it is refreshed."""
    return "good" if age_s <= LATE * refresh_seconds else "late" if age_s <= STALE * refresh_seconds else "stale"


@dataclass(frozen=True)
class Interval:
    """A point had one status from `begin` to `end`; None is a gap: we didn't run, didn't watch, or had no answer."""

    begin: datetime
    end: datetime
    status: Status | None


@dataclass(frozen=True)
class Availability:
    """Parts, 0 to 1, of the last hour, day and week that were available; None where nothing is known of them."""

    hour: float | None
    day: float | None
    week: float | None


@dataclass(frozen=True)
class RecordedSeconds:
    """Seconds of the last hour, day and week of which the status is known; the rest are gaps."""

    hour: float
    day: float
    week: float


@dataclass(frozen=True, kw_only=True)
class PointHistory:
    """The past of one point.

    since: when it came to its status; with `since_exact` False it has had it for longer than it has been watched, at least
    since then. flaps_24h: how often it went from working to out. strip: the last 24 h without holes, in order,
    neighbours differ, gaps included; its first interval begins 24 h ago and its last one ends now.
    """

    point_id: PointId
    handle: Handle
    status: Status
    since: datetime
    since_exact: bool
    flaps_24h: int
    availability: Availability
    recorded: RecordedSeconds
    strip: tuple[Interval, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class NetworkHistory:
    """What was with the points that were asked for, as they are there now.

    now: i8[7], how many have each status, by `Status.number`. at: datetime64[ms][n], ends of n buckets, ascending, the
    last one now; counts: i8[n, 7], how many had each status then, of those watched then; gap: bool[n], where none was
    watched: draw nothing there. hour_ago: i8[7], or None where that was a gap. since: from when on there is no gap, None
    where now is one. all_since: from when on every one of the points is watched without a break, None where some aren't now:
    before that, changes may have gone unseen.
    """

    number: int
    now: npt.NDArray[np.int64]
    at: npt.NDArray[np.datetime64]
    counts: npt.NDArray[np.int64]
    gap: npt.NDArray[np.bool_]
    hour_ago: npt.NDArray[np.int64] | None
    since: datetime | None
    all_since: datetime | None
    availability: Availability

    @property
    def change_1h(self) -> npt.NDArray[np.int64] | None:
        """i8[7]: how many more (or fewer) have each status than an hour ago, None where that was a gap."""
        return None if self.hour_ago is None else self.now - self.hour_ago


@dataclass(frozen=True, slots=True)
class Outage:
    """A point that is out, or that keeps going out. Fields as in `PointHistory`."""

    handle: Handle
    status: Status
    since: datetime
    since_exact: bool
    flaps_24h: int


@dataclass(frozen=True, eq=False)
class PointsOut:
    """The n of some points that are out, newest first. rows: where each is among those that were asked about, i8; status:
    its number, u1; since: milliseconds since 1970, i8; exact: whether that is when it went out, or it has been so for longer.
    """

    rows: npt.NDArray[np.int64]
    status: npt.NDArray[np.uint8]
    since: npt.NDArray[np.int64]
    exact: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Worst:
    """The points that have been out for the longest, longest first; those that went out most often within 24 h, twice
    at least, most often first; and how many are out in all."""

    longest_out: tuple[Outage, ...]
    most_flapping: tuple[Outage, ...]
    out: int
