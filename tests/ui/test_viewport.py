"""What the browser says, as Python reads it; and the files that it asks for, over real HTTP."""

import gzip
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from tests.serving import serving
from wirelane_geo.geo import Bounds
from wirelane_geo.ui import assets
from wirelane_geo.ui.insides import BUNDLE
from wirelane_geo.ui.text import Texts
from wirelane_geo.ui.viewport import MapEvent, read_event

VIEWPORT = {
    "west": 13.0, "south": 52.0, "east": 14.0, "north": 53.0, "zoom": 10.5, "width": 1280, "height": 800, "serial": 7,
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*VIEWPORT, "choice", "query"]), inner))


def test_a_viewport_is_read_whole() -> None:
    choice = {"version": 3, "query": "plug=CCS"}
    event = read_event({"viewport": VIEWPORT | {"choice": choice}})
    assert event == MapEvent(Bounds(52.0, 13.0, 53.0, 14.0), 10.5, 1280, 800, 7, choice)


def test_before_the_map_is_there_nothing_is_said() -> None:
    assert read_event({}) == read_event({"viewport": None}) == MapEvent()


def test_what_is_chosen_before_the_map_is_there_is_heard() -> None:
    assert read_event({"viewport": {"choice": {"version": 1}}}) == MapEvent(choice={"version": 1})


def test_a_view_across_the_antimeridian() -> None:
    event = read_event({"viewport": VIEWPORT | {"west": 170.0, "east": 190.0}})
    assert event.bounds == Bounds(52.0, 170.0, 53.0, -170.0)


@given(st.dictionaries(st.sampled_from(["viewport"]), ANYTHING))
def test_nonsense_counts_as_not_said(values: dict[str, object]) -> None:
    event = read_event(values)
    assert (event.bounds is None) == (event.zoom is None)


@given(st.sampled_from(sorted(VIEWPORT)), ANYTHING)
def test_a_viewport_is_believed_whole_or_not_at_all(key: str, value: object) -> None:
    event = read_event({"viewport": VIEWPORT | {key: value}})
    if event.bounds is None:
        assert event == MapEvent()
    else:
        assert event.zoom is not None
        assert 0 <= event.zoom <= 20


def test_a_text_has_the_placeholders_that_are_filled() -> None:
    assert {key for key, text in Texts("en").group("map").items() if "{" in text} == {
        "failed", "search_none", "search_count", "search_operator", "free_of", "unknown_one", "unknown_many", "matching_free",
        "stations", "stations_here", "kw", "other_dialect", "cause_http", "cause_unreachable", "cause_unreadable",
        "cause_incomplete", "cause_store"}


# --- the files -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with serving(Starlette(routes=assets.routes())) as url, httpx.Client(base_url=url, timeout=60) as client:
        yield client


@pytest.mark.slow
def test_the_bundle_is_pydecks_and_kept_for_good(client: httpx.Client) -> None:
    answer = client.get(f"/{assets.BUNDLE_URL}")
    assert answer.content == BUNDLE.read_bytes()
    assert answer.headers["Content-Encoding"] in ("br", "gzip")
    assert "immutable" in answer.headers["Cache-Control"]
    plain = client.get("/pydeck/index.js", headers={"Accept-Encoding": "identity"})
    assert plain.content == BUNDLE.read_bytes()
    assert plain.headers["Cache-Control"] == "no-cache", "without a version it may be another one tomorrow"


def test_modules_are_asked_about_before_each_use(client: httpx.Client) -> None:
    answer = client.get("/assets/map.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    again = client.get("/assets/map.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_packed_files_arrive_packed(client: httpx.Client) -> None:
    answer = client.get("/assets/world.json.gz")
    assert "Content-Encoding" not in answer.headers, "the component unpacks them itself"
    assert gzip.decompress(answer.content).startswith(b"{")


def test_nothing_else_is_served(client: httpx.Client) -> None:
    assert client.get("/assets/../viewport.py").status_code == 404
    assert client.get("/assets/%2e%2e/viewport.py").status_code == 404
    assert client.get("/pydeck/index.js.map").status_code == 404
