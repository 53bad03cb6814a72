"""Log lines: one an event, readable by machines, without secrets."""

import io
import json
import logging
import subprocess
import sys
from pathlib import Path

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


@pytest.mark.slow
def test_what_nobody_expects_is_a_line_without_secrets_too() -> None:
    """Of asyncio, threads, finalizers, warnings, libraries, Streamlit, the web server, and of the program's own end."""
    done = subprocess.run([sys.executable, "-m", "tests.strays"], cwd=Path(__file__).parent.parent, capture_output=True,
                          text=True, check=False, timeout=120)
    assert done.returncode == 1
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert [line for line in lines if not line.startswith("time=")] == []
    assert SECRET not in done.stderr
    for where, logger in (("callback", "asyncio"), ("task", "asyncio"), ("thread", "wirelane_geo.uncaught"),
                          ("finalizer", "wirelane_geo.uncaught"), ("warning", "py.warnings"), ("logger", "some.library"),
                          ("logger", "websockets"), ("logger", "streamlit.early"), ("logger", "streamlit.late"),
                          ("root", "root"), ("application", "uvicorn.error"), ("program", "wirelane_geo.uncaught")):
        assert len([line for line in lines if f" logger={logger} " in line and f"{where} ***" in line]) == 1, (where, logger)


@pytest.mark.parametrize(("ends", "says"), [("raise KeyboardInterrupt", "KeyboardInterrupt"), ("raise SystemExit(3)", "")])
def test_an_end_that_was_meant_is_no_event(ends: str, says: str) -> None:
    code = f"from wirelane_geo import logs; logs.configure('text'); logs.catch()\n{ends}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert done.stderr.strip().endswith(says)
    assert "time=" not in done.stderr
