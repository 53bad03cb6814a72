"""What a webhook tells of an account's points, and what is asked for because of it."""

import json
import threading
from pathlib import Path

import msgspec

from tests.live.accounts import FAULTED, FREE, IN_USE, Account, account
from tests.live.networks import a_point
from wirelane_geo.wire.points import encode_point


def event(here: Account, number: int, **changes: object) -> dict[str, object]:
    return {"id": f"event-{number}", "resource_type": "ChargingPoint", "resource_id": "id-1", "action": "update", **changes}


def told(here: Account, body: dict[str, object]) -> str:
    outcome = here.webhook().take(json.dumps(body).encode())
    here.live.process_updates()
    return outcome


def test_a_webhook_with_the_point_is_shown_without_a_question(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        point = here.upstream.store.get("id", "id-1")
        point = msgspec.structs.replace(point, status=FAULTED, update_date=here.clock.go_on(1))
        here.wire.asked.clear()
        told(here, event(here, 1, data=encode_point(point).decode()))
        assert here.look() == {FREE: 7, FAULTED: 1}
        assert (here.wire.asked, here.wire.single) == ([], 0)
        assert here.live.changes()[0].origin == "webhook"


def test_a_webhook_with_no_more_than_an_id_has_the_point_looked_up(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        here.change(p1=FAULTED)
        told(here, event(here, 1, data="something else"))
        assert here.look() == {FREE: 7, FAULTED: 1}
        assert here.wire.single == 1
        here.change(p2=FAULTED)
        told(here, event(here, 2, resource_id="DE*ABC*E0002"))
        assert here.look() == {FREE: 6, FAULTED: 2}


def test_webhooks_about_many_points_cost_one_question(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        here.after(15)
        here.change(**{f"p{number}": IN_USE for number in range(16)})
        here.wire.asked.clear()
        webhook = here.webhook()
        for number in range(16):
            webhook.take(json.dumps(event(here, number, resource_id=f"id-{number}")).encode())
        here.live.process_updates()
        assert here.look() == {IN_USE: 8}
        assert (len(here.wire.asked), here.wire.single) == (1, 0)


def test_a_webhook_that_comes_late_does_not_bring_back_what_was(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        old = msgspec.structs.replace(here.upstream.store.get("id", "id-1"), status=FAULTED, update_date=here.clock.go_on(1))
        here.clock.go_on(5)
        here.change(p1=IN_USE)
        here.after(15)
        told(here, event(here, 1, data=encode_point(old).decode()))
        assert here.look() == {FREE: 7, IN_USE: 1}
        assert [change.after for change in here.live.changes()] == [IN_USE]


def test_an_answer_that_was_asked_for_before_a_webhook_came_does_not_undo_it(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        here.change(p2=IN_USE)
        here.wire.hold = threading.Event()
        refreshing = threading.Thread(target=here.live.refresh)
        here.clock.go_on(15)
        refreshing.start()
        assert here.wire.held.wait(30)  # the upstream has answered, the answer is still on its way
        here.clock.go_on(1)
        here.change(p1=FAULTED)
        point = here.upstream.store.get("id", "id-1")
        told(here, event(here, 1, data=encode_point(point).decode()))
        here.wire.hold.set()
        refreshing.join(30)
        assert here.look() == {FREE: 6, IN_USE: 1, FAULTED: 1}
        assert [change.after for change in here.live.changes()] == [IN_USE, FAULTED]


def test_a_webhook_about_a_point_that_is_gone_takes_it_off_the_map(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.upstream.store.upsert([a_point(30, longitude=9.1, latitude=54.15, update_date=here.clock.now())], "extra")
        assert here.look() == {FREE: 9}
        here.upstream.store.remove("extra")
        here.clock.go_on(1)
        told(here, event(here, 1, resource_id="id-30", action="delete"))
        assert here.look() == {FREE: 8}


def test_an_event_about_nobody_knows_what_has_changes_asked_for(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        here.change(p1=FAULTED)
        told(here, {"id": "e", "resource_type": "Tariff", "resource_id": "x"})
        assert here.look() == {FREE: 7, FAULTED: 1}


def test_a_webhook_reaches_the_map_by_itself(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        here.live.start()
        here.change(p1=FAULTED)
        here.webhook().take(json.dumps(event(here, 1)).encode())
        assert here.live.wait(0, timeout=30)
        assert here.look() == {FREE: 7, FAULTED: 1}
