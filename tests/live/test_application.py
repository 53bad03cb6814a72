"""The live core in the running application: another process changes the store, the application knows at once."""

import json
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.test_app import running
from wirelane_geo.model import Status
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store

pytestmark = pytest.mark.slow

PATIENCE_S = 60.0


def until(check: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not check():
        assert time.monotonic() < give_up


def test_a_change_by_another_process_is_numbered_counted_and_kept(tmp_path: Path) -> None:
    with running(tmp_path, sys.executable, "app.py", WIRELANE_GEO_LOG="json") as (url, printed), \
            httpx.Client(base_url=url, timeout=60) as web, closing(open_store(tmp_path / DATABASE)) as store:
        ready = web.get("/readyz").json()
        assert (ready["ready"], ready["number"], ready["mode"]) == (True, 0, "store")
        points = [point for point in store.records(store.columns().handle.tolist()) if point.status is not Status.FAULTED][:2]
        store.set_statuses({point.id: Status.FAULTED for point in points})
        until(lambda: web.get("/readyz").json()["number"] == 2)
        assert 'wirelane_geo_status_changes_total{origin="store"} 2.0' in web.get("/metrics").text
        assert "wirelane_geo_sessions 0.0" in web.get("/metrics").text
        secret = (tmp_path / "webhook-secret").read_text().strip()
        event = {"id": "e", "resource_id": points[0].id}
        assert web.post("/webhooks/wirelane", json=event).status_code == 401
        assert web.post(f"/webhooks/wirelane/{secret}", json=event).json() == {"result": "accepted"}
        for line in printed:
            if line.startswith("{"):
                assert json.loads(line)["logger"].startswith("wirelane_geo")
    with running(tmp_path, sys.executable, "app.py") as (url, _), httpx.Client(base_url=url, timeout=60) as web:
        assert web.get("/readyz").json()["number"] == 2


def test_a_secret_of_ones_own_is_used_where_there_is_one(tmp_path: Path) -> None:
    own = "the-secret-that-was-agreed-upon"
    with running(tmp_path, sys.executable, "app.py", WIRELANE_GEO_WEBHOOK_SECRET=own) as (url, _):
        assert httpx.post(f"{url}/webhooks/wirelane", json={}, headers={"X-Wirelane-Secret": "another"}).status_code == 401
        assert httpx.post(f"{url}/webhooks/wirelane", json={}, headers={"X-Wirelane-Secret": own}).status_code == 200
    assert not (tmp_path / "webhook-secret").exists()


def test_a_demo_network_is_seen_working_without_a_hand(tmp_path: Path) -> None:
    demo = {"WIRELANE_GEO_SIMULATOR": "on", "WIRELANE_GEO_DEMO_STATIONS": "5000"}
    with running(tmp_path, sys.executable, "app.py", **demo) as (url, _), \
            httpx.Client(base_url=url, timeout=60) as web:
        until(lambda: web.get("/readyz").json()["number"] > 0)
        assert web.get("/live/news?number=0").json()["number"] > 0
