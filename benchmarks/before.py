"""The program as it was at an earlier commit, on the same points: what today's figures stand beside."""

import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks.application import ROOT, application_of
from wirelane_geo.settings import DATABASE

BEFORE_TILES = "d751aa6fdb85f032969c721888e13add8c67b745"
"""The last commit whose map asked a session for each pan."""
BEFORE_LISTS = "cb2f84683bcf59fc16c9ee300265ceb32db6b6c5"
"""The last commit whose API asked the database for each list."""

_VERSION = "from wirelane_geo.store._schema import STEPS; print(len(STEPS))"


class NotThere(Exception):
    """There is no such commit here, as in a copy without its history."""


@contextmanager
def application_before(commit: str, data: Path, **settings: str) -> Iterator[tuple[str, Path]]:
    """The URL of an application of an earlier commit, and its data directory: a copy of the points of `data`. Raises NotThere."""
    with tempfile.TemporaryDirectory() as own, _checkout(commit) as root:
        _copy(data / DATABASE, Path(own) / DATABASE, root)
        with application_of(root, Path(own), **settings) as url:
            yield url, Path(own)


@contextmanager
def _checkout(commit: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as above:
        root = Path(above) / "before"
        git = ["git", "-C", str(ROOT), "worktree"]
        try:
            subprocess.run([*git, "add", "--quiet", "--detach", str(root), commit], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            raise NotThere(f"commit {commit[:7]} is not in this copy of the repository") from None
        try:
            yield root
        finally:
            subprocess.run([*git, "remove", "--force", str(root)], check=True)


def _copy(database: Path, to: Path, root: Path) -> None:
    """A database for an earlier version, which knows all that it needs in a later one: steps only add."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    shutil.copyfile(database, to)
    version = subprocess.run([sys.executable, "-c", _VERSION], cwd=root, check=True, capture_output=True, text=True).stdout
    with closing(sqlite3.connect(to)) as connection:
        connection.execute(f"PRAGMA user_version = {int(version)}")
