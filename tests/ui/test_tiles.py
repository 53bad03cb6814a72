"""Tiles and counts over real HTTP: columns anybody can read, kept by caches for as long as nothing changes."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import numpy as np
import pytest
from starlette.applications import Starlette

from tests.live.clocks import ManualClock
from tests.serving import TRUSTED, serving
from tests.ui.conftest import NETWORK, NOON, a_point
from wirelane_geo.filters import Filters
from wirelane_geo.geo import WORLD, Bounds, quadkey
from wirelane_geo.map.service import MapService
from wirelane_geo.map.tiles import MapTile, TileService
from wirelane_geo.model import PlugType, Status
from wirelane_geo.permalink import MapState
from wirelane_geo.sources import EmbeddedSource
from wirelane_geo.store import Store, open_store
from wirelane_geo.ui import layers, tiles
from wirelane_geo.web import columns

BERLIN = "/map/tiles/12/2200/1343"
PARIS = "/map/tiles/12/2074/1409"
BOX = "13,52,14,53"


class TileServer:
    """A network whose points a test may change, and the client of its server."""

    def __init__(self, directory: Path, access: tiles.Access | None = None) -> None:
        self.clock = ManualClock(NOON)
        self.store: Store = open_store(directory / "points.sqlite")
        self.store.upsert(NETWORK, "irve")
        source = EmbeddedSource(self.store, self.clock)
        self.service = MapService(source, self.clock)
        self.tiles = TileService(source)
        self.app = Starlette(routes=tiles.tile_routes(lambda: self.tiles, access or tiles.Access()))


@pytest.fixture
def served(tmp_path: Path) -> TileServer:
    return TileServer(tmp_path)


@pytest.fixture
def web(served: TileServer) -> Iterator[httpx.Client]:
    with serving(served.app) as url, httpx.Client(base_url=url, verify=TRUSTED, timeout=60) as client:
        yield client


def test_a_tile_has_the_columns_that_a_page_draws_from(served: TileServer, web: httpx.Client) -> None:
    tile = MapTile(12, 2200, 1343)
    view = served.service.view(MapState(filters=Filters(plugs=frozenset({PlugType.CCS}))), tile.bounds, tile.drawn_at)
    answer = web.get(BERLIN, params={"plug": "CCS"})
    head, found = columns.decode(answer.content)
    assert answer.headers["content-type"] == columns.MEDIA_TYPE
    assert head == {"tile": "12/2200/1343", "problem": None}
    expected = layers.columns(view.marks, view.clusters, view.sites, tile.drawn_at)
    assert found.keys() == expected.keys()
    assert len(found["stations"]["handle"]) == len(view.marks) == 2
    for layer, of in expected.items():
        assert found[layer].keys() == of.keys()
        for name, column in of.items():
            np.testing.assert_array_equal(found[layer][name], column)
            assert found[layer][name].dtype == column.dtype


def test_counts_are_those_of_the_bounds(served: TileServer, web: httpx.Client) -> None:
    view = served.service.view(MapState(), Bounds(52, 13, 53, 14), 9.0)
    assert web.get("/map/counts", params={"bbox": BOX, "zoom": "9"}).json() == {
        "stations": 2, "points": 4, "free": view.free, "closed_now": view.closed_now, "problem": None, "cause": None,
        "by_status": {str(status): int(view.by_status[status.number]) for status in Status}}
    assert web.get("/map/counts", params={"bbox": BOX, "status": "FAULTED"}).json()["points"] == 1
    around = web.get("/map/counts", params={"bbox": "170,-80,-170,80"})
    assert around.json()["points"] == 0, "across the antimeridian there is nobody"
    assert web.get("/map/counts", params={"bbox": "2,48,362,53"}).json()["points"] == 5, "once around the world"


@pytest.mark.parametrize("path", [BERLIN, PARIS, f"/map/counts?bbox={BOX}"])
def test_who_has_it_already_is_told_so(web: httpx.Client, path: str) -> None:
    first = web.get(path)
    etag = first.headers["etag"]
    for known in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        again = web.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        assert again.headers["cache-control"] == first.headers["cache-control"] == tiles.FRESH
        assert again.headers["fetched-at"] == first.headers["fetched-at"] <= f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    assert web.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_change_makes_a_new_answer_where_it_is_and_nowhere_else(served: TileServer, web: httpx.Client) -> None:
    here, there = web.get(BERLIN), web.get(PARIS)
    served.store.upsert([a_point(1, status=Status.IN_USE)], "irve")
    new = web.get(BERLIN, headers={"If-None-Match": here.headers["etag"]})
    assert new.status_code == 200
    assert new.content != here.content
    assert web.get(PARIS, headers={"If-None-Match": there.headers["etag"]}).status_code == 304


def test_what_closes_as_time_passes_is_another_answer(served: TileServer, web: httpx.Client) -> None:
    open_now = web.get(BERLIN)
    served.clock.go_on(8 * 3600)
    closed = web.get(BERLIN, headers={"If-None-Match": open_now.headers["etag"]})
    assert closed.status_code == 200
    assert columns.decode(closed.content)[1]["stations"]["closed"].sum() == 2
    by_status = web.get(BERLIN, params={"hours": "off"})
    assert columns.decode(by_status.content)[1]["stations"]["closed"].sum() == 0


def test_answers_are_the_same_whatever_the_link_looks_like(web: httpx.Client) -> None:
    said = [web.get(f"{BERLIN}?{query}") for query in (
        "plug=CCS,CHADEMO&status=FREE", "status=free&plug=chademo&plug=ccs", "lat=1&lon=2&zoom=3&plug=CHADEMO,CCS&status=FREE",
        "plug=CCS,CHADEMO&status=FREE&utm_source=mail&lang=de&station=x")]
    assert {(answer.status_code, answer.headers["etag"]) for answer in said} == {(200, said[0].headers["etag"])}


def test_it_travels_compressed_where_that_is_wanted(web: httpx.Client) -> None:
    packed, plain = (web.get(BERLIN, headers={"Accept-Encoding": how}) for how in ("br, gzip", "identity"))
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content) == int(plain.headers["content-length"])
    assert packed.headers["etag"] == plain.headers["etag"]
    assert "Accept-Encoding" in plain.headers["vary"]
    assert "content-encoding" not in web.get(BERLIN, headers={"Accept-Encoding": "gzip;q=0"}).headers


@pytest.mark.parametrize(("path", "words"), [
    ("/map/tiles/x/0/0", "three whole numbers"), ("/map/tiles/19/0/0", "0 to 18"), ("/map/tiles/3/8/0", "0 to 7"),
    ("/map/tiles/3/0/8", "0 to 7"), ("/map/tiles/-1/0/0", "three whole numbers"), ("/map/tiles/3/0/99999999", "three whole"),
    (f"{BERLIN}?status=FREEE", "status=FREEE"), (f"{BERLIN}?colour=red", "no such parameter"),
    (f"{BERLIN}?power=9-1", "power=9-1"),
    (f"{BERLIN}?hours=maybe", "on or off"), (f"{BERLIN}?redacted=yes", "0 or 1"), (f"{BERLIN}?at=1", "zoom 14"),
    ("/map/tiles/0/0/0?at=-1", "0, 1 or 2"), ("/map/tiles/0/0/0?at=3", "0 to 2"),
    (f"{BERLIN}?plug={'x' * 16000}", "16,000 characters"),
    ("/map/counts", "west,south,east,north"), ("/map/counts?bbox=1,2,3", "west,south,east,north"),
    ("/map/counts?bbox=1,2,3,nan", "west,south,east,north"), ("/map/counts?bbox=1,5,3,2", "west,south,east,north"),
    (f"/map/counts?bbox={BOX}&zoom=99", "0 to 20"), (f"/map/counts?bbox={BOX}&zoom=x", "0 to 20"),
    (f"/map/counts?bbox={BOX}&plug=CSS", "plug=CSS"),
])
def test_what_makes_no_sense_is_refused_in_words(web: httpx.Client, path: str, words: str) -> None:
    answer = web.get(path)
    assert answer.status_code == 400
    assert words in answer.json()["error"]
    assert answer.headers["cache-control"] == "no-store"


def test_there_is_no_cookie_and_nothing_private(web: httpx.Client) -> None:
    answer = web.get(BERLIN)
    assert "set-cookie" not in answer.headers
    assert b"SECRET" not in answer.content


@pytest.mark.parametrize(("origins", "asked_by", "told"), [
    ((), "https://a.example", None), (("*",), "https://a.example", "*"), (("*",), None, "*"),
    (("https://a.example",), "https://a.example", "https://a.example"), (("https://a.example",), "https://b.example", None),
])
def test_who_may_read_it_is_a_setting(tmp_path: Path, origins: tuple[str, ...], asked_by: str | None, told: str | None) -> None:
    headers = {"Origin": asked_by} if asked_by else {}
    with serving(TileServer(tmp_path, tiles.Access(origins)).app) as url:
        answer = httpx.get(f"{url}{BERLIN}", headers=headers, timeout=60)
        known = httpx.get(f"{url}{BERLIN}", headers={**headers, "If-None-Match": answer.headers["etag"]}, timeout=60)
    for one in (answer, known):
        assert one.headers.get("access-control-allow-origin") == told
        assert ("Origin" in one.headers["vary"]) == (bool(origins) and origins != ("*",))


def test_one_address_asks_for_so_much_only(tmp_path: Path) -> None:
    with serving(TileServer(tmp_path, tiles.Access(a_second=0.001)).app) as url:
        first, second = (httpx.get(f"{url}{BERLIN}", timeout=60) for _ in range(2))
    assert first.status_code == 200
    assert second.status_code == 429
    assert int(second.headers["retry-after"]) > 1
    assert "from your address" in second.json()["error"]


def test_an_answer_says_of_which_change_it_can_know(served: TileServer, web: httpx.Client) -> None:
    first = web.get(BERLIN)
    assert int(first.headers["seq"]) <= served.tiles.seq
    served.store.upsert([a_point(1, status=Status.IN_USE)], "irve")
    web.get(BERLIN)
    again = web.get(BERLIN, headers={"If-None-Match": first.headers["etag"]})
    assert int(first.headers["seq"]) < int(again.headers["seq"]) == served.tiles.seq


@pytest.mark.parametrize(("query", "level"), [("?at=0", 3), ("?at=1", 4), ("?at=2", 5), ("", 5)])
def test_the_whole_world_can_be_drawn_for_each_zoom(web: httpx.Client, query: str, level: int) -> None:
    found = columns.decode(web.get(f"/map/tiles/0/0/0{query}").content)[1]["clusters"]["getPosition"]
    keys = quadkey.encode(found[:, 0].astype("f8"), found[:, 1].astype("f8"))
    assert len(np.unique(quadkey.prefix(keys, level))) == len(keys) == 1


@pytest.mark.parametrize("path", [BERLIN, "/map/tiles/2/2/1"])
def test_faults_can_be_left_untold(web: httpx.Client, path: str) -> None:
    told, untold = (columns.decode(web.get(path, params=query).content)[1] for query in ({}, {"redacted": "1"}))
    untellable = {Status.FAULTED.number, Status.UNKNOWN.number}
    for layers_of, expected in ((told, True), (untold, False)):
        statuses = set(layers_of["stations"]["status"].tolist())
        statuses |= set(np.flatnonzero(layers_of["clusters"]["byStatus"].sum(axis=0)).tolist())
        assert bool(statuses & untellable) is expected
    assert told["clusters"]["byStatus"].sum() == untold["clusters"]["byStatus"].sum()


def test_the_last_zoom_is_answered_and_the_whole_world_too(web: httpx.Client) -> None:
    assert columns.decode(web.get("/map/tiles/18/0/0").content)[1]["stations"]["handle"].size == 0
    world = columns.decode(web.get("/map/tiles/0/0/0").content)[1]
    assert len(world["stations"]["handle"]) + world["clusters"]["stations"].sum() == 3
    assert WORLD.contains(*world["stations"]["getPosition"][0])
