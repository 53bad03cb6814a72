"""Charge points, for who is signed in: find one, make one, change it; see what changes before it is saved."""

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from wirelane_geo.errors import ApiNotFound
from wirelane_geo.live.webhook import WebhookUpdate
from wirelane_geo.model import ChargePoint
from wirelane_geo.numbers import read_number
from wirelane_geo.operator.editing import FIELDS, Complaint, Invalid, changes, edited
from wirelane_geo.operator.saving import Overtaken, save
from wirelane_geo.ui import panels
from wirelane_geo.ui.operator.editor import attend
from wirelane_geo.ui.operator.frame import enter, error_notice, plain, search
from wirelane_geo.ui.operator.paging import PAGE_SIZE, kept
from wirelane_geo.ui.operator.picking import pick
from wirelane_geo.ui.operator.point_form import fill, form, is_touched, key, map_link, put, said
from wirelane_geo.ui.operator.point_review import Review, draw
from wirelane_geo.ui.operator.sessions import zone_of
from wirelane_geo.ui.operator.station_page import show_stations
from wirelane_geo.ui.operator.steps import Place, Steps
from wirelane_geo.ui.render import render

LIST = "points-list"
ASKED, OPENED, REVIEW, SAVED, FLIGHT = "point-asked", "point-opened", "point-review", "point-saved", "point-flight"
CHECK, CHECKED = "point-check", "point-checked"
"""Whether the form is to be checked (WANTED, by a click), or what is wrong with it is being told (TOLD); how often it was."""
WANTED, TOLD = "wanted", "told"
NEW = "new"
EDITOR = "point-editor"
LEAVING = ("point-back", "point-discard", "sign-out")

session = st.session_state
page = enter("points")
texts, client = page.texts, page.account.client
steps = Steps(("point", "step"), arrived=page.arrived)


def show() -> None:
    """The page, for one run of it."""
    if (place := steps.asked()) is not None:
        follow(place)
    if asked := session.pop(ASKED, None):
        open_point(asked)
    if (saved := session.get(SAVED)) is not None:
        tell_saved(saved)
    if OPENED not in session:
        attend("", editor=EDITOR, leaving=LEAVING, filled=None)
        find()
    elif REVIEW in session:
        attend(texts("point.leave"), editor=EDITOR, leaving=LEAVING, filled=f"{session[FLIGHT]}-review", unsaved=True)
        review(session[REVIEW])
    else:
        edit(session[OPENED])


def follow(place: Place) -> None:
    """Go where the address leads: to the list, a point, or back from the review to the form."""
    opened: ChargePoint | None = session.get(OPENED)
    if "point" not in place:
        close()
    elif opened is None or place["point"] != (opened.id or NEW):
        close()
        session[ASKED] = place["point"]
    elif REVIEW in session and "step" not in place:
        back_to_form()
    if "step" in place and REVIEW not in session:
        steps.go(point=place["point"])


def find() -> None:
    """A search, and what it found; without a text what was changed last."""
    with page.filters:
        text = search(texts("operator.search"), placeholder=texts("point.find.help"), key="points-search")
        st.button(texts("point.new"), key="point-new", type="primary", on_click=ask_for, args=(NEW,), width="stretch")
    order = {} if text else {"order_by": "updateDate", "order_direction": "desc"}
    found = kept("points-found", text, lambda: client.points(
        search=text or None, limit=PAGE_SIZE, **order))  # type: ignore[arg-type]
    total = len(found) if found.total is None else found.total
    html = render("points", t=texts, points=list(found), total=total)
    panels.panels({"list": html}, key=LIST, lang=texts.lang, on_action=clicked)


def edit(opened: ChargePoint) -> None:
    """The form beside the map."""
    if key("charge_point_id") not in session:  # another page was here meanwhile, and its run has dropped the widgets
        fill(session, opened)
    wrong, note = check(opened) if CHECK in session else ([], "")
    with page.filters:
        st.button(texts("point.back"), key="point-back", on_click=leave, width="stretch")
    st.header(plain(name_of(opened)), anchor=False)
    with st.container(key=EDITOR):
        left, right = st.columns([5, 4], gap="large")
    with left:
        # All that was typed comes with the click: no run in between that could overtake it.
        with st.form("point-form", border=False, enter_to_submit=False):
            form(texts, wrong)
            st.form_submit_button(texts("point.review"), key="point-to-review", type="primary",
                                  on_click=session.__setitem__, args=(CHECK, WANTED))
        if wrong:
            st.error(texts.count("point.wrong", len({one.field for one in wrong})))
        elif note:
            st.info(note)
    with right, st.container(key="pick"):
        pick(page.here, texts, place_of(said(session)), session[FLIGHT], take_place)
    attend(texts("point.leave"), editor=EDITOR, leaving=LEAVING, filled=session[FLIGHT], unsaved=is_touched(session, opened),
           wrong=[f"field-{name}" for name in FIELDS if name in {one.field for one in wrong}], checked=session.get(CHECKED, 0))


def check(opened: ChargePoint) -> tuple[list[Complaint], str]:
    """Go on to the review, or say what is wrong for as long as it is: any run may be overtaken by another one."""
    wanted_now = session[CHECK] == WANTED
    session[CHECK] = TOLD
    session[CHECKED] = session.get(CHECKED, 0) + wanted_now
    try:
        wanted = edited(opened, said(session))
    except Invalid as error:
        return error.complaints, ""
    if wanted.evseid and wanted.evseid != opened.evseid and kept("point-taken", wanted.evseid, lambda: is_taken(wanted)):
        return [Complaint("evseid", "taken")], ""
    if not changes(opened, wanted):
        return [], texts("point.no_change")
    if wanted_now:
        now = client.point(opened.id) if opened.id else opened
        session[REVIEW] = Review(said(session), opened, wanted, now)
        del session[CHECK]
        steps.go(point=opened.id or NEW, step="review")
        st.rerun()
    return [], ""


def is_taken(wanted: ChargePoint) -> bool:
    """Whether another point has the EVSE ID that is wanted."""
    return any(point.id != wanted.id for point in client.points(evseid=wanted.evseid, limit=2))


def review(what: Review) -> None:
    """What will be saved, and the decision."""
    st.header(plain(name_of(what.wanted)), anchor=False)
    choices = draw(what, texts, zone_of(st.context.timezone))
    save_it, go_on, discard = st.columns(3)
    go_on.button(texts("point.go_on"), key="point-go-on", on_click=return_to_form, width="stretch")
    discard.button(texts("point.discard"), key="point-discard", on_click=leave, width="stretch")
    if save_it.button(texts("point.save"), key="point-save", type="primary", width="stretch"):
        if None in choices.values():
            st.error(texts("point.both.choose"))
            return
        store(what, what.chosen(choices))


def store(what: Review, wanted: ChargePoint) -> None:
    """Save it, unless it has been overtaken; the map is told."""
    if what.opened.id and not changes(what.opened, wanted):
        st.info(texts("point.both.none"))
        return
    try:
        saved = save(client, what.opened, wanted, what.seen) if what.opened.id else client.create_point(wanted)
    except Overtaken as error:
        session[REVIEW] = Review(what.said, what.opened, what.wanted, error.now, refused=True)
        st.rerun()
    page.here.live.enqueue(WebhookUpdate(received_at=datetime.now(UTC), points=(saved,)))
    leave()
    session[SAVED] = saved
    st.rerun()


def tell_saved(saved: ChargePoint) -> None:
    """That it was saved, and where to see it."""
    with st.container(key="point-saved-box", horizontal=True, vertical_alignment="center"):
        st.success(f"{texts('point.saved')} {plain(name_of(saved))}")
        html = render("on_map", t=texts, link=map_link(saved, texts.lang))
        panels.panels({"saved": html}, key="point-saved-link", lang=texts.lang, on_action=nothing)


def open_point(asked: str) -> None:
    """Begin to edit a point, or a new one."""
    try:
        point = ChargePoint(charge_point_id="") if asked == NEW else client.point(asked)
    except ApiNotFound:
        steps.go()
        raise
    session[OPENED] = point
    session.pop(SAVED, None)
    fly()
    fill(session, point)
    steps.go(point=point.id or NEW)


def place_of(said: dict[str, Any]) -> tuple[float, float] | None:
    """Longitude and latitude that the form says, where it says both."""
    try:
        lat, lon = (read_number(said[name].replace(",", ".")) for name in ("latitude", "longitude"))
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


def return_to_form() -> None:
    """As `back_to_form`, by a click."""
    back_to_form()
    steps.go(point=session[OPENED].id or NEW)


def leave() -> None:
    """Back to the list; what was not saved is gone."""
    close()
    steps.go()


def close() -> None:
    """Nothing is edited any more."""
    for name in (OPENED, REVIEW, SAVED, CHECK, "points-found", "point-taken"):
        session.pop(name, None)


def clicked() -> None:
    """A line of the list was clicked."""
    name, argument = panels.action(LIST)
    if name == "open":
        ask_for(argument)


def nothing() -> None:
    """Nothing there can be clicked."""


with error_notice(page):
    show() if client.offers("update_point") else show_stations(page)
