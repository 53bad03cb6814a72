"""Address bar and choices: the browser's last report is what counts, and what comes of it is told with its number."""

from typing import Any
from urllib.parse import parse_qs

from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import states
from wirelane_geo import permalink
from wirelane_geo.filters import Filters
from wirelane_geo.model import PlugType
from wirelane_geo.permalink import MapState, View
from wirelane_geo.ui import address
from wirelane_geo.ui.address import Choice

KEYS = ["version", "query", "handle", "how", "panel", "order", "page"]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3))


def opened(state: MapState) -> dict[str, list[str]]:
    return parse_qs(permalink.format(state))


@given(states)
def test_before_anything_is_reported_the_address_counts(state: MapState) -> None:
    assert address.choice(None, opened(state)) == Choice(state=state)


@given(states, states, st.integers(1, 1000))
def test_an_address_that_lags_behind_never_wins(before: MapState, after: MapState, version: int) -> None:
    reported = {"version": version, "query": permalink.format(after), "handle": None, "how": "", "panel": "", "page": 1}
    heard = address.choice(reported, opened(before))
    assert heard == Choice(version=version, state=after)
    told = address.answer(heard, heard.state)
    assert told["version"] == version
    assert permalink.parse(told["query"]) == permalink.parse(address.link_of(after))


@given(states, states)
def test_the_view_is_nobodys_business_in_a_link(state: MapState, elsewhere: MapState) -> None:
    panned = MapState(view=elsewhere.view, filters=state.filters, station=state.station, lang=state.lang)
    assert address.link_of(panned) == address.link_of(state)


@given(st.dictionaries(st.sampled_from(KEYS), ANYTHING) | ANYTHING)
def test_a_browser_can_say_anything(reported: Any) -> None:
    heard = address.choice(reported, {"plug": ["CCS"]})
    if not isinstance(reported, dict) or not isinstance(reported.get("query"), str):
        assert heard.state.filters == Filters(plugs={PlugType.CCS})
    assert heard.page >= 1
    assert heard.panel in (None, "list", "share", "site")
    address.answer(heard, heard.state)


def test_what_is_chosen_beside_the_link_is_heard() -> None:
    heard = address.choice(
        {"version": 4, "query": "plug=CCS", "handle": 4711, "how": "map", "panel": "list", "order": "power", "page": 3}, {})
    assert (heard.version, heard.handle, heard.how, heard.panel, heard.order, heard.page) == (4, 4711, "map", "list", "power", 3)


def test_what_a_link_says_wrongly_is_named_as_long_as_nothing_else_is_chosen() -> None:
    raw = "plug=ccs&status=BROKEN&lat=52.5&lon=13.4&zoom=22"
    first = address.choice(None, parse_qs(raw))
    again = address.choice({"version": 1, "query": raw}, {"plug": ["CCS"], "lat": ["50"], "lon": ["10"], "zoom": ["9"]})
    assert [one.key for one in first.state.ignored] == [one.key for one in again.state.ignored] == ["status", "zoom"]
    told = address.answer(again, again.state)
    assert (told["query"], told["view"]) == ("plug=CCS", {"longitude": 13.4, "latitude": 52.5, "zoom": 20.0})
    assert again.state.view == View(52.5, 13.4, 20)
    assert address.choice({"version": 2, "query": "plug=CCS,CHADEMO"}, {}).state.ignored == ()
