"""The organization's members, for who is signed in: a list, and one of them in full."""

import streamlit as st

from wirelane_geo.model import Member, MemberStatus
from wirelane_geo.ui import panels
from wirelane_geo.ui.operator.frame import enter, error_notice, search
from wirelane_geo.ui.operator.members import Details, details_of, id_of, member_html, members_html
from wirelane_geo.ui.operator.paging import PAGE_SIZE, ListPage, kept, read_page
from wirelane_geo.ui.operator.sessions import zone_of

LIST = "members-list"

session = st.session_state
page = enter("members")
texts, client = page.texts, page.account.client
zone = zone_of(st.context.timezone)


def show() -> None:
    """The page, for one run of it."""
    with page.filters:
        wanted_text = search(texts("operator.search"), key="members-search")
        statuses = st.multiselect(texts("member.status"), list(MemberStatus), format_func=texts.term, key="members-status",
                                  placeholder=texts("flag.any"))
        st.button(texts("operator.refresh"), key="members-refresh", on_click=forget_answers, width="stretch")
    wanted = (wanted_text, tuple(statuses))
    number = session["members-number"] if session.get("members-of") == wanted else 1
    session["members-of"], session["members-number"] = wanted, number
    shown = kept("members-shown", (wanted, number), lambda: read(*wanted, number))
    member = next((member for member in shown.records if id_of(member) == session.get("members-opened")), None)
    details = member_html(read_details(member), texts, zone) if member else ""
    html = members_html(shown, texts, opened=id_of(member) if member else None, details=details)
    panels.panels({"list": html}, key=LIST, lang=texts.lang, on_action=clicked)


def read(text: str, statuses: tuple[MemberStatus, ...], number: int) -> ListPage[Member]:
    """A page of the list."""
    listing = client.members(page=number, page_size=PAGE_SIZE, search=text or None, member_status=statuses)
    return read_page(listing, number)


def read_details(member: Member) -> Details:
    """All there is about the member whose line is open."""
    return kept("members-details", id_of(member), lambda: details_of(client, member))


def clicked() -> None:
    """Something in the list was clicked."""
    name, argument = panels.action(LIST)
    if name == "open":
        session["members-opened"] = None if session.get("members-opened") == argument else argument
    elif name == "page" and argument.isdigit():
        session["members-number"] = max(1, int(argument))


def forget_answers() -> None:
    """Ask everything anew."""
    for name in ("members-shown", "members-details"):
        session.pop(name, None)


with error_notice(page):
    show()
