"""The age is the data's: of what was brought last, not of the last look into the store."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.live.clocks import ManualClock
from tests.live.networks import a_point, embedded
from tests.store.earlier import leave_as
from wirelane_geo.live import Live
from wirelane_geo.model import Status
from wirelane_geo.server.health import _why_not
from wirelane_geo.sources import EmbeddedSource
from wirelane_geo.store import open_store

HOUR, DAY = 3600, 86_400


def clock() -> ManualClock:
    return ManualClock(datetime.now(UTC))


def test_it_grows_while_nothing_is_brought_however_often_the_store_is_looked_into(tmp_path: Path) -> None:
    with embedded(tmp_path, clock()) as here:
        assert here.live.status().age_s < 60
        here.pass_(2 * DAY, every=3600)
        status = here.live.status()
        assert status.age_s == pytest.approx(2 * DAY, abs=60)
        assert status.fetched_at == here.source.snapshot(None, 0).fetched_at  # type: ignore[arg-type]
        assert (status.late_s, status.stale_s) == (HOUR, DAY), "what is brought is late after an hour, stale after a day"
        assert (status.silent_s, status.level, status.problem) == (0, "good", None)
        assert _why_not(status, None) is None, "the service is ready: another one would show the same"


@pytest.mark.parametrize("same", [True, False])
def test_a_status_that_is_told_is_news_even_if_it_is_the_same(tmp_path: Path, same: bool) -> None:
    with embedded(tmp_path, clock()) as here:
        here.after(5 * HOUR)
        here.after(0, p1=Status.FREE if same else Status.FAULTED)
        assert here.live.status().age_s == 0
        here.after(30)
        assert here.live.status().age_s == 30


@pytest.mark.parametrize("same", [True, False])
def test_so_is_a_file_that_is_imported_again(tmp_path: Path, same: bool) -> None:
    with embedded(tmp_path, ManualClock(datetime.now(UTC) + timedelta(days=3))) as here:
        here.live.refresh()
        assert here.live.status().age_s == pytest.approx(3 * DAY, abs=60)
        before = here.store.heard()["irve"]
        here.store.take([a_point(number, power=22.0 if same else 11.0) for number in range(4)], "irve")
        assert here.store.heard()["irve"] > before


def test_the_oldest_of_several_sources_counts(tmp_path: Path) -> None:
    with embedded(tmp_path, clock()) as here:
        here.store.upsert([a_point(10), a_point(11)], "ocpi")
        here.pass_(4 * HOUR, every=3600)
        here.after(0, p10=Status.FAULTED)
        assert here.live.status().age_s == pytest.approx(4 * HOUR, abs=60), "nothing was heard of the others"
        here.after(0, p1=Status.FAULTED)
        assert here.live.status().age_s == 0
        here.store.create(a_point(20, evseid="DE*NEW*E1"))
        here.after(10, p1=Status.FREE, p10=Status.FREE)
        here.after(30 * DAY)
        here.after(0, p1=Status.FAULTED, p10=Status.FAULTED)
        assert here.live.status().age_s == 0, "a point that somebody made by hand is no feed"
        here.store.remove("ocpi")
        here.after(5)
        assert here.live.status().age_s == 5
        assert "ocpi" not in here.store.heard()


def test_of_points_made_by_hand_alone_the_last_change_counts(tmp_path: Path) -> None:
    with embedded(tmp_path, clock(), points=[]) as here:
        assert here.live.status().fetched_at is None, "nothing is known yet"
        assert _why_not(here.live.status(), None) is None
        point = here.store.create(a_point(1))
        here.after(HOUR)
        assert here.live.status().age_s == pytest.approx(HOUR, abs=60)
        here.store.set_statuses({point.id: Status.FAULTED}, at=here.clock.now())
        here.after(0)
        assert here.live.status().age_s == 0


def test_a_store_that_does_not_answer_makes_it_grow_too(tmp_path: Path) -> None:
    with embedded(tmp_path, clock()) as here:
        here.after(0, p1=Status.FAULTED)
        here.store.close()
        here.after(130)
        status = here.live.status()
        assert (status.age_s, status.silent_s, status.level, status.cause) == (130, 130, "stale", "store")
        assert "no answer for 130 s, the data is 130 s old" in (_why_not(status, None) or "")


def test_a_store_of_an_earlier_version_knows_when_its_points_changed(tmp_path: Path) -> None:
    store = open_store(tmp_path / "points.sqlite")
    store.upsert([a_point(1)], "irve")
    at = datetime.now(UTC) - timedelta(days=9)
    store.set_statuses({"id-1": Status.FAULTED}, at=at)  # type: ignore[dict-item]
    store.close()
    leave_as(tmp_path / "points.sqlite", 6)
    store = open_store(tmp_path / "points.sqlite")
    assert store.heard() == {"irve": at}
    live = Live(EmbeddedSource(store), tmp_path / "history.sqlite")
    live.refresh()
    assert live.status().age_s == pytest.approx(9 * DAY, abs=60)
    live.stop()
    store.close()
