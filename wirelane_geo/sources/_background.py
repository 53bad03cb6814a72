"""What the store knows of points beside themselves: their conditions, and which feeds speak of them."""

from collections.abc import Sequence

from wirelane_geo.feeds.state import states
from wirelane_geo.model import Conditions, PointId
from wirelane_geo.sources._protocol import Background, Voice
from wirelane_geo.store import Store

MOST_POINTS = 50
"""Points of a station that are looked at: those of one say the same."""
FEED = "feed:"


def background_of(store: Store, ids: Sequence[PointId]) -> Background:
    """Of some points, each thing once; of what a feed says the freshest. Raises StoreError."""
    conditions: dict[Conditions, None] = {}
    facts: dict[str, None] = {}
    voices: dict[tuple[str, bool], Voice] = {}
    known = states(store)
    for id in ids[:MOST_POINTS]:
        if (found := store.conditions(id)) is not None:
            conditions[found] = None
        sources = store.told_by(id)
        if sources is None:
            continue
        if sources.facts.startswith(FEED):
            facts[sources.facts.removeprefix(FEED)] = None
        shown = next((feed for feed, _, _, believed in sources.statuses if believed), None)
        for feed, _, since, believed in sources.statuses:
            name, before = feed.removeprefix(FEED), voices.get((feed, feed == shown))
            if feed.startswith(FEED) and (before is None or since > before.since):
                answered_at = known[name].answered_at if name in known else None
                voices[feed, feed == shown] = Voice(name, since, believed, feed == shown, answered_at)
    return Background(tuple(conditions), tuple(facts), tuple(voices.values()))
