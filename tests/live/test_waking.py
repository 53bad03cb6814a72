"""Who waits for a change is woken by it, whoever made it."""

import asyncio
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import NewUrl
from tests.live.networks import a_point, embedded
from wirelane_geo.live import Live
from wirelane_geo.model import PointId, Status
from wirelane_geo.sources import EmbeddedSource
from wirelane_geo.store import open_store

IN_USE = Status.IN_USE


def test_who_waits_is_woken_by_the_change(tmp_path: Path) -> None:
    with embedded(tmp_path) as here:
        assert not here.live.wait(0, timeout=0)
        woken = threading.Thread(target=lambda: results.append(here.live.wait(0, timeout=30)))
        results: list[bool] = []
        woken.start()
        here.after(1, p0=IN_USE)
        woken.join(30)
        assert results == [True]
        assert here.live.wait(0, timeout=0), "a change that was there before is not waited for"


@pytest.mark.slow
def test_the_refresher_finds_changes_by_itself(tmp_path: Path) -> None:
    with embedded(tmp_path) as here:
        assert not here.live.alive
        here.live.start()
        assert here.live.alive
        here.change(p0=IN_USE)
        assert here.live.wait(0, timeout=30)
        here.live.stop()
        assert not here.live.alive


@pytest.mark.slow
def test_what_another_process_changes_is_seen_without_waiting_for_the_next_look(
        new_url: NewUrl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wirelane_geo.sources._embedded.PACE_S", 600.0)
    url = new_url()
    with closing(open_store(url)) as store, closing(open_store(url)) as other:
        store.upsert([a_point(number) for number in range(4)], "irve")
        live = Live(EmbeddedSource(store), tmp_path / "history.sqlite", refresh_seconds=600.0)
        live.refresh()
        live.start()
        for number in range(3):
            other.set_statuses({PointId(f"id-{number}"): IN_USE})
            assert live.wait(number, 30)
        live.stop()


@pytest.mark.slow
def test_facts_that_change_wake_those_who_wait_though_every_status_stays(
        new_url: NewUrl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wirelane_geo.sources._embedded.PACE_S", 600.0)
    with closing(open_store(new_url())) as store:
        store.upsert([a_point(number) for number in range(4)], "irve")
        source = EmbeddedSource(store)
        live = Live(source, tmp_path / "history.sqlite", refresh_seconds=600.0)
        live.refresh()
        live.start()
        before = source.changes.seq

        async def told() -> bool:
            waiting = asyncio.ensure_future(live.notifier.wait_until(lambda: source.changes.seq > before, 3600))
            await asyncio.sleep(0)  # it waits
            await asyncio.to_thread(store.upsert, [a_point(0, power=321.0)], "irve")
            return await asyncio.wait_for(waiting, 30)

        assert asyncio.run(told())
        live.stop()
