"""Where the operations are: URLs, and what of them a log may show."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import httpx

from wirelane_geo.errors import BadInput, BadQuestion

POINT_ID_TYPES = ("id", "evseid", "charging_point_id", "charge_point_id")
"""Which of a charge point's fields an id can be of."""
ORGANIZATION = "[A-Za-z0-9_-]+"


@dataclass(frozen=True)
class Path:
    """A path below the organization's. What is `private` in it stands as *** in `shown`."""

    text: str
    private: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The path for people to read."""
        parts = ("***" if part in self.private else part for part in self.text.split("/"))
        return "/".join(parts)


def base_url(text: str) -> str:
    """A URL of the API or of its tokens, without a slash at its end. Raises BadInput."""
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, TypeError):
        url = httpx.URL()
    if url.scheme not in ("http", "https") or not url.host or url.userinfo or url.query or url.fragment:
        raise BadInput("A URL of the API is https://host/path, without user, password, query and fragment.")
    return text.rstrip("/")


def point_path(id: str, type: str) -> Path:
    """A charge point by an id of a type. Raises BadQuestion."""
    if type not in POINT_ID_TYPES:
        raise BadQuestion(f"{type!r} is no type of id: it is one of {', '.join(POINT_ID_TYPES)}.")
    if not re.fullmatch(r"[A-Za-z0-9_*-]+", id):
        raise BadQuestion(f"{id!r} can't be asked for by {type}: the API takes letters, digits, -, _ and *.")
    return Path(f"/points/{type}/{quote(id, safe='*')}")


def fixed(text: str) -> Callable[[], Path]:
    """A path without an id in it."""
    return lambda: Path(text)


def session_path(id: str) -> Path:
    """A charging session. Raises BadQuestion."""
    return Path(f"/sessions/id/{_name(id, 'session_id')}")


def member_path(part: str = "") -> Callable[[str], Path]:
    """A member, or a part of what belongs to it, by the id of its account. The path raises BadQuestion."""
    return lambda account_id: Path(f"/members/aid/{_name(account_id, 'account_id')}{part}", private=(account_id,))


def numbered(template: str) -> Callable[..., Path]:
    """What is in braces filled with ids, in their order: numbers, but for a connector's. The path raises BadQuestion."""
    names = re.findall(r"\{(\w+)\}", template)

    def path(*ids: object) -> Path:
        return Path(template.format(**{name: _part(name, str(id)) for name, id in zip(names, ids, strict=True)}))

    return path


def _part(name: str, id: str) -> str:
    pattern, meaning = ("[A-Za-z0-9]+", "letters and digits") if name == "connector" else ("[0-9]{1,18}", "whole numbers")
    if not re.fullmatch(pattern, id):
        raise BadQuestion(f"{id!r} can't be asked for as a {name}: the API takes {meaning}.")
    return id


def _name(id: str, what: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", id):
        raise BadQuestion(f"{id!r} can't be asked for as {what}: the API takes letters, digits, - and _.")
    return id
