"""Histories whose points had other handles: what the version before handles were hashes left behind goes on."""

import lzma
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.live.accounts import account
from tests.live.clocks import ManualClock
from tests.live.networks import a_point, embedded
from tests.model.test_identity import TWINS
from wirelane_geo.model import Status
from wirelane_geo.model.identity import handle_of
from wirelane_geo.store import open_store

FREE, IN_USE, FAULTED, UNAVAILABLE = Status.FREE, Status.IN_USE, Status.FAULTED, Status.UNAVAILABLE
BEFORE = Path(__file__).parent / "before_handles"
"""Made by that version: four points that changed every 20 s from noon on, and an account's eight points in the north."""
NOON = datetime(2025, 7, 1, 12, tzinfo=UTC)


def left_behind(directory: Path, **files: str) -> None:
    for name, packed in files.items():
        (directory / f"{name}.sqlite").write_bytes(lzma.decompress((BEFORE / packed).read_bytes()))


def at(seconds: float) -> ManualClock:
    return ManualClock(NOON + timedelta(seconds=seconds))


@pytest.fixture
def network(tmp_path: Path) -> Path:
    """A data directory of that version."""
    left_behind(tmp_path, points="points.sqlite.xz", history="network-history.sqlite.xz")
    return tmp_path


def test_the_embedded_networks_history_goes_on(network: Path) -> None:
    for _ in range(2):
        with embedded(network, at(80)) as here:
            assert [(c.number, c.point_id, c.before, c.after, c.at) for c in here.live.changes()][-4:] == [
                (4, "id-3", FREE, UNAVAILABLE, NOON + timedelta(seconds=80)),
                (3, "id-0", FAULTED, FREE, NOON + timedelta(seconds=60)),
                (2, "id-1", FREE, IN_USE, NOON + timedelta(seconds=40)),
                (1, "id-0", FREE, FAULTED, NOON + timedelta(seconds=20))]
            histories = here.live.points([f"id-{number}" for number in range(4)])
            assert [(h.status, h.since - NOON, h.since_exact, h.flaps_24h) for h in histories.values()] == [
                (FREE, timedelta(seconds=60), True, 1), (IN_USE, timedelta(seconds=40), True, 0),
                (FREE, timedelta(), False, 0), (UNAVAILABLE, timedelta(seconds=80), True, 1)]
            assert {h.recorded.day for h in histories.values()} == {80.0}
            assert histories["id-0"].availability.day == 0.5
            handles = {id: handle for id, (handle, _) in here.store.places(list(histories)).items()}
            assert {id: h.handle for id, h in histories.items()} == handles
            assert handles == {id: handle_of(here.store.network, id) for id in histories}
    with embedded(network, at(100)) as here:
        here.change(p2=FAULTED)
        here.live.refresh()
        assert [(c.number, c.point_id) for c in here.live.changes()][:2] == [(5, "id-2"), (4, "id-3")]
    assert not list(network.glob("history-*.old.sqlite"))


def test_a_point_that_was_removed_meanwhile_leaves_the_history_and_no_other_does(network: Path) -> None:
    with closing(open_store(network / "points.sqlite")) as store:
        assert store.remove("irve", ["id-0", "id-1", "id-2"]) == 1
    with embedded(network, at(80)) as here:
        assert [(c.number, c.point_id) for c in here.live.changes()] == [(3, "id-0"), (2, "id-1"), (1, "id-0")]
        assert sorted(here.live.points([f"id-{number}" for number in range(4)])) == ["id-0", "id-1", "id-2"]
        assert here.live.status().number == 4, "numbers go on"


def test_another_networks_history_of_that_version_is_set_aside(network: Path) -> None:
    for file in network.glob("points.sqlite*"):
        file.unlink()
    with embedded(network, at(80), points=[a_point(number, id=f"other-{number}") for number in range(4)]) as here:
        assert here.live.changes() == ()
    assert len(list(network.glob("history-*.old.sqlite"))) == 1


def test_a_second_process_leaves_that_to_the_one_whose_history_it_is(network: Path) -> None:
    with embedded(network, at(80)) as first, embedded(network, at(80)) as second:
        assert not second.live.keeps_history
        for here in (first, second):
            assert [change.point_id for change in here.live.changes()] == ["id-3", "id-0", "id-1", "id-0"]


def test_an_accounts_history_goes_on(tmp_path: Path) -> None:
    left_behind(tmp_path, history="account-history.sqlite.xz")
    with closing(sqlite3.connect(tmp_path / "history.sqlite")) as file:
        before = {handle for [handle] in file.execute("SELECT handle FROM points")}
    with account(tmp_path, at(40)) as here:
        here.change(p1=FAULTED, p2=IN_USE)
        assert here.look() == {FREE: 6, FAULTED: 1, IN_USE: 1}
        assert [(c.number, c.point_id, c.after) for c in here.live.changes()] == [(2, "id-2", IN_USE), (1, "id-1", FAULTED)]
        assert here.live.status().number == 2, "what was known already is no change"
        histories = here.live.points([f"id-{number}" for number in range(8)])
        assert [h.since - NOON for h in histories.values()] == [timedelta(seconds=20 * (n == 2)) for n in range(8)]
        assert {h.recorded.day for h in histories.values()} == {40.0}
        assert {h.handle for h in histories.values()}.isdisjoint(before)
        assert int(here.live.by_status().sum()) == 8, "each point is there once"


def test_two_points_with_one_handle_have_a_history_each(tmp_path: Path) -> None:
    one, other = TWINS
    with embedded(tmp_path, points=[a_point(0, id=one), a_point(1, id=other)]) as here:
        here.store.set_statuses({other: FAULTED}, at=here.clock.go_on(20))
        here.live.refresh()
        assert [(c.point_id, c.after) for c in here.live.changes()] == [(other, FAULTED)]
        assert {id: h.status for id, h in here.live.points(list(TWINS)).items()} == {one: FREE, other: FAULTED}
        assert here.shown() == {one: FREE, other: FAULTED}
