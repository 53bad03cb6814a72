"""The history of one network: another network's is set aside, and one in which points have other handles is brought to theirs."""

import logging
from datetime import datetime
from pathlib import Path

import numpy as np

from wirelane_geo.geo.lookup import find
from wirelane_geo.live._history import History, open_history, opening, set_aside
from wirelane_geo.live.source import LiveSource
from wirelane_geo.model import Handles, PointId
from wirelane_geo.model.identity import network_bits

log = logging.getLogger(__name__)

SAMPLE = 200
"""Points by which a history is recognized as this network's."""


def history_of(source: LiveSource, path: Path, now: datetime) -> History:
    """The history in a file, with the source's handles. Raises StoreError where no file can be made.

    A history that was made before handles were made from network and id, or for a network that was made anew with the same
    points, is kept: its points get the handles that they have now.
    """
    with opening(path):
        return _brought_to(source, path, now)


def _brought_to(source: LiveSource, path: Path, now: datetime) -> History:
    history = open_history(path, now)
    if history.network == source.network:
        return history
    before = history.known_status().handles
    after = _handles_now(history, source, before)
    if _is_anothers(history, source, before, after):
        history.close()
        log.warning("the history was another network's and was set aside", extra={"file": str(set_aside(path, now))})
        history = open_history(path, now)
        before = after = np.empty(0, np.int64)
    history.renumber(before, after, source.network)
    return history


def _handles_now(history: History, source: LiveSource, handles: Handles) -> Handles:
    if not len(handles):
        return handles
    if history.network is None:
        return source.renumbered(handles)
    return handles ^ (network_bits(history.network) ^ network_bits(source.network))


def _is_anothers(history: History, source: LiveSource, before: Handles, after: Handles) -> bool:
    """Whether the points that changed last are others than the source's, or, as the network is another one, all unknown to it."""
    ids = history.some_ids(SAMPLE)
    index, there = find(before, np.fromiter(ids, np.int64, len(ids)))
    known = source.identify(after[index].tolist()) if len(before) else []
    expected: list[PointId] = list(ids.values())
    if any(who is not None and is_there and who.id != id for who, is_there, id in zip(known, there, expected, strict=True)):
        return True
    return bool(ids) and history.network is not None and all(who is None for who in known)
