"""Following feeds as the leader does, by mutual TLS, pushed, and by the command."""

import gzip
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from starlette.applications import Starlette
from starlette.responses import Response

from tests.feeds.server import FeedServer, datex_status, datex_table, location
from tests.feeds.test_pulling import statuses
from tests.serving import TRUSTED, serving
from wirelane_geo.cli import main
from wirelane_geo.feeds import followers
from wirelane_geo.feeds.followers import Followers
from wirelane_geo.feeds.push import Receiver
from wirelane_geo.feeds.state import now, states
from wirelane_geo.model import ChargePoint, PointId
from wirelane_geo.server.feeds import feed_routes
from wirelane_geo.store import Store

KEY = "a-key-of-24-characters-0"
ENVIRON = {"KEY": KEY}


def until(holds: Any, seconds: float = 20.0) -> None:
    """Wait for what another thread does."""
    waiting = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if holds():
            return
        waiting.wait(0.02)
    assert holds()


def toml(directory: Path, **feeds: dict[str, Any]) -> Path:
    path = directory / "feeds.toml"
    path.write_text("".join(f"[feeds.{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
                            for name, values in feeds.items()))
    return path


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followers, "LOOK_S", 0.05)


@pytest.mark.slow
def test_feeds_are_followed_each_by_itself_and_the_demo_leaves(server: FeedServer, store: Store, tmp_path: Path,
                                                                quick: None) -> None:
    made_up = ChargePoint(id=PointId("demo"), charge_point_id="demo", evseid="DE*XYZ*E0", longitude=9.0, latitude=48.0)
    store.upsert([made_up], "demo")
    server.answers = {"/table": datex_table(1), "/status": datex_status({1: "available"}), "/locations": Response("busy", 503)}
    path = toml(tmp_path, city={"kind": "datex2", "url": f"{server.url}/table", "status_url": f"{server.url}/status", "every": 1},
                bad={"kind": "ocpi", "url": f"{server.url}/locations", "every": 1})
    following = Followers(store, path, {}, tmp_path / "feeds")
    following.begin(None)
    try:
        until(lambda: statuses(store) == {"1": "FREE"} and "bad" in states(store))
        server.answers["/status"] = datex_status({1: "charging"}, at="2026-03-01T12:01:00Z", made="2026-03-01T12:01:00Z")
        until(lambda: statuses(store) == {"1": "IN_USE"})
        found = states(store)
        assert found["city"].health(now()) == "good"
        del server.answers["/table"]
        toml(tmp_path, city={"kind": "datex2", "url": f"{server.url}/table", "status_url": f"{server.url}/status", "every": 1.05},
             bad={"kind": "ocpi", "url": f"{server.url}/locations", "every": 1})  # so it begins anew, with its table
        until(lambda: states(store)["city"].problem is not None)
        server.answers["/status"] = datex_status({1: "reserved"}, at="2026-03-01T12:02:00Z", made="2026-03-01T12:02:00Z")
        until(lambda: statuses(store) == {"1": "RESERVED"})
        server.answers["/status"] = datex_status({1: "charging"}, at="2026-03-01T12:03:00Z", made="2026-03-01T12:03:00Z")
        assert "busy" in str(found["bad"].problem)
        server.answers["/locations"] = [location(2, "AVAILABLE")]
        until(lambda: statuses(store) == {"1": "IN_USE", "2": "FREE"})
        until(lambda: states(store)["bad"].problem is None)
        toml(tmp_path, third={"kind": "ocpi", "url": f"{server.url}/third", "every": 1})
        server.answers["/third"] = [location(3, "AVAILABLE")]
        until(lambda: "3" in statuses(store))
    finally:
        following.end()


@pytest.mark.slow
def test_what_a_held_feed_of_ocpi_lacks_is_unknown_when_that_lasts_and_not_when_all_is_asked_for_next(
        server: FeedServer, store: Store, tmp_path: Path, quick: None) -> None:
    server.answers["/locations"] = [location(number, "AVAILABLE") for number in (1, 2)]
    feed = {"kind": "ocpi", "url": f"{server.url}/locations", "every": 1, "silent_after": 2}
    following = Followers(store, toml(tmp_path, city=feed), {}, tmp_path / "feeds")
    following.begin(None)
    until(lambda: statuses(store) == {"1": "FREE", "2": "FREE"})
    following.end()
    server.answers["/locations"] = [location(1, "AVAILABLE")]
    following = Followers(store, toml(tmp_path, city=feed), {}, tmp_path / "feeds")
    following.begin(None)
    try:
        until(lambda: statuses(store) == {"1": "FREE", "2": "UNKNOWN"})
        assert states(store)["city"].drop
    finally:
        following.end()


@pytest.fixture
def pushed(store: Store, tmp_path: Path) -> Iterator[httpx.Client]:
    path = toml(tmp_path, city={"kind": "datex2", "push_key_env": "KEY"}, other={"kind": "irve", "url": "https://example.org"})
    receiver = Receiver(store, path, ENVIRON, tmp_path / "feeds")
    with (serving(Starlette(routes=feed_routes(receiver))) as url,
          httpx.Client(base_url=url, verify=TRUSTED) as client):
        yield client


def test_what_is_pushed_is_taken_in_its_order(pushed: httpx.Client, store: Store, tmp_path: Path) -> None:
    def push(body: Any, **options: Any) -> httpx.Response:
        return pushed.post(f"/feeds/city?key={KEY}", content=json.dumps(body).encode(), **options)

    assert push(datex_status({1: "available"})).json() == {"points": 0, "statuses": 1, "rejected": 0}
    assert push(datex_table(1, 2)).status_code == 200
    assert statuses(store) == {"1": "FREE", "2": "UNKNOWN"}
    later = datex_status({1: "charging"}, at="2026-03-01T12:05:00Z", delta=True)
    for body in (later, datex_status({1: "faulted"}, at="2026-03-01T12:04:00Z", delta=True), later):
        assert push(body).status_code == 200
    assert statuses(store) == {"1": "IN_USE", "2": "UNKNOWN"}
    packed = gzip.compress(json.dumps(datex_status({2: "available"}, at="2026-03-01T12:06:00Z", delta=True)).encode())
    answer = pushed.post("/feeds/city", content=packed, headers={"Content-Encoding": "gzip", "X-Feed-Key": KEY})
    assert answer.status_code == 200
    assert statuses(store) == {"1": "IN_USE", "2": "FREE"}
    snapshot = datex_status({1: "available"}, at="2026-03-01T12:07:00Z", made="2026-03-01T12:07:00Z")
    snapshot["messageContainer"]["exchangeInformation"]["exchangeContext"]["codedExchangeProtocol"] = {"value": "snapshotPush"}
    assert push(snapshot).status_code == 200
    assert statuses(store)["1"] == "FREE"
    assert states(store)["city"].health(now()) == "held"  # it had two statuses and has one
    alive = {"messageContainer": {"payload": [], "exchangeInformation": snapshot["messageContainer"]["exchangeInformation"]}}
    known = states(store)["city"].drop
    assert push(alive).json() == {"points": 0, "statuses": 0, "rejected": 0}
    assert (states(store)["city"].drop, statuses(store)["1"]) == (known, "FREE")
    assert not list((tmp_path / "feeds").iterdir())


@pytest.mark.parametrize(("name", "headers", "query"), [
    ("city", {}, ""), ("city", {"X-Feed-Key": "wrong"}, ""), ("other", {"X-Feed-Key": KEY}, ""),
    ("nobody", {"X-Feed-Key": KEY}, ""), ("city", {}, "?key=wrong"), ("other", {"X-Feed-Key": ""}, "")])
def test_who_does_not_know_the_key_learns_nothing(pushed: httpx.Client, store: Store, name: str, headers: dict[str, str],
                                                  query: str) -> None:
    answer = pushed.post(f"/feeds/{name}{query}", content=json.dumps(datex_table(1)), headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"error": "no feed of this name has this key"})
    assert statuses(store) == {}


@pytest.mark.parametrize("body", [b"", b"{", b"hello", json.dumps(datex_table(1)).encode()[:-80]])
def test_a_body_that_cannot_be_read_says_so(pushed: httpx.Client, store: Store, body: bytes) -> None:
    answer = pushed.post(f"/feeds/city?key={KEY}", content=body)
    assert answer.status_code == 400
    assert "What it sent" in answer.json()["error"]
    assert statuses(store) == {}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("WIRELANE_GEO_DATA", str(tmp_path))
    return lambda *given: CliRunner().invoke(main, ["feed", *given])


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_certificate_that_cannot_be_used_is_named(tmp_path: Path, run: Any, content: str | None) -> None:
    file = tmp_path / "client.pem"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    assert run("add", "city", "--kind", "datex2", "--url", "https://localhost:1/", "--certificate", str(file)).exit_code == 0
    tested = run("test", "city")
    assert tested.exit_code == 1
    assert f"can't be used ({file}): " in tested.output
    assert "certificate_password_env" in tested.output


def test_the_command_adds_tests_runs_lists_and_removes(server: FeedServer, store: Store, tmp_path: Path, run: Any) -> None:
    server.answers = {"/table": datex_table(1, 2, 3, 4), "/status": datex_status({1: "available", 7: "charging"})}
    tested = run("test", f"{server.url}/table?key=hidden")
    assert tested.exit_code == 0, tested.output
    assert "answers DATEX II, JSON, table" in tested.output
    assert "4 points" in tested.output
    assert "made 2026-03-01 00:00 UTC" in tested.output
    assert "hidden" not in tested.output
    given = "add", "city", "--kind", "datex2", "--url", f"{server.url}/table", "--status-url", f"{server.url}/status"
    assert run(*given).exit_code == 0
    assert run(*given).exit_code == 1
    assert "has not answered yet" in run("list").output
    ran = run("run", "city")
    assert ran.exit_code == 0, ran.output
    assert statuses(store) == {"1": "FREE", "2": "UNKNOWN", "3": "UNKNOWN", "4": "UNKNOWN"}
    listed = run("list").output
    assert "city (datex2" in listed
    assert "good" in listed
    assert "4 points, 2 statuses; 1 statuses wait" in listed
    [row] = json.loads(run("list", "--json").output)
    assert (row["health"], row["points"], row["unmatched"], row["problem"]) == ("good", 4, 1, None)
    server.answers["/table"] = datex_table(1)
    assert "nothing is removed" in run("run", "city").output
    assert run("run", "city", "--accept").exit_code == 0
    assert set(statuses(store)) == {"1"}
    server.answers["/table"] = Response("no", 403)
    failed = run("test", "city")
    assert failed.exit_code == 1
    assert "answers 403" in failed.output
    assert run("remove", "city").exit_code == 0
    assert statuses(store) == {}
    assert run("remove", "city").exit_code == 3
    assert run("test", "nothing").exit_code == 3
