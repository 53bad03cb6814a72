"""A station's details: what its panel says, as HTML. No private field gets here: the service blanks them."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

from wirelane_geo.filters import Filters
from wirelane_geo.live import PointHistory
from wirelane_geo.map.service import StationDetails
from wirelane_geo.model import ChargePoint, PointId
from wirelane_geo.sources import Background, Prices
from wirelane_geo.ui.conditions import condition_lines, source_lines
from wirelane_geo.ui.opening import opening
from wirelane_geo.ui.palette import CLOSED_NOW
from wirelane_geo.ui.point_groups import point_groups
from wirelane_geo.ui.prices import offer_lines
from wirelane_geo.ui.render import render
from wirelane_geo.ui.text import Texts
from wirelane_geo.ui.trouble import reason

NO_PRICES = Prices()
NO_BACKGROUND = Background()


@dataclass(frozen=True)
class Route:
    """A way to have a route planned."""

    label: str
    url: str


def details(station: StationDetails, filters: Filters, texts: Texts, *, now: datetime, viewer_zone: str | None,
            histories: Mapping[PointId, PointHistory], unfolded: Collection[str] = (), prices: Prices = NO_PRICES,
            background: Background = NO_BACKGROUND, snippet: str = "") -> str:
    """The panel's HTML. `now` is an aware datetime, `viewer_zone` the visitor's time zone (IANA name), `histories` what was
    with its points, by id, as far as that is known, `unfolded` the ids of the groups of points that are shown one by one,
    `prices` what charging costs there, `background` what feeds and files say of it beside its points, `snippet` the HTML that
    shows it in another page."""
    first = station.points[0]
    summary = station.summary
    groups = point_groups(station, texts, now, histories, unfolded)
    return render(
        "details",
        t=texts,
        station=station,
        summary=summary,
        look=CLOSED_NOW if summary.only_closed else summary.status,
        groups=groups,
        snippet=snippet,
        filtered=bool(filters),
        opening=opening(station, texts, now),
        offers=offer_lines(prices, texts),
        prices_pending=prices.pending,
        conditions=condition_lines(background, texts),
        sources=source_lines(background, texts, now, viewer_zone),
        hotline=_first(station.points, "service_hotline"),
        telephone=telephone(_first(station.points, "service_hotline")),
        payment=web_address(_first(station.points, "payment_url")),
        routes=routes(summary.lat, summary.lon, summary.title, texts),
        country=first.country,
        fetched=texts.past(station.fetched_at, now, viewer_zone),
        problem=station.problem and reason(station.problem, station.cause, texts),
    )


def routes(lat: float, lon: float, label: str, texts: Texts) -> Sequence[Route]:
    """Links that plan a way to a place (degrees): the device's own map application, OpenStreetMap, Google."""
    place = f"{lat:.6f},{lon:.6f}"
    return (
        Route(texts("details.route.geo"), f"geo:{place}?q={place}({quote(label, safe='')})"),
        Route("OpenStreetMap", f"https://www.openstreetmap.org/directions?to={quote(place)}"),
        Route("Google Maps", f"https://www.google.com/maps/dir/?api=1&destination={quote(place)}"),
    )


def web_address(text: str | None) -> str | None:
    """The text where it is a web address that may be linked (http or https, with a host, without a
    name or password before it, which would hide where it leads), else None."""
    if not text or not text.isprintable() or any(character.isspace() for character in text):
        return None
    try:
        parts = urlsplit(text)
        plain = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
        return text if plain else None
    except ValueError:
        return None


def telephone(text: str | None) -> str | None:
    """The number to dial, digits only (with "+"), or None where the text is no telephone number."""
    digits = re.sub(r"[\s()/.\-–]|\(0\)", "", (text or "").replace("(0)", ""))
    return digits if re.fullmatch(r"\+?\d{3,15}", digits) else None


def _first(points: Sequence[ChargePoint], field: str) -> str | None:
    return next((value for point in points if (value := getattr(point, field))), None)

