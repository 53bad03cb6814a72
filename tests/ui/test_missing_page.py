"""What is answered where nothing is, over real HTTP: to people, to programs, and what is left to Streamlit."""

import re
from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from tests.serving import serving
from wirelane_geo.ui import assets
from wirelane_geo.ui.missing_page import MissingPage
from wirelane_geo.ui.page_routes import PAGES, pages

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
NOWHERE = ("/foo", "/map/foo", "/wall/foo", "/embed/a/b", "/index.html", "/robots.txt", "/static", "/foo%0Abar", "/%3Cb%3E",
           "/wall%20", "/a%2Fb")


@pytest.fixture(scope="module")
def web() -> Iterator[httpx.Client]:
    """Pages and what takes POST alone; where Streamlit would answer, it says so."""
    async def here(_: Request) -> PlainTextResponse:
        return PlainTextResponse("here")

    async def streamlit(scope, receive, send) -> None:
        await PlainTextResponse("Streamlit's")(scope, receive, send)

    routes = [*pages(), *assets.routes(), Route("/hook/{secret}", here, methods=["POST"]), MissingPage(),
              Mount("/", streamlit)]
    with serving(Starlette(routes=routes)) as url, httpx.Client(base_url=url) as web:
        yield web


@pytest.mark.parametrize("path", NOWHERE)
def test_a_person_gets_a_page_with_the_way_to_the_map(web: httpx.Client, path: str) -> None:
    answer = web.get(path, headers=HTML)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "There is no page here" in answer.text
    [link] = re.findall(r'<a href="([^"]+)">To the map</a>', answer.text)
    assert answer.url.join(link) == web.base_url.join("/"), "wherever the address is"
    [icon] = re.findall(r'<link rel="icon" href="([^"]+)">', answer.text)
    assert web.get(answer.url.join(icon)).status_code == 200
    assert "<b>" not in answer.text


@pytest.mark.parametrize(("query", "headers", "lang"), [
    ("", {"Accept-Language": "de-AT,de;q=0.9"}, "de"), ("", {"Accept-Language": "fr"}, "en"),
    ("", {"Cookie": "wirelane_geo_lang=de"}, "de"),
    ("?lang=en", {"Accept-Language": "de"}, "en"), ("?lang=x", {"Accept-Language": "de"}, "en")])
def test_it_speaks_the_visitors_language(web: httpx.Client, query: str, headers: dict[str, str], lang: str) -> None:
    page = web.get(f"/foo{query}", headers=HTML | headers).text
    assert f'<html lang="{lang}">' in page
    assert ("Hier gibt es keine Seite" in page, "There is no page here" in page) == (lang == "de", lang == "en")


@pytest.mark.parametrize("path", NOWHERE)
def test_a_program_gets_a_short_answer(web: httpx.Client, path: str) -> None:
    answer = web.get(path)
    assert (answer.status_code, answer.json()) == (404, {"error": "There is nothing at this address."})
    assert web.head(path).status_code == 404


def test_what_only_takes_something_says_so_and_its_secret_is_not_repeated(web: httpx.Client) -> None:
    answer = web.get("/hook/a-secret", headers=HTML)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "a-secret" not in answer.text
    assert web.post("/hook/a-secret").text == "here"


@pytest.mark.parametrize("path", ["/_stcore/health", "/_stcore/stream", "/static/js/x.js", "/media/x.png", "/component/a/b.js",
                                  "/favicon.png", "/manifest.json", "/auth/login", "/wall/", "//foo"])
def test_streamlits_own_are_left_to_it(web: httpx.Client, path: str) -> None:
    assert web.get(httpx.URL(str(web.base_url).rstrip("/") + path), headers=HTML).text == "Streamlit's"


@pytest.mark.parametrize("page", PAGES)
def test_our_pages_are_there(web: httpx.Client, page: str) -> None:
    assert web.get(f"/{page}", headers=HTML).status_code == 200
