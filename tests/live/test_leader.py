"""One process at a time leads, and another takes over: from one that ended, that was killed, that hangs. Real processes."""

import itertools
import os
import queue
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from tests.live.networks import a_point, counted, embedded
from wirelane_geo.errors import NotLeading
from wirelane_geo.live.leader import Leader
from wirelane_geo.model import PointId, Status
from wirelane_geo.store import open_store
from wirelane_geo.store.fence import fenced
from wirelane_geo.store.leader_file import SILENT_S, LeaderFile

ROOT = Path(__file__).parent.parent.parent
PATIENCE_S = 60.0

SERVING = """
import sys, threading
from itertools import cycle
from pathlib import Path
from wirelane_geo.errors import NotLeading
from wirelane_geo.live import Live
from wirelane_geo.live.leader import Leader
from wirelane_geo.model import Status
from wirelane_geo.sources import EmbeddedSource
from wirelane_geo.store import open_store
from wirelane_geo.store.fence import fenced
from wirelane_geo.store.leader_file import LeaderFile

class StatusWriter:
    "Has a point come to one status after the other."
    def begin(self, fence):
        self.ending = threading.Event()
        print("leads", fence.epoch, flush=True)
        threading.Thread(target=self.write, args=(fence, self.ending), daemon=True).start()
    def end(self):
        self.ending.set()
        print("stands-by", flush=True)
    def write(self, fence, ending):
        with fenced(fence):
            while not ending.wait(0.05):
                point = store.get("id", "id-0")
                status = Status.IN_USE if point.status is Status.FREE else Status.FREE
                try:
                    store.set_statuses({point.id: status})
                except NotLeading:
                    return
                print("wrote", store.last_seq(), status, flush=True)

directory = Path(sys.argv[1])
store = open_store(directory / "points.sqlite")
leader = Leader(LeaderFile(directory, "history"), "here")
live = Live(EmbeddedSource(store), directory / "history.sqlite", leader=leader)
live.refresh()
print("serves", flush=True)
leader.add(StatusWriter())
leader.start()
live.start()
sys.stdin.read()
live.stop()
leader.stop()
"""


class ServingProcess:
    """A process that serves a directory, and what it says."""

    def __init__(self, directory: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVING, str(directory)], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)})
        self.said: queue.Queue[list[str]] = queue.Queue()
        self.wrote: list[tuple[int, str]] = []
        threading.Thread(target=self._listen, daemon=True).start()
        self.wait_for("serves")

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.endswith("\n"):
                self.said.put(line.split())

    def wait_for(self, word: str, patience_s: float = PATIENCE_S) -> list[str]:
        while True:
            said = self.said.get(timeout=patience_s)
            if said[0] == "wrote":
                self.wrote.append((int(said[1]), said[2]))
            if said[0] == word:
                return said

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(PATIENCE_S)
        while not self.said.empty():
            said = self.said.get()
            if said[0] == "wrote":
                self.wrote.append((int(said[1]), said[2]))


@contextmanager
def serving(directory: Path, count: int) -> Iterator[list[ServingProcess]]:
    started: list[ServingProcess] = []
    try:
        for _ in range(count):
            started.append(ServingProcess(directory))  # noqa: PERF401 - those before are ended, too
        yield started
    finally:
        for one in started:
            one.process.kill()
            one.process.wait()


@pytest.fixture
def network(tmp_path: Path) -> Path:
    with closing(open_store(tmp_path / "points.sqlite")) as store:
        store.upsert([a_point(number) for number in range(4)], "irve")
    return tmp_path


def stop_between_writes(one: ServingProcess, directory: Path) -> None:
    """Stop a process while it has neither database locked: SQLite keeps what a stopped process has locked."""
    while True:
        one.wait_for("wrote")
        one.process.send_signal(signal.SIGSTOP)
        if all(map(_is_free, (directory / "points.sqlite", directory / "history.sqlite"))):
            return
        one.process.send_signal(signal.SIGCONT)


def _is_free(file: Path) -> bool:
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        connection.execute("ROLLBACK")
        return True


def killed(one: ServingProcess, directory: Path) -> None:
    one.wait_for("wrote")
    one.process.send_signal(signal.SIGKILL)


def ended(one: ServingProcess, directory: Path) -> None:
    one.wait_for("wrote")
    one.end()


def next_leader(those: Sequence[ServingProcess]) -> tuple[ServingProcess, str]:
    """Who of them leads next, and its epoch."""
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        for one in those:
            with suppress(queue.Empty):
                return one, one.wait_for("leads", 0.05)[1]
    raise TimeoutError("nobody leads")


@pytest.mark.slow
@pytest.mark.parametrize("fault", [killed, stop_between_writes, ended])
def test_another_takes_over_and_no_change_is_lost_or_told_twice(
        network: Path, fault: Callable[[ServingProcess, Path], None]) -> None:
    with serving(network, 3) as (first, *others):
        first.wait_for("leads")
        fault(first, network)
        second, epoch = next_leader(others)
        assert epoch == "2"
        for _ in range(3):
            second.wait_for("wrote")
        if fault is stop_between_writes:
            first.process.send_signal(signal.SIGCONT)
            first.wait_for("stands-by")
            after = first.process.pid, len(first.wrote)
            for _ in range(3):
                second.wait_for("wrote")
            assert (first.process.pid, len(first.wrote)) == after, "it writes nothing any more"
        for one in (*others, first):
            if one.process.poll() is None:
                one.end()
    wrote = sorted(one for process in (first, *others) for one in process.wrote)
    with embedded(network) as here:
        known = [str(change.after) for change in reversed(here.live.changes(limit=100_000))]
        assert [change.number for change in here.live.changes(limit=100_000)] == list(range(len(known), 0, -1))
        assert all(one != other for one, other in itertools.pairwise(known)), "each change is there once"
        assert here.shown()["id-0"] == known[-1]
    assert [seq for seq, _ in wrote] == sorted({seq for seq, _ in wrote}), "no two processes wrote one change"


class Hand:
    """A clock moved by hand."""

    time = 100.0

    def __call__(self) -> float:
        return self.time


def test_one_that_hangs_is_replaced_and_writes_nothing_after(tmp_path: Path) -> None:
    clock = Hand()
    first, second = (Leader(LeaderFile(tmp_path, "x", clock)) for _ in range(2))
    with closing(open_store(tmp_path / "points.sqlite")) as store:
        store.upsert([a_point(0)], "irve")
        before = first.look()
        assert (before is not None, second.look()) == (True, None)
        clock.time += SILENT_S - 0.1
        assert second.look() is None, "it may be late"
        first.look()
        clock.time += SILENT_S - 0.1
        assert second.look() is None, "it has said that it is alive"
        clock.time += SILENT_S
        after = second.look()
        assert after is not None
        with fenced(before), pytest.raises(NotLeading):
            store.set_statuses({"id-0": Status.FAULTED})
        assert store.records(store.columns().handle.tolist())[0].status is Status.FREE
        with fenced(after):
            store.set_statuses({"id-0": Status.IN_USE})
        assert (first.look(), first.leads, second.leads) == (None, False, True)
        second.stop()
        assert first.look() is not None, "and takes over in its turn"
        first.stop()
    assert len(list(tmp_path.glob("x.leader-*.lock"))) == 1, "those before are removed"


def test_of_many_that_come_at_once_one_leads(tmp_path: Path) -> None:
    for _ in range(20):
        leaders = [Leader(LeaderFile(tmp_path, "x")) for _ in range(8)]
        begin = threading.Barrier(len(leaders))

        def look(one: Leader, begin: threading.Barrier = begin) -> None:
            begin.wait()
            one.look()

        threads = [threading.Thread(target=look, args=(one,)) for one in leaders]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for one in leaders:
            one.look()
        assert sum(one.leads for one in leaders) == 1
        for one in leaders:
            one.stop()


def test_one_that_stands_by_reads_on_and_goes_on_numbering(tmp_path: Path) -> None:
    with embedded(tmp_path) as first, embedded(tmp_path, first.clock) as second:
        for number, status in enumerate((Status.FAULTED, Status.FREE, Status.IN_USE), 1):
            first.after(10, p0=status)
            second.live.refresh()
            assert (first.live.status().number, second.live.status().number) == (number, number)
            assert first.live.changes() == second.live.changes()
            assert first.shown() == second.shown()
        second.after(5, p1=Status.FAULTED)
        at = second.clock.now()
        assert second.live.status().number == 3, "the leader numbers"
        assert second.shown()["id-1"] is Status.FAULTED, "but what the store has is seen at once"
        first.live.stop()
        second.after(5)
        assert second.live.keeps_history
        assert [(change.number, change.point_id, change.at) for change in second.live.changes(limit=1)] == [(4, "id-1", at)]
        second.after(5, p2=Status.FAULTED)
        assert second.live.status().number == 5


def test_one_that_stands_by_has_the_status_of_a_point_that_was_made_anew_while_the_leader_looked(tmp_path: Path) -> None:
    with embedded(tmp_path) as first, embedded(tmp_path, first.clock) as second:
        first.store.remove("irve", but=[PointId(f"id-{number}") for number in (1, 2, 3)])
        first.after(1)
        first.store.upsert([a_point(0, Status.FAULTED)], "irve")
        first.after(1)
        for _ in range(3):
            second.after(5)
            first.live.refresh()
        assert not second.live.keeps_history
        assert counted(first.live.by_status()) == counted(second.live.by_status()) == {Status.FREE: 3, Status.FAULTED: 1}
        assert first.everything().counts.tolist() == second.everything().counts.tolist()
        assert first.live.changes() == second.live.changes() == ()


def test_one_that_stands_by_follows_where_the_database_is_put_back_to_an_earlier_state(tmp_path: Path) -> None:
    names = ("points.sqlite", "history.sqlite")
    with embedded(tmp_path) as first, embedded(tmp_path, first.clock) as second:
        first.after(10, p0=Status.IN_USE)
        for name in names:
            _copy_database(tmp_path / name, tmp_path / f"kept-{name}")
        for status in (Status.FREE, Status.IN_USE, Status.FAULTED):
            first.after(10, p0=status, p1=status)
        second.live.refresh()
        assert second.live.status().number == 6
        first.live.stop()
        for name in names:
            _copy_database(tmp_path / f"kept-{name}", tmp_path / name)
        with embedded(tmp_path, first.clock) as third:
            for status in (Status.FREE, Status.RESERVED):
                third.after(10, p2=status, p3=status)
                second.live.refresh()
            assert third.live.keeps_history
            assert not second.live.keeps_history
            assert third.shown() == second.shown()
            assert third.live.status().number == second.live.status().number == 3
            assert third.live.changes() == second.live.changes()
            assert counted(third.live.by_status()) == counted(second.live.by_status())


def _copy_database(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)
