"""The wall's lists as HTML: the latest changes, and the worst points."""

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup, escape

from wirelane_geo.map.wall_service import Board, FeedItem, WorstList
from wirelane_geo.permalink import MapState
from wirelane_geo.ui.render import render
from wirelane_geo.ui.text import Texts
from wirelane_geo.ui.wall import coverage
from wirelane_geo.ui.wall.times import ago


def side(state: MapState, board: Board, feed: Sequence[FeedItem], worst: WorstList, now: datetime, texts: Texts, *, out: int,
         flapping: int) -> str:
    """The latest changes and the worst points: at most so many that are out, and that keep going out. How long ago is the
    page's to go on counting."""
    def since(when: datetime, words: str = "{time}") -> Markup:
        spent = Markup('<span data-at="{:.0f}">{}</span>').format(1000 * when.timestamp(), ago(when, now, texts))
        return escape(words).format(time=spent)

    return render("wall_side", t=texts, feed=feed, out=worst.out if board.points else None, longest_out=worst.longest_out[:out],
                  most_flapping=worst.most_flapping[:flapping], since=since, unknown=coverage.unknown(board, texts),
                  no_change=coverage.no_change(state, board, now, texts), none_out=coverage.none_out(state, board, texts))
