"""The client's own network: answers and exceptions are those of httpx's, proxies and deadline hold in all of it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import httpcore
import httpx
import pytest

from tests.api.upstream import Request, Upstream, reply
from wirelane_geo.api._deadline import Deadline
from wirelane_geo.api.network import Network
from wirelane_geo.errors import BadSetting

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(transport=Network(), timeout=30) as client:
        yield client


def test_answers_are_those_of_httpx(upstream: Upstream, client: httpx.Client) -> None:
    upstream.api = lambda asked: reply(asked.body + str(sorted(asked.query.items())).encode(), 207, x_more="a, b")
    requests = [("GET", "/a b?c=%20d&e=f", b""), ("POST", "/ü", b"body"), ("PUT", "", b"x" * 100_000), ("DELETE", "/?", b"")]
    with httpx.Client(timeout=30) as plain:
        for method, path, body in requests:
            ours, theirs = (one.request(method, upstream.url + path, content=body) for one in (client, plain))
            assert (ours.status_code, ours.headers, ours.content) == (theirs.status_code, theirs.headers, theirs.content)
            assert ours.http_version == theirs.http_version
    pairs = list(zip(upstream.asked[::2], upstream.asked[1::2], strict=True))
    assert len(pairs) == len(requests)
    for ours, theirs in pairs:
        assert (ours.method, ours.target, ours.headers, ours.body) == (theirs.method, theirs.target, theirs.headers, theirs.body)


def test_a_connection_is_used_again(client: httpx.Client) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        def answer() -> None:
            connection, _ = server.accept()  # only once
            with connection:
                for _ in range(2):
                    assert connection.recv(65536)
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        thread = threading.Thread(target=answer)
        thread.start()
        for _ in range(2):
            assert client.get(f"http://127.0.0.1:{server.getsockname()[1]}/").text == "ok"
        thread.join()


@pytest.mark.parametrize("kind", [
    name for name in httpcore.__all__ if isinstance(kind := getattr(httpcore, name), type) and issubclass(kind, Exception)])
def test_every_failure_has_its_name_in_httpx(kind: str) -> None:
    if kind != "ConnectionNotAvailable":  # httpcore's word to itself
        assert issubclass(getattr(httpx, kind, type), httpx.TransportError), (
            f"httpcore {httpcore.__version__} fails with {kind}, unknown to httpx: say in api/network.py what it is there")


@pytest.mark.slow
def test_failures_are_those_of_httpx(upstream: Upstream, client: httpx.Client) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        nowhere = f"http://127.0.0.1:{server.getsockname()[1]}/"
    rules = {"cut": lambda asked: b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "none": lambda asked: b"",
             "odd": lambda asked: b"hello\r\n\r\n", "slow": lambda asked: upstream.gone.wait(10) and b""}
    upstream.api = lambda asked: rules[asked.path[1:]](asked)
    urls = {name: f"{upstream.url}/{name}" for name in rules} | {"refused": nowhere, "scheme": "ftp://127.0.0.1/"}
    with httpx.Client() as plain:
        for url in urls.values():
            with pytest.raises(httpx.TransportError) as ours:
                client.get(url, timeout=0.2)
            with pytest.raises(type(ours.value)) as theirs:
                plain.get(url, timeout=0.2)
            assert (type(ours.value), str(ours.value)) == (type(theirs.value), str(theirs.value))
            assert ours.value.request.url == url


def test_no_operation_goes_on_once_the_deadline_has_passed(upstream: Upstream, client: httpx.Client) -> None:
    deadline = Deadline(60.0, lambda: 0.0)

    def rule(asked: Request) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n["
        deadline.cancel()
        yield from upstream.drip(b"")

    upstream.api = rule
    # A request is written in two parts, and the upstream may answer after the first.
    with deadline.applied(), pytest.raises((httpx.ReadTimeout, httpx.WriteTimeout), match="the whole call"):
        client.get(upstream.url)
    with deadline.applied(), pytest.raises(httpx.ConnectTimeout, match="the whole call"):
        client.get("http://127.0.0.1:9/")


@pytest.fixture
def proxy(upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> Upstream:
    """The upstream as a proxy with a password: it is asked for whole addresses."""
    monkeypatch.setenv("HTTP_PROXY", upstream.url.replace("//", "//somebody:secret@"))
    upstream.api = lambda asked: reply(b"by the proxy")
    return upstream


def test_a_proxy_of_the_environment_is_used_by_deadline_and_password(proxy: Upstream) -> None:
    with httpx.Client(transport=Network(), timeout=30) as client:
        assert client.get("http://upstream.example/path").text == "by the proxy"
        [asked] = proxy.asked
        assert asked.target == "http://upstream.example/path"
        assert asked.headers["proxy-authorization"] == "Basic c29tZWJvZHk6c2VjcmV0"
        proxy.api = lambda asked: proxy.drip(b"HTTP/1.1 200 OK\r\n", b"x")
        hurried = Deadline(60.0, iter(range(1_000_000)).__next__)  # each look at the clock is a second later
        with hurried.applied(), pytest.raises(httpx.ReadTimeout, match="the whole call"):
            client.get("http://upstream.example/path")


def test_https_goes_through_a_tunnel(upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", upstream.url.removeprefix("http://"))
    upstream.api = lambda asked: reply(b"", 403)
    with httpx.Client(transport=Network(), timeout=30) as client, pytest.raises(httpx.ProxyError, match="403"):
        client.get("https://upstream.example/path")
    assert [(asked.method, asked.target) for asked in upstream.asked] == [("CONNECT", "upstream.example:443")]


@pytest.mark.parametrize("spared", ["127.0.0.1", "*", "else.example, 127.0.0.1"])
def test_what_no_proxy_names_is_asked_directly(proxy: Upstream, monkeypatch: pytest.MonkeyPatch, spared: str) -> None:
    monkeypatch.setenv("NO_PROXY", spared)
    with httpx.Client(transport=Network(), timeout=30) as client:
        client.get(f"{proxy.url}/path")
    assert [asked.target for asked in proxy.asked] == ["/path"]


@pytest.mark.parametrize("url", ["gopher://127.0.0.1:1", "socks5://127.0.0.1:1", "http://user:secret@127.0.0.1:port"])
def test_a_proxy_that_can_not_be_used_is_told_without_its_password(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ALL_PROXY", url)
    with pytest.raises(BadSetting, match="proxy") as told:
        Network()
    assert "secret" not in str(told.value)
