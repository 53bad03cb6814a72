"""A station's details: what its panel says, as HTML. No private field gets here: the service blanks them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

from wirelane_geo.filters import Filters
from wirelane_geo.live import PointHistory
from wirelane_geo.map.service import StationDetails
from wirelane_geo.model import ChargePoint, OpeningHours, PointId, opening_hours
from wirelane_geo.ui.history import past, told
from wirelane_geo.ui.render import render
from wirelane_geo.ui.text import Texts

_DAYS_AHEAD = 14


@dataclass(frozen=True)
class Opening:
    """Opening hours in words: whether it is open `now` (None: not known), the sentence for it, the local time there,
    the week and the days to come that have hours of their own as (day, times), or the text as the operator gave it."""

    now: bool | None
    sentence: str
    local_time: str
    week: Sequence[tuple[str, str]]
    special: Sequence[tuple[str, str]]
    text: str


@dataclass(frozen=True)
class Route:
    """A way to have a route planned."""

    label: str
    url: str


def details(station: StationDetails, filters: Filters, texts: Texts, *, now: datetime, viewer_zone: str | None,
            histories: Mapping[PointId, PointHistory]) -> str:
    """The panel's HTML. `now` is an aware datetime, `viewer_zone` the visitor's time zone (IANA name), `histories` what was
    with its points, by id, as far as that is known."""
    first = station.points[0]
    summary = station.summary
    pasts = {id: past(history, texts, now) for id, history in histories.items() if told(history)}
    return render(
        "details",
        t=texts,
        station=station,
        summary=summary,
        points=[(point, matches, _other_id(point)) for point, matches in zip(station.points, station.matches, strict=True)],
        pasts=pasts,
        silent=histories.keys() - pasts.keys(),
        filtered=bool(filters),
        opening=_opening(station, texts, now),
        hotline=_first(station.points, "service_hotline"),
        telephone=telephone(_first(station.points, "service_hotline")),
        payment=web_address(_first(station.points, "payment_url")),
        routes=routes(summary.lat, summary.lon, summary.title, texts),
        country=first.country,
        fetched=texts.clock(station.fetched_at, viewer_zone),
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
    """The text where it is a web address that may be linked (http or https, with a host), else None."""
    if not text or not text.isprintable() or any(character.isspace() for character in text):
        return None
    try:
        parts = urlsplit(text)
        return text if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def telephone(text: str | None) -> str | None:
    """The number to dial, digits only (with "+"), or None where the text is no telephone number."""
    digits = re.sub(r"[\s()/.\-–]|\(0\)", "", (text or "").replace("(0)", ""))
    return digits if re.fullmatch(r"\+?\d{3,15}", digits) else None


def _other_id(point: ChargePoint) -> str | None:
    """The EVSE id, where the point's heading doesn't say the same."""
    def plain(text: str | None) -> str:
        return re.sub(r"[\W_]", "", text or "").casefold()

    return None if plain(point.evseid) == plain(point.display_id or point.charge_point_id) else point.evseid


def _first(points: Sequence[ChargePoint], field: str) -> str | None:
    return next((value for point in points if (value := getattr(point, field))), None)


def _opening(station: StationDetails, texts: Texts, now: datetime) -> Opening | None:
    said = next((p for p in station.points if p.availability or p.opening_hours), None)
    if said is None:
        return None
    known = said.availability or opening_hours.parse(said.opening_hours)
    zone = said.timezone or station.timezone
    is_open = opening_hours.is_open(known, zone, now)
    change = opening_hours.next_change(known, zone, now)
    sentence = "" if is_open is None else texts("details.open" if is_open else "details.closed")
    if change is not None:
        sentence = texts("details.until" if is_open else "details.opens",
                         state=sentence, time=texts.moment(change, now.astimezone(change.tzinfo)))
    elif opening_hours.until_further_notice(known, zone, now):
        sentence = texts("details.no_end")
    return Opening(
        now=is_open,
        sentence=texts("details.always") if known and known.open247 and is_open else sentence,
        local_time="" if known is None or known.open247 else texts("details.local_time", time=texts.clock(now, zone)),
        week=_week(known, texts),
        special=_special(known, zone, now, texts),
        text=(said.opening_hours or (known.label if known else "") or "").strip(),
    )


def _week(known: OpeningHours | None, texts: Texts) -> Sequence[tuple[str, str]]:
    """(day, times), Monday first; days that follow each other with the same times are one row."""
    if known is None or known.open247 or all(getattr(known, day) is None for day in opening_hours.WEEKDAYS):
        return ()
    rows: list[list[str]] = []
    for day, pairs in zip(opening_hours.WEEKDAYS, opening_hours.week(known), strict=True):
        times = _times(pairs if pairs or getattr(known, day) == [] else None, texts)
        name = texts(f"day.{day}")
        if rows and rows[-1][2] == times:
            rows[-1][1] = name
        else:
            rows.append([name, name, times])
    return [(first if first == last else f"{first}–{last}", times) for first, last, times in rows]


def _special(known: OpeningHours | None, zone: str | None, now: datetime, texts: Texts) -> Sequence[tuple[str, str]]:
    """(date, times) of the days with hours of their own from today on, as far as a driver plans."""
    return [(texts.date(day, now.date()), _times(pairs, texts))
            for day, pairs in opening_hours.special_days(known, zone, now, _DAYS_AHEAD)]


def _times(pairs: Sequence[Sequence[str]] | None, texts: Texts) -> str:
    """A day's times; closed where there are none, not known where nothing can be read."""
    if pairs is None:
        return texts("details.hours_unknown")
    return ", ".join("–".join(pair) for pair in pairs) or texts("details.closed_all_day")
