"""An account's tiles: what its source knows and no older, what is wrong with it said, kept fresh while somebody looks."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from tests.live.clocks import ManualClock
from tests.server.serving import Service
from tests.server.serving import serving as serving_api
from tests.serving import TRUSTED, serving
from tests.ui.conftest import NETWORK, NOON, a_point
from tests.ui.test_news import Status as LiveNumber
from wirelane_geo.api import WirelaneClient
from wirelane_geo.errors import ApiUnreachable
from wirelane_geo.filters import EVERYTHING
from wirelane_geo.live.notifier import Notifier
from wirelane_geo.map.service import MapService
from wirelane_geo.map.tiles import MapTile, TileService, tile_content
from wirelane_geo.model import Status
from wirelane_geo.permalink import MapState
from wirelane_geo.sources import ApiSource, EmbeddedSource
from wirelane_geo.ui import legend, news, tiles
from wirelane_geo.ui.details import details
from wirelane_geo.ui.text import Texts
from wirelane_geo.web import columns

BERLIN = "/map/tiles/12/2200/1343"
LOOKS_THERE = {"bbox": "13.3,52.4,13.5,52.6", "zoom": "14"}


class Account:
    """An account at an upstream of its own, and the map's server on top."""

    def __init__(self, upstream: Service) -> None:
        self.upstream, self.clock, secret = upstream, ManualClock(NOON), upstream.credentials
        self.down = False

        class Line(httpx.HTTPTransport):
            def handle_request(line, request: httpx.Request) -> httpx.Response:  # noqa: N805 - self is the account
                if self.down:
                    raise httpx.ConnectError("the line is down")
                return super().handle_request(request)

        self.client = WirelaneClient(f"{upstream.url}/apis/emc", f"{upstream.url}/token", secret.organization, secret.client_id,
                                     secret.client_secret, secret.username, secret.password, transport=Line(),
                                     sleep=lambda seconds: None)
        self.source = ApiSource(self.client, cache_bytes=2**24, cache_seconds=60, clock=self.clock)
        self.tiles = TileService(self.source)
        self.app = Starlette(routes=[*tiles.tile_routes(lambda: self.tiles, tiles.Access()),
                                     *news.news_routes(LiveNumber(), Notifier(), self.tiles)])


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    with serving_api(tmp_path) as upstream:
        upstream.store.upsert(NETWORK, "api")
        account = Account(upstream)
        yield account
        account.source.close()
        account.client.close()


@pytest.fixture
def web(account: Account) -> Iterator[httpx.Client]:
    with serving(account.app) as url, httpx.Client(base_url=url, verify=TRUSTED, timeout=60) as client:
        yield client


def test_a_tile_is_that_of_the_store_behind_it(account: Account, web: httpx.Client) -> None:
    embedded = TileService(EmbeddedSource(account.upstream.store, account.clock))
    tile = MapTile(12, 2200, 1343)
    expected = tile_content(embedded.around(tile), tile, EVERYTHING).marks
    found = columns.decode(web.get(BERLIN).content)[1]["stations"]
    assert len(expected) == 2
    assert sorted(zip(found["status"].tolist(), found["matching"].tolist(), found["total"].tolist(), strict=True)) == sorted(
        zip(expected.status.tolist(), expected.matching.tolist(), expected.total.tolist(), strict=True))
    assert web.get("/map/counts", params={"bbox": "13,52,14,53"}).json()["points"] == 4


def test_a_station_across_the_edge_of_what_is_fetched_is_whole_and_there_once(account: Account, web: httpx.Client) -> None:
    edge = MapTile(12, 2200, 1343).bounds.east
    account.upstream.store.upsert([a_point(8, charging_station_id="S-8", longitude=edge - 1e-4),
                                   a_point(9, charging_station_id="S-8", longitude=edge + 1e-4)], "api")
    west, east = (columns.decode(web.get(f"/map/tiles/12/{x}/1343").content)[1]["stations"] for x in (2200, 2201))
    assert sorted(west["total"].tolist()) == [1, 2, 3]
    assert east["total"].tolist() == []


def test_it_is_no_older_than_what_the_source_knows(account: Account, web: httpx.Client) -> None:
    first = web.get(BERLIN)
    seq = web.get("/live/news").json()["seq"]
    account.clock.go_on(10)
    changed = a_point(1, status=Status.FAULTED, update_date=account.clock.now())
    account.upstream.store.upsert([changed], "api")
    account.clock.go_on(5)
    account.source.refresh()
    answer = web.get(BERLIN, headers={"If-None-Match": first.headers["etag"]})
    assert answer.status_code == 200
    assert answer.headers["fetched-at"] == f"{NOON + timedelta(seconds=15):%Y-%m-%dT%H:%M:%SZ}"
    told = web.get("/live/news", params={"seq": seq}).json()
    assert told["seq"] > seq
    assert told["tiles"] == "all" or any(covers(tile, BERLIN) for tile in told["tiles"])


def test_what_is_wrong_is_said(account: Account, web: httpx.Client) -> None:
    good = web.get(BERLIN)
    account.down = True
    account.clock.go_on(30)
    with pytest.raises(ApiUnreachable):
        account.source.refresh()
    answer = web.get(BERLIN, headers={"If-None-Match": good.headers["etag"]})
    head, shown = columns.decode(answer.content)
    assert head["problem"]
    assert answer.headers["fetched-at"] == good.headers["fetched-at"] == f"{NOON:%Y-%m-%dT%H:%M:%SZ}"
    assert len(shown["stations"]["handle"]) == 2
    told = web.get("/map/counts", params={"bbox": "13.39,52.52,13.41,52.54"}).json()
    assert (told["problem"], told["cause"]) == (head["problem"], "unreachable")


def test_a_page_says_it_in_its_own_language(account: Account) -> None:
    service = MapService(account.source, account.clock)
    service.view(MapState(), MapTile(12, 2200, 1343).bounds, 12)
    assert said(service) == ("Data from 14:03", "Daten von 14:03")
    account.down = True
    account.clock.go_on(30)
    with pytest.raises(ApiUnreachable):
        account.source.refresh()
    english, german = said(service)
    assert english.startswith("Data from 14:03: ")
    assert "the line is down" in english
    assert german == "Daten von 14:03: die Gegenstelle ist nicht erreichbar"
    spoken = {lang: legend.words(Texts(lang), demo=False)["texts"] for lang in ("en", "de")}
    assert spoken["en"]["map.cause_unreachable"] == "{reason}"
    assert spoken["de"]["map.cause_unreachable"] in german, "the legend is given the same words"


def said(service: MapService) -> tuple[str, ...]:
    """How old an open station's data is, in both languages."""
    station = service.station(NETWORK[0].id or "")
    assert station is not None
    zone = "Europe/Berlin"
    pages = [details(station, EVERYTHING, Texts(lang), now=NOON, viewer_zone=zone, histories={}) for lang in ("en", "de")]
    return tuple(re.search(r'<p class="wl-muted">\s*(Dat[^<]*?)\s*</p>', html)[1] for html in pages)  # type: ignore[index]


def test_what_was_never_there_is_an_error_in_words(account: Account, web: httpx.Client) -> None:
    account.down = True
    answer = web.get(BERLIN)
    assert answer.status_code == 503
    assert answer.json()["cause"] == "unreachable"
    assert answer.json()["error"]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("said", "mode"), [({}, "idle"), (LOOKS_THERE, "kept"), ({"bbox": "x", "zoom": "14"}, "idle")])
def test_who_hears_the_news_keeps_it_fresh(account: Account, web: httpx.Client, monkeypatch: pytest.MonkeyPatch,
                                          said: dict[str, str], mode: str) -> None:
    monkeypatch.setattr(news, "HOLD_S", 0.01)
    web.get(BERLIN)  # as a cache does for everybody: once
    for _ in range(4):
        account.clock.go_on(60)
        web.get("/live/news", params={"seq": "1", **said})
    assert (account.source.refresh().mode == "idle") == (mode == "idle")


def covers(tile: str, path: str) -> bool:
    (z, x, y), (zoom, px, py) = (map(int, text.split("/")[-3:]) for text in (tile, path))
    up = abs(z - zoom)
    return (x >> up, y >> up) == (px, py) if z > zoom else (px >> up, py >> up) == (x, y)
