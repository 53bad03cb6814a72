"""The live core asks a Wirelane account what changed; the embedded service over real HTTP stands in for Wirelane's own hosts."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.live.accounts import FAULTED, FREE, IN_USE, account
from tests.live.networks import a_point
from wirelane_geo.geo import Bounds
from wirelane_geo.map.service import MapService
from wirelane_geo.permalink import MapState


def test_what_changed_is_asked_for_newest_first_where_somebody_looks(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        assert here.look() == {FREE: 8}
        here.change(p1=FAULTED, p9=FAULTED)
        here.after(15)
        assert here.look() == {FREE: 7, FAULTED: 1}
        [asked] = here.wire.changes()
        assert (asked["order_by"], asked["order_direction"], asked["page"]) == ("updateDate", "desc", "1")
        assert float(asked["south_west_lat"]) > 50, "only where somebody looks"
        assert here.wire.tiles() == []
        [change] = here.live.changes()
        assert (change.number, change.point_id, change.before, change.after, change.origin) == (
            1, "id-1", FREE, FAULTED, "poll")
        assert change.at == here.clock.now() - timedelta(seconds=15), "the upstream says when"
        status = here.live.status()
        assert (status.mode, status.number, status.problem) == ("changes", 1, None)


def test_any_number_of_sessions_cost_one_question(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        for _ in range(20):
            here.look()
        here.after(15)
        assert len(here.wire.asked) == 1


def test_where_nobody_looks_any_more_only_whether_the_upstream_answers_is_asked(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        here.after(15)
        here.after(119)
        assert here.live.status().mode == "idle"
        [asked] = here.wire.asked
        assert asked["page_size"] == "1"
        here.look()
        here.after(15)
        assert here.live.status().mode == "changes"


def test_changes_are_read_page_by_page_until_known_ones_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wirelane_geo.sources._changefeed.PAGE", 3)
    with account(tmp_path) as here:
        here.look()
        here.after(15)
        for number in range(7):
            here.change(at=here.clock.go_on(1), **{f"p{number}": IN_USE})
        here.after(15)
        assert here.look() == {FREE: 1, IN_USE: 7}
        assert [asked["page"] for asked in here.wire.changes()] == ["1", "2", "3"], "of six pages in all"


def test_with_more_changes_than_is_worth_asking_for_the_tiles_are_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wirelane_geo.sources._changefeed.PAGE", 1)
    monkeypatch.setattr("wirelane_geo.sources._changefeed.MOST_PAGES", 2)
    with account(tmp_path) as here:
        here.look()
        here.after(15)
        here.change(**{f"p{number}": IN_USE for number in range(8)})
        here.after(15)
        assert here.look() == {IN_USE: 8}
        assert here.wire.tiles()
        assert here.live.status().mode == "changes", "next time it may be fewer again"


def test_a_point_that_comes_moves_or_is_changed_otherwise_is_shown(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        store = here.upstream.store
        date = here.clock.go_on(5)
        store.upsert([a_point(20, IN_USE, longitude=9.15, latitude=54.1, update_date=date)], "api")
        store.upsert([a_point(2, longitude=9.1, latitude=54.051, street="Neue Str.", power=150.0, update_date=date)], "api")
        here.after(15)
        assert here.look() == {FREE: 8, IN_USE: 1}
        service = MapService(here.source)
        assert service.station("id-2").points[0].street == "Neue Str."
        assert service.view(MapState(), Bounds(54.0505, 9.0, 54.0515, 9.2), 9).points == 1
        assert here.live.status().number == 0, "no status changed"


def test_an_upstream_without_dates_is_compared(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.wire.undated = True
        here.look()
        here.change(p1=FAULTED)
        here.after(15)
        assert here.look() == {FREE: 7, FAULTED: 1}
        assert here.live.status().mode == "compare"
        assert here.wire.tiles()
        assert [change.point_id for change in here.live.changes()] == ["id-1"]


@pytest.mark.slow
@pytest.mark.parametrize("off", [timedelta(days=-400), timedelta(hours=-1)])
def test_an_upstream_whose_clock_was_set_back_is_noticed_and_compared(
    tmp_path: Path, off: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wirelane_geo.sources._changefeed.PAGE", 1)
    with account(tmp_path) as here:
        here.look()
        here.change(p0=IN_USE)
        here.change(at=here.clock.now() - timedelta(minutes=30), p4=IN_USE)  # where the list is known already
        here.after(15)
        here.change(at=here.clock.now() + off, p1=FAULTED)
        seen = []
        for _ in range(8):
            here.after(15)
            seen.append(here.look().get(FAULTED, 0))
        assert seen[-1] == 1, "found by the comparison that is made now and then"
        assert here.live.status().mode == "compare"
        here.change(at=here.clock.now() + off, p2=FAULTED)
        here.after(15)
        assert here.look()[FAULTED] == 2, "from then on within one refresh"


@pytest.mark.parametrize("off", [timedelta(minutes=10), timedelta(days=4000)])
def test_dates_in_the_future_hide_nothing(tmp_path: Path, off: timedelta) -> None:
    with account(tmp_path) as here:
        here.look()
        here.change(at=here.clock.now() + off, p0=IN_USE)
        here.after(15)
        here.change(p1=FAULTED)
        here.after(15)
        assert here.look() == {FREE: 6, IN_USE: 1, FAULTED: 1}
        assert all(change.at <= here.clock.now() for change in here.live.changes())
        assert here.live.status().mode == "changes"


def test_an_upstream_that_runs_behind_is_asked_as_well(tmp_path: Path) -> None:
    behind = timedelta(hours=3)
    with account(tmp_path) as here:
        here.look()
        for number in range(3):
            here.change(at=here.clock.now() - behind, **{f"p{number}": FAULTED})
            here.after(15)
            assert here.look()[FAULTED] == number + 1
        assert here.live.status().mode == "changes"
        newest = here.live.changes()[0]
        assert newest.at >= here.clock.now() - timedelta(seconds=15), "it was not so when it was asked before"
