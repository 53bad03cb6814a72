"""An open page hears at once that something changed: it waits at `live/news`, and has its fragment run again.

    number = watch.status().number          # before anything is asked for, so that nothing falls in between
    ...
    news(watch.status(), number, key="news", pause_s=5.0, texts=texts)

It tells the page's map in which tiles, too (static/live.js), and the server where that map looks, which is kept fresh. It
counts the seconds in every element with `data-updated`, and says in those with `data-away` that the server does not answer.
"""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from wirelane_geo.geo.bounds import read_bbox
from wirelane_geo.live import LiveStatus
from wirelane_geo.live.notifier import Notifier
from wirelane_geo.map.tiles import TileService
from wirelane_geo.numbers import read_number
from wirelane_geo.permalink import MAX_ZOOM
from wirelane_geo.ui.assets import script
from wirelane_geo.ui.text import Texts

HOLD_S = 2.0
"""So long an answer is held back while nothing changes; a server that is stopped waits for it."""
LATEST_S = 45.0
"""So often the fragment runs at least, where it draws anything that changes: opening hours do by themselves."""

def news(status: LiveStatus, number: int, *, key: str, pause_s: float, texts: Texts, follows: bool = True,
         ages: bool = True) -> None:
    """Mount it in the fragment that is to run again, once `number` is no longer the last change, at most every `pause_s`. The
    map's tiles are renewed at the same pace. `follows`: whether the fragment draws anything else that changes;
    `ages`: whether it draws anything that time changes."""
    _component()(key=key, data={
        "number": number, "age": status.age_s if status.fetched_at else None, "pause": pause_s, "latest": LATEST_S,
        "follows": follows, "ages": ages,
        "text": texts("data.updated", age="{age}"), "away": texts("data.away"), "days": texts("history.days", n="{n}"),
        "lang": texts.lang,
    }, on_news_change=_nothing)


def news_routes(status: Callable[[], LiveStatus], notifier: Notifier, tiles: TileService | None = None) -> list[BaseRoute]:
    """`live/news?number=N`: the last change's number and the seconds since the data was known to be true, as soon as that
    number is another one than N, or after HOLD_S. `notifier` notifies when the number or the points have changed.

    With `seq=S` it is about anything that is shown: answered as soon as that is another one than S, with the new one and the
    "tiles" ("zoom/x/y") in which something changed after S, or "all". `bbox` and `zoom` say where the page looks: that is kept
    fresh."""

    async def hear(request: Request) -> Response:
        number, seq = request.query_params.get("number"), _whole(request.query_params.get("seq"))
        if tiles is not None:
            _keep(tiles, request)

        known = _whole(number)

        def changed() -> bool:
            """A smaller number than the page's is another process's, or this one is behind: it waits, and says so in the end."""
            if tiles is not None and seq is not None:
                return tiles.seq > seq or (number is not None and (known is None or status().number > known))
            return known is None or status().number > known

        waiting = asyncio.ensure_future(notifier.wait_until(changed, HOLD_S))
        leaving = asyncio.ensure_future(_left(request))  # who has left waits no longer
        try:
            await asyncio.wait((waiting, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            leaving.cancel()
        now = status()
        said: dict[str, object] = {"number": now.number, "age": round(now.age_s, 1) if now.fetched_at else None}
        if tiles is not None:
            said["seq"] = tiles.seq  # before the tiles: what changes in between is told again, never left out
            where = "all" if seq is None else tiles.changed(seq)
            said["tiles"] = where if isinstance(where, str) else list(map(str, where))
        return JSONResponse(said, headers={"Cache-Control": "no-store"})

    return [Route("/live/news", hear)]


def _keep(tiles: TileService, request: Request) -> None:
    """What cached answers never tell: somebody looks there."""
    with suppress(KeyError, ValueError):
        bounds, zoom = read_bbox(request.query_params["bbox"]), read_number(request.query_params["zoom"])
        if 0 <= zoom <= MAX_ZOOM:
            tiles.keep(bounds, zoom)


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch("[0-9]{1,16}", text) else None


async def _left(request: Request) -> None:
    """Returns once the page that asked has hung up."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _nothing() -> None:
    """The rerun is all that is wanted."""


@cache
def _component() -> Any:
    return st.components.v2.component(
        "wirelane_geo_news", html='<div class="wl-news" hidden></div>', js=script("news.js"), isolate_styles=False
    )
