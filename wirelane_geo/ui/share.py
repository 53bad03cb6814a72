"""The link to what is seen: to copy, and as a QR code for a phone."""

from urllib.parse import urlsplit, urlunsplit

import segno
from markupsafe import Markup

from wirelane_geo.ui.render import render
from wirelane_geo.ui.text import Texts

QUIET_ZONE = 4
"""Modules that ISO/IEC 18004 wants kept white around a code."""


def share(link: str, texts: Texts) -> str:
    """The panel's HTML for the full address `link`."""
    return render("share", t=texts, link=link, qr=qr_code(link))


def full_link(page: str, query: str) -> str:
    """The address of a page (scheme, host, path) with a query string."""
    parts = urlsplit(page)
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", query, ""))


def qr_code(text: str) -> Markup:
    """The text as a QR code, an inline SVG that scales; black on white in any theme, so that it can be scanned."""
    code = segno.make(text, error="m", micro=False)
    svg = code.svg_inline(border=QUIET_ZONE, dark="#000", light="#fff", omitsize=True)
    return Markup(svg)  # noqa: S704 - a drawing; the text itself is not in it
