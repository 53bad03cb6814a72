"""Several processes at one port on one data directory: what holds at one holds at all, and none of them may be missed."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.security.pages import opened
from tests.test_app import ROOT, environment, running
from wirelane_geo.model import Status
from wirelane_geo.server import load_or_create
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store
from wirelane_geo.ui.operator.routes import TICKET

pytestmark = pytest.mark.slow

PATIENCE_S = 90.0
RUN = (sys.executable, "-c", "from wirelane_geo.cli import main; main()", "run", "--workers", "2")
REPLICA = re.compile(r'^wirelane_geo_replica\{replica="([^"]+)",role="(leader|standby)"\} 1.0$', re.MULTILINE)


def until(check: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not check():
        assert time.monotonic() < give_up


class Service:
    """What answers at a port."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, path: str, **options: object) -> httpx.Response:
        """With a connection of its own: any process may answer."""
        return httpx.get(f"{self.url}{path}", timeout=60, **options)  # type: ignore[arg-type]

    def roles(self) -> dict[str, str]:
        """Who answers, and what they say of their roles."""
        found: dict[str, str] = {}
        for _ in range(12):
            name, role = REPLICA.search(self.ask("/metrics").text).groups()  # type: ignore[union-attr]
            found[name] = role
        return found

    def connections(self) -> Iterator[tuple[str, httpx.Client]]:
        """A connection to each process, which stays open."""
        known: set[str] = set()
        give_up = time.monotonic() + PATIENCE_S
        while len(known) < 2:
            assert time.monotonic() < give_up
            web = httpx.Client(base_url=self.url, timeout=60, limits=httpx.Limits(max_connections=1))
            name = REPLICA.search(web.get("/metrics").text)[1]  # type: ignore[index]
            if name not in known:
                known.add(name)
                yield name, web
            else:
                web.close()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def service(data: Path) -> Iterator[Service]:
    with running(data, *RUN) as (url, _):
        service = Service(url)
        until(lambda: len(service.roles()) == 2)
        yield service


@contextmanager
def both(service: Service) -> Iterator[list[httpx.Client]]:
    connected = [web for _, web in service.connections()]
    try:
        yield connected
    finally:
        for web in connected:
            web.close()


def test_one_leads_and_the_metrics_say_which(service: Service) -> None:
    until(lambda: sorted(service.roles().values()) == ["leader", "standby"])


def test_a_change_is_shown_by_all_under_one_number_and_one_seq(service: Service, data: Path) -> None:
    with both(service) as webs, closing(open_store(data / DATABASE)) as store:
        until(lambda: len({web.get("/live/news").json()["seq"] for web in webs}) == 1)
        before = [web.get("/live/news").json() for web in webs]
        points = [one for one in store.records(store.columns().handle.tolist()) if one.status is not Status.FAULTED][:3]
        store.set_statuses({str(one.id): Status.FAULTED for one in points})  # type: ignore[misc]
        seq, number = store.last_seq(), before[0]["number"] + 3
        for web in webs:
            until(lambda web=web: (news := web.get("/live/news").json())["seq"] >= seq and news["number"] >= number)
        told = [web.get(f"/live/news?seq={before[0]['seq']}").json() for web in webs]
        assert told[0]["tiles"] == told[1]["tiles"] != []
        tiles = [web.get("/map/tiles/4/8/5") for web in webs]
        assert tiles[0].headers["etag"] == tiles[1].headers["etag"]
        assert webs[1].get("/map/tiles/4/8/5", headers={"If-None-Match": tiles[0].headers["etag"]}).status_code == 304


def test_a_token_and_an_edit_hold_at_all(service: Service, data: Path) -> None:
    own = load_or_create(data)
    with both(service) as (one, other):
        form = {"grant_type": "password", "username": own.username, "password": own.password, "client_id": own.client_id,
                "client_secret": own.client_secret}
        bearer = {"Authorization": "Bearer " + one.post("/token", data=form).json()["access_token"]}
        points = f"/apis/emc/organizations/id/{own.organization}/points"
        point = other.get(points, headers=bearer).json()[0]
        point["city"] = "Newtown"
        edited = other.put(f"{points}/id/{point['id']}", headers=bearer, json=point)
        assert edited.status_code in (200, 204), edited.text
        assert one.get(f"{points}/id/{point['id']}", headers=bearer).json()["city"] == "Newtown"


def test_a_webhook_that_came_to_one_is_known_to_all(service: Service, data: Path) -> None:
    secret = (data / "webhook-secret").read_text(encoding="utf-8").strip()
    with closing(open_store(data / DATABASE)) as store:
        point = store.records(store.columns().handle[:1].tolist())[0]
    event = {"id": "once", "resource_id": point.id}
    with both(service) as webs:
        outcomes = [web.post(f"/webhooks/wirelane/{secret}", json=event).json()["result"] for web in webs]
        assert outcomes == ["accepted", "duplicate"]


def test_an_operator_who_signs_in_at_one_is_signed_in_at_all_and_out_of_all(service: Service, data: Path) -> None:
    own = load_or_create(data)

    async def signing_in() -> str:
        async with opened(service.url) as page:
            await page.run()
            await page.run({"User name": own.username, "Password": own.password, "Sign in": True})
            assert page.ticket
            return page.ticket

    async def sees(cookie: str) -> str:
        async with opened(service.url, cookie=cookie) as page:
            return await page.run()

    for _ in range(3):
        ticket = asyncio.run(signing_in())
        with both(service) as (one, other):
            answer = one.post("/operator/session", headers={TICKET: ticket})
            assert answer.status_code == 200, answer.text
            assert other.post("/operator/session", headers={TICKET: ticket}).status_code == 403, "good once, wherever"
            cookie = answer.headers["Set-Cookie"].partition(";")[0]
            assert all(web.get("/operator/session", headers={"Cookie": cookie}).json()["seconds"] > 0 for web in (one, other))
            assert all("Signed in as" in asyncio.run(sees(cookie)) for _ in range(4)), "at whichever its page comes to"
            again = asyncio.run(signing_in())
            other.post("/operator/session", headers={TICKET: again, "Cookie": cookie})
            assert [web.get("/operator/session", headers={"Cookie": cookie}).json()["seconds"] for web in (one, other)] == [0, 0]
    kept = (data / "shared.sqlite").read_bytes() + (data / "shared.sqlite-wal").read_bytes()
    assert own.password.encode() not in kept


def test_wrong_attempts_are_counted_over_all(service: Service, data: Path) -> None:
    own = load_or_create(data)
    form = {"grant_type": "client_credentials", "client_id": own.client_id, "client_secret": "wrong"}
    with both(service) as webs:
        answers = [webs[number % 2].post("/token", data=form).status_code for number in range(11)]
    assert answers[-1] == 429
    assert answers.count(401) >= 3


def test_one_that_is_killed_is_replaced_and_the_other_answers_meanwhile(service: Service) -> None:
    names = service.roles()
    leader = next(name for name, role in names.items() if role == "leader")
    ended, answers = threading.Event(), Counter[int | str]()

    def ask() -> None:
        while not ended.is_set():
            try:
                answers[service.ask("/healthz").status_code] += 1
            except httpx.HTTPError as error:
                answers[type(error).__name__] += 1

    asking = threading.Thread(target=ask)
    asking.start()
    pid = process_of(leader)
    os.kill(pid, signal.SIGKILL)
    until(lambda: set(service.roles().values()) == {"leader"} or "leader" in service.roles().values())
    until(lambda: process_of(leader) not in (0, pid) and len(service.roles()) == 2)
    ended.set()
    asking.join()
    assert answers[200] > 0
    assert answers.total() - answers[200] <= 1, "none but one that was under way at the killed one"
    until(lambda: sorted(service.roles().values()) == ["leader", "standby"])


def process_of(replica: str) -> int:
    """The process that has a name, 0: none."""
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"WIRELANE_GEO_REPLICA={replica}".encode() in path.read_bytes().split(b"\0"):
                return int(path.parent.name)
        except OSError:
            continue
    return 0


def test_all_end_with_the_parent_and_an_answer_under_way_is_given(tmp_path: Path) -> None:
    with running(tmp_path, *RUN) as (url, _):
        service = Service(url)
        until(lambda: len(service.roles()) == 2)
        names = list(service.roles())
        held, beside = connected_to(service, names[0]), connected_to(service, names[0])
        number = service.ask("/live/news").json()["number"]
        held.request("GET", f"/live/news?number={number}")
        ask(beside, "/healthz")  # the same process answers what came later: it has the other one, too
    assert held.getresponse().status == 200
    assert [process_of(name) for name in names] == [0, 0]


def connected_to(service: Service, replica: str) -> HTTPConnection:
    """A connection to one process."""
    give_up = time.monotonic() + PATIENCE_S
    while True:
        assert time.monotonic() < give_up
        parts = urlsplit(service.url)
        connection = HTTPConnection(str(parts.hostname), int(parts.port or 80), timeout=60)
        if f'"{replica}"' in ask(connection, "/metrics"):
            return connection
        connection.close()


def ask(connection: HTTPConnection, path: str) -> str:
    connection.request("GET", path)
    return connection.getresponse().read().decode()


def test_workers_that_cannot_start_end_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "points.sqlite").write_bytes(b"no database" * 1000)
    ended = subprocess.run(RUN, cwd=ROOT, env=environment(tmp_path), text=True, capture_output=True, timeout=300)
    assert ended.returncode == 1
    assert "can't start" in ended.stderr
    assert "started again in 0.5 s" in ended.stderr
