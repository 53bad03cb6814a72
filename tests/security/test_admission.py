"""Who is let in: known hosts, our own pages, so many open pages; and what a browser is told to do with an answer."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.serving import serving
from wirelane_geo.web.admission import Admission, Rules
from wirelane_geo.web.headers import Policy, SecurityHeaders, basemap_origins, script_hashes

HTML = {"Accept": "text/html,*/*"}


async def answer(_: Request) -> Response:
    return PlainTextResponse("here")


async def page(socket: WebSocket) -> None:
    await socket.accept()
    await socket.receive()


def application(rules: Rules, policy: Policy | None = None) -> Starlette:
    return Starlette(
        routes=[WebSocketRoute("/_stcore/stream", page),
                Route("/{path:path}", answer, methods=["GET", "POST", "PUT"])],
        middleware=[Middleware(SecurityHeaders, policy or Policy()), Middleware(Admission, rules)])


@pytest.fixture(scope="module")
def web() -> Iterator[httpx.Client]:
    with serving(application(Rules(hosts=("map.example.org",)))) as url, httpx.Client(base_url=url) as client:
        yield client


@pytest.mark.parametrize(("host", "status"), [
    ("map.example.org", 200), ("MAP.example.org:8443", 200), ("localhost:1", 200), ("127.0.0.1", 200),
    ("evil.example.org", 421), ("map.example.org.evil.net", 421), ("", 421),
])
def test_only_known_hosts_are_answered(web: httpx.Client, host: str, status: int) -> None:
    assert web.get("/", headers={"Host": host}).status_code == status


def test_any_host_is_answered_where_none_is_set() -> None:
    with serving(application(Rules())) as url:
        assert httpx.get(url, headers={"Host": "anything.example"}).status_code == 200


@pytest.mark.parametrize(("origin", "status"), [
    (None, 200), ("https://map.example.org", 200), ("https://evil.example", 403), ("null", 403), ("http://[", 403), ("", 403),
])
def test_a_foreign_page_changes_nothing(web: httpx.Client, origin: str | None, status: int) -> None:
    headers = {"Host": "map.example.org", **({} if origin is None else {"Origin": origin})}
    assert web.post("/operator/sign-out", headers=headers).status_code == status
    assert web.get("/", headers=headers).status_code == 200  # reading is for anybody; CORS keeps the answer from foreign pages


def test_nothing_can_be_uploaded(web: httpx.Client) -> None:
    for path in ("/_stcore/upload_file/a/b", "/wall/_stcore/upload_file/a/b"):
        assert web.put(path, content=b"x" * 100).status_code == 404


def test_a_foreign_page_opens_no_websocket() -> None:
    async def opened(url: str, origin: str | None) -> int:
        try:
            async with connect(url.replace("http", "ws") + "/_stcore/stream", origin=origin):
                return 101
        except InvalidStatus as error:
            return error.response.status_code

    with serving(application(Rules())) as url:
        assert asyncio.run(opened(url, "https://evil.example")) == 403
        assert asyncio.run(opened(url, url)) == 101
        assert asyncio.run(opened(url, None)) == 101


def test_so_many_pages_are_open_and_no_more() -> None:
    async def visit(url: str) -> None:
        stream = url.replace("http", "ws") + "/_stcore/stream"
        one, two, three = ({"X-Forwarded-For": f"192.0.2.{number}"} for number in (1, 2, 3))

        async def refused(headers: dict[str, str]) -> str:
            with pytest.raises(InvalidStatus) as told:
                await connect(stream, additional_headers=headers)
            assert told.value.response.status_code == 503
            return told.value.response.body.decode()

        async with httpx.AsyncClient(base_url=url) as client:
            first, second = await connect(stream, additional_headers=one), await connect(stream, additional_headers=one)
            assert "Too many pages" in await refused(one)
            third = await connect(stream, additional_headers=two)
            assert "Too many pages" in await refused(three)
            told = await client.get("/", headers={**HTML, **three})
            assert (told.status_code, told.headers["Retry-After"]) == (503, "60")
            assert (await client.get("/healthz", headers=three)).status_code == 200  # what is no page is answered all the same
            await first.close()
            assert (await client.get("/", headers={**HTML, **three})).status_code == 200
            again = await connect(stream, additional_headers=three)
            for socket in (second, third, again):
                await socket.close()

    with serving(application(Rules(pages=3, pages_per_address=2))) as url:
        asyncio.run(visit(url))


@pytest.mark.parametrize(("path", "ancestors"), [
    ("/", "frame-ancestors 'self' https://www.example.org"), ("/wall", "frame-ancestors 'self' https://www.example.org"),
    ("/embed", "frame-ancestors 'self' https://www.example.org"), ("/embed/parts", "frame-ancestors 'none'"),
    ("/sessions", "frame-ancestors 'none'"), ("/members", "frame-ancestors 'none'"), ("/charge-points", "frame-ancestors 'none'"),
])
def test_operator_pages_are_in_nobodys_frame(path: str, ancestors: str) -> None:
    with serving(application(Rules(), Policy(frames=("https://www.example.org",)))) as url:
        headers = httpx.get(url + path).headers
    assert ancestors in headers["Content-Security-Policy"].split("; ")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_without_a_setting_only_our_own_pages_frame_the_map() -> None:
    assert "frame-ancestors 'self'" in Policy().of("/").split("; ")


def test_a_script_in_the_page_is_named_by_its_hash() -> None:
    html = """<script src="a.js"></script><script>alert('Hello, world.');</script><script type="module" src="b.js"></script>"""
    # the example of the CSP's own text, https://www.w3.org/TR/CSP3/#external-hash
    assert script_hashes(html) == ["sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng="]


def test_streets_come_from_where_the_setting_says() -> None:
    assert basemap_origins(None) == []
    assert basemap_origins("https://basemaps.cartocdn.com/gl/x/style.json") == ["https://*.cartocdn.com"]
    assert "http://tiles.example:8080" in basemap_origins("http://tiles.example:8080/style.json")
    assert " https:" not in Policy(basemap=basemap_origins(None)).of("/")
