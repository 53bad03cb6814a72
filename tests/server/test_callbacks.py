"""Callbacks are told what changed, over real HTTP, however badly they answer; whoever writes doesn't notice."""

import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.store.points import point
from wirelane_geo.api import decode_event, decode_point
from wirelane_geo.live.webhook import Webhook, WebhookUpdate
from wirelane_geo.model import ChargePoint, EventLog, Status
from wirelane_geo.server.callbacks import EVENTS_A_ROUND, PAUSES_S, SECRET_HEADER, Callback, Callbacks
from wirelane_geo.store import Store, open_store

SECRET = "a-secret-of-the-callback"


@dataclass
class Receiver:
    """Somebody's callback: what came, and what to answer to the next ones (200 when nothing is left)."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    came: "queue.Queue[tuple[dict[str, str], bytes]]" = field(default_factory=queue.Queue)

    def events(self) -> list[EventLog]:
        """All that came so far."""
        return [decode_event(self.came.get_nowait()[1]) for _ in range(self.came.qsize())]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    told = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.came.put((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            status = told.answers.pop(0) if told.answers else 200
            if status == 0:  # hangs up
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Location", f"{told.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "points.sqlite")
    yield store
    store.close()


class Pauses(list[float]):
    """Pauses that take no time; `stop_after` says when to stop."""

    stop_after = 10**9

    def __call__(self, seconds: float) -> bool:
        self.append(seconds)
        return len(self) >= self.stop_after


def test_a_change_is_told_with_the_point_as_it_is(store: Store, receiver: Receiver) -> None:
    store.upsert([point("before")], "irve")
    callback = Callback(store, receiver.url, "DEMO", secret=SECRET, wait=Pauses())
    made = store.create(point("new", owner="O-1"))
    assert callback.tell() == 1
    headers, body = receiver.came.get_nowait()
    event = decode_event(body)
    assert (headers[SECRET_HEADER], headers["Content-Type"]) == (SECRET, "application/json")
    assert decode_point((event.data or "").encode()) == made
    assert (event.tenant, event.resource_id, event.resource_owner) == ("DEMO", made.id, "O-1")
    assert (event.action, event.event_name, event.event_date) == ("created", "charging_point.created", made.update_date)
    store.set_statuses({made.id or "": Status.FAULTED}, datetime(2100, 1, 1, tzinfo=UTC))
    assert callback.tell() == 1
    [changed] = receiver.events()
    assert (changed.action, decode_point((changed.data or "").encode()).status) == ("updated", Status.FAULTED)
    assert changed.id != event.id
    assert callback.tell() == 0
    assert receiver.came.empty()


def test_what_changes_nothing_and_what_is_gone_is_not_told(store: Store, receiver: Receiver) -> None:
    store.upsert([point("a")], "irve")
    callback = Callback(store, receiver.url, "DEMO")
    store.upsert([point("a")], "irve")
    store.remove("irve")
    assert callback.tell() == 0
    store.upsert([point("b")], "irve")
    assert callback.tell() == 1


@pytest.mark.slow
def test_a_callback_that_is_behind_is_told_of_each_point_once(store: Store, receiver: Receiver) -> None:
    callback = Callback(store, receiver.url, "DEMO")
    count = EVENTS_A_ROUND + 20
    store.upsert([point(f"P{n}") for n in range(count)], "irve")
    [one] = [p.id for p in store.records([store.columns().handle[0]])]
    for status in (Status.FREE, Status.IN_USE, Status.FREE):
        store.set_statuses({one or "": status})
    assert callback.tell() == count
    events = receiver.events()
    assert len({event.resource_id for event in events}) == len({event.id for event in events}) == count
    assert events[-1].resource_id == one, "the last to change"


@pytest.mark.parametrize("failure", [500, 503, 429, 408, 0])
def test_what_may_pass_is_tried_again_after_longer_and_longer_pauses(store: Store, receiver: Receiver, failure: int) -> None:
    pauses = Pauses()
    callback = Callback(store, receiver.url, "DEMO", wait=pauses)
    receiver.answers[:] = [failure] * 3
    store.create(point("new"))
    assert callback.tell() == 1
    assert pauses == list(PAUSES_S[:3]) == sorted(pauses)
    assert len({event.id for event in receiver.events()}) == 1, "so that it is known as the same"


@pytest.mark.parametrize("refusal", [400, 401, 404, 410, 302])
def test_what_is_refused_is_not_sent_again_nor_elsewhere(store: Store, receiver: Receiver, refusal: int) -> None:
    pauses = Pauses()
    callback = Callback(store, receiver.url, "DEMO", wait=pauses)
    receiver.answers[:] = [refusal]
    store.create(point("one"))
    store.create(point("two"))
    assert callback.tell() == 1, "the second is told all the same"
    assert (receiver.came.qsize(), pauses) == (2, [])


def test_nobody_there_is_given_up_and_logged_without_the_secrets_of_the_url(
        store: Store, caplog: pytest.LogCaptureFixture) -> None:
    pauses = Pauses()
    callback = Callback(store, "http://127.0.0.1:9/hook/hidden?key=hidden", "DEMO", secret=SECRET, wait=pauses)
    store.create(point("new"))
    assert callback.tell() == 0
    assert pauses == list(PAUSES_S)
    assert "127.0.0.1" in caplog.text
    assert "hidden" not in caplog.text
    assert SECRET not in caplog.text
    assert callback.tell() == 0
    assert pauses == list(PAUSES_S), "given up for good"


def test_stopping_ends_a_retry(store: Store, receiver: Receiver) -> None:
    pauses = Pauses()
    pauses.stop_after = 2
    receiver.answers[:] = [500] * 50
    callback = Callback(store, receiver.url, "DEMO", wait=pauses)
    store.create(point("new"))
    assert callback.tell() == 0
    assert receiver.came.qsize() == 2


def test_a_thread_tells_every_callback_and_our_own_webhook_understands(store: Store, receiver: Receiver) -> None:
    callbacks = Callbacks(store, [receiver.url, f"{receiver.url}/2"], "DEMO", SECRET)
    callbacks.begin(None)
    made = store.create(point("new", status=Status.IN_USE))
    bodies = [receiver.came.get(timeout=30)[1] for _ in range(2)]
    callbacks.end()
    heard: list[WebhookUpdate] = []
    webhook = Webhook(SECRET, heard.append, lambda: datetime.now(UTC))
    assert [webhook.take(body) for body in bodies] == ["accepted", "duplicate"]
    [told] = [point for news in heard for point in news.points]
    assert isinstance(told, ChargePoint)
    assert told == made


def test_what_is_told_again_by_the_next_leader_has_the_same_id_and_counts_once(store: Store, receiver: Receiver) -> None:
    killed, following = (Callback(store, receiver.url, "DEMO", wait=Pauses()) for _ in range(2))
    made = [store.create(point(name)) for name in "abc"]
    assert (killed.tell(), following.tell()) == (3, 3), "the second one as if the first had noted nothing"
    bodies = [receiver.came.get_nowait()[1] for _ in range(6)]
    ids = [decode_event(body).id for body in bodies]
    assert ids[:3] == ids[3:]
    assert len(set(ids)) == 3
    webhook = Webhook(SECRET, lambda _: None, lambda: datetime.now(UTC))
    assert [webhook.take(body) for body in bodies] == ["accepted"] * 3 + ["duplicate"] * 3
    store.set_statuses({made[0].id or "": Status.FAULTED})
    assert following.tell() == 1
    [changed] = receiver.events()
    assert changed.id not in ids, "another change of the same point"
