"""The form of a charge point: a widget for each field, and how values are written in a diff."""

from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any

import streamlit as st

from wirelane_geo import permalink
from wirelane_geo.model import AuthenticationType, ChargePoint, ChargingType, PlugType, Status, Term
from wirelane_geo.operator.editing import FIELDS, SECTIONS, Change, Complaint
from wirelane_geo.permalink import MapState, View
from wirelane_geo.ui.render import render
from wirelane_geo.ui.text import Texts

SEVERAL: Mapping[str, type[Term]] = {"plug_types": PlugType, "authentication_types": AuthenticationType}
ONE: Mapping[str, type[Term]] = {"charging_type": ChargingType, "status": Status}
NUMBERS = ("latitude", "longitude", "power", "current", "voltage")
CLOSE_UP = 17.0
"""Zoom of a link to a point that has just been saved."""


def key(name: str) -> str:
    """The session's key for the widget of a field."""
    return f"point-{name}"


def fill(session: MutableMapping[Any, Any], point: ChargePoint) -> None:
    """Set all widgets to a point. For a callback, or before they are drawn."""
    put(session, {name: to_widget(name, getattr(point, name)) for name in FIELDS})


def put(session: MutableMapping[Any, Any], form: Mapping[str, Any]) -> None:
    """Set all widgets to what a form said."""
    for name, value in form.items():
        session[key(name)] = value


def to_widget(name: str, value: Any) -> Any:
    """A field's value as its widget holds it."""
    if name in SEVERAL:
        return list(value)
    if name in ONE or name == "reservable":
        return value
    return f"{value:.15g}" if name in NUMBERS and value is not None else value or ""


def said(session: MutableMapping[Any, Any]) -> dict[str, Any]:
    """What the form says, by field, also before it is drawn in a run."""
    return {name: tuple(value) if isinstance(value := session[key(name)], list) else value for name in FIELDS}


def is_touched(session: MutableMapping[Any, Any], point: ChargePoint) -> bool:
    """Whether the form, as the server knows it, says something else than a point."""
    return any(session[key(name)] != to_widget(name, getattr(point, name)) for name in FIELDS)


def form(texts: Texts, complaints: Sequence[Complaint]) -> None:
    """Draw it, what is wrong beneath its fields."""
    for section, names in SECTIONS.items():
        st.subheader(texts(f"point.section.{section}"), anchor=False)
        with st.container(key=f"point-section-{section}"):
            columns = st.columns(2)
            for number, name in enumerate(names):
                with columns[number % 2], st.container(key=f"field-{name}", gap=None):
                    _widget(name, texts)
                    if wrong := [complaint(one, texts) for one in complaints if one.field == name]:
                        st.html(render("wrong", wrong=wrong, field=name))


def _widget(name: str, texts: Texts) -> None:
    label = texts(f"field.{name}")
    if name in SEVERAL:
        st.multiselect(label, list(SEVERAL[name]), key=key(name), format_func=texts.term, placeholder=texts("point.empty"))
    elif name == "reservable":
        shown = {True: texts("flag.yes"), False: texts("flag.no")}
        st.selectbox(label, [True, False], key=key(name), index=None, format_func=lambda flag: shown[flag],
                     placeholder=texts("operator.unknown"))
    elif name in ONE:
        st.selectbox(label, list(ONE[name]), key=key(name), index=0 if name == "status" else None, format_func=texts.term,
                     placeholder=texts("operator.unknown"))
    else:
        st.text_input(label, key=key(name))


def complaint(wrong: Complaint, texts: Texts) -> str:
    """What is wrong with a field, as a sentence."""
    numbers = {name: texts.number(value, 2) for name, value in dict(wrong.values).items()}
    return f"{texts(f'field.{wrong.field}')}: {texts(f'invalid.{wrong.reason}', **numbers)}."


def value_text(name: str, value: Any, texts: Texts) -> str:
    """A field's value in words; nothing where it is empty."""
    if value is None or value == ():
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(texts.term, value))
    if isinstance(value, Term):
        return texts.term(value)
    if isinstance(value, bool):
        return texts("flag.yes" if value else "flag.no")
    return f"{value:.15g}" if name in NUMBERS else str(value)


def changes_html(changed: Sequence[Change], others: Sequence[Change], texts: Texts) -> str:
    """The diff; `others`: what somebody else has changed meanwhile, and stays."""
    def rows(changes: Sequence[Change]) -> list[tuple[str, str, str]]:
        return [(texts(f"field.{one.field}"), value_text(one.field, one.before, texts), value_text(one.field, one.after, texts))
                for one in changes]
    return render("changes", t=texts, rows=rows(changed), others=rows(others))


def map_link(point: ChargePoint, lang: str | None = None) -> str:
    """The link to a point on the map, in a language, relative to a page."""
    view = None
    if point.latitude is not None and point.longitude is not None:
        view = View(point.latitude, point.longitude, CLOSE_UP)
    return f"./?{permalink.format(MapState(view=view, station=point.id, lang=lang))}"
