"""Our pages are Streamlit's, and what a map page's headers name is there."""

import re
from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette

from tests.serving import serving
from wirelane_geo.ui.assets import MAP_PAGES, PAGES, STATIC, pages, routes


@pytest.fixture(scope="module")
def web() -> Iterator[httpx.Client]:
    with serving(Starlette(routes=[*pages(), *routes()])) as url, httpx.Client(base_url=url) as web:
        yield web


@pytest.mark.parametrize("page", PAGES)
def test_a_page_hears_of_back_and_forward_before_streamlit_does(web: httpx.Client, page: str) -> None:
    answer = web.get(f"/{page}")
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == ("text/html; charset=utf-8", "no-cache")
    ours, *streamlits = re.findall(r'<script type="module"[^>]* src="\./([^"]+)"', answer.text)
    assert ours == "assets/choice.js"
    assert streamlits
    assert web.get(f"/{ours}").status_code == 200


def test_a_map_page_names_what_its_map_will_ask_for(web: httpx.Client) -> None:
    for page in PAGES:
        named = re.findall(r"<\./([^>]+)>", web.get(f"/{page}").headers.get("Link", ""))
        if page not in MAP_PAGES:
            assert named == []
            continue
        assert len(named) == len(set(named)) > 10
        assert all(web.get(f"/{file}").status_code == 200 for file in named)
        assert {"assets/map.js", "assets/map.css"} <= set(named)


def test_all_modules_that_the_map_imports_are_named(web: httpx.Client) -> None:
    """A module left out would be found by the browser only after the one that imports it has come."""
    seen, todo = set(), ["map.js", "panels.js", "news.js"]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += re.findall(r"from '\./([\w.]+)'", (STATIC / name).read_text())
    assert seen == set(re.findall(r"assets/([\w.]+\.js)", web.get("/").headers["Link"]))
