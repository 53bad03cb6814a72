"""The history of one network: another network's is set aside, and one in which points have other handles is brought to theirs."""

import logging
from datetime import datetime

import numpy as np

from wirelane_geo.geo.lookup import find
from wirelane_geo.live._history_interface import HistoryStore
from wirelane_geo.live.history_place import HistoryPlace, open_history, opening, set_aside
from wirelane_geo.live.source import LiveSource
from wirelane_geo.model import Handles, PointId
from wirelane_geo.model.identity import network_bits

log = logging.getLogger(__name__)

SAMPLE = 200
"""Points by which a history is recognized as this network's."""


def history_of(source: LiveSource, place: HistoryPlace, now: datetime) -> HistoryStore:
    """The history at a place, with the source's handles. Raises StoreError where there can be none.

    A history that was made before handles were made from network and id, or for a network that was made anew with the same
    points, is kept: its points get the handles that they have now.
    """
    with opening(place):
        return _brought_to(source, place, now)


def _brought_to(source: LiveSource, place: HistoryPlace, now: datetime) -> HistoryStore:
    history = open_history(place, now)
    if history.network == source.network:
        return history
    before = history.known_status().handles
    after = _handles_now(history, source, before)
    if _is_anothers(history, source, before, after):
        history.close()
        log.warning("the history was another network's and was set aside", extra={"file": set_aside(place, now)})
        history = open_history(place, now)
        before = after = np.empty(0, np.int64)
    history.renumber(before, after, source.network)
    return history


def _handles_now(history: HistoryStore, source: LiveSource, handles: Handles) -> Handles:
    if not len(handles):
        return handles
    if history.network is None:
        return source.renumbered(handles)
    return handles ^ (network_bits(history.network) ^ network_bits(source.network))


def _is_anothers(history: HistoryStore, source: LiveSource, before: Handles, after: Handles) -> bool:
    """Whether the points that changed last are others than the source's, or, as the network is another one, all unknown to it."""
    ids = history.some_ids(SAMPLE)
    index, there = find(before, np.fromiter(ids, np.int64, len(ids)))
    known = source.identify(after[index].tolist()) if len(before) else []
    expected: list[PointId] = list(ids.values())
    if any(who is not None and is_there and who.id != id for who, is_there, id in zip(known, there, expected, strict=True)):
        return True
    return bool(ids) and history.network is not None and all(who is None for who in known)
