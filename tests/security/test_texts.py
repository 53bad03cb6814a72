"""Texts from outside: links that lead where they say, and no longer than a text is."""

import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.live.networks import a_point
from tests.server.serving import serving as service_serving
from tests.serving import serving
from wirelane_geo import permalink
from wirelane_geo.live.webhook import Webhook, WebhookUpdate, update_of
from wirelane_geo.model import EventLog, Status
from wirelane_geo.server._bodies import LONGEST_TEXT, read_point
from wirelane_geo.server._errors import Refusal
from wirelane_geo.ui.details import web_address
from wirelane_geo.ui.wall.choice import read
from wirelane_geo.web.admission import Admission, Rules
from wirelane_geo.wire.points import encode_point


@pytest.mark.parametrize("text", [
    "https://bank.example@evil.example/pay", "https://user:password@pay.example/", "https://@pay.example", "javascript:alert(1)",
    "//pay.example", "https://", "data:text/html,x", "https://pay.example/\nx", "ftp://pay.example", None, "",
])
def test_what_hides_where_it_leads_is_no_link(text: str | None) -> None:
    assert web_address(text) is None


@pytest.mark.parametrize("text", ["https://pay.example/a?b=c@d", "http://pay.example:8080/"])
def test_a_plain_address_is_a_link(text: str) -> None:
    assert web_address(text) == text


def test_a_text_has_a_length() -> None:
    longest = f'{{"charge_point_id": "A", "city": "{"x" * LONGEST_TEXT}"}}'
    read_point(longest.encode())
    with pytest.raises(Refusal, match="longer than"):
        read_point(longest.replace("xx", "xxx", 1).encode())


def test_an_address_has_a_length() -> None:
    async def answer(_: Request) -> Response:
        return PlainTextResponse("here")

    rules = Rules()
    with serving(Starlette(routes=[Route("/{path:path}", answer)], middleware=[Middleware(Admission, rules)])) as url:
        assert httpx.get(url, params={"q": "x" * 16_000}).status_code == 200
        for address in (f"{url}/?q={'x' * 17_000}", f"{url}/{'x' * 17_000}", f"{url}/?{'a=&' * 6_000}"):
            told = httpx.get(address)
            assert (told.status_code, "at most" in told.text) == (414, True)


@pytest.mark.slow
@pytest.mark.parametrize("link", [
    "&".join(f"x{number}=1" for number in range(100_000)), "status=" + "FREE," * 50_000, "x" * 1_000_000, "&" * 1_000_000,
    "&".join(["lat=1"] * 100_000),
])
def test_of_a_link_so_much_is_read_whoever_says_it(link: str) -> None:
    """A page hears of its address over its websocket, too, which carries a megabyte at once."""
    for said in (f"lat=52.5&{link}", {"lat": "52.5", **dict(parse_qsl(link, keep_blank_values=True))}):
        state = permalink.parse(said)
        assert len(state.ignored) <= permalink.MOST_PARTS + 1
        assert sum(len(part.value) for part in state.ignored) <= 2 * permalink.LONGEST
    state = permalink.parse(f"station=a&lang=de&{link}")
    assert (state.station, state.lang) == ("a", "de"), "what comes first counts"


def test_what_is_not_read_of_a_link_is_said() -> None:
    [said] = permalink.parse("lat=52.5&lon=13.4&zoom=12&cpo=" + "x" * 9_000).ignored
    assert (said.key, "too long" in said.reason) == ("cpo", True)
    assert len(permalink.parse("lat=52.5&lon=13.4&zoom=12&" + "&".join(["status=FREE"] * 100)).ignored) == 0


def test_a_tour_of_a_wall_has_a_length() -> None:
    choice = read({"tour": [f"Nord{number}: Berlin" for number in range(20_000)]})
    assert len(choice.tour) == 50
    assert sum(len(part.value) for part in choice.state.ignored) <= 2 * permalink.LONGEST


@pytest.mark.parametrize(("event", "outcome"), [
    ({"resource_id": "x" * 4_000, "resource_type": "ChargingPoint"}, "accepted"),
    ({"resource_id": "x" * 4_001, "resource_type": "ChargingPoint"}, "unreadable"),
    ({"action": "x" * 4_001}, "unreadable"),
    ({"id": "x" * 100_000}, "accepted"),
    ({"data": "x" * 100_000}, "accepted"),
])
def test_texts_of_a_webhook_have_lengths(event: dict[str, str], outcome: str) -> None:
    told: list[WebhookUpdate] = []
    hook = Webhook("the-secret-of-the-test", told.append, lambda: datetime(2026, 1, 1, tzinfo=UTC))
    assert hook.take(json.dumps(event).encode()) == outcome
    assert len(told) == (outcome == "accepted")


def test_a_point_with_a_long_text_is_not_taken_from_a_webhook() -> None:
    def update(city: str) -> WebhookUpdate:
        body = encode_point(a_point(1, Status.FAULTED, city=city)).decode()
        return update_of(EventLog(data=body), datetime(2026, 1, 1, tzinfo=UTC))

    assert len(update("x" * 4_000).points) == 1
    assert update("x" * 4_001).points == ()


@pytest.mark.parametrize("field", ["city", "cpo", "charge_point_id", "charging_station_id", "model"])
def test_a_text_with_nul_is_told_and_not_stored(tmp_path: Path, field: str) -> None:
    with service_serving(tmp_path) as service:
        for text in ("a\0b", "\0"):
            answer = service.client.post(service.points, json={"charge_point_id": "A", field: text})
            assert (answer.status_code, field in answer.json()["error_message"]) == (400, True)
        assert service.client.get(service.points).json() == []


def test_an_address_with_nul_is_told() -> None:
    async def answer(_: Request) -> Response:
        return PlainTextResponse("here")

    with serving(Starlette(routes=[Route("/{path:path}", answer)], middleware=[Middleware(Admission, Rules())])) as url:
        assert [httpx.get(f"{url}/{address}").status_code for address in ("a%00b", "?q=a%00b", "?q=a%2000")] == [400, 400, 200]
    assert permalink.parse("station=a%00b").station == "ab"
    told: list[WebhookUpdate] = []
    hook = Webhook("the-secret-of-the-test", told.append, lambda: datetime(2026, 1, 1, tzinfo=UTC))
    assert hook.take(json.dumps({"resource_id": "a\0b"}).encode()) == "unreadable"
