"""Another process that has locked a database."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
for statement in sys.argv[2:]:
    connection.execute(statement).fetchone()
print("locked", flush=True)
sys.stdin.read()
"""
WRITES = ("BEGIN IMMEDIATE", "UPDATE state SET seq = seq + 1")
ALONE = ("PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE", "CREATE TABLE mine (a)")


@contextmanager
def held(path: Path, *statements: str) -> Iterator[None]:
    """While another process has done these to a database, and stays."""
    other = subprocess.Popen([sys.executable, "-c", HOLDER, str(path), *statements], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout
        assert other.stdout.readline() == "locked\n"
        yield
    finally:
        other.kill()
        other.communicate()
