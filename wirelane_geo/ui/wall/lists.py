"""The wall's lists as HTML: the latest changes, and the worst points."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from wirelane_geo.map.wall_service import Board, FeedItem, WorstList
from wirelane_geo.permalink import MapState
from wirelane_geo.ui.render import render
from wirelane_geo.ui.text import Texts
from wirelane_geo.ui.wall import coverage
from wirelane_geo.ui.wall.times import since


def changes(state: MapState, board: Board, feed: Sequence[FeedItem], now: datetime, texts: Texts) -> str:
    """The latest changes."""
    return render("wall_changes", t=texts, feed=feed, since=partial(since, now=now, texts=texts),
                  no_change=coverage.no_change(state, board, now, texts))


def worst_points(state: MapState, board: Board, worst: WorstList, now: datetime, texts: Texts, *, out: int, flapping: int
                 ) -> str:
    """The worst points: at most so many that are out, and that keep going out."""
    return render("wall_worst", t=texts, out=worst.out if board.points else None, longest_out=worst.longest_out[:out],
                  most_flapping=worst.most_flapping[:flapping], since=partial(since, now=now, texts=texts),
                  unknown=coverage.unknown(board, texts), none_out=coverage.none_out(state, board, texts))
