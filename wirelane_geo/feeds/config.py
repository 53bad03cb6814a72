"""`feeds.toml`: which feeds there are. The order counts: of a point that several have, the first one gives the facts."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from wirelane_geo.errors import AlreadyThere, BadSetting
from wirelane_geo.store import private_file

Kind = Literal["datex2", "ocpi", "irve", "oicp"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LONGEST_FILE = 1 << 20
MOST_FEEDS = 200
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
DAY_S = 86_400.0

PUSHED = "pushed to us"
"""In place of the address of a feed that isn't asked."""

_HEAD = """# Feeds: named sources of charge points and of their statuses. docs/feeds.md has all of it.
# Of a point that several feeds have, the one that stands first here gives the facts, and the freshest the status.
"""


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A feed. url: where its points (or locations) are, status_url: where statuses alone are; None where there is none, or they
    are pushed. every, static_every: seconds between two questions for statuses and for points. silent_after: seconds without an
    answer after which its statuses are no longer believed; stale_after: the same without anything new in the answers.

    tariffs_url: where tariffs of OCPI are that its locations name; without it nothing is known of them.

    parties: whose locations may be pushed, as "DE*ABC, DE*XYZ" (OCPI); those of the first one that comes where it isn't said.

    Credentials are names of environment variables: token, push_key; certificate and key are files.
    """

    name: str
    kind: Kind
    url: str | None = None
    status_url: str | None = None
    tariffs_url: str | None = None
    every: float = 60.0
    static_every: float = 6 * 3600.0
    silent_after: float = 900.0
    stale_after: float = 6.5 * 3600.0
    version: str = "2.2.1"
    deltas: bool = False
    parties: str | None = None
    token_env: str | None = None
    push_key_env: str | None = None
    certificate: Path | None = None
    certificate_key: Path | None = None
    certificate_password_env: str | None = None
    trust: Path | None = None
    token: str | None = field(default=None, repr=False)
    push_key: str | None = field(default=None, repr=False)
    certificate_password: str | None = field(default=None, repr=False)

    @property
    def origin(self) -> str:
        """The origin of its points in the store."""
        return f"feed:{self.name}"

    @property
    def shown_url(self) -> str:
        """Where it is, without what may be secret in it."""
        return " ".join(without_secrets(url) for url in (self.url, self.status_url) if url) or PUSHED


def without_secrets(url: str) -> str:
    """A URL without credentials and without the values in its query."""
    parts = urlsplit(url)
    query = "?…" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}{query}"


_TEXTS = ("url", "status_url", "tariffs_url", "version", "parties", "token_env", "push_key_env", "certificate_password_env")
_SECONDS = ("every", "static_every", "silent_after", "stale_after")
_PATHS = ("certificate", "certificate_key", "trust")
_LEAST_S = 1.0


class BadFeed(BadSetting):
    """A feed that is to be added can't be used as it was given."""


def read_feeds(path: Path, environ: Mapping[str, str]) -> tuple[Feed, ...]:
    """The feeds of a file, in its order; none where it isn't there. Raises BadSetting, which names the feed and what would be
    right; no secret is ever in it."""
    try:
        with path.open("rb") as file:
            given = tomllib.loads(file.read(LONGEST_FILE).decode("utf-8"))
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadSetting(f"{path} can't be read: {error}. Correct it.") from None
    tables = given.get("feeds", {})
    if not isinstance(tables, dict) or set(given) - {"feeds"}:
        raise BadSetting(f"{path} has something else than [feeds.NAME] in it. docs/feeds.md has an example.")
    if len(tables) > MOST_FEEDS:
        raise BadSetting(f"{path} has {len(tables)} feeds; {MOST_FEEDS} are the most.")
    return tuple(_feed(path, name, table, environ) for name, table in tables.items())


def _feed(path: Path, name: str, table: Any, environ: Mapping[str, str]) -> Feed:
    where = f"{path}, [feeds.{name}]"
    if not NAME.fullmatch(name):
        raise BadSetting(f"{where}: a name has small letters, digits and hyphens, 40 at most.")
    if not isinstance(table, dict) or table.get("kind") not in KINDS:
        raise BadSetting(f"{where}: kind has to be one of {', '.join(KINDS)}.")
    values: dict[str, Any] = {"name": name, "kind": table["kind"]}
    for key, value in table.items():
        if key == "kind":
            continue
        values[key] = _value(where, key, value)
    feed = Feed(**values)
    secrets = {name: _secret(where, getattr(feed, f"{name}_env"), environ)
               for name in ("token", "push_key", "certificate_password")}
    if not (feed.url or feed.status_url or feed.push_key_env):
        raise BadSetting(f"{where}: nothing says where it comes from. Give url, status_url, or, of one that is pushed, "
                         "push_key_env.")
    if feed.push_key_env and len(secrets["push_key"] or "") < 16:
        raise BadSetting(f"{where}: the key in {feed.push_key_env} has to have at least 16 characters.")
    return Feed(**{name: getattr(feed, name) for name in Feed.__dataclass_fields__} | secrets)


def _value(where: str, key: str, value: Any) -> Any:
    if key in _TEXTS and isinstance(value, str) and value:
        if key.endswith("url") and not re.match(r"https?://[^/\s]", value):
            raise BadSetting(f"{where}: {key} has to begin with https:// or http://.")
        return value
    if key in _SECONDS and isinstance(value, int | float) and not isinstance(value, bool) and _LEAST_S <= value <= 30 * DAY_S:
        return float(value)
    if key in _PATHS and isinstance(value, str) and value:
        return Path(value).expanduser()
    if key == "deltas" and isinstance(value, bool):
        return value
    if key in (*_TEXTS, *_SECONDS, *_PATHS, "deltas"):
        right = "a number of seconds from 1 to 30 days" if key in _SECONDS else "true or false" if key == "deltas" else "a text"
        raise BadSetting(f"{where}: {key} has to be {right}.")
    raise BadSetting(f"{where}: there is no {key}. There are: {', '.join(('kind', *_TEXTS, *_SECONDS, *_PATHS, 'deltas'))}.")


def _secret(where: str, variable: str | None, environ: Mapping[str, str]) -> str | None:
    if variable is None:
        return None
    if not environ.get(variable):
        raise BadSetting(f"{where} takes a secret from the environment variable {variable}, which is not set.")
    return environ[variable]


def add_feed(path: Path, name: str, values: Mapping[str, str | float | bool], environ: Mapping[str, str]) -> Feed:
    """Write another feed to the end of the file. Raises BadFeed where it can't be used, AlreadyThere, BadSetting; the file is
    then as it was."""
    feeds = read_feeds(path, environ)
    if any(feed.name == name for feed in feeds):
        raise AlreadyThere(f"There is a feed {name} already. Remove it first, or give this one another name.")
    try:
        added = _feed(path, name, dict(values), environ)
    except BadSetting as error:
        raise BadFeed(str(error)) from None
    lines = [f"\n[feeds.{name}]", *(f"{key} = {_written(value)}" for key, value in values.items()), ""]
    before = path.read_text(encoding="utf-8") if path.exists() else _HEAD
    _write(path, before.rstrip("\n") + "\n" + "\n".join(lines))
    return added


def remove_feed(path: Path, name: str) -> bool:
    """Take a feed out of the file; whether it was in it. Everything else in the file stays as it is."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    head = re.compile(rf"^\s*\[\s*feeds\s*\.\s*[\"']?{re.escape(name)}[\"']?\s*\]")
    kept, leaving, found = [], False, False
    for line in text.splitlines(keepends=True):
        if line.lstrip().startswith("["):
            leaving = bool(head.match(line))
            found = found or leaving
        if not leaving:
            kept.append(line)
    if found:
        _write(path, "".join(kept))
    return found


def _written(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{value:g}"


def _write(path: Path, text: str) -> None:
    tomllib.loads(text)
    try:
        private_file.make_directory(path.parent)
        draft = path.with_name(f".{path.name}")
        private_file.touch(draft)
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise BadSetting(f"{path} can't be written: {error.strerror}.") from None
