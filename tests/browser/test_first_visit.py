"""What a phone fetches at its first visit."""

from playwright.sync_api import Browser, Request

from tests.browser.conftest import PAINTED, PATIENCE_MS, Server
from wirelane_geo.ui.assets import BUNDLE_URL, STREAMLIT_BASE
from wirelane_geo.ui.streamlit_bundle import NAME

LINK = "?lat=52.52&lon=13.405&zoom=12"
MOST_REQUESTS = 70


def test_a_phones_first_visit_takes_few_requests(chromium: Browser, server: Server) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if "/live/news" not in request.url else None)
    with page.expect_request("**/world.json.gz"):
        page.goto(f"{server.url}/{LINK}")
    page.wait_for_selector(".wl-counts")
    page.wait_for_function(PAINTED)
    paths = [request.url.removeprefix(server.url).lstrip("/").split("?")[0] for request in asked]
    assert len(paths) <= MOST_REQUESTS
    assert [path for path in paths if path.startswith("static/js")] == []
    assert paths.count(f"{STREAMLIT_BASE}/js/{NAME}") == 1
    assert paths.count(BUNDLE_URL.split("?")[0]) == 1
    assert [path for path in paths if "MaterialSymbols" in path] == [], "no icon of it is shown"
    land = next(i for i, path in enumerate(paths) if path.endswith("world.json.gz"))
    assert {f"{STREAMLIT_BASE}/js/{NAME}", BUNDLE_URL.split("?")[0]} <= set(paths[:land]), "marks first, land after them"
    context.close()
