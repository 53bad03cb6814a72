"""Sessions as status changes: nothing lost, nothing made up, at the pace that was asked for."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.importers.files import real
from tests.store.points import point
from wirelane_geo.demo.replay import STEP_S, Events, Playback, ReplayStep, Sessions, events_of, points_of, read_sessions, replay
from wirelane_geo.errors import BadFile, BadInput
from wirelane_geo.model import Status
from wirelane_geo.store import Store, open_store

Row = tuple[int, int, int]


class Hand:
    """Time that passes only while somebody waits; `busy` seconds more a wait, as a slow write takes."""

    def __init__(self, busy: float = 0.0, most: int | None = None) -> None:
        self.time, self.busy, self.most, self.waits = 1_000.0, busy, most, 0

    def __call__(self) -> float:
        return self.time

    def wait(self, seconds: float) -> bool:
        assert seconds >= 0
        self.time += seconds + self.busy
        self.waits += 1
        return self.most is not None and self.waits > self.most


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "points.sqlite")
    store.upsert([point("a", evseid="A"), point("b", evseid="B", status=Status.FAULTED),
                  point("other", evseid="O", status=Status.RESERVED)], "irve")
    yield store
    store.close()


def sessions(*rows: Row, points: int = 3) -> Sessions:
    point, start, end = np.array(rows, np.int64).reshape(-1, 3).T
    return Sessions([chr(65 + n) for n in range(points)], point, start, end, {})


def rows_of(events: Events) -> list[tuple[int, int, bool]]:
    return list(zip(events.at.tolist(), events.point.tolist(), events.in_use.tolist(), strict=True))


def file_of(path: Path, *rows: object) -> Path:
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return path


some = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 60), st.integers(1, 20)).map(
    lambda row: (row[0], row[1], row[1] + row[2])), min_size=1, max_size=25)


@given(some)
def test_a_point_is_in_use_just_while_a_session_lasts(rows: list[Row]) -> None:
    events = events_of(sessions(*rows))
    assert sorted(rows_of(events)) == sorted(rows_of(events), key=lambda row: (row[0], row[1]))
    assert events.at.tolist() == sorted(events.at.tolist())
    for moment in range(82):
        state: dict[int, bool] = {}
        for at, who, used in rows_of(events):
            if at <= moment:
                assert state.get(who, False) is not used, "a change that changes nothing"
                state[who] = used
        for who in range(3):
            assert state.get(who, False) == any(p == who and start <= moment < end for p, start, end in rows)


@given(some, st.lists(st.integers(0, 90), max_size=8), st.data())
def test_in_any_steps_the_statuses_are_those_of_the_moment(rows: list[Row], steps: list[int], data: st.DataObject) -> None:
    events = events_of(sessions(*rows))
    begin = data.draw(st.integers(-5, max(end for _, _, end in rows) - 1))
    playback = Playback(events, range(3), begin)
    state = playback.opening()
    assert set(state) == {0, 1, 2}
    count, moment = 0, begin
    for moment in sorted(max(step, begin) for step in [*steps, begin]):
        changed, changes = playback.play(moment)
        state |= changed
        count += changes
        assert changes >= len(changed)
        for who in range(3):
            used = any(p == who and start <= moment < end for p, start, end in rows)
            assert state[who] is (Status.IN_USE if used else Status.FREE)
    assert count == int(((events.at > begin) & (events.at <= moment)).sum())


def test_a_replay_that_would_begin_after_its_end_is_refused() -> None:
    with pytest.raises(BadInput, match="last session is over"):
        Playback(events_of(sessions((0, 10, 20))), [0], 20)


def test_pace() -> None:
    """An hour of sessions at 600 times: six seconds, some changes at each of the beats, all of them once."""
    rows = [(n % 3, n * 60_000, n * 60_000 + 30_000) for n in range(60)]
    clock, wrote = Hand(), list[dict[int, Status]]()

    def write(changes: dict[int, Status]) -> int:
        wrote.append(changes)
        return len(changes)

    beats = list(replay(Playback(events_of(sessions(*rows)), range(3)), write, speed=600, clock=clock, wait=clock.wait))
    assert clock.time - 1_000 == pytest.approx((59 * 60 + 30) / 600, abs=STEP_S)
    assert 1 / STEP_S >= 4
    assert len(beats) == clock.waits + 1
    assert sum(beat.changes for beat in beats) == 2 * len(rows) - 1  # the first is in use when it begins
    assert beats[-1].at == 59 * 60_000 + 30_000
    assert all(wrote)
    assert wrote[0] == {0: Status.IN_USE, 1: Status.FREE, 2: Status.FREE}


def test_slow_writes_are_caught_up_with() -> None:
    rows = [(0, n * 60_000, n * 60_000 + 30_000) for n in range(60)]
    clock = Hand(busy=0.7)
    beats = list(replay(Playback(events_of(sessions(*rows)), [0]), len, speed=600, clock=clock, wait=clock.wait))
    assert sum(beat.changes for beat in beats) == 2 * len(rows) - 1
    assert clock.time - 1_000 == pytest.approx((59 * 60 + 30) / 600, abs=STEP_S + 0.7)


def test_a_loop_begins_again_until_it_is_ended() -> None:
    playback = Playback(events_of(sessions((0, 0, 1_000), (1, 500, 900))), range(2))
    clock = Hand(most=12)
    beats = list(replay(playback, len, speed=1, clock=clock, wait=clock.wait, loop=True))
    openings = [beat for beat in beats if beat == ReplayStep(0, 0, 2)]
    assert len(openings) == 3
    assert sum(beat.changes for beat in beats) == 2 * 3  # two whole rounds, the third cut short


def test_statuses_reach_the_store_and_others_stay(store: Store) -> None:
    found, known = points_of(sessions((0, 0, 100), (2, 50, 100), (1, 100, 300)), store)
    assert len(known) == 2
    assert [store.get("id", id).evseid for id in found.values()] == ["A", "B"]  # type: ignore[union-attr]
    playback = Playback(events_of(known), list(found))
    seen: list[tuple[str, ...]] = []

    def write(changes: dict[int, Status]) -> int:
        return store.set_statuses({found[number]: status for number, status in changes.items()})

    clock = Hand()
    for _ in replay(playback, write, speed=0.5, clock=clock, wait=clock.wait):
        now = [store.get("evseid", evseid) for evseid in "ABO"]
        seen.append(tuple(p.status for p in now if p is not None))
    assert seen[0] == ("IN_USE", "FREE", "RESERVED")
    assert seen[-1] == ("FREE", "FREE", "RESERVED")
    assert ("FREE", "IN_USE", "RESERVED") in seen


def test_a_file_is_read_plain_or_packed_and_bad_lines_are_counted(tmp_path: Path) -> None:
    good = {"energy": 1.5, "start": 1_733_848_096_000, "end": 1_733_850_582_000, "id_pdc_itinerance": "FR1"}
    plain = file_of(tmp_path / "s.jsonl", good, "", "{nope", {"start": 1}, good | {"end": good["start"]},
                    good | {"start": 0}, good | {"start": 2**60, "end": 2**60 + 5}, good | {"id_pdc_itinerance": "FR2"})
    packed = tmp_path / "s.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    for path in (plain, packed):
        found = read_sessions(path)
        assert list(found.evseids) == ["FR1", "FR2"]
        assert found.start.tolist() == [good["start"]] * 2
        assert found.rejected == {
            "not a session with id_pdc_itinerance, start and end": 2, "ends at or before its start": 1,
            "lasts longer than a month": 1, "a time that can't be": 1}


@pytest.mark.parametrize("content", ["", "hello", '{"id_pdc_itinerance": "x"}'])
def test_a_file_without_sessions_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(BadFile, match="no charging session"):
        read_sessions(file_of(tmp_path / "s.jsonl", content))
    with pytest.raises(BadFile, match="can't be opened"):
        read_sessions(tmp_path / "none.jsonl")


@pytest.mark.slow
def test_the_real_sessions() -> None:
    found = read_sessions(real("irve-sessions-2024-12.jsonl.xz"))
    assert (len(found), len(found.evseids), found.rejected) == (110_363, 6_991, {"ends at or before its start": 3})
    events = events_of(found)
    assert int(events.in_use.sum()) * 2 == len(events) <= 2 * len(found)
    state = np.zeros(6_991, np.int64)
    np.add.at(state, events.point, np.where(events.in_use, 1, -1))
    assert not state.any()
