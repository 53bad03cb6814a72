"""Charging sessions, for who is signed in: filters, totals, charts, a table, a file."""

from datetime import date, timedelta
from itertools import islice

import streamlit as st

from wirelane_geo.model import ChargingSession, SessionStatus
from wirelane_geo.operator.usage import Usage
from wirelane_geo.ui import panels
from wirelane_geo.ui.operator.charts import usage_html
from wirelane_geo.ui.operator.file import send_file
from wirelane_geo.ui.operator.frame import OperatorPage, enter, error_notice, search
from wirelane_geo.ui.operator.paging import PAGE_SIZE, ListPage, kept, read_page
from wirelane_geo.ui.operator.session_table import table
from wirelane_geo.ui.operator.sessions import SORTS, SessionFilters, as_csv, zone_of

TOTALS, TABLE = "sessions-totals", "sessions-table"
FIRST_DAYS = 7
"""Days that are shown at first, up to the day of the newest session."""
READ_AT_ONCE, SAID_EVERY = 5_000, 2_500

session = st.session_state
page = enter("sessions")
texts, client = page.texts, page.account.client
zone_name = st.context.timezone or "UTC"
zone = zone_of(zone_name)


def show() -> None:
    """The page, for one run of it."""
    wanted = ask_for(page)
    if wanted is None:
        return
    usage, problem = kept("sessions-usage", (wanted, zone_name), lambda: read_usage(wanted))
    html = usage_html(usage, wanted.since, wanted.until, texts, zone_name, problem)
    panels.panels({"usage": html}, key=TOTALS, lang=texts.lang, on_action=nothing)
    export(wanted)
    order = session.setdefault("sessions-order", ("sessionBegin", True))
    number = session["sessions-number"] if session.get("sessions-of") == wanted else 1
    session["sessions-of"], session["sessions-number"] = wanted, number
    shown = kept("sessions-shown", (wanted, zone_name, order, number), lambda: read_table(wanted, order, number))
    html = table(shown, texts, zone, by=order[0], down=order[1], opened=session.get("sessions-opened"))
    panels.panels({"list": html}, key=TABLE, lang=texts.lang, on_action=clicked)


def ask_for(page: OperatorPage) -> SessionFilters | None:
    """The filters in the sidebar; None while only one end of the range is chosen."""
    newest = kept("sessions-newest", zone_name, newest_day)
    with page.filters:
        days = st.date_input(texts("usage.range"), (newest - timedelta(days=FIRST_DAYS - 1), newest), format="YYYY-MM-DD",
                             key="sessions-days")
        statuses = st.multiselect(texts("operator.status"), list(SessionStatus), format_func=texts.term,
                                  key="sessions-status", placeholder=texts("flag.any"))
        points = search(texts("usage.point"), help=texts("usage.point.help"), key="sessions-point")
        text = search(texts("operator.search"), placeholder=texts("usage.search.help"), key="sessions-search")
        st.button(texts("operator.refresh"), key="sessions-refresh", on_click=forget_answers, width="stretch")
    if not isinstance(days, tuple) or len(days) != 2:
        return None
    return SessionFilters(days[0], days[1], tuple(statuses), points, text)


def newest_day() -> date:
    """The day on which the newest session began; today where there is none."""
    newest = list(client.sessions(limit=1, order_by="sessionBegin", order_direction="desc"))
    begin = newest[0].session_begin if newest else None
    return begin.astimezone(zone).date() if begin else date.today()


def read_usage(wanted: SessionFilters) -> tuple[Usage, str | None]:
    """The sums over all sessions, and why they may not be of all. A bar says how far it is."""
    usage = Usage(zone)
    bar = st.progress(0.0)
    with client.sessions(page_size=READ_AT_ONCE, **wanted.parameters(zone)) as listing:
        while some := list(islice(listing, SAID_EVERY)):
            for one in some:
                usage.take(one)
            total = max(listing.total or 0, usage.sessions)
            said = texts("usage.reading", n=texts.number(usage.sessions), total=texts.number(total))
            bar.progress(usage.sessions / total, said)
        problem = listing.problem or (texts.count("operator.unread", listing.rejections) if listing.rejections else None)
    bar.empty()
    return usage, problem


def read_table(wanted: SessionFilters, order: tuple[str, bool], number: int) -> ListPage[ChargingSession]:
    """A page of the table."""
    direction = "desc" if order[1] else "asc"
    listing = client.sessions(page=number, page_size=PAGE_SIZE, order_by=order[0], order_direction=direction,
                              **wanted.parameters(zone))
    return read_page(listing, number)


def export(wanted: SessionFilters) -> None:
    """The button, and the file where it was just pressed: it goes through this page's own connection."""
    left, right = st.columns([3, 1], vertical_alignment="center")
    left.caption(texts("usage.export.meaning"))
    content = None
    if right.button(texts("usage.export"), key="sessions-export", width="stretch"):
        with st.spinner(texts("usage.exporting")), client.sessions(
                page_size=READ_AT_ONCE, **wanted.parameters(zone)) as listing:
            content = as_csv(listing)
    send_file(content, f"sessions-{wanted.since}-{wanted.until}.csv", key="sessions-file")


def clicked() -> None:
    """Something in the table was clicked."""
    name, argument = panels.action(TABLE)
    if name == "open":
        session["sessions-opened"] = None if session.get("sessions-opened") == argument else argument
    elif name == "page" and argument.isdigit():
        session["sessions-number"] = max(1, int(argument))
    elif name == "sort" and argument in SORTS:
        before = session["sessions-order"]
        session["sessions-order"] = (argument, before[0] != argument or not before[1])
        session["sessions-number"] = 1


def forget_answers() -> None:
    """Ask everything anew."""
    for name in ("sessions-usage", "sessions-shown"):
        session.pop(name, None)


def nothing() -> None:
    """Nothing in the totals can be clicked."""


with error_notice(page):
    show()
