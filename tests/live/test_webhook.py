"""What an event asks to be looked at, and who may tell."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.live.networks import a_point
from wirelane_geo.errors import StoreError
from wirelane_geo.live.webhook import Webhook, WebhookUpdate, load_or_create_secret, update_of
from wirelane_geo.model import EventLog, Status
from wirelane_geo.store.event_ids import REMEMBERED
from wirelane_geo.wire.points import encode_point

NOW = datetime(2025, 7, 1, 12, tzinfo=UTC)
POINT = a_point(1, Status.FAULTED, update_date=NOW)
AS_JSON = encode_point(POINT).decode()


def webhook() -> tuple[Webhook, list[WebhookUpdate]]:
    told: list[WebhookUpdate] = []
    return Webhook("the-secret-of-the-test", told.append, lambda: NOW), told


@pytest.mark.parametrize("event", [
    {"data": AS_JSON}, {"core_data": AS_JSON}, {"data": "no JSON", "core_data": AS_JSON},
    {"data": AS_JSON, "resource_type": "whatever", "resource_id": "x"},
])
def test_a_point_in_the_data_is_taken(event: dict) -> None:
    assert update_of(EventLog(**event), NOW) == WebhookUpdate(received_at=NOW, points=(POINT,))


@pytest.mark.parametrize("data", [
    None, "", "text", "[]", "{}", "null", '{"id": "id-1"}', '{"status": "FREE"}', '{"id": "id-1", "status": "FREE"}', "7",
    '{"id": "id-1", "charge_point_id": "P", "status": ["FREE"]}', '{"id": "id-1", "charge_point_id": "P", "status": null}',
    '{"charge_point_id": "P", "status": "FREE"}', '{"id": "id-1", "charge_point_id": "P", "status": "FREE", "latitude": 99}',
    "[" * 100_000, "\ud800",
])
@pytest.mark.parametrize("kind", ["ChargingPoint", "charging_point", "EVSE", "Connector", "", None])
def test_what_is_no_whole_point_is_looked_up_by_its_id(data: object, kind: str | None) -> None:
    event = EventLog(data=data, resource_id="id-1", resource_type=kind)
    assert update_of(event, NOW) == WebhookUpdate(received_at=NOW, ids=("id-1",))


@pytest.mark.parametrize("event", [{}, {"resource_type": "ChargingPoint"}, {"resource_type": "Tariff", "resource_id": "t"},
                                   {"resource_id": None}, {"resource_id": ""}])
def test_an_event_about_nobody_knows_what_asks_to_look_everywhere(event: dict) -> None:
    assert update_of(EventLog(**event), NOW) == WebhookUpdate(received_at=NOW, more=True)


@pytest.mark.parametrize(("odd", "update"), [
    ({"event_date": "yesterday"}, WebhookUpdate(received_at=NOW, more=True)),
    ({"event_date": "0000-00-00", "resource_id": "id-1"}, WebhookUpdate(received_at=NOW, ids=("id-1",))),
    ({"resource_id": ["id-1"]}, WebhookUpdate(received_at=NOW, more=True)),
])
def test_an_odd_event_is_understood_as_far_as_it_goes(odd: dict, update: WebhookUpdate) -> None:
    hook, told = webhook()
    assert hook.take(json.dumps(odd).encode()) == "accepted"
    assert told == [update]


def test_an_event_that_comes_again_is_passed_over() -> None:
    hook, told = webhook()
    first = json.dumps({"id": "e-1", "resource_id": "a"}).encode()
    assert [hook.take(first), hook.take(first)] == ["accepted", "duplicate"]
    assert hook.take(json.dumps({"id": "e-2", "resource_id": "a"}).encode()) == "accepted"
    assert len(told) == 2
    without = json.dumps({"resource_id": "a"}).encode()
    assert [hook.take(without), hook.take(without)] == ["accepted", "accepted"], "without an id nobody knows"


def test_so_many_ids_are_remembered_and_no_more() -> None:
    hook, told = webhook()
    for number in range(REMEMBERED + 1):
        hook.take(b'{"id": "%d"}' % number)
    told.clear()
    assert hook.take(b'{"id": "1"}') == "duplicate"
    assert hook.take(b'{"id": "0"}') == "accepted"
    assert len(hook.remembered) == REMEMBERED


@given(st.binary())
def test_whatever_comes_is_no_accident(body: bytes) -> None:
    assert webhook()[0].take(body) in ("accepted", "unreadable")


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b"null", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_object_is_unreadable(body: bytes) -> None:
    hook, told = webhook()
    assert hook.take(body) == "unreadable"
    assert told == []


def test_only_the_secret_lets_in() -> None:
    hook, _ = webhook()
    assert hook.admits("the-secret-of-the-test")
    for wrong in ("", None, "the-secret", "the-secret-of-the-test ", "THE-SECRET-OF-THE-TEST", "ü", "\ud800"):
        assert not hook.admits(wrong)
    assert "secret-of" not in repr(hook)


def test_several_news_are_one_in_which_the_last_word_counts() -> None:
    later = a_point(1, Status.FREE)
    joined = WebhookUpdate.joined([
        WebhookUpdate(received_at=NOW, points=(POINT,)), WebhookUpdate(received_at=NOW, ids=("a", "b")),
        WebhookUpdate(received_at=NOW, ids=("a",)), WebhookUpdate(received_at=NOW, points=(later,))])
    assert joined == WebhookUpdate(received_at=NOW, points=(later,), ids=("a", "b"))


def test_the_secret_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    secret = load_or_create_secret(tmp_path)
    assert len(secret) >= 32
    assert load_or_create_secret(tmp_path) == secret
    file = tmp_path / "webhook-secret"
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o644)
    load_or_create_secret(tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["webhook-secret"]
    file.write_text("\n")
    with pytest.raises(StoreError, match="Remove it"):
        load_or_create_secret(tmp_path)
    with pytest.raises(StoreError, match="webhook"):
        load_or_create_secret(tmp_path / "nowhere")
