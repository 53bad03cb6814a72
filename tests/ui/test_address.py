"""Address bar and choices: whichever changed last wins, each change is one step, and the view is nobody's business here."""

from typing import Any
from urllib.parse import parse_qsl

from hypothesis import given

from tests.strategies import states, views
from wirelane_geo import permalink
from wirelane_geo.filters import EVERYTHING, Filters
from wirelane_geo.model import PlugType, Status
from wirelane_geo.permalink import MapState, View
from wirelane_geo.ui import address

FREE_CCS = Filters(plugs=frozenset({PlugType.CCS}), statuses=frozenset({Status.FREE}))


def parameters(state: MapState) -> dict[str, str]:
    return dict(parse_qsl(permalink.format(state)))


@given(states)
def test_a_link_becomes_the_page_and_is_not_written_again(state: MapState) -> None:
    session: dict[Any, Any] = {}
    assert address.take_over(parameters(state), session)
    assert address.current(parameters(state), session) == state
    assert address.news(parameters(state), session) is None
    assert not address.take_over(parameters(state), session)


@given(states, states)
def test_a_choice_is_written_once_and_back_undoes_it(before: MapState, after: MapState) -> None:
    session: dict[Any, Any] = {}
    address.take_over(parameters(before), session)
    session[address.FILTERS], session[address.STATION] = after.filters, after.station
    written = address.news(parameters(before), session)
    changed = (before.filters, before.station) != (after.filters, after.station)
    assert (written is not None) == changed
    if written is None:
        return
    assert permalink.parse(written).filters == after.filters
    assert permalink.parse(written).view == before.view
    assert address.news(written, session) is None
    assert not address.take_over(written, session), "what was written is not news"
    assert address.take_over(parameters(before), session), "Back is"
    assert address.current(parameters(before), session) == before


@given(states, states)
def test_panning_is_no_step(state: MapState, elsewhere: MapState) -> None:
    session: dict[Any, Any] = {}
    address.take_over(parameters(state), session)
    panned = {key: value for key, value in parameters(state).items() if key not in ("lat", "lon", "zoom")}
    panned |= {key: value for key, value in parameters(elsewhere).items() if key in ("lat", "lon", "zoom")}
    assert not address.take_over(panned, session)
    assert address.news(panned, session) is None
    assert address.current(panned, session).view == elsewhere.view


@given(states, views)
def test_the_view_is_the_maps_own_once_it_has_reported(state: MapState, seen: View) -> None:
    session: dict[Any, Any] = {}
    address.take_over(parameters(state), session)
    assert address.current(parameters(state), session, seen).view == seen
    assert address.news(parameters(state), session, seen) is None, "a pan is still no step"
    session[address.STATION] = "another"
    written = address.news(parameters(state), session, seen)
    assert written is not None or state.station == "another"
    assert written is None or permalink.parse(written).view == seen


def test_what_a_link_says_wrongly_is_reported_until_something_is_chosen() -> None:
    session: dict[Any, Any] = {}
    broken = {"plug": "CCS", "status": "BROKEN", "colour": "red"}
    address.take_over(broken, session)
    state = address.current(broken, session)
    assert state.filters == Filters(plugs=frozenset({PlugType.CCS}))
    assert {part.key for part in state.ignored} == {"status", "colour"}
    assert address.news(broken, session) is None, "the map drops it in place: no step"
    assert address.current({"plug": "CCS"}, session).ignored == state.ignored, "it was dropped, and is still told"
    session[address.FILTERS] = FREE_CCS
    assert address.news(broken, session) == {"plug": "CCS", "status": "FREE"}
    assert address.current(broken, session).ignored == ()


def test_reset_leaves_a_bare_link() -> None:
    session: dict[Any, Any] = {}
    address.take_over({"status": "FREE"}, session)
    session[address.FILTERS] = EVERYTHING
    assert address.news({"status": "FREE"}, session) == {}
