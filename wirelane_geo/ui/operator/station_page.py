"""The page of charge points where they can't be written: stations, the upkeep of one, and its remote control."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import streamlit as st

from wirelane_geo.model.dialect_2026 import ChargingStation, OcppAction
from wirelane_geo.ui import panels
from wirelane_geo.ui.operator import stations as reading
from wirelane_geo.ui.operator.frame import OperatorPage, plain
from wirelane_geo.ui.operator.paging import PAGE_SIZE, ListPage, kept
from wirelane_geo.ui.operator.remote import remote_control
from wirelane_geo.ui.operator.sessions import zone_of

LIST, SECTION = "stations-list", "station-table"
OPENED, NUMBER, OF = "station-opened", "stations-number", "stations-of"
SECTIONS = ("connectors", "connection", "maintenance", "cases", "logs", "remote")
MOST = 200
"""Messages, cases and works that are shown."""

session = st.session_state


def show_stations(page: OperatorPage) -> None:
    """The page, for one run of it."""
    if (number := session.get(OPENED)) is not None:
        _station(page, number)
    else:
        _find(page)


def _find(page: OperatorPage) -> None:
    texts, client = page.texts, page.account.client
    with page.filters:
        search = st.text_input(texts("operator.search"), placeholder=texts("point.find.help"), key="stations-search").strip()
        st.button(texts("operator.refresh"), key="stations-refresh", on_click=_forget, width="stretch")
    st.caption(texts("station.read_only"))
    number = session.get(NUMBER, 1) if session.get(OF) == search else 1
    session[OF], session[NUMBER] = search, number
    found = kept("stations-found", (search, number), lambda: client.stations(
        page=number, page_size=PAGE_SIZE, search=search or None, order_by="status_update", order_direction="desc"))
    shown = ListPage(list(found), number, len(found) if found.total is None else found.total, len(found.rejected))
    html = reading.stations_html(shown, texts, zone_of(st.context.timezone))
    panels.panels({"list": html}, key=LIST, lang=texts.lang, on_action=_clicked)


def _station(page: OperatorPage, number: int) -> None:
    texts = page.texts
    with page.filters:
        st.button(texts("station.back"), key="station-back", on_click=_leave, width="stretch")
        st.button(texts("operator.refresh"), key="station-refresh", on_click=_forget, width="stretch")
    station = kept("station-record", number, lambda: page.account.client.station(number))
    st.header(plain(reading.label_of(station)), anchor=False)
    st.caption(plain(reading.place_of(station)))
    section = st.radio(texts("station.section"), SECTIONS, format_func=lambda name: texts(f"station.section.{name}"),
                       horizontal=True, key="station-section", label_visibility="collapsed")
    if section == "remote":
        remote_control(page, station)
    elif section == "logs":
        _logs(page, number)
    else:
        _table(page, _SECTIONS[section](page, station, number))


def _connectors(page: OperatorPage, station: ChargingStation, _: int) -> str:
    return reading.connectors_html(station, page.texts)


def _connection(page: OperatorPage, _: ChargingStation, number: int) -> str:
    links = kept("station-connection", number, lambda: page.account.client.connection(number))
    return reading.connection_html(links, page.texts)


def _maintenance(page: OperatorPage, _: ChargingStation, number: int) -> str:
    works = kept("station-maintenance", number, lambda: list(page.account.client.maintenance(number, limit=MOST)))
    works = sorted(works, key=lambda work: work.start.timestamp() if work.start else 0.0, reverse=True)
    return reading.maintenance_html(works, page.texts, zone_of(st.context.timezone))


def _cases(page: OperatorPage, _: ChargingStation, number: int) -> str:
    cases = kept("station-cases", number, lambda: list(page.account.client.cases(
        number, limit=MOST, order_by="createdAt", order_direction="desc")))
    return reading.cases_html(cases, page.texts, zone_of(st.context.timezone))


_SECTIONS: dict[str, Callable[[OperatorPage, ChargingStation, int], str]] = {
    "connectors": _connectors, "connection": _connection, "maintenance": _maintenance, "cases": _cases}


def _logs(page: OperatorPage, number: int) -> None:
    texts, zone = page.texts, zone_of(st.context.timezone)
    today = datetime.now(zone).date()
    left, right = st.columns(2)
    days: Any = left.date_input(texts("station.days"), (today - timedelta(days=1), today), format="YYYY-MM-DD",
                                key="station-days")
    kinds = right.multiselect(texts("station.message_types"), list(OcppAction), key="station-kinds",
                              placeholder=texts("flag.any"))
    if not isinstance(days, tuple) or len(days) != 2:
        return
    since, until = datetime.combine(days[0], time(), zone), datetime.combine(_after(days[1]), time(), zone)

    def read() -> tuple[list[Any], int | None]:
        listing = page.account.client.station_logs(number, since, until, limit=MOST, message_types=kinds or None)
        return list(listing), listing.total

    logs, total = kept("station-logs", (number, days, tuple(kinds)), read)
    _table(page, reading.logs_html(logs, total, texts, zone))


def _after(day: date) -> date:
    return day + timedelta(days=1)


def _table(page: OperatorPage, html: str) -> None:
    panels.panels({"list": html}, key=SECTION, lang=page.texts.lang, on_action=_nothing)


def _clicked() -> None:
    """A line or a page of the list was clicked."""
    name, argument = panels.action(LIST)
    if name == "open" and argument.isdigit():
        session[OPENED] = int(argument)
    elif name == "page" and argument.isdigit():
        session[NUMBER] = max(1, int(argument))


def _leave() -> None:
    """Back to the list."""
    for name in [name for name in session if isinstance(name, str) and name.startswith("station-")]:
        del session[name]


def _forget() -> None:
    """Ask everything anew."""
    for name in ("stations-found", "station-record", "station-connection", "station-maintenance", "station-cases",
                 "station-logs"):
        session.pop(name, None)


def _nothing() -> None:
    """Nothing there can be clicked."""
