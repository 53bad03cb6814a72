"""Webhook, health, readiness and metrics over real HTTP."""

import json
import math
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from tests.live.networks import EmbeddedNetwork, embedded
from tests.serving import TRUSTED, serving
from wirelane_geo.live.webhook import LARGEST_BODY, Webhook
from wirelane_geo.model import Status
from wirelane_geo.server import _tokens
from wirelane_geo.server.health import health_routes
from wirelane_geo.server.webhook import webhook_routes

SECRET = "a-secret-that-only-the-platform-knows"
EVENT = {"id": "e-1", "resource_type": "ChargingPoint", "resource_id": "id-1", "action": "update"}


@pytest.fixture
def here(tmp_path: Path) -> Iterator[EmbeddedNetwork]:
    with embedded(tmp_path) as here:
        yield here


@pytest.fixture
def web(here: EmbeddedNetwork) -> Iterator[httpx.Client]:
    webhook = Webhook(SECRET, here.live.enqueue, here.live.now)
    app = Starlette(routes=[*health_routes(here.live, lambda: 3, lambda: None), *webhook_routes(webhook, here.live.metrics)])
    with serving(app) as url, httpx.Client(base_url=url, verify=TRUSTED, timeout=30) as client:
        yield client


@pytest.mark.parametrize(("path", "headers"), [
    (f"/{SECRET}", {}), ("", {"X-Wirelane-Secret": SECRET}), ("", {"x-webhook-secret": SECRET}),
    ("", {"Authorization": f"Bearer {SECRET}"}),
])
def test_who_knows_the_secret_is_answered_at_once_and_heard(
    web: httpx.Client, here: EmbeddedNetwork, path: str, headers: dict[str, str]
) -> None:
    here.change(p1=Status.FAULTED)
    answer = web.post(f"/webhooks/wirelane{path}", json=EVENT, headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"result": "accepted"})
    assert here.live.status().number == 0, "answered before anything was looked at"
    here.live.process_updates()
    assert here.shown()["id-1"] is Status.FAULTED
    again = web.post(f"/webhooks/wirelane{path}", json=EVENT, headers=headers)
    assert (again.status_code, again.json()) == (200, {"result": "duplicate"})


@pytest.mark.parametrize(("path", "headers", "status"), [
    ("", {}, 401), ("", {"X-Wirelane-Secret": "wrong"}, 401), ("", {"Authorization": "Bearer"}, 401),
    ("", {"Authorization": f"Basic {SECRET}"}, 401), ("/wrong", {}, 404), (f"/{SECRET[:-1]}", {}, 404),
])
def test_who_does_not_know_it_learns_nothing(
    web: httpx.Client, here: EmbeddedNetwork, path: str, headers: dict[str, str], status: int
) -> None:
    for body in (json.dumps(EVENT), "no JSON", "x" * (LARGEST_BODY + 1)):
        answer = web.post(f"/webhooks/wirelane{path}", content=body, headers=headers)
        assert (answer.status_code, answer.content) == (status, b"")
    here.change(p1=Status.FAULTED)
    here.live.process_updates()
    assert here.shown()["id-1"] is Status.FREE


def test_what_cannot_be_an_event_is_told_to_who_may_send_them(web: httpx.Client) -> None:
    headers = {"X-Wirelane-Secret": SECRET}
    assert web.post("/webhooks/wirelane", content=b"{", headers=headers).status_code == 400
    assert web.post("/webhooks/wirelane", content=b"[]", headers=headers).status_code == 400
    assert web.post("/webhooks/wirelane", content=b" " * (LARGEST_BODY + 1), headers=headers).status_code == 413
    assert web.get(f"/webhooks/wirelane/{SECRET}").status_code == 405


def test_what_does_not_come_is_not_called_too_much(web: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_tokens, "BODY_SECONDS", 0.05)
    with socket.create_connection((web.base_url.host, web.base_url.port or 0)) as connection:
        connection.sendall(f"POST /webhooks/wirelane/{SECRET} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{{".encode())
        connection.settimeout(30)
        received = b""
        while part := connection.recv(65_536):  # it is hung up on, too: the rest of the body would be read as a request
            received += part
    assert received.startswith(b"HTTP/1.1 408")
    assert b"was not there after" in received


def test_alive_is_whether_the_refresher_runs(web: httpx.Client, here: EmbeddedNetwork) -> None:
    assert web.get("/healthz").status_code == 503
    here.live.start()
    assert (web.get("/healthz").status_code, web.get("/healthz").text) == (200, "ok")
    here.live.stop()
    assert web.get("/healthz").status_code == 503


def test_ready_is_whether_the_data_is_fresh(web: httpx.Client, here: EmbeddedNetwork) -> None:
    here.after(10, p1=Status.FAULTED)
    answer = web.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "reason": None, "problem": None, "cause": None, "age_s": 0.0, "number": 1,
                             "mode": "store", "refresh_s": 15.0, "fetched_at": here.clock.now().isoformat()}
    here.store.close()
    here.after(120)
    assert web.get("/readyz").status_code == 200, "late, and says so"
    assert web.get("/readyz").json()["problem"]
    here.after(1)
    answer = web.get("/readyz")
    assert answer.status_code == 503
    assert "121 s old" in answer.json()["reason"]
    assert "closed" in answer.json()["reason"]


def test_meters_can_be_read(web: httpx.Client, here: EmbeddedNetwork) -> None:
    here.after(10, p1=Status.FAULTED, p2=Status.IN_USE)
    here.clock.go_on(7)
    web.post("/webhooks/wirelane", json=EVENT, headers={"X-Wirelane-Secret": SECRET})
    web.post("/webhooks/wirelane", json=EVENT)
    answer = web.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert SECRET not in answer.text
    found = {(sample.name, tuple(sample.labels.values())): sample.value
             for family in text_string_to_metric_families(answer.text) for sample in family.samples}
    assert found["wirelane_geo_status_changes_total", ("store",)] == 2
    assert found["wirelane_geo_snapshot_age_seconds", ()] == 7
    assert found["wirelane_geo_snapshot_number", ()] == 2
    assert found["wirelane_geo_sessions", ()] == 3
    assert {status: found["wirelane_geo_points", (status,)] for status in Status} == {
        **dict.fromkeys(Status, 0), Status.FREE: 2, Status.FAULTED: 1, Status.IN_USE: 1}
    assert found["wirelane_geo_webhook_events_total", ("accepted",)] == 1
    assert found["wirelane_geo_webhook_events_total", ("refused",)] == 1
    assert not math.isnan(found["process_resident_memory_bytes", ()])
