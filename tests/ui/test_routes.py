"""What the page fetches, over real HTTP."""

import csv
import io
from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette

from tests.serving import serving
from tests.ui.conftest import NETWORK
from wirelane_geo.geo import Bounds
from wirelane_geo.geo.bounds import read_bbox, write_bbox
from wirelane_geo.map.export import EXPORTED_FIELDS
from wirelane_geo.map.service import MapService
from wirelane_geo.model import PRIVATE_FIELDS
from wirelane_geo.permalink import MapState
from wirelane_geo.ui.routes import map_routes

BERLIN = "13,52,14,53"


@pytest.fixture(scope="module")
def web(service: MapService) -> Iterator[httpx.Client]:
    with serving(Starlette(routes=map_routes(lambda: service))) as url, httpx.Client(base_url=url, timeout=30) as client:
        yield client


def test_a_label_names_the_station(web: httpx.Client, service: MapService) -> None:
    for summary in service.nearby(MapState(), Bounds(52, 13, 53, 14)).stations:
        answer = web.get("/map/label", params={"handle": summary.handle})
        assert answer.json() == {"title": summary.title, "place": summary.place, "cpo": summary.cpo}


@pytest.mark.parametrize(
    ("handle", "status"), [("", 400), ("x", 400), ("-1", 400), ("1e3", 400), ("9" * 17, 400), ("4711", 404)]
)
def test_a_label_of_nothing(web: httpx.Client, handle: str, status: int) -> None:
    assert web.get("/map/label", params={"handle": handle}).status_code == status


def test_the_nearest_is_that_of_the_middle_of_a_box(web: httpx.Client, service: MapService) -> None:
    expected = service.nearest(MapState(), 13.0, 52.0)
    assert expected is not None
    assert web.get("/map/nearest", params={"bbox": "12.9,51.9,13.1,52.1"}).json() == {
        "point_id": expected.id, "title": "Torstraße 1", "place": "10115 Berlin", "cpo": expected.cpo,
        "distance_m": pytest.approx(expected.distance_m, abs=100)}
    assert web.get("/map/nearest", params={"bbox": "12.9,51.9,13.1,52.1", "status": "IN_USE"}).json()["point_id"] == NETWORK[4].id
    assert web.get("/map/nearest", params={"bbox": "12.9,51.9,13.1,52.1", "plug": "SCHUKO"}).json() is None
    assert web.get("/map/nearest", params={"bbox": "x"}).status_code == 400


def test_search_finds_cities_and_stations(web: httpx.Client) -> None:
    cities = web.get("/map/search", params={"q": "Münch", "lang": "de"}).json()
    assert any(hit["kind"] == "city" and hit["lat"] == pytest.approx(48.14, abs=0.1) for hit in cities)
    [station] = [hit for hit in web.get("/map/search", params={"q": "DE*ABC*E4*1"}).json() if hit["kind"] == "station"]
    assert station["point_id"] == NETWORK[3].id
    near = {"q": "Frankfurt", "lat": 52.34, "lon": 14.55}
    assert web.get("/map/search", params={**near, "zoom": 9}).json()[0]["label"] == "Frankfurt (Oder)"
    assert web.get("/map/search", params={**near, "zoom": 4}).json()[0]["label"] == "Frankfurt am Main", "a continent is in view"
    assert web.get("/map/search").json() == web.get("/map/search", params={"q": " "}).json() == []
    assert web.get("/map/search", params={"q": "\0'\"%" * 500}).status_code == 200


def test_csv_has_the_matching_points_of_the_box_and_nothing_private(web: httpx.Client) -> None:
    answer = web.get("/map/export.csv", params={"bbox": BERLIN, "plug": "CCS", "status": "FREE,UNKNOWN"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="charge-points-' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["id"] for row in rows} == {NETWORK[0].id, NETWORK[3].id}
    assert tuple(rows[0]) == EXPORTED_FIELDS
    assert not PRIVATE_FIELDS & set(rows[0])
    assert "SECRET" not in answer.text
    [evil] = [row for row in rows if row["id"] == NETWORK[3].id]
    assert evil["city"] == "'=1+1", "no formula"
    assert evil["street"] == NETWORK[3].street


def test_an_exports_filters_are_read_as_any_links(web: httpx.Client) -> None:
    def ids(query: str) -> set[str]:
        answer = web.get(f"/map/export.csv?bbox={BERLIN}&{query}")
        return {row["id"] for row in csv.DictReader(io.StringIO(answer.text))}
    both = ids("status=FREE,UNKNOWN")
    assert both == {point.id for point in NETWORK[:4] if point.status in ("FREE", "UNKNOWN")}
    assert ids("status=free&status=UNKNOWN&utm_source=mail") == both
    assert ids("status=FREE&kw=fast") == ids("status=FREE") < both


def test_geojson_has_the_same_points(web: httpx.Client) -> None:
    answer = web.get("/map/export.geojson", params={"bbox": "-10,40,20,60"})
    assert answer.headers["content-type"] == "application/geo+json"
    features = answer.json()["features"]
    assert {feature["id"] for feature in features} == {point.id for point in NETWORK}
    [first] = [feature for feature in features if feature["id"] == NETWORK[0].id]
    assert first["geometry"] == {"type": "Point", "coordinates": [13.4, 52.53]}
    assert first["properties"]["plug_types"] == ["CCS"]
    assert "SECRET" not in answer.text
    assert not PRIVATE_FIELDS & {name for feature in features for name in feature["properties"]}


def test_an_export_of_nowhere_is_empty_but_whole(web: httpx.Client) -> None:
    assert web.get("/map/export.geojson", params={"bbox": "0,0,1,1"}).json() == {"type": "FeatureCollection", "features": []}
    assert web.get("/map/export.csv", params={"bbox": "0,0,1,1"}).text.strip() == ",".join(EXPORTED_FIELDS)


@pytest.mark.parametrize("bbox", ["", "1,2,3", "a,b,c,d", "13,53,14,52", "nan,0,1,1", "0,0,1,1,1"])
def test_a_box_that_is_none(web: httpx.Client, bbox: str) -> None:
    answer = web.get("/map/export.csv", params={"bbox": bbox})
    assert answer.status_code == 400
    assert "west,south,east,north" in answer.json()["error"]


def test_a_box_reads_back_as_it_was_written() -> None:
    bounds = Bounds(52.4, 13.2, 52.6, 13.6)
    assert read_bbox(write_bbox(bounds)) == bounds
    across = Bounds(-10, 170, 10, -170)
    assert read_bbox(write_bbox(across)) == across
