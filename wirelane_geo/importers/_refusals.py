"""Answers that have no data, but say why: SOAP faults, and errors of OICP and of servers in JSON."""

import json
import re
from typing import Any

MOST_LETTERS = 20_000
"""Of an answer that is looked at: an error is short."""

_FAULT = re.compile(r"<(?:\w+:)?Fault[\s>].*?<(?:\w+:)?(?:faultstring|Text)\b[^>]*>(?:<!\[CDATA\[)?\s*([^<\]]+)", re.S)
_SAYING = ("error_description", "message", "detail", "description", "faultstring", "title", "reason", "error", "errors", "fault")
_BESIDE = {"code", "status", "statuscode", "errorcode", "type", "instance", "path", "timestamp", "success", "details",
           "requestid", "traceid", "correlationid", "documentationurl", "moreinformation", "httpcode", "httpmessage"}
"""Names that stand beside what is said; a record has others."""
_LONGEST = 300


def said(text: str) -> str | None:
    """What an answer says went wrong, on one line; None for any other text."""
    if len(text) > MOST_LETTERS:
        return None
    if text.startswith("<"):
        match = _FAULT.search(text)
        return _line(match[1]) if match else None
    try:
        value = json.loads(text) if text.startswith("{") else None
    except (ValueError, RecursionError):
        return None
    return (_oicp(value) or _error(value)) if isinstance(value, dict) else None


def _oicp(value: dict[str, Any]) -> str | None:
    """Of "StatusCode" with a code that isn't "000"."""
    given = next((inner for name, inner in value.items() if _bare(name) == "statuscode"), None)
    fields = {_bare(name): inner for name, inner in given.items()} if isinstance(given, dict) else {}
    code = str(fields.get("code", ""))
    if not code.strip("0"):
        return None
    return _line(", ".join(str(part) for part in (code, fields.get("description"), fields.get("additionalinfo")) if part))


def _error(value: dict[str, Any]) -> str | None:
    named = {_bare(name): inner for name, inner in value.items()}
    saying = [named[name] for name in map(_bare, _SAYING) if named.get(name)]
    if not saying or not named.keys() <= _BESIDE | set(map(_bare, _SAYING)):
        return None
    first = saying[0][0] if isinstance(saying[0], list) else saying[0]
    if isinstance(first, dict):
        return _error(first)
    return _line(first) if isinstance(first, str) else None


def _bare(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def _line(text: str) -> str | None:
    return " ".join(text.split())[:_LONGEST].rstrip(".") or None
