"""Log lines for machines to read: key=value or JSON, one line an event, without secrets."""

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message", "taskName"}
_PLAIN = re.compile(r"[\w.,:;/+*()<>@%-]+")
_IN_A_PATH = re.compile(r"(/webhooks/wirelane/)[^\s\"'?]+")
_BEARER = re.compile(r"(?i)(bearer\s+)[\w.~+/=-]+")
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
        return _BEARER.sub(r"\1***", _IN_A_PATH.sub(r"\1***", text))


def configure(kind: Literal["text", "json"], secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Have this package's events, and those of the web server where it logs at all, written as lines to a stream (default:
    stderr). `secrets` are struck out wherever they turn up."""
    lines = Lines(kind, secrets)
    ours = logging.getLogger("wirelane_geo")
    handler = logging.StreamHandler(stream or sys.stderr)
    ours.handlers, ours.propagate = [handler], False
    ours.setLevel(logging.INFO)
    for name in ("wirelane_geo", "uvicorn", "uvicorn.access", "uvicorn.error"):
        for known in logging.getLogger(name).handlers:
            known.setFormatter(lines)


def _quoted(value: Any) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
