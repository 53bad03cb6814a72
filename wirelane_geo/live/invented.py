"""A history that begins with a past that was made up, as a demo network's does: it is true of no other network."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime

from wirelane_geo.live._history_interface import InventedPast
from wirelane_geo.live.history_place import HistoryPlace, open_history, opening

__all__ = ["InventedPast", "begin_with"]


def begin_with(place: HistoryPlace, network: str, now: datetime, past: Callable[[], InventedPast | None]) -> int | None:
    """Write a past into a history that is new. How many changes that were; None where nothing was written: the history has
    begun, or there is no past. Raises StoreError."""
    with opening(place), closing(open_history(place, now)) as history:
        if not history.is_new() or (invented := past()) is None:
            return None
        history.begin_with(invented, network)
        return len(invented.at)
