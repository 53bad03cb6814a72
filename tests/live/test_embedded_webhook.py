"""A webhook on the embedded network sets statuses, or says that it takes none; over real HTTP."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from tests.live.networks import EmbeddedNetwork, a_point, embedded
from tests.serving import TRUSTED, serving
from wirelane_geo.live.webhook import Webhook
from wirelane_geo.model import Status
from wirelane_geo.server.webhook import webhook_routes
from wirelane_geo.wire.points import encode_point

SECRET = "a-secret-that-only-the-platform-knows"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[EmbeddedNetwork]:
    with embedded(tmp_path) as made:
        yield made


@pytest.fixture
def web(here: EmbeddedNetwork) -> Iterator[httpx.Client]:
    webhook = Webhook(SECRET, here.live.enqueue, here.live.now, here.source.refusal)
    app = Starlette(routes=webhook_routes(webhook, here.live.metrics))
    headers = {"X-Wirelane-Secret": SECRET}
    with serving(app) as url, httpx.Client(base_url=url, verify=TRUSTED, timeout=30, headers=headers) as client:
        yield client


def event(number: int, status: Status, **changes: object) -> dict[str, object]:
    body = encode_point(a_point(number, status, **changes)).decode()
    return {"resource_type": "ChargingPoint", "resource_id": f"id-{number}", "data": body}


@pytest.mark.parametrize("status", [Status.FAULTED, Status.IN_USE, Status.UNKNOWN, Status.CLOSED])
def test_a_status_that_is_told_is_set_and_shown_and_kept(web: httpx.Client, here: EmbeddedNetwork, status: Status) -> None:
    answer = web.post("/webhooks/wirelane", json=event(1, status))
    assert (answer.status_code, answer.json()) == (200, {"result": "accepted"})
    here.live.process_updates()
    assert here.shown()["id-1"] is status
    assert here.store.get("id", "id-1").status is status  # type: ignore[union-attr]
    assert [change.after for change in here.live.changes()] == [status]
    assert here.live.status().age_s == 0


def test_another_systems_id_is_no_hindrance_where_the_evse_id_is_known(web: httpx.Client, here: EmbeddedNetwork) -> None:
    answer = web.post("/webhooks/wirelane", json=event(1, Status.FAULTED, id="of-another-system"))
    assert answer.status_code == 200
    here.live.process_updates()
    assert here.shown()["id-1"] is Status.FAULTED


def test_an_older_status_does_not_undo_a_newer_one(web: httpx.Client, here: EmbeddedNetwork) -> None:
    here.after(60, p1=Status.FAULTED)
    old = here.clock.now() - timedelta(seconds=30)
    assert web.post("/webhooks/wirelane", json=event(1, Status.FREE, update_date=old)).status_code == 200
    here.live.process_updates()
    assert here.shown()["id-1"] is Status.FAULTED
    new = here.clock.now() + timedelta(seconds=1)
    web.post("/webhooks/wirelane", json=event(1, Status.FREE, update_date=new))
    here.live.process_updates()
    assert here.shown()["id-1"] is Status.FREE


@pytest.mark.parametrize(("said", "why"), [
    ({"resource_type": "ChargingPoint", "resource_id": "id-78"}, "no point 'id-78'"),
    ({"resource_id": "id-79", "data": json.dumps({"id": "id-79", "charge_point_id": "P-1"})}, "with its id and its status"),
    (event(77, Status.FAULTED), "no point 'id-77'"),
])
def test_what_it_can_make_nothing_of_it_says(web: httpx.Client, here: EmbeddedNetwork, said: dict, why: str) -> None:
    for _ in range(2):  # it isn't a duplicate, either
        answer = web.post("/webhooks/wirelane", json={"id": "e-1", **said})
        assert answer.status_code == 422
        assert why in answer.json()["error"]
    here.live.process_updates()
    assert set(here.shown().values()) == {Status.FREE}
    assert web.post("/webhooks/wirelane", json={"id": "e-1", **event(1, Status.FAULTED)}).json() == {"result": "accepted"}
    assert 'result="not_taken"} 2.0' in here.live.metrics.text().decode()


@pytest.mark.parametrize("said", [{"resource_type": "ChargingPoint", "resource_id": "id-1"}, {}, {"resource_type": "Tariff"}])
def test_where_no_status_is_told_the_store_is_looked_into(web: httpx.Client, here: EmbeddedNetwork, said: dict) -> None:
    here.change(p1=Status.FAULTED)
    assert web.post("/webhooks/wirelane", json=said).json() == {"result": "accepted"}
    here.live.process_updates()
    assert here.shown()["id-1"] is Status.FAULTED


def test_who_does_not_know_the_secret_learns_nothing_of_points(web: httpx.Client) -> None:
    for said in (event(1, Status.FAULTED), event(77, Status.FAULTED)):
        answer = web.post("/webhooks/wirelane", json=said, headers={"X-Wirelane-Secret": "wrong"})
        assert (answer.status_code, answer.content) == (401, b"")
