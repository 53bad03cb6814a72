"""Log lines: one an event, readable by machines, without secrets."""

import io
import json
import logging

import pytest

from wirelane_geo import logs

SECRET = "hush-hush-hush"


@pytest.fixture(autouse=True)
def as_before() -> object:
    logger = logging.getLogger("wirelane_geo")
    before = (logger.handlers, logger.propagate, logger.level)
    yield
    logger.handlers, logger.propagate, logger.level = before


def written(kind: str, *events: tuple) -> list[str]:
    stream = io.StringIO()
    logs.configure(kind, [SECRET, "abc"], stream)
    for message, extra in events:
        logging.getLogger("wirelane_geo.live").warning(message, extra=extra)
    return stream.getvalue().splitlines()


def test_json_has_the_event_and_what_was_given_with_it() -> None:
    [line] = written("json", ("a \"quoted\"\nevent", {"points": 7, "reason": "it's late", "at": None}))
    event = json.loads(line)
    assert event.pop("time").endswith("Z")
    assert event == {"level": "warning", "logger": "wirelane_geo.live", "event": "a \"quoted\"\nevent", "points": 7,
                     "reason": "it's late", "at": None}


def test_text_is_key_and_value_and_one_line() -> None:
    [line] = written("text", ("two\nlines", {"points": 7, "reason": "it is late"}))
    assert line.endswith(r'level=warning logger=wirelane_geo.live event="two\nlines" points=7 reason="it is late"')


@pytest.mark.parametrize("kind", ["json", "text"])
def test_secrets_are_struck_out_wherever_they_turn_up(kind: str) -> None:
    lines = written(
        kind, (f"with {SECRET} in it", {"reason": f"x{SECRET}y", "list": [SECRET]}),
        ("POST /webhooks/wirelane/whatever-was-tried HTTP/1.1", {}), ("Authorization: Bearer eyJ0.eyJ1.sig-", {}),
        ('"POST /feeds/city?x=1&key=of-a-broker HTTP/1.1" 200', {}))
    text = "\n".join(lines)
    for secret in (SECRET, "whatever-was-tried", "eyJ0", "of-a-broker"):
        assert secret not in text
    assert "/webhooks/wirelane/*** HTTP/1.1" in text
    assert "abc" in written(kind, ("abcdef", {}))[0], "what is too short is no secret"


def test_an_exception_comes_with_its_trace_in_the_same_line() -> None:
    stream = io.StringIO()
    logs.configure("json", [SECRET], stream)
    try:
        raise ValueError(f"not {SECRET}")
    except ValueError:
        logging.getLogger("wirelane_geo").exception("failed")
    [line] = stream.getvalue().splitlines()
    assert "ValueError: not ***" in json.loads(line)["exception"]
