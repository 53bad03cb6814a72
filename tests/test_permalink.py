"""Links: what is written reads back the same, in one form only; what can't be read is named, and the rest applies."""

from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import states
from wirelane_geo import permalink
from wirelane_geo.filters import Filters
from wirelane_geo.model import PlugType, Status
from wirelane_geo.permalink import KEYS, MapState, View


@given(states)
def test_a_state_survives_its_link(state: MapState) -> None:
    again = permalink.parse(permalink.format(state))
    assert again == state
    assert again.ignored == ()


@given(states)
def test_a_link_has_one_form(state: MapState) -> None:
    link = permalink.format(state)
    assert permalink.format(permalink.parse(link)) == link
    keys = [part.split("=")[0] for part in link.split("&") if part]
    assert keys == [key for key in KEYS if key in keys]


@given(states)
def test_streamlits_mapping_reads_like_the_query_string(state: MapState) -> None:
    assert permalink.parse(parse_qs(permalink.format(state))) == state


@given(st.text())
def test_no_text_is_fatal_and_nothing_is_lost_silently(text: str) -> None:
    state = permalink.parse(text)
    assert permalink.parse(permalink.format(state)) == state


@given(st.dictionaries(st.sampled_from(KEYS), st.text(max_size=20)))
def test_what_is_not_ignored_is_applied(query: dict[str, str]) -> None:
    state = permalink.parse(query)
    written = permalink.format(state)
    kept = {part.split("=")[0] for part in written.split("&") if part}
    assert kept | {ignored.key for ignored in state.ignored} == set(query)


def test_the_default_is_an_empty_link() -> None:
    assert permalink.format(MapState()) == ""
    assert permalink.parse("") == permalink.parse("?") == MapState()


def test_a_link_is_short_and_readable() -> None:
    state = MapState(
        view=View(52.52, 13.405, 11),
        filters=Filters(plugs={PlugType.CCS, PlugType.TYPE_2}, power_kw=(50, None), statuses={Status.FREE}),
        station="DE*ABC*E1",
    )
    assert permalink.format(state) == "lat=52.52&lon=13.405&zoom=11&plug=TYPE_2,CCS&kw=50-&status=FREE&station=DE*ABC*E1"


@pytest.mark.parametrize(
    ("query", "key", "reason"),
    [
        ("lat=abc&lon=1&zoom=2", "lat", "number"),
        ("lat=91&lon=1&zoom=2", "lat", "85"),
        ("lat=nan&lon=1&zoom=2", "lat", "expected"),
        ("lat=1&lon=1", "lat", "together"),
        ("zoom=99&lat=1&lon=1", "zoom", "20"),
        ("plug=CSS", "plug", "CCS"),
        ("plug=", "plug", "CCS"),
        ("status=FREE,BROKEN", "status", "FAULTED"),
        ("kw=150-50", "kw", "50-150"),
        ("kw=fast", "kw", "50-150"),
        ("kw=-", "kw", "50-150"),
        ("reservable=yes", "reservable", "1 or 0"),
        ("lang=xx", "lang", "de"),
        ("station=%00", "station", "id"),
        ("utm_source=mail", "utm_source", "no such"),
        ("status=FREE&status=IN_USE", "status", "twice"),
    ],
)
def test_a_bad_parameter_is_named_with_what_would_be_right(query: str, key: str, reason: str) -> None:
    ignored = permalink.parse(query).ignored
    assert key in {one.key for one in ignored}
    assert reason in " ".join(one.reason for one in ignored if one.key == key)


def test_the_rest_of_a_bad_link_applies() -> None:
    state = permalink.parse("plug=CCS&kw=fast&lat=52.5&lon=13.4&zoom=11&foo=bar")
    assert state == MapState(view=View(52.5, 13.4, 11), filters=Filters(plugs={PlugType.CCS}))
    assert [one.key for one in state.ignored] == ["foo", "kw"]


def test_lower_case_is_understood_and_written_canonically() -> None:
    assert permalink.format(permalink.parse("status=free&plug=ccs,type_2")) == "plug=TYPE_2,CCS&status=FREE"
