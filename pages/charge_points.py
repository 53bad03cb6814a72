"""Charge points, for who is signed in: find one, make one, change it; see what changes before it is saved."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from wirelane_geo.live.webhook import WebhookUpdate
from wirelane_geo.model import ChargePoint
from wirelane_geo.operator.editing import Change, Invalid, changes, edited, rebased
from wirelane_geo.ui import panels
from wirelane_geo.ui.operator.frame import enter, plain, told
from wirelane_geo.ui.operator.paging import PAGE_SIZE, kept
from wirelane_geo.ui.operator.picking import pick
from wirelane_geo.ui.operator.point_form import changes_html, complaint, fill, form, key, map_link, put
from wirelane_geo.ui.operator.station_page import show_stations
from wirelane_geo.ui.render import render

LIST, DIFF = "points-list", "points-diff"
ASKED, OPENED, REVIEW, SAVED, FLIGHT = "point-asked", "point-opened", "point-review", "point-saved", "point-flight"
CHECK = "point-check"
"""Whether the form is to be checked (WANTED, by a click), or what is wrong with it is being told (TOLD)."""
WANTED, TOLD = "wanted", "told"
NEW = "new"

session = st.session_state
page = enter("points")
texts, client = page.texts, page.account.client


@dataclass(frozen=True)
class Review:
    """What is to be saved: the form as it was, the point as it is wanted, the changes, and what others have changed."""

    said: dict[str, Any]
    wanted: ChargePoint
    changed: list[Change]
    others: list[Change]


def show() -> None:
    """The page, for one run of it."""
    if asked := session.pop(ASKED, None):
        open_point(asked)
    if (saved := session.get(SAVED)) is not None:
        tell_saved(saved)
    if OPENED not in session:
        find()
    elif REVIEW in session:
        review(session[REVIEW])
    else:
        edit(session[OPENED])


def find() -> None:
    """A search, and what it found; without a text what was changed last."""
    with page.filters:
        search = st.text_input(texts("operator.search"), placeholder=texts("point.find.help"), key="points-search")
        st.button(texts("point.new"), key="point-new", type="primary", on_click=ask_for, args=(NEW,), width="stretch")
    order = {} if search.strip() else {"order_by": "updateDate", "order_direction": "desc"}
    found = kept("points-found", search, lambda: client.points(
        search=search.strip() or None, limit=PAGE_SIZE, **order))  # type: ignore[arg-type]
    total = len(found) if found.total is None else found.total
    html = render("points", t=texts, points=list(found), total=total)
    panels.panels({"list": html}, key=LIST, lang=texts.lang, on_action=clicked)


def edit(opened: ChargePoint) -> None:
    """The form beside the map."""
    with page.filters:
        st.button(texts("point.back"), key="point-back", on_click=leave, width="stretch")
    st.header(plain(name_of(opened)), anchor=False)
    with st.container(key="point-editor"):
        left, right = st.columns([5, 4], gap="large")
    with left:
        # All that was typed comes with the click: no run in between that could overtake it.
        with st.form("point-form", border=False, enter_to_submit=False):
            said = form(texts)
            st.form_submit_button(texts("point.review"), key="point-to-review", type="primary",
                                  on_click=session.__setitem__, args=(CHECK, WANTED))
        if CHECK in session:
            check(opened, said)
    with right, st.container(key="pick"):
        pick(page.here, texts, place_of(said), session[FLIGHT], take_place)


def check(opened: ChargePoint, said: dict[str, Any]) -> None:
    """Go on to the review, or say what is wrong for as long as it is: any run may be overtaken by another one."""
    try:
        wanted = edited(opened, said)
    except Invalid as error:
        session[CHECK] = TOLD
        for wrong in error.complaints:
            st.error(complaint(wrong, texts))
        return
    if session[CHECK] == TOLD:
        return
    now = client.point(opened.id) if opened.id else opened
    mine = {change.field for change in changes(opened, wanted)}
    others = [change for change in changes(opened, now) if change.field not in mine]
    wanted = rebased(opened, wanted, now)
    if not (changed := changes(now, wanted)):
        session[CHECK] = TOLD
        st.info(texts("point.no_change"))
        return
    session[REVIEW] = Review(said, wanted, changed, others)
    del session[CHECK]
    st.rerun()


def review(what: Review) -> None:
    """The diff, and the decision."""
    st.header(plain(name_of(what.wanted)), anchor=False)
    panels.panels({"diff": changes_html(what.changed, what.others, texts)}, key=DIFF, lang=texts.lang, on_action=nothing)
    save, go_on, discard = st.columns(3)
    go_on.button(texts("point.go_on"), key="point-go-on", on_click=back_to_form, width="stretch")
    discard.button(texts("point.discard"), key="point-discard", on_click=leave, width="stretch")
    if save.button(texts("point.save"), key="point-save", type="primary", width="stretch"):
        store(what)
        st.rerun()


def store(what: Review) -> None:
    """Save it, over what the point is by now; the map is told."""
    opened: ChargePoint = session[OPENED]
    if opened.id:
        saved = client.update_point(opened.id, rebased(opened, what.wanted, client.point(opened.id)))
    else:
        saved = client.create_point(what.wanted)
    page.here.live.enqueue(WebhookUpdate(received_at=datetime.now(UTC), points=(saved,)))
    leave()
    session[SAVED] = saved


def tell_saved(saved: ChargePoint) -> None:
    """That it was saved, and where to see it."""
    with st.container(key="point-saved-box", horizontal=True, vertical_alignment="center"):
        st.success(f"{texts('point.saved')} {plain(name_of(saved))}")
        html = render("on_map", t=texts, link=map_link(saved, texts.lang))
        panels.panels({"saved": html}, key="point-saved-link", lang=texts.lang, on_action=nothing)


def open_point(asked: str) -> None:
    """Begin to edit a point, or a new one."""
    point = ChargePoint(charge_point_id="") if asked == NEW else client.point(asked)
    session[OPENED] = point
    session.pop(SAVED, None)
    fly()
    fill(session, point)


def place_of(said: dict[str, Any]) -> tuple[float, float] | None:
    """Longitude and latitude that the form says, where it says both."""
    try:
        lat, lon = (float(said[name].replace(",", ".")) for name in ("latitude", "longitude"))
    except ValueError:
        return None
    return (lon, lat) if abs(lat) <= 85 and abs(lon) <= 180 else None


def take_place(lat: float, lon: float) -> None:
    """The place under the cross goes into the form."""
    session[key("latitude")], session[key("longitude")] = f"{lat:.15g}", f"{lon:.15g}"


def name_of(point: ChargePoint) -> str:
    """What a point is called in a heading."""
    return " · ".join(filter(None, (point.charge_point_id, point.evseid))) or texts("point.new")


def fly() -> None:
    """The map goes to where the point is, once."""
    session["point-flights"] = session.get("point-flights", 0) + 1
    session[FLIGHT] = f"point-{session['point-flights']}"


def ask_for(what: str) -> None:
    """Open a point by its id, or NEW, in the run that follows."""
    session[ASKED] = what


def back_to_form() -> None:
    """Edit on, with what the form said."""
    put(session, session.pop(REVIEW).said)
    fly()


def leave() -> None:
    """Back to the list; what was not saved is gone."""
    for name in (OPENED, REVIEW, SAVED, CHECK, "points-found"):
        session.pop(name, None)


def clicked() -> None:
    """A line of the list was clicked."""
    name, argument = panels.action(LIST)
    if name == "open":
        ask_for(argument)


def nothing() -> None:
    """Nothing there can be clicked."""


with told(page):
    show() if client.offers("update_point") else show_stations(page)
