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


anything = st.text() | st.text(st.characters(codec=None))
words = st.sampled_from([*KEYS, "utm_source", "lat", "lon", "zoom", "kw"]) | anything
values = anything | st.sampled_from(
    ["52.5", "-200", "22", "1e999", "nan", "CCS", "ccs,type_2", "150", "50-150", "150-50", "-", "0", "yes"])


@given(anything)
def test_no_text_is_fatal_and_has_one_form(text: str) -> None:
    state = permalink.parse(text)
    assert permalink.parse(permalink.format(state)) == state


@given(st.lists(st.tuples(words, values), max_size=8))
def test_no_link_is_fatal_and_has_one_form(pairs: list[tuple[str, str]]) -> None:
    said: dict[str, list[str]] = {}
    for key, value in pairs:
        said.setdefault(key, []).append(value)
    state = permalink.parse(said)
    link = permalink.format(state)
    assert permalink.parse(link) == state
    assert permalink.parse(link).ignored == ()
    assert permalink.format(permalink.parse(link)) == link


@given(st.lists(st.tuples(words, values), max_size=8))
def test_what_is_proposed_works(pairs: list[tuple[str, str]]) -> None:
    for one in permalink.parse(dict(pairs)).ignored:
        key, _, value = one.instead.partition("=")
        again = permalink.parse({**({"lat": "1", "lon": "1"} if key == "zoom" else {}), key: value} if key else {})
        if one.reason != "no such parameter" and key not in ("lat", "lon"):
            assert again.ignored == ()


@given(st.dictionaries(st.sampled_from(KEYS), st.text(max_size=20)))
def test_what_is_not_ignored_is_applied(query: dict[str, str]) -> None:
    state = permalink.parse(query)
    written = permalink.format(state)
    kept = {part.split("=")[0] for part in written.split("&") if part}
    if "zoom" not in query and state.view:
        kept.remove("zoom")  # a place without one gets one
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
        ("lat=1&zoom=1", "lat", "together"),
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
        ("colour=red", "colour", "no such"),
        ("kw=50-&kw=11-", "kw", "twice"),
        ("kw=150", "kw", "150- is 150 kW and more"),
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


@pytest.mark.parametrize(
    ("query", "link"),
    [
        ("status=free&plug=ccs,type_2", "plug=TYPE_2,CCS&status=FREE"),
        ("PLUG=Ccs&Lang=DE-at&Auth=NFC_Terminal", "plug=CCS&auth=nfc_terminal&lang=de"),
        ("plug=ccs, type_2,,ccs", "plug=TYPE_2,CCS"),
        ("lat=52,52&lon=13,4&zoom=9", "lat=52.52&lon=13.4&zoom=9"),
        ("kw=050.0-", "kw=50-"),
        ("lat=52.52&lon=13.405", "lat=52.52&lon=13.405&zoom=12"),
        ("status=FREE&status=FAULTED", "status=FREE,FAULTED"),
        ("status=FREE,IN_USE&STATUS=fAULTED&status=FREE", "status=FREE,IN_USE,FAULTED"),
        ("plug=CCS&plug=CHADEMO&auth=card&auth=remote&current=AC&current=DC", "plug=CHADEMO,CCS&current=AC,DC&auth=card,remote"),
        ("kw=50-&kw=50-", "kw=50-"),
    ],
)
def test_what_is_meant_is_understood_and_written_canonically(query: str, link: str) -> None:
    state = permalink.parse(query)
    assert (permalink.format(state), state.ignored) == (link, ())


@pytest.mark.parametrize("key", [
    "utm_source", "UTM_Campaign", "fbclid", "gclid", "msclkid", "mc_cid", "mc_eid", "igshid", "igsh", "ref", "ref_src", "dclid",
    "gbraid", "wbraid", "ttclid", "twclid", "yclid", "li_fat_id", "_ga", "_gl", "mtm_source", "pk_campaign", "_hsenc", "mkt_tok",
    "gad_source", "srsltid", "s_kwcid", "referrer", "embed", "embed_options",
])
def test_what_others_add_to_a_link_is_dropped_without_a_word(key: str) -> None:
    state = permalink.parse({key: "x", "plug": "CCS"})
    assert (permalink.format(state), state.ignored) == ("plug=CCS", ())


@pytest.mark.parametrize(
    ("query", "link", "named"),
    [
        ("lat=52.52&lon=13.405&zoom=22", "lat=52.52&lon=13.405&zoom=20", ["zoom=20"]),
        ("lat=52.52&lon=13.405&zoom=-1", "lat=52.52&lon=13.405&zoom=0", ["zoom=0"]),
        ("lat=91&lon=13.4&zoom=3", "lat=85.05112877980659&lon=13.4&zoom=3", ["lat=85.05112877980659"]),
        ("lat=1&lon=190&zoom=3", "lat=1&lon=-170&zoom=3", ["lon=-170"]),
        ("lat=1&lon=-181.5&zoom=3", "lat=1&lon=178.5&zoom=3", ["lon=178.5"]),
        ("lat=52.52&lon=13.405&zoom=close", "lat=52.52&lon=13.405&zoom=12", [""]),
        ("lat=52.52&lon=13.405&zoom=inf&plug=CCS", "lat=52.52&lon=13.405&zoom=12&plug=CCS", [""]),
        ("lat=north&lon=13.405&zoom=9&plug=CCS", "plug=CCS", [""] * 3),
        ("lat=1&lon=2&lat=3", "lat=1&lon=2&zoom=12", [""]),
    ],
)
def test_one_bad_part_of_a_view_leaves_the_rest(query: str, link: str, named: list[str]) -> None:
    state = permalink.parse(query)
    assert permalink.format(state) == link
    assert [one.instead for one in state.ignored] == named
    assert all(one.taken is bool(one.instead) for one in state.ignored)


@pytest.mark.parametrize(
    ("query", "instead"),
    [
        ("kw=150", "kw=150-"), ("kw=150+", "kw=150-"), ("kw=22,5", "kw=22.5-"), ("kw=150kW", "kw=150-"), ("kw=<50", "kw=-50"),
        ("kw=>=50", "kw=50-"), ("kw=150-50", "kw=50-150"), ("kw=50 - 150 kW", "kw=50-150"), ("kw=fast", ""),
        ("plug=CSS", "plug=CCS"), ("plug=typ2", "plug=TYPE_2"), ("status=available", ""), ("status=FAULT", "status=FAULTED"),
        ("plugs=CCS", "plug=CCS"), ("reservable=yes", "reservable=1"), ("reservable=maybe", ""), ("plug=" + "C" * 5000, ""),
    ],
)
def test_what_would_work_is_said(query: str, instead: str) -> None:
    [one] = permalink.parse(query).ignored
    assert (one.instead, one.taken) == (instead, False)


def test_of_a_list_the_words_that_are_known_apply() -> None:
    state = permalink.parse("status=FREE,BROKEN&plug=CSS")
    assert permalink.format(state) == "status=FREE"
    assert [(one.key, one.value) for one in state.ignored] == [("plug", "CSS"), ("status", "BROKEN")]
