"""What an account shows is as its upstream has it, tile by tile: while points come and go, and where the upstream fails."""

import threading
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.live.accounts import FAULTED, FREE, IN_USE, NORTH, SOUTH, account, two_days_ago
from tests.live.networks import a_point
from wirelane_geo.cache import Tile
from wirelane_geo.geo import WORLD, Bounds
from wirelane_geo.map.service import MapService
from wirelane_geo.model import Status
from wirelane_geo.permalink import MapState


def test_a_point_that_comes_is_in_every_tile_that_holds_its_place(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        small = Bounds(48.05, 9.0, 48.1, 9.1)
        here.look(small, 7)
        here.upstream.store.upsert([a_point(20, latitude=48.07, longitude=9.05, update_date=here.clock.go_on(15))], "extra")
        here.look(WORLD, 12)
        assert here.look(small, 7) == here.look(small, 12) == {FREE: 4}
        here.upstream.store.remove("extra")
        here.source._refresher._fetch(Tile(0, 0))
        assert here.look(small, 7) == here.look(small, 12) == {FREE: 3}


def test_what_is_gone_leaves_at_the_next_comparison(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.upstream.store.upsert([a_point(30, longitude=9.1, latitude=54.15, update_date=here.clock.now())], "extra")
        assert here.look() == {FREE: 9}
        here.upstream.store.remove("extra")
        for _ in range(5):
            here.after(15)
        assert here.look() == {FREE: 8}
        assert here.live.point("id-30") is None
        assert here.live.status().number == 0


def test_a_tile_looked_at_again_after_a_while_is_fetched_anew(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        here.after(15)
        here.after(3600)
        here.change(p3=FAULTED)
        here.look()
        here.settle()
        here.after(15)
        assert here.look() == {FREE: 7, FAULTED: 1}
        strip = here.live.point("id-3").strip
        assert None in [interval.status for interval in strip[1:]], "nobody watched meanwhile"
        assert strip[-1].status is FAULTED


def test_two_places_are_both_kept_fresh(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look(NORTH)
        here.look(SOUTH)
        here.change(p0=IN_USE, p15=FAULTED)
        here.after(15)
        assert (here.look(NORTH), here.look(SOUTH)) == ({FREE: 7, IN_USE: 1}, {FREE: 7, FAULTED: 1})
        assert len(here.wire.changes()) == 1


def test_a_point_in_tiles_of_several_sizes_changes_in_all_of_them(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look(NORTH, 12)
        here.look(WORLD, 1)
        here.change(p0=FAULTED)
        here.after(15)
        assert here.look(NORTH, 12)[FAULTED] == 1
        assert here.look(WORLD, 1) == {FREE: 15, FAULTED: 1}
        assert here.live.status().number == 1


def test_an_upstream_that_fails_keeps_the_picture_with_age_and_reason(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        here.after(15)
        good = here.live.status().fetched_at
        here.wire.status = 503
        for _ in range(10):
            here.after(15)
        status = here.live.status()
        assert (status.level, status.fetched_at) == ("stale", good)
        assert "503" in status.problem
        assert status.cause == "503"
        assert here.look() == {FREE: 8}
        assert "503" in MapService(here.source).view(MapState(), NORTH, 9).problem
        here.wire.status = None
        here.change(p1=FAULTED)
        for _ in range(5):  # the client leaves a host that failed alone for a minute at most
            here.after(15)
            if here.live.status().problem is None:
                break
        assert (here.live.status().problem, here.live.status().cause) == (None, None)
        assert here.look() == {FREE: 7, FAULTED: 1}
        gaps = [i for i in here.live.point("id-0").strip[1:] if i.status is None]
        assert [(gap.begin, gap.end) for gap in gaps] == [(good, here.clock.now())], "nobody knows what was then"


def test_the_history_of_an_account_survives_a_restart(tmp_path: Path) -> None:
    clock = two_days_ago()
    with account(tmp_path, clock) as here:
        here.look()
        here.change(p1=FAULTED)
        here.after(15)
        since = here.live.point("id-1").since
    clock.go_on(10)
    with account(tmp_path, clock) as here:
        here.upstream.store.set_statuses({"id-1": FAULTED}, at=since)
        here.look()
        assert here.live.point("id-1").since == since
        assert here.live.status().number == 1


def test_what_the_upstream_does_is_measured(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        here.look()
        here.change(p1=FAULTED)
        here.after(15)
        here.wire.status = 503
        here.after(15)
        text = here.live.metrics.text().decode()
        assert 'wirelane_geo_status_changes_total{origin="poll"} 1.0' in text
        assert 'wirelane_geo_points{status="FAULTED"} 1.0' in text
        assert "wirelane_geo_snapshot_age_seconds 15.0" in text
        assert 'wirelane_geo_upstream_errors_total{operation="points",outcome="503"} ' in text
        assert 'wirelane_geo_upstream_seconds_count{operation="points"} ' in text
        asked, hits = (float(text.split(f'wirelane_geo_tile_requests_total{{answer="{answer}"}} ')[1].split()[0])
                       for answer in ("miss", "hit"))
        assert asked == hits > 0


def test_changes_are_asked_for_while_tiles_are_compared(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        for _ in range(3):
            here.after(15)  # as usual; the next refresh compares as well
        here.wire.slow_tiles = threading.Event()
        here.clock.go_on(15)
        here.live.refresh()
        assert here.wire.held.wait(30)  # the upstream has answered the tiles, slowly
        here.change(p1=FAULTED)
        here.clock.go_on(15)
        here.live.refresh()
        assert here.look() == {FREE: 7, FAULTED: 1}
        here.wire.slow_tiles.set()
        here.settle()
        assert here.look() == {FREE: 7, FAULTED: 1}, "older than what was learned meanwhile"
        here.clock.go_on(15)
        here.live.refresh()
        assert here.live.status().mode == "changes", "and no reason to distrust"
        assert [change.after for change in here.live.changes()] == [FAULTED]


steps = st.lists(st.tuples(
    st.sampled_from([5, 15, 70, 200]), st.dictionaries(st.integers(0, 15), st.sampled_from(list(Status)), max_size=4),
    st.none() | st.tuples(st.integers(8, 20), st.floats(48.0, 48.19), st.floats(9.0, 9.19)),
    st.lists(st.tuples(st.sampled_from([NORTH, SOUTH, WORLD, Bounds(48.05, 9.0, 48.1, 9.1)]), st.sampled_from([1, 7, 12])),
             min_size=1, max_size=3)), max_size=5)


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_whatever_is_looked_at_is_as_the_upstream_has_it(tmp_path_factory: pytest.TempPathFactory, days: list) -> None:
    """Statuses change, points come and move, sessions look here and there, at any zoom, and away for a while."""
    with account(tmp_path_factory.mktemp("account")) as here:
        known = {number: here.upstream.store.get("id", f"id-{number}") for number in range(16)}
        for seconds, statuses, moved, looks in days:
            here.clock.go_on(seconds)
            changed = {number: msgspec.structs.replace(known[number], status=status) for number, status in statuses.items()}
            if moved:
                number, lat, lon = moved
                point = changed.get(number) or known.get(number) or a_point(number)
                changed[number] = msgspec.structs.replace(point, latitude=lat, longitude=lon)
            known |= {number: msgspec.structs.replace(point, update_date=here.clock.now())
                      for number, point in changed.items() if point != known.get(number)}
            here.upstream.store.upsert([known[number] for number in changed], "api")
            for bounds, zoom in looks:
                here.look(bounds, zoom)
            here.settle()
            here.after(15)
            for bounds, zoom in looks:
                truth = Counter(p.status for p in known.values() if bounds.contains(p.longitude, p.latitude))
                assert here.look(bounds, zoom) == truth
            book = here.live._recorder.known
            held = {handle: here.source._contents.point(handle) for handle in book.handles.tolist()}
            assert all(point.status.number == status
                       for point, status in zip(held.values(), book.status.tolist(), strict=True) if point is not None)
