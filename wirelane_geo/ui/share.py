"""The link to what is seen: to copy, as a QR code for a phone, and as HTML that shows it in somebody's own page."""

from collections.abc import Sequence
from urllib.parse import urlsplit, urlunsplit

import segno
from markupsafe import Markup

from wirelane_geo.ui.render import render
from wirelane_geo.ui.text import Texts

QUIET_ZONE = 4
"""Modules that ISO/IEC 18004 wants kept white around a code."""


FRAME_PX = 480
"""Height of a frame with the map in it, unless who has it in a page says another one."""


def share(link: str, texts: Texts, origins: Sequence[str] = ()) -> str:
    """The panel's HTML for the full address `link`; origins: of the pages that may show the map in a frame."""
    return render("share", t=texts, link=link, qr=qr_code(link), snippet=snippet(link, texts("map.map")),
                  origins=", ".join(origins))


def snippet(link: str, title: str) -> str:
    """The HTML that shows what a link of the map shows in a frame of another page; title: what the frame is called."""
    parts = urlsplit(link)
    address = urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/embed"))
    return str(Markup('<iframe src="{}" title="{}" width="100%" height="{}" loading="lazy" allow="geolocation" style="border:0">'
                      "</iframe>").format(address, title, FRAME_PX))


def full_link(page: str, query: str) -> str:
    """The address of a page (scheme, host, path) with a query string."""
    parts = urlsplit(page)
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", query, ""))


def qr_code(text: str) -> Markup:
    """The text as a QR code, an inline SVG that scales; black on white in any theme, so that it can be scanned."""
    code = segno.make(text, error="m", micro=False)
    svg = code.svg_inline(border=QUIET_ZONE, dark="#000", light="#fff", omitsize=True)
    return Markup(svg)  # noqa: S704 - a drawing; the text itself is not in it
