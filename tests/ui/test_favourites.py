"""Favourites: how the stations are that a browser keeps, the link that names them, and the application that can be installed."""

import csv
import io
from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette

from tests.serving import serving
from tests.ui.conftest import NETWORK, NOON
from wirelane_geo.filters import EVERYTHING, Filters
from wirelane_geo.geo import Bounds
from wirelane_geo.map.service import MapService
from wirelane_geo.permalink import MapState, format, parse
from wirelane_geo.ui import assets
from wirelane_geo.ui.address import MOST_FAVOURITES, ids_of
from wirelane_geo.ui.listing import favourite_listing
from wirelane_geo.ui.page_routes import pages
from wirelane_geo.ui.routes import map_routes
from wirelane_geo.ui.text import Texts

BERLIN, PARIS, NOWHERE = str(NETWORK[0].id), str(NETWORK[4].id), "f" * 32


@pytest.fixture(scope="module")
def web(service: MapService) -> Iterator[httpx.Client]:
    app = Starlette(routes=[*map_routes(lambda: service), *assets.routes(), *pages()])
    with serving(app) as url, httpx.Client(base_url=url, timeout=30) as client:
        yield client


def test_each_favourite_is_told_as_it_is_now(web: httpx.Client) -> None:
    answer = web.get("/map/stations", params={"id": [PARIS, NOWHERE, BERLIN, str(NETWORK[1].id)], "lang": "de"})
    assert answer.headers["cache-control"] == "no-store"
    paris, berlin = answer.json()
    assert (paris["id"], paris["free"], paris["unknown"], paris["total"]) == (PARIS, 0, 0, 1)
    assert berlin == {"id": BERLIN, "title": "Torstraße 1", "place": "10115 Berlin", "free": 2, "closed_now": 0, "unknown": 0,
                      "total": 3, "words": "2 von 3 frei", "problem": None}
    [unknown] = web.get("/map/stations", params={"id": str(NETWORK[3].id)}).json()
    assert (unknown["free"], unknown["unknown"], unknown["words"]) == (0, 1, "0 of 1 free")


@pytest.mark.parametrize("ids", [[], [""], ["x" * 129], ["\n"]])
def test_what_cant_be_an_id_is_nobody(web: httpx.Client, ids: list[str]) -> None:
    assert web.get("/map/stations", params={"id": ids}).json() == []


def test_as_many_are_looked_at_as_a_browser_keeps() -> None:
    assert len(ids_of([f"{number}" for number in range(500)])) == MOST_FAVOURITES
    assert ids_of(["a", "a", 3, None, "b"]) == ("a", "b")
    assert ids_of("abc") == ids_of(None) == ids_of({"a": 1}) == ()


def test_a_link_of_favourites_shows_them_alone_and_is_where_they_are(web: httpx.Client, service: MapService) -> None:
    [paris] = [details.summary for details in service.favourites([NETWORK[4].id or ""])]
    link = format(MapState(filters=Filters(named=frozenset({paris.handle}))))
    state = parse(link)
    assert link == f"stations={paris.handle}"
    assert not state.ignored
    found = list(csv.DictReader(io.StringIO(web.get(f"/map/export.csv?{link}&bbox=-180,-85,180,85").text)))
    assert [row["id"] for row in found] == [PARIS]
    assert service.extent(state.filters) == Bounds(48.85, 2.35, 48.85, 2.35)
    assert service.extent(Filters(named=frozenset({1}))) == service.extent() == service.extent(EVERYTHING)


def test_all_points_of_a_station_are_meant_by_one_of_them(service: MapService) -> None:
    [berlin] = [details.summary for details in service.favourites([NETWORK[0].id or ""])]
    chosen = Filters(named=frozenset({berlin.handle}))
    found = {point.id for point in service.export(MapState(filters=chosen), Bounds(-80, -180, 80, 180))}
    assert found == {point.id for point in NETWORK if point.charging_station_id == "S-1"}


def test_the_list_says_what_is_gone_and_names_no_private_field(service: MapService) -> None:
    found = [details.summary for details in service.favourites([NETWORK[3].id or "", NETWORK[0].id or ""])]
    html = favourite_listing(found, 3, Texts("en"), link="http://geo.example/?stations=1", only=True, now=NOON)
    assert "1 favourite is not in this network" in html
    assert html.count('type="checkbox"') == html.count("data-tell=") == 2
    assert "<script>" not in html
    assert "SECRET" not in html
    empty = favourite_listing([], 0, Texts("de"), link="", only=False, now=NOON)
    assert "Noch keine Favoriten" in empty


def test_the_application_can_be_installed(web: httpx.Client) -> None:
    page = web.get("/").text
    assert '<link rel="manifest" href="./manifest.webmanifest">' in page
    answer = web.get("/manifest.webmanifest")
    manifest = answer.json()
    assert answer.headers["content-type"].startswith("application/manifest+json")
    assert (manifest["start_url"], manifest["display"]) == ("./", "standalone")
    assert {icon["sizes"] for icon in manifest["icons"]} >= {"192x192", "512x512"}
    for icon in manifest["icons"]:
        picture = web.get(icon["src"].removeprefix("."))
        assert picture.headers["content-type"].partition(";")[0] == icon["type"]
        if icon["type"] == "image/png":
            width = int.from_bytes(picture.content[16:20], "big")
            assert f"{width}x{width}" == icon["sizes"]
    worker = web.get("/worker.js")
    assert "javascript" in worker.headers["content-type"]
    assert "fetch" not in worker.text, "it answers no requests"
