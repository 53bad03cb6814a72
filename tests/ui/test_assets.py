"""What a map page's headers name is there, and other pages name nothing."""

import re

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.ui.serving import serving
from wirelane_geo.ui.assets import STATIC, Ahead, routes


def test_a_map_page_names_what_its_map_will_ask_for() -> None:
    pages = [Route(path, lambda _: PlainTextResponse("page")) for path in ("/", "/wall", "/members")]
    app = Starlette(routes=[*pages, *routes()], middleware=[Middleware(Ahead)])
    with serving(app) as url, httpx.Client(base_url=url) as web:
        for page in ("/", "/wall"):
            named = re.findall(r"<\./([^>]+)>", web.get(page).headers["Link"])
            assert len(named) == len(set(named)) > 10
            assert all(web.get(f"/{file}").status_code == 200 for file in named)
            assert {"assets/map.js", "assets/map.css"} <= set(named)
        assert "Link" not in web.get("/members").headers
        assert "Link" not in web.get("/nowhere").headers
        assert "Link" not in web.get("/assets/map.js").headers


def test_all_modules_that_the_map_imports_are_named() -> None:
    """A module left out would be found by the browser only after the one that imports it has come."""
    sent = Ahead(Starlette()).link
    seen, todo = set(), ["map.js", "panels.js", "news.js"]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += re.findall(r"from '\./([\w.]+)'", (STATIC / name).read_text())
    assert seen == set(re.findall(r"assets/([\w.]+\.js)", sent))
