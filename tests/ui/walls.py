"""What a wall with some link says of a network."""

import re
from urllib.parse import parse_qsl

from tests.live.networks import EmbeddedNetwork
from wirelane_geo.ui.text import Texts
from wirelane_geo.ui.viewport import MapEvent
from wirelane_geo.ui.wall import board, choice, lists, open_faults, screen

ENGLISH, GERMAN = Texts("en"), Texts("de")


def read(query: str) -> choice.WallChoice:
    return choice.read(dict(parse_qsl(query, keep_blank_values=True)))


def parts(network: EmbeddedNetwork, query: str = "", texts: Texts = ENGLISH) -> dict[str, str]:
    asked, watch = read(query), network.watch
    here = screen.view_at(asked, None, MapEvent(), 0.0)
    numbers = watch.board(here.state, here.bounds)
    made = board.parts(asked, here, numbers, texts, demo=False)
    if asked.has_lists:
        now = network.clock.now()
        feed = (open_faults.listed(here.state, numbers, watch.open_faults(here.state, here.bounds), now, texts)
                if asked.feed == "faults" else
                lists.changes(here.state, numbers, watch.feed(here.state, here.bounds), now, texts))
        made["wall-side"] = feed + lists.worst_points(here.state, numbers, watch.worst(here.state, here.bounds), now, texts,
                                                      out=3, flapping=3)
    return made


def shown(html: str) -> dict[str, int]:
    found = re.findall(r'data-status="(\w+)" data-count="(\d+)"', html)
    return {status: int(count) for status, count in found}


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html.replace("<wbr>", "")).split())
