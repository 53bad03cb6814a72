"""The embedded map's page and what it says, over real HTTP."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from tests.live.clocks import ManualClock
from tests.live.networks import EmbeddedNetwork, embedded
from tests.serving import serving
from tests.ui.conftest import EVIL, NETWORK, NOON
from wirelane_geo.map.service import MapService
from wirelane_geo.permalink import LANGUAGES, MapState
from wirelane_geo.ui import assets
from wirelane_geo.ui.embed.choice import read
from wirelane_geo.ui.embed.routes import embed_routes
from wirelane_geo.ui.request_texts import language
from wirelane_geo.ui.share import snippet

LINK = "lat=52.52&lon=13.405&zoom=12&plug=CCS"
MOST_HTML = 30_000


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedNetwork]:
    with embedded(tmp_path_factory.mktemp("network"), ManualClock(NOON), NETWORK) as network:
        yield network


@pytest.fixture(scope="module")
def web(network: EmbeddedNetwork) -> Iterator[httpx.Client]:
    service = MapService(network.source, network.clock)
    app = Starlette(routes=[*embed_routes(lambda: service, lambda: network.watch, "embedded"), *assets.routes()])
    with serving(app) as url, httpx.Client(base_url=url) as web:
        yield web


def said(web: httpx.Client, query: str = "", **headers: str) -> dict[str, Any]:
    """What the page tells its map."""
    html = web.get(f"/embed?{query}", headers=headers).text
    [text] = re.findall(r'<script type="application/json" id="wl-said">(.*?)</script>', html, re.DOTALL)
    found: dict[str, Any] = json.loads(text)
    return found


def parts(web: httpx.Client, link: str = "", **more: object) -> dict[str, Any]:
    answer = web.get(f"/embed/parts?{urlencode({'link': link, **more}, doseq=True)}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.slow
def test_the_page_is_small_and_what_it_names_is_there(web: httpx.Client) -> None:
    longest = LINK + "&area=" + "_xlgI_kmpA" * 600 + "&lang=de&station=" + "x" * 128
    for query in ("", LINK, longest):
        answer = web.get(f"/embed?{query}", headers={"Accept-Language": "de"})
        assert answer.status_code == 200
        assert 4_000 < len(answer.content) < MOST_HTML, query[:80]
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert not re.search(r"<script(?![^>]*\b(?:src=|application/json))", answer.text), "no script stands in the page"
        files = [*re.findall(r'(?:href|src)="\./(assets/[^"]+)"', answer.text),
                 *re.findall(r"<\./((?:assets|pydeck)/[^>]+)>", answer.headers["Link"])]
        assert len(files) >= 5
        assert {web.get(f"/{file}").status_code for file in files} == {200}
    assert "map/tiles/10/550/335?plug=CCS" in web.get(f"/embed?{LINK}").headers["Link"]


def test_a_link_is_read_as_the_map_reads_it_and_a_bad_part_is_named(web: httpx.Client) -> None:
    query = LINK + "&status=BROKEN,FREE&theme=pink&kw=x"
    assert said(web, query)["link"] == {
        "version": 0, "query": "plug=CCS&status=FREE", "view": {"latitude": 52.52, "longitude": 13.405, "zoom": 12}}
    found = parts(web, query)
    assert found["query"] == "plug=CCS&status=FREE", "the rest applies"
    notice = unescape(found["parts"]["notice"])
    assert all(part in notice for part in ("status=BROKEN", "theme=pink", "kw=x"))
    assert "notice" not in parts(web, LINK + "&theme=dark&utm_source=mail")["parts"]


def test_the_theme_is_the_links_else_the_browsers(web: httpx.Client) -> None:
    assert list(said(web, LINK)["themes"]) == ["light", "dark"]
    for theme in ("light", "dark"):
        assert list(said(web, f"theme={theme.upper()}")["themes"]) == [theme]
        assert f'<meta name="color-scheme" content="{theme}">' in web.get(f"/embed?theme={theme}").text
    assert list(said(web, "theme=pink")["themes"]) == ["light", "dark"]


@pytest.mark.parametrize(("asked", "remembered", "accepted", "spoken"), [
    ("de", "en", "en", "de"), (None, "de", "en", "de"), (None, "xx", "de-AT,en;q=0.5", "de"),
    (None, None, "fr,de;q=0.8,en;q=0.9", "en"),
    (None, None, "de;q=0,en;q=0.1", "en"), (None, None, "fr", None), (None, None, "", None), (None, None, "de;q=x,,;;", None)])
def test_the_language_is_the_links_the_visitors_or_the_browsers(
        asked: str | None, remembered: str | None, accepted: str, spoken: str | None) -> None:
    assert language(asked, remembered, accepted) == spoken


def test_the_page_speaks_it(web: httpx.Client) -> None:
    assert said(web, "", **{"Accept-Language": "de-AT"})["lang"] == "de"
    assert said(web, "lang=en", **{"Accept-Language": "de-AT"})["lang"] == "en"
    assert said(web, "", Cookie="wirelane_geo_lang=de")["lang"] == "de"
    assert "Ganze Karte öffnen" in parts(web, "lang=de")["parts"]["tools"]


@given(st.text(max_size=200), st.text(max_size=20))
def test_anything_can_be_read(query: str, accepted: str) -> None:
    choice = read(query)
    assert choice.theme in (None, "light", "dark")
    assert isinstance(choice.state, MapState)
    assert language(None, query, accepted) in (None, *LANGUAGES)


def test_a_station_is_told_by_its_id_and_by_its_mark(web: httpx.Client) -> None:
    found = parts(web, f"plug=CCS&station={NETWORK[0].id}", zone="Europe/Berlin")
    panel = found["parts"]["panel"]
    assert "Torstraße 1" in panel
    assert found["selected"]["position"] == [13.4, 52.53]
    assert "SECRET" not in json.dumps(found), "no private field"
    by_mark = parts(web, "plug=CCS", handle=found["selected"]["station"]["handle"])
    assert by_mark["query"] == f"plug=CCS&station={NETWORK[0].id}"
    assert by_mark["parts"]["panel"] == parts(web, by_mark["query"])["parts"]["panel"]
    unfolded = parts(web, f"station={NETWORK[0].id}", unfolded=["x", *re.findall(r'data-action="unfold:([^"]+)"', panel)])
    assert panel.count("DE*ABC*E") <= unfolded["parts"]["panel"].count("DE*ABC*E")


def test_what_a_station_says_of_itself_is_escaped(web: httpx.Client) -> None:
    panel = parts(web, f"station={NETWORK[3].id}")["parts"]["panel"]
    assert EVIL not in panel
    assert "<img" not in panel
    html = web.get("/embed", params={"plug": "</script><script>alert(1)</script>", "station": "</script>"}).text
    assert html.count("</script>") == html.count("<script")
    assert "alert(1)" not in html


def test_a_station_that_is_not_there_is_said(web: httpx.Client) -> None:
    found = parts(web, "plug=CCS&station=nowhere")
    assert found["query"] == "plug=CCS"
    assert "not in this network" in found["parts"]["notice"]
    assert found["selected"] is None


def test_a_list_is_of_what_is_in_view(web: httpx.Client) -> None:
    listed = parts(web, "plug=CCS", panel="list", bbox="13,52,14,53", order="power")["parts"]["panel"]
    assert listed.count('data-choose="open:') == 2
    assert "map/export.csv?plug=CCS&amp;bbox=13.000000,52.000000,14.000000,53.000000" in listed
    assert "panel" not in parts(web, "plug=CCS", panel="list")["parts"], "nothing is in view yet"
    assert "panel" not in parts(web, "plug=CCS", panel="share", bbox="13,52,14,53")["parts"]
    assert web.get("/embed/parts?panel=list&bbox=1,2").status_code == 400


def test_nonsense_counts_as_not_said(web: httpx.Client) -> None:
    nothing = parts(web)
    for more in ({"handle": "x"}, {"handle": "9" * 40}, {"page": "-1"}, {"panel": "site:x"}, {"zone": "../../etc/passwd"},
                 {"lang": "xx"}, {"order": "\0"}, {"unfolded": ["x" * 500] * 100}):
        assert parts(web, **more)["parts"] == nothing["parts"], more
    assert nothing["bounds"] == [48.85, 2.35, 52.53, 13.41]


@pytest.mark.parametrize("path", ["/embed", "/embed/parts"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_but_get(web: httpx.Client, path: str, method: str) -> None:
    assert web.request(method, path).status_code == 405


def test_the_snippet_is_a_frame_with_a_title_that_loads_late() -> None:
    html = snippet("https://geo.example/maps/?plug=CCS&status=FREE", 'A "station" <b>')
    assert html.startswith('<iframe src="https://geo.example/maps/embed?plug=CCS&amp;status=FREE" ')
    assert ' title="A &#34;station&#34; &lt;b&gt;" ' in html
    assert 'loading="lazy"' in html
    assert snippet("https://geo.example/", "x").startswith('<iframe src="https://geo.example/embed"')
