"""What there is to say of each feed, for people and machines: one row a feed, in the order of `feeds.toml`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from wirelane_geo.feeds.config import Feed
from wirelane_geo.feeds.state import FeedState, Health, fresh, now, states
from wirelane_geo.store import Store


class FeedRow(NamedTuple):
    """A feed: its name, what is known of it, its health, and the seconds since its last good answer (None: never)."""

    name: str
    state: FeedState
    health: Health
    age_s: float | None

    def in_public(self) -> dict[str, Any]:
        """For `/readyz`, which anybody may read: without addresses, and so without what went wrong in words."""
        return {name: value for name, value in self.as_json().items() if name != "problem"}

    def as_json(self) -> dict[str, Any]:
        """For `feed list --json`; there is no credential in it."""
        state = self.state
        return {
            "name": self.name, "kind": state.kind, "health": self.health,
            "age_s": None if self.age_s is None else round(self.age_s, 1),
            "answered_at": _text(state.answered_at), "published_at": _text(state.published_at), "points": state.points,
            "statuses": state.statuses, "unmatched": state.unmatched, "elsewhere": state.elsewhere, "rejected": state.rejected,
            "problem": state.problem, "silent": state.silent,
            "held": None if state.drop is None else {"what": state.drop.what, "before": state.drop.before, "now": state.drop.now,
                                                     "since": _text(state.drop.since)}}


def rows(store: Store, feeds: Sequence[Feed], at: datetime | None = None) -> list[FeedRow]:
    """Of all feeds. Raises StoreError."""
    known, at = states(store), at or now()
    found = ((feed.name, fresh(feed, known.get(feed.name))) for feed in feeds)
    return [FeedRow(name, state, state.health(at), state.age_s(at)) for name, state in found]


def rows_of_all(store: Store, at: datetime | None = None) -> list[FeedRow]:
    """Of all feeds that were ever asked, by name. Raises StoreError."""
    at = at or now()
    return [FeedRow(name, state, state.health(at), state.age_s(at)) for name, state in sorted(states(store).items())]


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
