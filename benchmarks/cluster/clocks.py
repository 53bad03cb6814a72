"""Clocks that differ: whether tokens of one machine hold at others, and in which order a point's changes are kept."""

from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import httpx
import msgspec
import psycopg

from benchmarks.cluster.machines import Replica, until
from wirelane_geo.api import encode_point
from wirelane_geo.model import PointId, Status
from wirelane_geo.server.credentials import Credentials
from wirelane_geo.store import open_store

IssueToken = Callable[[Credentials, float], str]
"""Makes a token as a machine does whose clock is so many seconds ahead."""
STATUSES = (Status.FAULTED, Status.FREE) * 3
"""What a point becomes, one after the other."""


class Clocks:
    """A point of a database whose status is changed here and there, each change once the history has the one before."""

    def __init__(self, database: str, own: Credentials, point: PointId) -> None:
        self._database, self._own, self._point = database, own, point
        self._changed: list[Status] = []
        self._refused = 0

    def change_at(self, replicas: Sequence[Replica]) -> None:
        """Change it at one of two replicas after the other, with a token of the other one."""
        own = self._own
        form = {"grant_type": "password", "username": own.username, "password": own.password, "client_id": own.client_id,
                "client_secret": own.client_secret}
        for number, status in enumerate(STATUSES):
            here, issuer = replicas[number % 2], replicas[(number + 1) % 2]
            token = httpx.post(f"{issuer.url}/token", data=form, timeout=30).json()["access_token"]
            self._put(here, status, token)

    def change_beside(self, replicas: Sequence[Replica], ahead_s: float, issue: IssueToken) -> None:
        """Change it as a machine whose clock is so far ahead does, and at a replica with its token, in turns."""
        for number, status in enumerate(STATUSES):
            if number % 2:
                self._put(replicas[number // 2], status, issue(self._own, ahead_s))
            else:
                before = self._noted()
                with closing(open_store(self._database)) as store:
                    store.set_statuses({self._point: status}, at=datetime.now(UTC) + timedelta(seconds=ahead_s))
                self._wait(status, before)

    def outcome(self) -> tuple[dict[str, float], int]:
        """Figures, and how many of them are wrong."""
        with psycopg.connect(self._database) as connection:
            rows = connection.execute("SELECT after, at FROM history.changes JOIN points USING (handle) WHERE points.id = %s "
                                      "AND number > 0 ORDER BY number", (self._point,)).fetchall()
        disordered = sum(one[1] > next_one[1] for one, next_one in pairwise(rows))
        misplaced = abs(len(rows) - len(self._changed)) + sum(
            after != status.number for (after, _), status in zip(rows, self._changed, strict=False))
        return ({"changes": len(rows), "tokens refused": self._refused, "out of order": disordered + misplaced},
                self._refused + disordered + misplaced)

    def _put(self, replica: Replica, status: Status, token: str) -> None:
        with closing(open_store(self._database)) as store:
            record = store.get("id", self._point)
        assert record is not None
        before = self._noted()
        answer = httpx.put(f"{replica.url}/apis/emc/organizations/id/{self._own.organization}/points/id/{self._point}",
                           content=encode_point(msgspec.structs.replace(record, status=status)), timeout=30,
                           headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
        self._refused += not answer.is_success
        self._wait(status, before)

    def _wait(self, status: Status, before: int) -> None:
        self._changed.append(status)
        with suppress(TimeoutError):
            until(lambda: self._noted() > before, 30)

    def _noted(self) -> int:
        """How many changes of it the history has."""
        with psycopg.connect(self._database) as connection:
            row = connection.execute("SELECT count(*) FROM history.changes JOIN points USING (handle) WHERE points.id = %s "
                                     "AND number > 0", (self._point,)).fetchone()
        return row[0] if row else 0
