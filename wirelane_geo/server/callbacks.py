"""Tells callbacks of changed charge points: the organization-event of the contract, `POST`ed with an EventLog.

Nobody who writes waits for it: the store numbers its changes, and a thread for each callback reads on from where it is. So
there is no queue that could run over, either. A callback that is behind is told of a point once, as the point is now, for
all that happened to it meanwhile. The store notes how far each has come, so that the next leader goes on there, and what changed
while nothing ran is told; what changed before a callback was there is not.
"""

import logging
import threading
import uuid
from collections.abc import Callable, Iterable
from hashlib import blake2b
from urllib.parse import urlsplit

import httpx

from wirelane_geo.api import encode, encode_point
from wirelane_geo.errors import NotLeading, WirelaneGeoError
from wirelane_geo.model import EventLog, Seq
from wirelane_geo.store import ChangedPoint, Store
from wirelane_geo.store.fence import Fence, check, fenced

SECRET_HEADER = "X-Wirelane-Secret"  # noqa: S105 - a header's name
POLL_S = 0.1
"""A question to the store costs it some microseconds; whoever writes may be another process."""
TIMEOUT_S = 10.0
PAUSES_S = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0)
"""Before each further attempt; an event that could not be delivered after the last one is given up."""
NOTE_S = 1.0
"""So long the next leader waits for the last event of this one; whoever takes longer to answer may be told twice."""
EVENTS_A_ROUND = 500
"""Changes that are in memory for a callback, at most."""

_LAST = 2**63 - 1
_AGAIN = frozenset({408, 425, 429})
"""Refusals that may be none the next time; 5xx are others."""

logger = logging.getLogger(__name__)


class Callback:
    """One URL that is told of what changes in a store from now on, in the order of the changes.

    `tenant` is the organization. `secret` goes into the header X-Wirelane-Secret. `wait` pauses for seconds and says
    whether to stop.
    """

    def __init__(self, store: Store, url: str, tenant: str, *, secret: str | None = None,
                 wait: Callable[[float], bool] | None = None, timeout_s: float = TIMEOUT_S) -> None:
        self._store, self._url, self._tenant = store, url, tenant
        self._name = urlsplit(url).hostname or "callback"  # in logs: the rest of a URL may be a secret
        self._stopping = threading.Event()
        self._wait = self._stopping.wait if wait is None else wait
        headers = {"Content-Type": "application/json", **({SECRET_HEADER: secret} if secret else {})}
        self._client = httpx.Client(timeout=timeout_s, headers=headers, follow_redirects=False, trust_env=False)
        self._reader = f"callback {blake2b(url.encode(), digest_size=16).hexdigest()}"  # a URL may be a secret
        self._at = store.reached(self._reader) or self._note((store.last_seq(), _LAST))
        self._fence: Fence | None = None
        self._begun = False
        self._thread = threading.Thread(target=self._run, name=f"callback {self._name}", daemon=True)

    def start(self, fence: Fence | None = None) -> None:
        """Begin to look for changes, in a thread, where the last one that told has come to; as the leader."""
        self._fence, self._begun = fence, False
        self._thread.start()

    def stop(self) -> None:
        """End. An attempt under way is not waited for."""
        self._stopping.set()

    def wait(self, seconds: float) -> None:
        """For an event that is about to be noted as received, so that nobody tells it again."""
        if self._thread.is_alive():
            self._thread.join(seconds)

    def tell(self) -> int:
        """Tell all that has changed since the last time. Returns how many events were received. Raises StoreError, NotLeading
        where another process tells by now."""
        told, last = 0, self._store.last_seq()
        while changes := self._store.changed(self._at, EVENTS_A_ROUND):
            for change in changes:
                if self._stopping.is_set():
                    return told
                check()
                received = self._send(encode(event_of(change, self._tenant)))
                told += received
                if received or not self._stopping.is_set():
                    self._at = self._note((change.seq, change.rowid))
        if (last, _LAST) > self._at:
            self._at = self._note((last, _LAST))
        return told

    def _note(self, place: tuple[Seq, int]) -> tuple[Seq, int]:
        self._store.note_reached(self._reader, place)
        return place

    def _run(self) -> None:
        with self._client, fenced(self._fence):
            while not self._wait(POLL_S):
                try:
                    if not self._begun:
                        self._at, self._begun = self._store.reached(self._reader) or self._at, True
                    if self._store.last_seq() > self._at[0]:
                        self.tell()
                except NotLeading:
                    return
                except WirelaneGeoError as error:
                    logger.warning("The changes for %s can't be read: %s", self._name, error)

    def _send(self, body: bytes) -> bool:
        """Whether an event was received, at the first attempt or a later one."""
        for pause in (*PAUSES_S, None):
            try:
                status = self._client.post(self._url, content=body).status_code
                problem, final = f"answered {status}", 300 <= status < 500 and status not in _AGAIN
                if 200 <= status < 300:
                    return True
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                problem, final = f"could not be reached ({type(error).__name__})", False
            if final or pause is None:
                logger.warning("%s %s: an event is not delivered.", self._name, problem)
                return False
            if self._wait(pause):
                return False
        return False


class Callbacks:
    """All callbacks of an installation: a duty of the leader (`live.leader.Duty`)."""

    def __init__(self, store: Store, urls: Iterable[str], tenant: str, secret: str | None = None) -> None:
        self._store, self._urls, self._tenant, self._secret = store, tuple(urls), tenant, secret
        self._callbacks: list[Callback] = []
        self._make()

    def begin(self, fence: Fence | None) -> None:
        """Begin to tell them, where the one that told before has come to."""
        if not self._callbacks:
            self._make()
        for callback in self._callbacks:
            callback.start(fence)

    def end(self) -> None:
        """End."""
        for callback in self._callbacks:
            callback.stop()
        for callback in self._callbacks:
            callback.wait(NOTE_S)
        self._callbacks = []

    def _make(self) -> None:
        self._callbacks = [Callback(self._store, url, self._tenant, secret=self._secret) for url in self._urls]


def event_of(change: ChangedPoint, tenant: str) -> EventLog:
    """The event of a change: `data` is the point as JSON, `correlation_id` what changed together.

    The id follows from change and point, so that two processes that tell the same give it the same id.
    """
    point, action = change.point, "created" if change.new else "updated"
    digest = blake2b(f"{change.seq} {point.id} {point.update_date}".encode(), digest_size=16).digest()
    return EventLog(
        id=str(uuid.UUID(bytes=digest, version=4)), tenant=tenant, resource_id=point.id, resource_type="charging_point",
        resource_owner=point.owner, correlation_id=f"change-{change.seq}", action=action, source="wirelane-geo",
        event_date=point.update_date, event_name=f"charging_point.{action}", data=encode_point(point).decode())
