"""The page of an embedded map: what never changes of it. What does, its map asks for (parts.py)."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from wirelane_geo import permalink
from wirelane_geo.ui import address, assets, basemap, layers
from wirelane_geo.ui.embed.choice import EmbedChoice
from wirelane_geo.ui.news import LATEST_S
from wirelane_geo.ui.palette import TONES, Theme, sheet
from wirelane_geo.ui.render import render
from wirelane_geo.ui.text import Texts

PAUSE_S = 5.0
"""Between two renewals, however much changes."""
FILES = (f"<./{assets.BUNDLE_URL}>; rel=preload; as=script", f"<./{assets.BASE}/map.css>; rel=preload; as=style",
         f"<./{assets.BASE}/{assets.SCRIPTS}>; rel=modulepreload")
"""What a page names in its headers, so that it comes while the page is still read."""


def page(asked: EmbedChoice, texts: Texts, settings_basemap: str) -> str:
    """The HTML for a link. settings_basemap: as in the setting WIRELANE_GEO_BASEMAP."""
    said = json.dumps(_data(asked, texts, settings_basemap), separators=(",", ":"), ensure_ascii=False)
    query = permalink.format(asked.state)
    return render("embed", t=texts, base=assets.BASE, style=assets.EMBED_STYLE, theme=asked.theme, keys=permalink.KEYS,
                  said=Markup(said.replace("<", "\\u003c")),  # noqa: S704 - JSON without a tag in it
                  full=full_map(query))


def full_map(query: str) -> str:
    """The full map's address with a query string, relative to the page of the embedded one."""
    return f"./?{query}" if query else "./"


def _data(asked: EmbedChoice, texts: Texts, settings_basemap: str) -> Mapping[str, Any]:
    view = asked.state.view
    return {
        "themes": _themes(asked.theme, settings_basemap),
        "looks": {name: value for name, value in sheet("light").items() if name != "tones"},
        "bundle": assets.BUNDLE_URL,
        "basemap": settings_basemap,
        "credits": basemap.credits(settings_basemap),
        "lang": texts.lang,
        "texts": texts.group("map"),
        "link": {"version": 0, "query": address.link_of(asked.state),
                 "view": view and {"longitude": view.lon, "latitude": view.lat, "zoom": view.zoom}},
        "news": {"pause": PAUSE_S, "latest": LATEST_S, "text": texts("data.updated", age="{age}"), "away": texts("data.away"),
                 "days": texts("history.days", n="{n}"), "lang": texts.lang},
    }


@lru_cache(8)
def _themes(only: Theme | None, settings_basemap: str) -> Mapping[Theme, Mapping[str, Any]]:
    """What differs between light and dark: layers and tones, of those that may be shown."""
    return {theme: {"deck": layers.spec(theme, settings_basemap), "tones": asdict(tones)}
            for theme, tones in TONES.items() if only in (None, theme)}
