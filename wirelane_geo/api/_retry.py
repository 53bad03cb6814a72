"""When a call is tried again, and after how long."""

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

REFUSED_FOR_NOW = frozenset({429, 502, 503, 504})
"""Statuses that may be another one a moment later."""


@dataclass(frozen=True)
class Retry:
    """How often and how patiently: `attempts` in all; exponential backoff with full jitter from `base` up to `longest`
    seconds; what the upstream asks for by Retry-After is honoured up to `longest_asked` seconds."""

    attempts: int = 4
    base: float = 0.5
    longest: float = 20.0
    longest_asked: float = 60.0

    def wait(self, attempt: int, headers: Mapping[str, str]) -> float:
        """Seconds to wait after a failed attempt (counted from 0); `headers` are the answer's, if there was one."""
        backoff = random.uniform(0.0, min(self.longest, self.base * 2**attempt))
        return max(backoff, min(retry_after(headers) or 0.0, self.longest_asked))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or as a date; None where it says nothing usable."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    asked = http_date(text)
    return None if asked is None else max(0.0, asked - server_time(headers))


def server_time(headers: Mapping[str, str]) -> float:
    """Seconds since 1970 by the answering server's own clock; by ours where it doesn't say."""
    said = http_date(headers.get("date", ""))
    return time.time() if said is None else said


def http_date(text: str) -> float | None:
    """An HTTP date in seconds since 1970, or None."""
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
