"""Files for their owner only, and locks between processes."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from wirelane_geo.errors import StoreError
from wirelane_geo.store import private_file
from wirelane_geo.store.file_lock import FileLock


@pytest.fixture
def open_to_all() -> Iterator[None]:
    """With a umask that keeps nobody out."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_to_all")
def test_nobody_else_can_read_it_at_any_moment(tmp_path: Path) -> None:
    modes: list[int] = []

    def make() -> bytes:
        private_file.touch(tmp_path / "empty")
        return b"secret"

    def looked_at(event: str, args: tuple[object, ...]) -> None:
        if looking and event in ("os.link", "os.remove") and str(tmp_path) in str(args[0]):
            modes.append(Path(str(args[0])).stat().st_mode & 0o777)

    looking = True
    sys.addaudithook(looked_at)
    assert private_file.read_or_create(tmp_path / "made", make, "secret") == b"secret"
    looking = False
    assert modes == [0o600, 0o600], "the draft, before it has its name and after"
    assert {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {"made": 0o600, "empty": 0o600}
    private_file.make_directory(tmp_path / "new" / "deep")
    assert (tmp_path / "new" / "deep").stat().st_mode & 0o777 == 0o700


def test_what_is_there_stays_and_is_closed_to_others(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"before")
    file.chmod(0o666)
    assert private_file.read_or_create(file, lambda: b"after", "secret") == b"before"
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(StoreError, match=r"The secret in .*nowhere.* can't be read or written"):
        private_file.read_or_create(tmp_path / "nowhere" / "file", lambda: b"after", "secret")


def test_all_that_make_it_at_once_answer_the_same(tmp_path: Path) -> None:
    """Each makes its own before any has looked for another's."""
    barrier, answers = threading.Barrier(8), list[bytes]()

    def make() -> bytes:
        barrier.wait(30)
        return os.urandom(16)

    threads = [threading.Thread(target=lambda: answers.append(private_file.read_or_create(tmp_path / "one", make, "secret")))
               for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert len(set(answers)) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["one"]


def test_one_at_a_time_has_a_lock(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert first.take()
    assert first.take(), "it is ours already"
    assert not second.take()
    first.release()
    assert second.take()
    assert not first.take()
    second.release()
    assert (tmp_path / "lock").stat().st_mode & 0o777 == 0o600


def test_a_process_that_is_killed_lets_go(tmp_path: Path) -> None:
    code = ("import sys; from pathlib import Path; from wirelane_geo.store.file_lock import FileLock; "
            "print(FileLock(Path(sys.argv[1])).take(), flush=True); sys.stdin.read()")
    other = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "lock")], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, text=True)
    assert other.stdout
    assert other.stdout.readline() == "True\n"
    lock = FileLock(tmp_path / "lock")
    assert not lock.take()
    other.kill()
    other.wait()
    assert lock.take()
    lock.release()


def test_where_no_file_can_be_there_is_no_lock(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        FileLock(tmp_path / "nowhere" / "lock").take()
