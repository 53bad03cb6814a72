"""A history is copied from one place to another, with its gaps and numbers; one that was interrupted goes on where it was."""

from collections.abc import Iterator
from typing import Any

from wirelane_geo.errors import BadInput, StoreError
from wirelane_geo.live._history_interface import HistoryStore
from wirelane_geo.store.network_copy import Told, digest_of

ROWS_A_WRITE = 20_000
"""Rows of one transaction."""


def copy_history(source: HistoryStore, target: HistoryStore, told: Told, *, goes_on: bool) -> dict[str, int]:
    """Copy all that a history has. `goes_on`: what is in the target is a part of the same. Returns how many rows of each kind.

    Raises BadInput where the target has another history, StoreError where the two are not the same at the end.
    """
    if not goes_on and not target.is_new():
        if target.network is not None:
            raise BadInput("There is a history in the target already. Copy to an empty database, or to a new directory.")
        target.empty()
    last, network, invented, watched = source.last_number(), source.network, source.invented_until(), source.watched(0)
    to = source.change_numbers()[1]
    last_known = max((row[0] for part in _points(target) for row in part), default=-1)
    for done, rows in _counted(_points(source, last_known)):
        target.fill(points=rows)
        told("points of the history", done)
    there = target.change_numbers()
    for done, rows in _counted(_changes(source, there[1] + 1 if there != (0, -1) else None, to)):
        target.fill(changes=rows)
        told("changes", done)
    target.fill(watched=watched)
    counts = {"points of the history": _compared("points of the history", _points(source), _points(target)),
              "changes": _compared("changes", _changes(source, None, to), _changes(target, None, to)),
              "watched": _compared("watched", iter([watched]), iter([target.watched(0)]))}
    target.go_on_from(last, network, invented)
    return counts


def _points(history: HistoryStore, handle: int = -1) -> Iterator[list[Any]]:
    while rows := history.points_after(handle, ROWS_A_WRITE):
        yield rows
        handle = rows[-1][0]


def _changes(history: HistoryStore, first: int | None, to: int) -> Iterator[list[Any]]:
    begin = history.change_numbers()[0] if first is None else first
    for number in range(begin, to + 1, ROWS_A_WRITE):
        yield history.changes_between(number, min(number + ROWS_A_WRITE - 1, to))


def _counted(parts: Iterator[list[Any]]) -> Iterator[tuple[int, list[Any]]]:
    done = 0
    for rows in parts:
        done += len(rows)
        yield done, rows


def _compared(name: str, here: Iterator[list[Any]], there: Iterator[list[Any]]) -> int:
    one, other = digest_of(here), digest_of(there)
    if one != other:
        raise StoreError(f"The copy is not the same: {name}, {one[0]:,} rows here and {other[0]:,} there, or others. Empty the "
                         "target and copy again.")
    return one[0]
