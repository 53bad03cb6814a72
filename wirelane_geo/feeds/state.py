"""What is known of a feed: its age, its health, its counts. Kept in the store: every process and command tells the same."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

from wirelane_geo.feeds.config import PUSHED, Feed
from wirelane_geo.store import Store

Health = Literal["good", "late", "failing", "held", "silent", "new"]
"""good: it answers in time, or is only pushed. late: no answer for two intervals. failing: the last answer was none. held: it
dropped so many points that it is asked about. silent: its statuses are no longer believed. new: it has not answered, or sent
anything, yet."""

LATE = 2
"""Intervals without an answer after which a feed is late."""


class Drop(msgspec.Struct, kw_only=True, frozen=True):
    """Points or statuses that a feed dropped at once: how many there were, how many it has now, since when."""

    what: Literal["points", "statuses"]
    before: int
    now: int
    since: datetime


class FeedState(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Of a feed. Times are UTC. answered_at: its last good answer; published_at: the last one that had something new;
    read_at: when its points were read last; pulled_at: when those locations of OCPI were asked for that were taken last.
    points, statuses: how many it has; rejected: rows by reason; unmatched: statuses that wait for their points; elsewhere: points
    of which another feed gives the facts. problem: what went wrong last, in a sentence. marks: what is sent back to ask only for
    what is new, by URL. locations, party: of one that pushes locations of OCPI, how many it has, and whose they are."""

    kind: str
    url: str = ""
    answered_at: datetime | None = None
    published_at: datetime | None = None
    read_at: datetime | None = None
    pulled_at: datetime | None = None
    asked_at: datetime | None = None
    problem: str | None = None
    problem_since: datetime | None = None
    points: int = 0
    statuses: int = 0
    unmatched: int = 0
    elsewhere: int = 0
    rejected: dict[str, int] = {}
    published: str | None = None
    drop: Drop | None = None
    silent: bool = False
    marks: dict[str, dict[str, str]] = {}
    locations: int = 0
    party: str | None = None
    every: float = 60.0
    silent_after: float = 900.0
    stale_after: float = 23_400.0

    @property
    def pushed(self) -> bool:
        """Whether it sends by itself, and is never asked."""
        return self.url == PUSHED

    def health(self, now: datetime) -> Health:
        """What is to be said of it at a time."""
        if self.silent:
            return "silent"
        if self.drop is not None:
            return "held"
        if self.problem is not None:
            return "failing"
        if self.answered_at is None:
            return "new"
        overdue = (now - self.answered_at).total_seconds() > LATE * max(self.every, 5.0)
        return "late" if overdue and not self.pushed else "good"

    def age_s(self, now: datetime) -> float | None:
        """Seconds since its last good answer; None where there was none."""
        return None if self.answered_at is None else max(0.0, (now - self.answered_at).total_seconds())

    def believed_until(self) -> datetime | None:
        """When its statuses are no longer believed, if nothing comes; None where it never answered."""
        limits = [at + timedelta(seconds=seconds) for at, seconds in (
            (self.answered_at, self.silent_after), (self.published_at or self.answered_at, self.stale_after)) if at is not None]
        return min(limits, default=None)


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(FeedState)


def states(store: Store) -> dict[str, FeedState]:
    """Of all feeds that were ever asked, by name. Raises StoreError."""
    found = {}
    for origin, (silent, body) in store.feed_states().items():
        try:
            state = _decoder.decode(body.encode())
        except msgspec.DecodeError:  # of another version
            continue
        found[origin.removeprefix("feed:")] = msgspec.structs.replace(state, silent=silent)
    return found


def keep(store: Store, feed: Feed, state: FeedState) -> None:
    """Write it down for all processes. Raises StoreError."""
    store.set_feed_state(feed.origin, state.silent, _encoder.encode(state).decode())


def fresh(feed: Feed, known: FeedState | None) -> FeedState:
    """A feed's state as it begins to be followed, with the limits that hold now."""
    state = known or FeedState(kind=feed.kind)
    slow = feed.status_url is None and feed.kind != "ocpi" and feed.push_key is None
    every = feed.static_every if slow else feed.every
    return msgspec.structs.replace(
        state, kind=feed.kind, url=feed.shown_url, every=every, silent_after=max(feed.silent_after, 1.5 * every),
        # What is pushed only comes when there is something new: of such a feed the one limit is as good as the other.
        stale_after=feed.stale_after if feed.url or feed.status_url else max(feed.stale_after, feed.silent_after))


def now() -> datetime:
    """The time, UTC, in whole microseconds."""
    return datetime.now(UTC)


def counts(found: Mapping[str, FeedState]) -> dict[str, int]:
    """How many feeds have which health."""
    at, totals = now(), dict[str, int]()
    for state in found.values():
        health = state.health(at)
        totals[health] = totals.get(health, 0) + 1
    return totals
