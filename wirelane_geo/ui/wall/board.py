"""The wall's head and numbers as HTML."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from markupsafe import escape

from wirelane_geo.live import LiveStatus
from wirelane_geo.live.curve import available
from wirelane_geo.map.wall_service import Board, Outside
from wirelane_geo.model import Status
from wirelane_geo.permalink import MapState
from wirelane_geo.ui import legend
from wirelane_geo.ui.filter_words import in_words
from wirelane_geo.ui.render import render
from wirelane_geo.ui.share import qr_code
from wirelane_geo.ui.text import Texts
from wirelane_geo.ui.wall import coverage, redact, times
from wirelane_geo.ui.wall.choice import WallChoice
from wirelane_geo.ui.wall.curve import sparkline
from wirelane_geo.ui.wall.screen import WallView

TILES = (Status.FREE, Status.IN_USE, Status.RESERVED, Status.FAULTED, Status.UNAVAILABLE, Status.UNKNOWN, Status.CLOSED)
REDACTED_TILES = (Status.FREE, Status.IN_USE, Status.RESERVED, Status.UNAVAILABLE)
CAUSES = {"unreachable": "wall.cause.unreachable", "bad answer": "wall.cause.unreadable", "store": "wall.cause.store"}


@dataclass(frozen=True)
class Tile:
    """A status, what it is called, how many points have it, and how many more than an hour ago ("+3 in 1 h"; "" where that
    was not recorded)."""

    status: Status
    name: str
    count: int
    change: str


def parts(choice: WallChoice, here: WallView, board: Board, texts: Texts, *, demo: bool, outside: Outside | None = None,
          feeds: str = "") -> dict[str, str]:
    """The parts of a wall by name that every layout has: head and numbers; the fault that the tour is at; what the map
    doesn't show of the whole network; what of the link could not be used."""
    made = {"wall-head": head(choice, here, texts, demo=demo, feeds=feeds),
            "wall-numbers": numbers(choice, here.state, board, texts)}
    if here.change:
        made["wall-fault"] = render("wall_fault", t=texts, item=here.change)
    if outside and outside.points and not here.fault:
        made["wall-outside"] = render("wall_outside", t=texts, outside=outside)
    if notice := legend.notice(choice.state.ignored, texts):
        made["wall-notice"] = notice
    return made


def head(choice: WallChoice, here: WallView | None, texts: Texts, *, demo: bool, feeds: str = "") -> str:
    """What this is a wall of. The age of the data and the clock in it are the page's to fill. feeds: which
    of them are not as they should be; a redacted wall keeps that to itself."""
    about = [here.title] if here and here.title else []
    return render("wall_head", t=texts, about=about, filters=in_words((here or choice).state.filters, texts), demo=demo,
                  layout=choice.layout, feeds="" if choice.redacted else feeds)


def loading(choice: WallChoice, texts: Texts) -> dict[str, str]:
    """The parts of a wall that has nothing to show yet."""
    return {"wall-head": head(choice, None, texts, demo=False), "wall-loading": render("wall_loading", t=texts)}


def qr(link: str, texts: Texts) -> str:
    """A QR code that leads to a link."""
    return render("wall_qr", t=texts, link=link, qr=qr_code(link))


def numbers(choice: WallChoice, state: MapState, board: Board, texts: Texts) -> str:
    """The tiles, and the part available with its change over an hour and its curve over a day."""
    history, told = board.history, redact.counts if choice.redacted else np.asarray
    curve = [None if gap else available(told(counts)) for counts, gap in zip(history.counts, history.gap, strict=True)]
    now = available(told(history.now))
    shown = tiles(choice, state, history.now, history.change_1h, texts)
    return render(
        "wall_numbers",
        t=texts,
        tiles=shown,
        longest=max((len(texts.number(tile.count)) for tile in shown), default=1),
        nothing=coverage.nothing(state, board, texts),
        available="—" if now is None else texts.percentage(now),
        known="" if choice.redacted else coverage.known(board, texts),
        since=since_an_hour(choice, board, texts),
        curve=sparkline(curve, texts("wall.curve")),
    )


def since_an_hour(choice: WallChoice, board: Board, texts: Texts) -> str:
    """How the part available has changed; or since when there is a record, where that is less than an hour."""
    history = board.history
    if history.hour_ago is None:
        if history.since is None:
            return texts("wall.not_recorded")
        return escape(texts("wall.recording", time="{time}")).format(time=times.at_the_screen(history.since, texts))
    told = redact.counts if choice.redacted else np.asarray
    now, hour_ago = available(told(history.now)), available(told(history.hour_ago))
    if now is None or hour_ago is None:
        return ""
    return texts("wall.change", change=signed(round(100 * (now - hour_ago), 1), texts, 1))


def tiles(choice: WallChoice, state: MapState, now: npt.NDArray[np.int64], change: npt.NDArray[np.int64] | None,
          texts: Texts) -> list[Tile]:
    """A tile for each status; with a status filter for those only that it lets through."""
    if choice.redacted:
        now, change = redact.counts(now), None if change is None else redact.counts(change)
    wanted = state.filters.statuses
    made = []
    for status in REDACTED_TILES if choice.redacted else TILES:
        count = int(now[status.number])
        if (wanted and status not in wanted) or (status is Status.CLOSED and not count):
            continue
        blurred = choice.redacted and status is Status.UNAVAILABLE
        name = texts("wall.not_available") if blurred else texts.term(status)
        since = "" if change is None else texts("wall.in_1h", change=signed(int(change[status.number]), texts))
        made.append(Tile(status, name, count, since))
    return made


def signed(value: float, texts: Texts, digits: int = 0) -> str:
    """ "+3", "−2", "±0"."""
    if not value:
        return "±0"
    return f"{'+' if value > 0 else '−'}{texts.number(abs(value), digits)}"


def reason(status: LiveStatus, texts: Texts) -> str:
    """Why the data could not be renewed, in a few words; "" where it could."""
    if status.problem is None:
        return ""
    if (status.cause or "").isdigit():
        return texts("wall.cause.http", cause=status.cause)
    return texts(CAUSES.get(status.cause or "", "wall.cause.fault"))
