"""What one process has asked of an upstream, kept for the others of an installation, so that it is asked once.

An answer has a question, a text, and is the last one to it; leases keep two processes from asking the same at once. Who holds one
says so while it asks: one that was killed, or hangs, is not waited for. Each account has its own: what is kept is found by a
digest of whose it is. Times are seconds since 1970 by the clock that all processes have in common.
"""

import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from wirelane_geo.errors import StoreError
from wirelane_geo.store.shared_tables import Execute, SharedTables

LEASE_S = 3.0
"""Who hasn't been heard of for so long asks no longer."""
LOOK_S = 0.1
"""So often who waits looks whether there is an answer."""
KEPT_S = 900.0
"""For so long an answer is kept."""
MOST_BYTES = 2**28
"""Of more than that, the older answers are dropped."""
FAILED = "failed "
"""Before the question to which there was no answer."""


@dataclass(frozen=True)
class Answer:
    """number: grows with each that is kept; asked: when it was asked for; age: seconds since then."""

    question: str
    number: int
    asked: float
    age: float
    body: bytes = field(default=b"", repr=False)

    @property
    def failed(self) -> bool:
        """Whether it says why there is no answer."""
        return self.question.startswith(FAILED)


@dataclass(frozen=True)
class Outcome:
    """What was answered; `failed`: why nothing was."""

    body: bytes
    failed: bool = False


class SharedAnswers:
    """Those of one account, `account` being a digest of whose they are. Thread-safe. All may raise StoreError."""

    def __init__(self, tables: SharedTables, account: bytes, now: Callable[[Execute], float] | None = None) -> None:
        self._tables, self._account = tables, account
        self._now = now or (lambda execute: float(execute(f"SELECT {tables.clock}", ())[0][0]))

    def ask(self, question: str, good: Callable[[Answer], bool], fetch: Callable[[], Outcome]) -> Answer:
        """The answer that is kept, where `good` takes it; else the one that is being fetched now, here or by another process. It
        may say why there is none, where that was found out while this was asked."""
        last, begun = -1, self._last_number()
        while True:
            with self._tables.transaction() as execute:
                now = self._now(execute)
                failed = self._found(execute, FAILED + question, begun, now)
                kept = self._found(execute, question, last, now)
                holder = None if failed or kept else self._lease(execute, question, now)
            if failed is not None:
                return failed
            if kept is not None:
                last = kept.number
                if good(kept):
                    return kept
            elif holder is not None:
                return self._fetched(question, holder, now, fetch)
            else:
                time.sleep(LOOK_S)

    def keep(self, question: str, body: bytes, age: float) -> float:
        """Keep an answer that was asked for so many seconds ago, unless there is one to something later; when that was."""
        with self._tables.transaction() as execute:
            asked = self._now(execute) - age
            self._keep(execute, question, body, asked)
        return asked

    def since(self, number: int) -> list[Answer]:
        """What was kept after a number, in that order, without what was answered."""
        with self._tables.transaction() as execute:
            rows = execute("SELECT question, number, asked FROM upstream_answers WHERE account = ? AND number > ? "
                           "ORDER BY number", (self._account, number))
            now = self._now(execute)
        return [Answer(question, number, asked, now - asked) for question, number, asked in rows]

    def bodies(self, questions: Sequence[str]) -> dict[str, bytes]:
        """What was answered to some questions, as far as it is kept."""
        with self._tables.transaction() as execute:
            found = [(question, execute("SELECT body FROM upstream_answers WHERE account = ? AND question = ?",
                                        (self._account, question))) for question in questions]
        return {question: bytes(rows[0][0]) for question, rows in found if rows}

    def hold(self, names: Mapping[str, float]) -> None:
        """Say of some names for how many seconds from now on they are of interest."""
        with self._tables.transaction() as execute:
            now = self._now(execute)
            for name, seconds in names.items():
                execute("INSERT INTO upstream_leases (account, question, holder, until) VALUES (?, ?, '', ?) ON CONFLICT "
                        "(account, question) DO UPDATE SET until = excluded.until WHERE upstream_leases.until < excluded.until",
                        (self._account, name, now + seconds))

    def held(self) -> list[str]:
        """The names that are of interest to any process."""
        with self._tables.transaction() as execute:
            now = self._now(execute)
            execute("DELETE FROM upstream_leases WHERE until <= ?", (now,))
            return [name for (name,) in execute(
                "SELECT question FROM upstream_leases WHERE account = ? AND holder = ''", (self._account,))]

    def _last_number(self) -> int:
        with self._tables.transaction() as execute:
            return int(execute("SELECT coalesce(max(number), 0) FROM upstream_answers WHERE account = ?", (self._account,))[0][0])

    def _found(self, execute: Execute, question: str, after: int, now: float) -> Answer | None:
        """The answer to a question, if it was kept after a number."""
        rows = execute("SELECT number, asked, body FROM upstream_answers WHERE account = ? AND question = ? AND number > ?",
                       (self._account, question, after))
        return Answer(question, rows[0][0], rows[0][1], now - rows[0][1], bytes(rows[0][2])) if rows else None

    def _lease(self, execute: Execute, question: str, now: float) -> str | None:
        """Who asks from now on, where nobody does."""
        holder = uuid.uuid4().hex
        taken = execute("INSERT INTO upstream_leases (account, question, holder, until) VALUES (?, ?, ?, ?) ON CONFLICT "
                        "(account, question) DO UPDATE SET holder = excluded.holder, until = excluded.until "
                        "WHERE upstream_leases.until <= ? RETURNING 1", (self._account, question, holder, now + LEASE_S, now))
        return holder if taken else None

    def _fetched(self, question: str, holder: str, asked: float, fetch: Callable[[], Outcome]) -> Answer:
        begun = time.monotonic()
        with self._said(question, holder):
            found = fetch()
        name = FAILED + question if found.failed else question
        number = 0
        with suppress(StoreError), self._tables.transaction() as execute:  # else the others ask for themselves
            number = self._keep(execute, name, found.body, asked)
            self._end(execute, question, holder)
        return Answer(name, number, asked, time.monotonic() - begun, found.body)

    @contextmanager
    def _said(self, question: str, holder: str) -> Iterator[None]:
        """Say that the holder of a lease asks, for as long as it does. What raises lets go of it."""
        over = threading.Event()
        saying = threading.Thread(target=self._say, args=(question, holder, over), name="upstream-lease", daemon=True)
        saying.start()
        try:
            yield
        except BaseException:
            with suppress(StoreError), self._tables.transaction() as execute:
                self._end(execute, question, holder)
            raise
        finally:
            over.set()

    def _say(self, question: str, holder: str, over: threading.Event) -> None:
        while not over.wait(LEASE_S / 3):
            with suppress(StoreError), self._tables.transaction() as execute:
                execute("UPDATE upstream_leases SET until = ? WHERE account = ? AND question = ? AND holder = ?",
                        (self._now(execute) + LEASE_S, self._account, question, holder))

    def _end(self, execute: Execute, question: str, holder: str) -> None:
        execute("DELETE FROM upstream_leases WHERE account = ? AND question = ? AND holder = ?",
                (self._account, question, holder))

    def _keep(self, execute: Execute, question: str, body: bytes, asked: float) -> int:
        """Its number is later than any that there was, also of those that a crash of the database took."""
        now = self._now(execute)
        execute("DELETE FROM upstream_answers WHERE asked <= ?", (now - KEPT_S,))
        while (rows := execute("SELECT sum(length(body)), (min(number) + max(number)) / 2 FROM upstream_answers", ())
               )[0][0] and rows[0][0] + len(body) > MOST_BYTES:
            execute("DELETE FROM upstream_answers WHERE number <= ?", (rows[0][1],))
        [(last,)] = execute("SELECT coalesce(max(number), 0) FROM upstream_answers", ())
        number: int = max(last + 1, int(1000 * now))
        execute("INSERT INTO upstream_answers (account, question, number, asked, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT "
                "(account, question) DO UPDATE SET number = excluded.number, asked = excluded.asked, body = excluded.body "
                "WHERE upstream_answers.asked <= excluded.asked", (self._account, question, number, asked, body))
        return number
