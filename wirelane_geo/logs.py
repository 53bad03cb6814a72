"""Log lines for machines to read: key=value or JSON, one line an event, without secrets."""

import json
import logging
import re
import sys
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal, TextIO

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message", "taskName"}
_PLAIN = re.compile(r"[\w.,:;/+*()<>@%-]+")
_IN_A_PATH = re.compile(r"(/webhooks/wirelane/)[^\s\"'?]+")
_IN_A_QUERY = re.compile(r"([?&]key=)[^\s\"'&]+")
_BEARER = re.compile(r"(?i)(bearer\s+)[\w.~+/=-]+")
_OURS = "wirelane_geo"
SHORTEST_SECRET = 6
"""What is shorter can't be told from other text."""


class Lines(logging.Formatter):
    """A record as one line: time (UTC), level, logger, message, and whatever was given as `extra`."""

    def __init__(self, kind: Literal["text", "json"], secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._json = kind == "json"
        self._secrets = sorted({secret for secret in secrets if len(secret) >= SHORTEST_SECRET}, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        event: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        event |= {name: value for name, value in vars(record).items() if name not in _OWN}
        if record.exc_info:
            event["exception"] = self.formatException(record.exc_info)
        event = {name: self._cleaned(value) for name, value in event.items()}
        if self._json:
            return json.dumps(event, ensure_ascii=False)
        return " ".join(f"{name}={_quoted(value)}" for name, value in event.items())

    def _cleaned(self, value: Any) -> Any:
        if isinstance(value, bool | int | float) or value is None:
            return value
        text = str(value)
        for secret in self._secrets:
            text = text.replace(secret, "***")
        for place in (_IN_A_PATH, _IN_A_QUERY, _BEARER):
            text = place.sub(r"\1***", text)
        return text


def configure(kind: Literal["text", "json"], secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Have this package's events written as lines to a stream (default: stderr). `secrets` are struck out wherever they turn
    up."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Lines(kind, secrets))
    ours = logging.getLogger(_OURS)
    ours.handlers, ours.propagate = [handler], False
    ours.setLevel(logging.INFO)


def catch() -> None:
    """Have what nobody else writes written as `configure` said of our events: what loggers without a handler say (asyncio),
    warnings, and errors that nobody catches."""
    logging.root.addHandler(logging.getLogger(_OURS).handlers[0])
    logging.captureWarnings(True)
    sys.excepthook, threading.excepthook, sys.unraisablehook = _failed, _thread_failed, _unraisable


def adopt() -> None:
    """Have the events of the web server and of Streamlit written so, too. They give their loggers handlers as they begin to
    serve, so it is called then."""
    for logger in (logging.root, *logging.root.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger) and logger.name != _OURS:
            to_the_root(logger)
    logging.getLogger("uvicorn.error").propagate = True  # Streamlit cuts it off from the server's own
    catch()


def to_the_root(logger: logging.Logger) -> None:
    """Leave it to the root to write what a logger says to the console."""
    for handler in logger.handlers[:]:
        if isinstance(handler, logging.StreamHandler) and handler.stream in (sys.stderr, sys.stdout):
            logger.removeHandler(handler)
            logger.propagate = True


_uncaught = logging.getLogger(f"{_OURS}.uncaught")


def _failed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        _uncaught.critical("it ends by an error that nobody expected", exc_info=(kind, error, trace))


def _thread_failed(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is not None and not isinstance(failed.exc_value, SystemExit):
        _uncaught.error("a thread failed: %s", failed.thread.name if failed.thread else "that is gone",
                        exc_info=(failed.exc_type, failed.exc_value, failed.exc_traceback))


def _unraisable(failed: "sys.UnraisableHookArgs") -> None:
    if failed.exc_value is not None:
        _uncaught.error("%s: %r", failed.err_msg or "an error where none can be raised", failed.object,
                        exc_info=(failed.exc_type, failed.exc_value, failed.exc_traceback))


def _quoted(value: Any) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
