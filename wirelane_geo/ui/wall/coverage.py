"""How much of what a wall says is known, and for how long: nothing is called good that nobody knows of."""

from dataclasses import replace
from datetime import datetime

from markupsafe import escape

from wirelane_geo.live import OUT
from wirelane_geo.map.wall_service import Board
from wirelane_geo.permalink import MapState
from wirelane_geo.ui.text import Texts
from wirelane_geo.ui.wall import times


def nothing(state: MapState, board: Board, texts: Texts) -> str:
    """That no point meets the filters; "" where one does."""
    statuses = state.filters.statuses
    matching = board.history.now[[status.number for status in statuses]].sum() if statuses else board.points
    if matching:
        return ""
    return texts("wall.none.filtered" if state.filters else "wall.none")


def known(board: Board, texts: Texts) -> str:
    """Of how many of the points the status is known, in words; "" where there is nothing to be known of."""
    if board.known is None:
        return ""
    return texts("wall.known.none") if not board.known else texts("wall.known.all") if board.known == 1 else texts(
        "wall.known", part=texts.percentage(board.known, 0))


def unknown(board: Board, texts: Texts) -> str:
    """The part of the points whose status isn't known, in words; "" where all are known."""
    if board.known is None or board.known == 1:
        return ""
    return texts("wall.unknown", part=texts.percentage(1 - board.known, 0))


def no_change(state: MapState, board: Board, now: datetime, texts: Texts) -> str:
    """Why no change is listed: there are no points, or none was seen in the time that all of them are watched."""
    if none := nothing(replace(state, filters=state.filters.without("statuses")), board, texts):
        return none
    since = board.history.all_since
    in_a_day, until_now = (("wall.feed.none_such", "wall.feed.none_such_since") if state.filters.statuses else
                           ("wall.feed.none", "wall.feed.none_since"))
    if since is None:
        return texts("wall.feed.not_recorded")
    if (now - since).total_seconds() >= times.DAY_S:
        return texts(in_a_day)
    return escape(texts(until_now, time="{time}")).format(time=times.at_the_screen(since, texts))


def none_out(state: MapState, board: Board, texts: Texts) -> str:
    """Why no point is listed as out: there are no points, none is known, or of those known none is."""
    if none := nothing(replace(state, filters=state.filters.without("statuses")), board, texts):
        return none
    if state.filters.statuses and not state.filters.statuses & OUT:
        return texts("wall.out.filtered")
    if board.known is None:
        return texts("wall.out.all_closed")
    if not board.known:
        return texts("wall.known.none")
    return texts("wall.out.none") if board.known == 1 else texts("wall.out.none_known", part=texts.percentage(board.known, 0))
