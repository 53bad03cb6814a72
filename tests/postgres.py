"""A PostgreSQL of the tests' own: from the programs of this machine, in a directory of its own, reached by a socket in it."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

from wirelane_geo.store import open_store

SETTINGS = ("fsync=off", "full_page_writes=off", "listen_addresses=", "max_connections=200",
            "shared_buffers=64MB", "autovacuum=off", "log_min_messages=fatal")
"""A crash of the machine is not what these tests are about, nor are tables that grow: to look after fifty small databases took
longer than most tests."""
_databases = count()
_REMEMBER = """
CREATE SCHEMA first;
DO $$ DECLARE name TEXT; BEGIN
    FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
        EXECUTE format('CREATE TABLE first.%1$I AS TABLE public.%1$I', name);
    END LOOP;
END $$"""
"""What a store writes when it is made is kept, for _EMPTY to write again."""
_EMPTY = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
SET session_replication_role = replica;
DO $$ DECLARE name TEXT; filled BOOLEAN; BEGIN
    FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO filled;
        IF filled THEN
            EXECUTE format('DELETE FROM public.%I', name);
            EXECUTE format('INSERT INTO public.%1$I OVERRIDING SYSTEM VALUE SELECT * FROM first.%1$I', name);
        END IF;
    END LOOP;
    PERFORM setval(oid::regclass, 1, FALSE) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S';
    UPDATE network SET id = replace(gen_random_uuid()::text, '-', '');
END $$"""


def programs() -> Path | None:
    """Where the newest PostgreSQL's programs are, None where there is none."""
    def version(found: Path) -> int:
        return int(found.parent.parent.name) if found.parent.parent.name.isdigit() else 0

    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=version)
    own = shutil.which("initdb")
    return found[-1].parent if found else Path(own).resolve().parent if own else None


def as_ordinary_user(command: Sequence[str | Path]) -> list[str]:
    """PostgreSQL refuses to be run by root: then it is somebody else's."""
    words = [str(word) for word in command]
    return ["runuser", "-u", _user(), "--", *words] if os.getuid() == 0 else words


def _user() -> str:
    return next(name for name in ("postgres", "nobody") if any(entry.pw_name == name for entry in pwd.getpwall()))


class Server:
    """A server with a directory; `options` go beside SETTINGS."""

    def __init__(self, options: Sequence[str] = ()) -> None:
        here = programs()
        assert here is not None
        self._bin, self._options = here, [word for setting in (*SETTINGS, *options) for word in ("-c", setting)]
        self.directory = Path(tempfile.mkdtemp(prefix="geo-pg-", dir="/tmp"))
        self.data = self.directory / "data"
        if os.getuid() == 0:
            shutil.chown(self.directory, _user())
        self.directory.chmod(0o755)
        self._process: subprocess.Popen[bytes] | None = None
        self._free: list[str] = []
        self._run(["initdb", "-D", self.data, "-U", "geo", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"])
        self.start()

    def start(self) -> None:
        """Begin, and wait until it answers."""
        self._process = subprocess.Popen(as_ordinary_user([
            self._bin / "postgres", "-D", self.data, "-k", self.directory, *self._options]), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, cwd="/")
        self._run(["pg_isready", "-h", self.directory, "-t", "60"], until=True)

    def kill(self) -> None:
        """End at once, as after a power cut."""
        for pid in [int((self.data / "postmaster.pid").read_text().split()[0])]:
            os.kill(pid, signal.SIGQUIT)  # its other processes end with it; SIGKILL would leave them to find out
        self._wait()

    def stop(self) -> None:
        """End, and delete the directory."""
        if self._process is not None and self._process.poll() is None:
            self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def url(self, database: str) -> str:
        """How a database is reached."""
        return f"postgresql://geo@/{database}?host={self.directory}"

    def create(self) -> str:
        """The URL of a new database."""
        name = f"geo_{os.getpid()}_{next(_databases)}"
        self._execute(self.url("postgres"), f"CREATE DATABASE {name} STRATEGY file_copy")
        return self.url(name)

    @contextmanager
    def lending(self) -> Iterator[Callable[[], str]]:
        """Gives URLs of databases with a store in which nothing is. Afterwards, others have them: to empty one takes a tenth of
        the time in which a new one is made."""
        lent: list[str] = []

        def lend() -> str:
            url = self._free.pop() if self._free else self._new_store()
            lent.append(url)
            return url

        yield lend
        for url in lent:
            self._execute(url, _EMPTY)
        self._free += lent

    def _new_store(self) -> str:
        url = self.create()
        open_store(url).close()
        self._execute(url, _REMEMBER)
        return url

    @staticmethod
    def _execute(url: str, statements: str) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statements.encode())

    def _wait(self) -> None:
        assert self._process is not None
        self._process.wait(60)

    def _run(self, command: Sequence[str | Path], until: bool = False) -> None:
        program = [self._bin / command[0], *command[1:]]
        while subprocess.run(as_ordinary_user(program), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/").returncode:
            assert until, f"{command[0]} failed"
            assert self._process is not None
            assert self._process.poll() is None, "the server ended"
