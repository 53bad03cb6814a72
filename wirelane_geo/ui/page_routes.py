"""The pages' HTML: Streamlit's own at our addresses, with what a page is called, our scripts and our first style in it."""

from functools import cache
from html import escape
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Route

from wirelane_geo.ui.assets import BASE, BUNDLE_URL, ICONS, SCRIPTS, streamlit_page
from wirelane_geo.ui.first_tile import first_tile
from wirelane_geo.ui.insides import ITS_LANGUAGE, TITLE, read_style
from wirelane_geo.ui.page_setup import FIRST_STYLE
from wirelane_geo.ui.request_texts import texts_of
from wirelane_geo.ui.text import Texts
from wirelane_geo.ui.wall.first_page import first_style

WALL = "wall"
MAP_PAGES = ("", WALL)
"""The pages with a map, by their path."""
PAGES = (*MAP_PAGES, "sessions", "members", "charge-points")


@cache
def _said(lang: str) -> str:
    """What a page is called: for its tab until Streamlit has started, and for who shows a link to it (https://ogp.me)."""
    texts = Texts(lang)
    name, text = escape(texts("app.name")), escape(texts("app.description"))
    return (f'<title>{name}</title><meta name="description" content="{text}"><meta property="og:title" content="{name}">'
            f'<meta property="og:description" content="{text}"><meta property="og:type" content="website">')


def pages() -> list[BaseRoute]:
    """Streamlit's own page at the addresses of ours, with our scripts and first style in it. A map page says where deck.gl is,
    and names in its headers what its map will ask for, down to its first tile: that comes while Streamlit is still starting. A
    wall says that it loads."""
    ours = f'<script type="module" src="./{BASE}/{SCRIPTS}"></script>'
    app = (f'<link rel="manifest" href="./manifest.webmanifest">'
           f'<link rel="apple-touch-icon" href="./{BASE}/icon-{ICONS[0]}.png">')
    html = streamlit_page().replace("<head>", f"<head><style>{read_style(FIRST_STYLE)}</style>{ours}{app}", 1)
    html_of_map = html.replace(ours, ours.replace("></", f' data-deckgl="./{BUNDLE_URL}"></'), 1)
    files = (f"<./{BUNDLE_URL}>; rel=preload; as=script", f"<./{BASE}/map.css>; rel=preload; as=style")

    def page(request: Request) -> HTMLResponse:
        name = request.url.path.strip("/")
        has_map = name in MAP_PAGES
        ahead = list(files) if has_map else []
        if request.url.path == "/" and (tile := first_tile(request.url.query)):
            ahead.append(f"<./{quote(tile, safe='/?=&,:%*~')}>; rel=preload; as=fetch; crossorigin=anonymous")
        headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie"} | ({"Link": ", ".join(ahead)} if ahead else {})
        lang = texts_of(request, request.query_params.get("lang")).lang
        text = (html_of_map if has_map else html).replace(ITS_LANGUAGE, f'<html lang="{lang}">', 1).replace(TITLE, _said(lang), 1)
        if name == WALL:
            text = text.replace("</style>", f"{first_style(request)}</style>", 1)
        return HTMLResponse(text, headers=headers)

    return [Route(f"/{path}", page) for path in PAGES]
