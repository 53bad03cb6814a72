"""Our pages are Streamlit's, and what a map page's headers name is there."""

import re
from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from tests.serving import serving
from wirelane_geo.ui.assets import (
    BASE,
    BUNDLE_URL,
    ELSEWHERE,
    EXACT,
    SCRIPTS,
    STATIC,
    STREAMLIT_BASE,
    STREAMLITS,
    StreamlitFiles,
    routes,
)
from wirelane_geo.ui.page_routes import MAP_PAGES, PAGES, pages
from wirelane_geo.ui.streamlit_bundle import NAME
from wirelane_geo.web.packed_files import FOR_EVER, PackedFiles


@pytest.fixture(scope="module")
def web() -> Iterator[httpx.Client]:
    packed = PackedFiles()
    app = Starlette(routes=[*pages(), *routes(packed)], middleware=[Middleware(StreamlitFiles, packed)])
    with serving(app) as url, httpx.Client(base_url=url) as web:
        yield web


@pytest.mark.parametrize("page", PAGES)
def test_a_page_hears_of_back_and_forward_before_streamlit_does(web: httpx.Client, page: str) -> None:
    answer = web.get(f"/{page}")
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == ("text/html; charset=utf-8", "no-cache")
    ours, *streamlits = re.findall(r'<script [^>]*src="\./([^"]+)"', answer.text)
    assert ours == f"{BASE}/{SCRIPTS}"
    assert streamlits
    scripts = web.get(f"/{ours}").text
    assert scripts.rstrip().endswith("module('choice.js');\n\nmodule('editor.js');"), "at once"
    assert "addEventListener('popstate'" in scripts


@pytest.mark.slow
def test_a_map_page_names_what_its_map_will_ask_for(web: httpx.Client) -> None:
    for page in PAGES:
        named = re.findall(r"<\./([^>]+)>", web.get(f"/{page}").headers.get("Link", ""))
        if page not in MAP_PAGES:
            assert named == []
            continue
        assert len(named) == len(set(named))
        assert all(web.get(f"/{file}").status_code == 200 for file in named)
        assert {f"{BASE}/map.css", BUNDLE_URL} <= set(named)


def test_the_first_tile_of_a_link_is_named(web: httpx.Client) -> None:
    link = web.get("/?lat=52.5&lon=13.4&zoom=9&plug=type_2,CCS&lang=de").headers["Link"]
    assert link.endswith(", <./map/tiles/7/68/41?plug=TYPE_2,CCS>; rel=preload; as=fetch; crossorigin=anonymous")
    for query in ("", "?plug=CCS", "?lat=x&lon=1&zoom=2", "?lat=52.5&lon=13.4&zoom=9&plug=" + "%0D%0A<>;" * 50):
        assert re.fullmatch(r"[^\r\n]+", web.get(f"/{query}").headers["Link"])
    assert "map/tiles" not in web.get("/?plug=CCS").headers["Link"]


def test_all_modules_are_among_the_scripts_and_can_be_had_by_themselves(web: httpx.Client) -> None:
    scripts = web.get(f"/{BASE}/{SCRIPTS}").text
    names = {path.name for path in STATIC.glob("*.js")} - set(ELSEWHERE)
    assert {"map.js", "panels.js", "news.js", "wall.js"} <= names
    assert names == set(re.findall(r"^makers\['([\w.]+)'\]", scripts, re.MULTILINE))
    assert web.get("/assets/clip.js").text == (STATIC / "clip.js").read_text(encoding="utf-8")


def test_what_has_its_content_in_its_address_is_kept_for_ever(web: httpx.Client) -> None:
    streamlits = re.findall(r'\./(static/[^"]+)', web.get("/").text)
    assert streamlits
    for path in (f"{BASE}/{SCRIPTS}", f"{BASE}/map.css", f"{BASE}/world.json.gz", *streamlits[:3]):
        answer = web.get(f"/{path}")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, FOR_EVER), path
    for path in ("assets/map.css", f"assets/{'0' * 16}/map.css"):
        answer = web.get(f"/{path}")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache"), path


def test_streamlits_files_are_streamlits_and_travel_compressed(web: httpx.Client) -> None:
    largest = max(STREAMLITS.glob("js/index.*.js"), key=lambda path: path.stat().st_size)
    answer = web.get(f"/static/js/{largest.name}", headers={"Accept-Encoding": "br"})
    assert answer.content == largest.read_bytes()
    assert answer.headers["Content-Encoding"] == "br"
    assert int(answer.headers["Content-Length"]) < largest.stat().st_size / 3
    for nothing in ("js/../../index.html", "js/%2e%2e/%2e%2e/index.html", "js/none.js", "js", "%00"):
        assert web.get(f"/static/{nothing}").status_code == 404, nothing


def test_streamlits_other_scripts_take_from_the_one_of_the_page(web: httpx.Client) -> None:
    assert set(re.findall(r'\./(static/[^"]+\.js)"', web.get("/").text)) == {f"{STREAMLIT_BASE}/js/{NAME}"}
    assert web.head(f"/{STREAMLIT_BASE}/js/{NAME}").headers["Content-Type"].startswith("text/javascript")
    table = next(STREAMLITS.glob("js/DataFrame.*.js"))
    answer = web.get(f"/{STREAMLIT_BASE}/js/{table.name}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, FOR_EVER)
    assert answer.text.startswith("const $streamlit=globalThis.$streamlit;")
    [font] = STREAMLITS.glob("media/SourceSansVF-Upright.*")
    assert web.get(f"/{STREAMLIT_BASE}/media/{font.name}").content == font.read_bytes()
    assert web.get(f"/static/js/{table.name}").text == table.read_text(encoding="utf-8"), "as it was shipped"
    for path in (f"static/{'0' * 16}/js/{NAME}", f"static/{'0' * 16}/js/{table.name}"):
        assert web.get(f"/{path}").headers["Cache-Control"] == "no-cache", "another version's page has what there is"
        asked = web.get(f"/{path}", headers={EXACT: "1"})
        assert (asked.status_code, asked.headers["Cache-Control"]) == (404, "no-store"), "unless another replica may have it"


def test_the_page_itself_leaves_streamlits_icons_undrawn(web: httpx.Client) -> None:
    """Once shown, they would be fetched: style.css, which draws them anew, comes with the first answer only."""
    for page in PAGES:
        [style] = re.findall(r"<head><style>(.*?)</style>", web.get(f"/{page}").text, re.DOTALL)
        assert "[data-testid=stExpandSidebarButton] > span" in style


@pytest.mark.parametrize(("query", "accepted", "lang", "said"), [
    ("", "", "en", "which of them are free"), ("", "de-AT,de;q=0.9", "de", "welche davon frei sind"),
    ("?lang=de&kw=150-", "en", "de", "welche davon frei sind"), ("?lang=<b>", "", "en", "which of them are free")])
def test_a_page_has_a_name_before_streamlit_has_started(
    web: httpx.Client, query: str, accepted: str, lang: str, said: str
) -> None:
    for page in PAGES:
        html = web.get(f"/{page}{query}", headers={"Accept-Language": accepted}).text
        assert re.findall("<title>(.*?)</title>", html) == ["Wirelane Geo"]
        assert re.findall('<html lang="(.*?)">', html) == [lang]
        assert [said in text for text in re.findall('(?:name="|og:)description" content="(.*?)"', html)] == [True, True]


def test_a_wall_says_that_it_loads_before_anything_has_loaded(web: httpx.Client) -> None:
    dark, light, german = "#0b1116", "#eef2f1", "Wird geladen …"
    for query, accepted, said in [("", "", ("Loading …", dark)), ("?theme=light", "de-AT,de;q=0.9", (german, light)),
                                  ("?lang=de&theme=pink", "", (german, dark)), ("?lang=</style>", "", ("Loading …", dark))]:
        html = web.get(f"/wall{query}", headers={"Accept-Language": accepted}).text
        [style] = re.findall(r"<head><style>(.*?)</style>", html, re.DOTALL)
        assert all(word in style for word in said)
    assert "Loading" not in web.get("/").text, "a map is drawn as soon as that could be read"


def test_a_page_with_a_map_says_where_deck_gl_is(web: httpx.Client) -> None:
    for page in PAGES:
        told = re.findall(r'data-deckgl="\./([^"]+)"', web.get(f"/{page}").text)
        assert told == ([BUNDLE_URL] if page in MAP_PAGES else [])


def test_files_of_another_version_are_another_replicas_where_a_balancer_can_ask_it(web: httpx.Client) -> None:
    other = f"/assets/{'0' * 16}/{SCRIPTS}"
    asked = web.get(other, headers={EXACT: "1"})
    assert (asked.status_code, asked.headers["Cache-Control"]) == (404, "no-store")
    assert web.get(f"/{BASE}/{SCRIPTS}", headers={EXACT: "1"}).status_code == 200
    assert web.get(other).status_code == 200, "where there is no other one, what there is is better than nothing"


def test_a_square_of_the_basemap_is_small_and_kept_for_ever(web: httpx.Client) -> None:
    for file, beside in (("detail", "land"), ("villages", "names")):
        berlin = web.get(f"/{BASE}/{file}/12,9.json")
        assert berlin.json()[beside]
        assert (berlin.headers["Cache-Control"], berlin.headers["Content-Encoding"]) == (FOR_EVER, "br")
        assert int(berlin.headers["Content-Length"]) < 90_000
        assert web.get(f"/assets/{file}/12,9.json").headers["Cache-Control"] == "no-cache"
        assert web.get(f"/{BASE}/{file}/2,6.json").json() == {}, "nothing but the Pacific"
        assert web.get(f"/{BASE}/{file}/24,9.json").status_code == 404
