"""Many changes are shown while the history is still being written; few are shown once, with their numbers."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.live.networks import EmbeddedNetwork, a_point, embedded
from wirelane_geo.errors import StoreError
from wirelane_geo.live._live import MANY
from wirelane_geo.model import Status

IN_USE, FAULTED = Status.IN_USE, Status.FAULTED


@contextmanager
def history_that_waits(here: EmbeddedNetwork, directory: Path) -> Iterator[None]:
    """While the refresher looks, and another process writes in the history; then until all of it is recorded."""
    with closing(sqlite3.connect(directory / "history.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refresher = threading.Thread(target=here.live.refresh)
        refresher.start()
        yield
        other.execute("ROLLBACK")
        refresher.join(30)


def is_shown(here: EmbeddedNetwork, seq: int, seconds: float) -> bool:
    """Whether pages are told of a change of the store within so many seconds."""
    return asyncio.run(here.live.notifier.wait_until(lambda: here.source.changes.seq >= seq, seconds))


def test_many_changes_are_shown_without_waiting_for_the_history(tmp_path: Path) -> None:
    with embedded(tmp_path, points=[a_point(number) for number in range(MANY)]) as here:
        here.change(**{f"p{number}": IN_USE for number in range(MANY)})
        with history_that_waits(here, tmp_path):
            assert is_shown(here, here.store.last_seq(), 30)
            assert set(here.shown().values()) == {IN_USE}
            assert (here.live.status().number, here.live.changes()) == (0, ()), "what isn't written yet has no number"
        assert here.live.status().number == MANY
        assert here.source.snapshot(None, 0).number == MANY  # type: ignore[arg-type]
        assert {change.after for change in here.live.changes(limit=MANY)} == {IN_USE}


def test_few_changes_are_shown_once_with_their_numbers(tmp_path: Path) -> None:
    with embedded(tmp_path, points=[a_point(number) for number in range(MANY)]) as here:
        here.change(p0=IN_USE)
        with history_that_waits(here, tmp_path):
            assert not is_shown(here, here.store.last_seq(), 0.3)
        assert is_shown(here, here.store.last_seq(), 0)
        assert here.live.status().number == 1


def test_what_was_shown_by_a_leader_that_ended_is_recorded_by_the_next(tmp_path: Path) -> None:
    with embedded(tmp_path, points=[a_point(number) for number in range(MANY)]) as here:
        here.change(**{f"p{number}": FAULTED for number in range(MANY)})
        with history_that_waits(here, tmp_path):
            assert is_shown(here, here.store.last_seq(), 30)
            with closing(sqlite3.connect(tmp_path / "history.sqlite")) as reader:
                assert reader.execute("SELECT count(*) FROM changes").fetchone() == (0,)
        here.after(5)
    with embedded(tmp_path) as here:
        assert len(here.live.changes(limit=2 * MANY)) == MANY, "each once"


def test_many_changes_of_more_than_statuses_are_told_although_they_could_not_be_recorded_at_once(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_: object) -> dict[int, object]:
        raise StoreError("The database can't be reached now.")

    with embedded(tmp_path, points=[a_point(number) for number in range(MANY)]) as here:
        here.store.upsert([a_point(number, FAULTED, power=50.0) for number in range(MANY)], "irve")
        with monkeypatch.context() as patch:
            patch.setattr(here.store, "ids_and_dates", failing)
            here.after(1)
            assert here.live.status().problem == "The database can't be reached now."
        here.after(1)
        assert here.live.status().number == MANY
        assert {change.after for change in here.live.changes(limit=MANY)} == {FAULTED}
