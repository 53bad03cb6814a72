"""Charging sessions as an operator reads them: what is asked for, a line of the table, one session in full, a file."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wirelane_geo import permalink
from wirelane_geo.map.export import cell
from wirelane_geo.model import ChargingSession, PlugType, PointId, SessionStatus
from wirelane_geo.permalink import MapState
from wirelane_geo.ui.text import Texts

SESSION_COLUMNS = ChargingSession.__struct_fields__
"""Of the exported file: all fields of the contract, in its order."""
SORTS: Mapping[str, str] = {
    "sessionBegin": "begin", "city": "station", "kwh": "energy", "price": "price", "status": "status"}
"""What the table can be sorted by: the API's word, and the column."""


@dataclass(frozen=True)
class SessionFilters:
    """Which sessions: those that began from `since` to `until`, both days included, and the other filters."""

    since: date
    until: date
    statuses: tuple[SessionStatus, ...] = ()
    points: str = ""
    search: str = field(default="", repr=False)

    def parameters(self, zone: tzinfo) -> dict[str, Any]:
        """As the API has them; `zone` says when a day begins."""
        last = datetime.combine(self.until + timedelta(days=1), time(), zone) - timedelta(seconds=1)
        return {
            "since": datetime.combine(self.since, time(), zone), "until": last, "status": self.statuses,
            "charge_point_id": [text.strip() for text in self.points.split(",") if text.strip()],
            "search": self.search.strip() or None,
        }


def zone_of(name: str | None) -> tzinfo:
    """The time zone of this name (IANA); UTC where there is none."""
    try:
        return ZoneInfo(name or "UTC")
    except (ValueError, ZoneInfoNotFoundError, OSError):
        return ZoneInfo("UTC")


def moment(when: datetime | None, zone: tzinfo) -> str:
    """ "2025-10-09 14:03"; nothing where it isn't known."""
    return f"{when.astimezone(zone):%Y-%m-%d %H:%M}" if when else ""


def long(duration: timedelta | None) -> str:
    """ "1:08 h"; nothing where it isn't known."""
    if duration is None:
        return ""
    minutes = duration // timedelta(minutes=1)
    return f"{minutes // 60}:{minutes % 60:02} h"


def title(session: ChargingSession) -> str:
    """What a session's station is called: street and number, else the label of the point."""
    street = " ".join(filter(None, (session.street, session.house_number)))
    return street or session.charge_point_id or session.evseid or session.session_id


def place(session: ChargingSession) -> str:
    """Postal code and city."""
    return " ".join(filter(None, (session.zip_code, session.city)))


def map_link(session: ChargingSession, lang: str | None = None) -> str | None:
    """The link to the session's station on the map, in a language, relative to a page."""
    point = session.charging_point_id
    return f"./?{permalink.format(MapState(station=PointId(point), lang=lang))}" if point else None


def facts(session: ChargingSession, texts: Texts, zone: tzinfo) -> Iterator[tuple[str, str]]:
    """Everything else about a session that is known, as name and text."""
    customer = " · ".join(filter(None, (session.customer_email, session.customer_id, session.card_number)))
    meter = [texts.number(value) for value in (session.meter_start, session.meter_stop) if value is not None]
    plug = ", ".join(filter(None, (_plug(session.plug_type, texts), session.charging_type)))
    tax = "" if session.tax_rate is None else f"{texts.number(float(session.tax_rate * 100), 1)} %"
    signed = {True: texts("flag.yes"), False: texts("flag.no"), None: ""}[session.has_signed_value]
    rows = (
        ("session.end", moment(session.session_end, zone)),
        ("session.customer", customer),
        ("session.identification", texts.term(session.identification_type) if session.identification_type else ""),
        ("session.point", " · ".join(filter(None, (session.charge_point_id, session.evseid)))),
        ("session.plug", plug),
        ("session.operator", session.cpo or ""),
        ("session.provider", session.emp or ""),
        ("session.tariff", session.tariff_text or session.tariff or ""),
        ("session.tax", tax),
        ("session.meter", " – ".join(meter)),
        ("session.signed", signed),
        ("session.error", ": ".join(filter(None, (session.error_code, session.error_message)))),
    )
    return ((texts(key), text) for key, text in rows if text)


def _plug(word: str | None, texts: Texts) -> str | None:
    """What a plug is called; the contract leaves the word open."""
    return next((texts.term(plug) for plug in PlugType if plug == word), word)


def as_csv(sessions: Iterable[ChargingSession]) -> str:
    """A file of sessions with all their fields, personal ones too; what a spreadsheet would take for a formula is quoted."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(SESSION_COLUMNS)
    writer.writerows([cell(getattr(session, name)) for name in SESSION_COLUMNS] for session in sessions)
    return text.getvalue()
