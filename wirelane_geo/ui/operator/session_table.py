"""The table of sessions as HTML."""

from dataclasses import dataclass
from datetime import tzinfo

from wirelane_geo.model import ChargingSession, SessionStatus
from wirelane_geo.ui.operator import sessions as reading
from wirelane_geo.ui.operator.paging import ListPage
from wirelane_geo.ui.render import render
from wirelane_geo.ui.text import Texts

_COLUMNS = ("begin", "station", "energy", "duration", "price", "status")
_BAD = (SessionStatus.error, SessionStatus.error_consecutive_start)


@dataclass(frozen=True)
class Row:
    """A line of the table; `facts` and `link` of the open one only."""

    id: str
    begin: str
    title: str
    place: str
    energy: str
    duration: str
    price: str
    status: SessionStatus | None
    tone: str
    facts: tuple[tuple[str, str], ...]
    link: str | None


def table(shown: ListPage[ChargingSession], texts: Texts, zone: tzinfo, *, by: str, down: bool, opened: str | None) -> str:
    """A page of sessions, sorted by one of SORTS; the session of the id `opened` in full."""
    sorts = {column: word for word, column in reading.SORTS.items()}
    rows = [_row(session, texts, zone, full=session.session_id == opened) for session in shown.records]
    return render("sessions", t=texts, shown=shown, rows=rows, by=by, down=down, opened=opened,
                  columns=[(column, sorts.get(column)) for column in _COLUMNS])


def _row(session: ChargingSession, texts: Texts, zone: tzinfo, *, full: bool) -> Row:
    money, status = session.money, session.status
    going_on = status is not None and status.open
    return Row(
        id=session.session_id, begin=reading.moment(session.session_begin, zone), title=reading.title(session),
        place=reading.place(session), energy="" if session.kwh is None else f"{texts.number(session.kwh, 2)} kWh",
        duration=reading.long(session.duration), price=texts.money(money.amount, money.currency) if money else "",
        status=status, tone="bad" if status in _BAD else "on" if going_on else "done",
        facts=tuple(reading.facts(session, texts, zone)) if full else (),
        link=reading.map_link(session, texts.lang) if full else None)
