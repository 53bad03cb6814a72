"""All settings, read once: the only place that looks at the environment and `.streamlit/secrets.toml`.

`SETTINGS` is the table that the README's table is tested against; the environment wins over the secrets file.
"""

import hashlib
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from socket import gethostname
from typing import Any, Literal

from wirelane_geo.errors import BadSetting
from wirelane_geo.numbers import read_number

HOSTS = {
    ("2026", "production"): ("https://api.wirelane.com/apis/emc", "https://oauth.emobilitycloud.com/token"),
    ("2026", "staging"): ("https://api.wirelane-staging.com/apis/emc", "https://oauth.emobilitycloud-staging.com/token"),
    ("2023", "production"): ("https://api.wirelane.com/apis/emc", "https://oauth.emobilitycloud.com/token"),
    ("2023", "staging"): ("https://api-staging.wirelane.com/apis/emc", "https://oauth-staging.emobilitycloud.com/token"),
}
"""API and token URL of Wirelane's own environments, by dialect of the API and environment."""

DIALECTS = {"embedded": "2023", "staging": "2026", "production": "2026"}
"""Which dialect of the API an environment speaks, where nothing else is set."""

DATABASE = "points.sqlite"
"""The embedded network's file in the data directory."""
POSTGRES = ("postgresql://", "postgres://")
"""How the URL of a PostgreSQL database begins."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How this installation runs. Secrets stay out of `repr`."""

    data: Path
    database_url: str | None = field(default=None, repr=False)
    environment: str = "embedded"
    api_url: str | None = None
    token_url: str | None = None
    dialect: str = "2023"
    organization: str | None = None
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    basemap: str = "carto"
    cache_bytes: int = 512 * 1024 * 1024
    cache_seconds: float = 60.0
    demo_stations: int = 25_000
    simulator: bool = True
    refresh_seconds: float = 15.0
    history_days: float = 90.0
    webhook_secret: str | None = field(default=None, repr=False)
    callbacks: tuple[str, ...] = field(default=(), repr=False)
    callback_secret: str | None = field(default=None, repr=False)
    feeds: Path | None = None
    publisher: str | None = None
    party: str | None = None
    ocpi_token: str | None = field(default=None, repr=False)
    log: Literal["text", "json"] = "text"
    hosts: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    pages: int = 2_000
    pages_per_address: int = 200
    requests_per_address: int = 2_000
    cors: tuple[str, ...] = ()
    idle_minutes: float = 30.0
    host: str = "localhost"
    port: int = 8501
    replica: str = field(default_factory=lambda: f"{gethostname()}-{os.getpid()}")

    @property
    def database(self) -> str | Path:
        """Where the embedded network's store is: a file, or the URL of a database."""
        return self.database_url or self.data / DATABASE

    @property
    def in_postgres(self) -> bool:
        """Whether the network and its history are in PostgreSQL."""
        return (self.database_url or "").startswith(POSTGRES)

    @property
    def feeds_file(self) -> Path:
        """The file that names the feeds."""
        return self.feeds or self.data / "feeds.toml"

    @property
    def account(self) -> str:
        """The id of a Wirelane account, the same wherever it is shown."""
        return f"{self.environment}/{self.organization}"

    @property
    def account_digest(self) -> bytes:
        """Tells a Wirelane account, as it is asked, from any other: what is kept of one is not found with another's."""
        asked = (self.dialect, self.api_url, self.organization, self.client_id, self.username)
        return hashlib.blake2b(repr(asked).encode(), digest_size=16).digest()

    @property
    def embedded(self) -> bool:
        """Whether the map shows the embedded network rather than a Wirelane account."""
        return self.environment == "embedded"


@dataclass(frozen=True)
class Setting:
    """One row of the settings table: environment variable, field, reader, what it means."""

    variable: str
    name: str
    read: Callable[[str], Any]
    meaning: str


def _environment(text: str) -> str:
    if text not in ("embedded", "staging", "production"):
        raise ValueError("one of embedded, staging, production")
    return text


def _dialect(text: str) -> str:
    if text not in ("2023", "2026"):
        raise ValueError("2026 or 2023")
    return text


def _url(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise ValueError("a URL that starts with https:// or http://")
    return text.rstrip("/")


def _callbacks(text: str) -> tuple[str, ...]:
    urls = tuple(url for part in text.split(",") if (url := part.strip()))
    if not all(url.startswith(("http://", "https://")) for url in urls):
        raise ValueError("URLs that start with https:// or http://, separated by commas")
    return urls


def _database(text: str) -> str:
    if "://" in text and not text.startswith(("sqlite:///", *POSTGRES)):
        raise ValueError("a path, or a URL that starts with postgresql://")
    return text


def _basemap(text: str) -> str:
    named = text in ("carto", "openfreemap", "embedded", "none")
    if not (named or text.lower().endswith(".pmtiles") or text.startswith(("http://", "https://"))):
        raise ValueError("carto, openfreemap, embedded, none, a file of tiles (FILE.pmtiles), or the URL of a map style")
    return text


def _switch(text: str) -> bool:
    if text not in ("on", "off"):
        raise ValueError("on or off")
    return text == "on"


def _log(text: str) -> str:
    if text not in ("text", "json"):
        raise ValueError("text or json")
    return text


def _secret(text: str) -> str:
    if len(text) < 16:
        raise ValueError("at least 16 characters")
    return text


def _publisher(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}-[^\x00-\x1f\x7f]{1,200}", text):
        raise ValueError("a country's two letters, a hyphen and a name")
    return text


def _party(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}\*[A-Za-z0-9]{3}", text):
        raise ValueError("two letters of a country, *, and three letters or digits of a party")
    return text.upper()


def _hosts(text: str) -> tuple[str, ...]:
    names = tuple(name.strip().lower() for name in text.split(",") if name.strip())
    if not all(re.fullmatch(r"[a-z0-9.-]+|\[[0-9a-f:]+\]", name) for name in names):
        raise ValueError("host names without scheme and port, separated by commas")
    return names


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(origin.strip().lower().rstrip("/") for origin in text.split(",") if origin.strip())
    if not all(re.fullmatch(r"https?://(\*\.)?[a-z0-9.-]+(:[0-9]+)?", origin) for origin in origins):
        raise ValueError("origins such as https://www.example.org, separated by commas")
    return origins


def _readers(text: str) -> tuple[str, ...]:
    if text == "*":
        return ("*",)
    origins = _origins(text)
    if any("*" in origin for origin in origins):
        raise ValueError("origins such as https://www.example.org, separated by commas, or * alone")
    return origins


def _replica(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", text):
        raise ValueError("letters, digits, dots and hyphens, 64 at most")
    return text


@dataclass(frozen=True)
class Number:
    """Reads a number of a range, both ends of which may be; of a `whole` one, no part of one. Raises ValueError, which says the
    range."""

    least: float
    most: float
    whole: bool = False

    def __call__(self, text: str) -> float:
        if not self.least <= (value := read_number(text)) <= self.most or (self.whole and value % 1):
            raise ValueError(f"{'a whole number' if self.whole else 'a number'}, {self}")
        return int(value) if self.whole else value

    def __str__(self) -> str:
        return f"{self.least:,} to {self.most:,}"


CACHE_MB, CACHE_SECONDS = Number(1, 1_048_576), Number(1, 86_400)
DEMO_STATIONS = Number(1, 1_000_000, whole=True)
REFRESH_SECONDS, HISTORY_DAYS, IDLE_MINUTES = Number(0.1, 3_600), Number(0.1, 3_650), Number(0.01, 720)
PAGES, REQUESTS, PORT = Number(1, 65_536, whole=True), Number(1, 1_000_000, whole=True), Number(0, 65_535, whole=True)


SETTINGS = (
    Setting("WIRELANE_GEO_DATA", "data", Path,
            "data directory: database, credentials, rejects (default `~/.local/share/wirelane-geo`)"),
    Setting("WIRELANE_GEO_DATABASE", "database_url", _database,
            "where the network is kept: `postgresql://user:password@host/name` (and its history; needs the extra `postgres`), or "
            "a path (default: `points.sqlite` in the data directory)"),
    Setting("WIRELANE_ENVIRONMENT", "environment", _environment, "`embedded` (default), `staging` or `production`"),
    Setting("WIRELANE_API_URL", "api_url", _url, "API base URL, where it isn't the environment's"),
    Setting("WIRELANE_TOKEN_URL", "token_url", _url, "token URL, where it isn't the environment's"),
    Setting("WIRELANE_API_DIALECT", "dialect", _dialect,
            "`2026` or `2023`: which of its documents the Wirelane API goes by (default: 2026 for staging and production, 2023 "
            "for embedded)"),
    Setting("WIRELANE_ORGANIZATION", "organization", str, "organization id of the Wirelane account"),
    Setting("WIRELANE_CLIENT_ID", "client_id", str, "OAuth client id"),
    Setting("WIRELANE_CLIENT_SECRET", "client_secret", str, "OAuth client secret"),
    Setting("WIRELANE_USERNAME", "username", str, "account user; without it the client_credentials grant is used"),
    Setting("WIRELANE_PASSWORD", "password", str, "account password"),
    Setting("WIRELANE_GEO_BASEMAP", "basemap", _basemap,
            "streets beneath the marks: `carto` (default), `openfreemap`, `FILE.pmtiles` (a region's tiles, from this server), "
            "`embedded`, `none`, or the URL of a map style"),
    Setting("WIRELANE_GEO_CACHE_MB", "cache_bytes", lambda t: int(CACHE_MB(t) * 1024 * 1024),
            f"memory for cached tiles, in MiB, {CACHE_MB} (default 512)"),
    Setting("WIRELANE_GEO_CACHE_SECONDS", "cache_seconds", CACHE_SECONDS,
            f"age at which a cached tile is renewed, in seconds, {CACHE_SECONDS} (default 60)"),
    Setting("WIRELANE_GEO_DEMO_STATIONS", "demo_stations", DEMO_STATIONS,
            f"stations of a new demo network, {DEMO_STATIONS} (default 25000)"),
    Setting("WIRELANE_GEO_SIMULATOR", "simulator", _switch,
            "`on` (default): statuses of the demo network change as a day goes; `off`: they stay"),
    Setting("WIRELANE_GEO_REFRESH_SECONDS", "refresh_seconds", REFRESH_SECONDS,
            f"how often the upstream is asked what changed, in seconds, {REFRESH_SECONDS} (default 15)"),
    Setting("WIRELANE_GEO_HISTORY_DAYS", "history_days", HISTORY_DAYS,
            f"days that status changes are kept, {HISTORY_DAYS}; after 8 only those into and out of operation (default 90)"),
    Setting("WIRELANE_GEO_WEBHOOK_SECRET", "webhook_secret", _secret,
            "what a sender of webhooks has to know, 16 characters or more (default: generated, `webhook-secret` in the data "
            "directory)"),
    Setting("WIRELANE_GEO_CALLBACKS", "callbacks", _callbacks,
            "URLs, separated by commas, that are told when a point of the embedded network changes (default: none)"),
    Setting("WIRELANE_GEO_CALLBACK_SECRET", "callback_secret", _secret,
            "what they are sent in the header `X-Wirelane-Secret`, 16 characters or more (default: none)"),
    Setting("WIRELANE_GEO_FEEDS", "feeds", Path,
            "file that names the feeds (default `feeds.toml` in the data directory)"),
    Setting("WIRELANE_GEO_PUBLISHER", "publisher", _publisher,
            "who publishes, as the national access point calls it, e.g. `DE-NAP-Stadtwerke`: in `/datex2/…` (default: unnamed)"),
    Setting("WIRELANE_GEO_PARTY", "party", _party,
            "country and party of who sends OCPI, e.g. `DE*SWB`; also of points whose EVSE ID doesn't say it (default: none)"),
    Setting("WIRELANE_GEO_OCPI_TOKEN", "ocpi_token", _secret,
            "what a reader of `/ocpi/…` has to know, 16 characters or more (default: generated, `ocpi-token` in the data "
            "directory)"),
    Setting("WIRELANE_GEO_LOG", "log", _log, "log lines as `text` (default, key=value) or `json`"),
    Setting("WIRELANE_GEO_HOSTS", "hosts", _hosts,
            "names that the service is asked for by, separated by commas, e.g. `map.example.org`; any other is refused "
            "(default: any)"),
    Setting("WIRELANE_GEO_FRAMES", "frames", _origins,
            "origins, separated by commas, whose pages may show the map, the wall and the embedded map in a frame, e.g. "
            "`https://www.example.org` (default: only its own)"),
    Setting("WIRELANE_GEO_PAGES", "pages", PAGES, f"pages that may be open at a time, {PAGES} (default 2000)"),
    Setting("WIRELANE_GEO_PAGES_PER_ADDRESS", "pages_per_address", PAGES,
            f"pages that one address may have open at a time, {PAGES} (default 200)"),
    Setting("WIRELANE_GEO_REQUESTS_PER_ADDRESS", "requests_per_address", REQUESTS,
            f"tiles and counts of the map that one address may ask for in a second, on average, {REQUESTS} (default 2000)"),
    Setting("WIRELANE_GEO_CORS", "cors", _readers,
            "origins, separated by commas, whose pages may read tiles and counts of the map, e.g. `https://www.example.org`, or "
            "`*` for any (default: only its own)"),
    Setting("WIRELANE_GEO_IDLE_MINUTES", "idle_minutes", IDLE_MINUTES,
            f"minutes without a click or a key after which an operator is signed out, {IDLE_MINUTES} (default 30)"),
    Setting("WIRELANE_GEO_REPLICA", "replica", _replica,
            "what this process is called in `/metrics` and the log, among several that serve one network (default: the machine's "
            "name and the process's number)"),
    Setting("STREAMLIT_SERVER_ADDRESS", "host", str, "address to listen on (default `localhost`)"),
    Setting("STREAMLIT_SERVER_PORT", "port", PORT, f"port to listen on, {PORT} (default 8501)"),
)


_SECRETS = ("SECRET", "PASSWORD", "DATABASE", "OCPI_TOKEN")
"""What the variables have in their names whose values are shown nowhere."""


def secrets_of_feeds() -> Mapping[str, str]:
    """The environment, for the secrets that `feeds.toml` takes from it by name."""
    return os.environ


def load(environ: Mapping[str, str] | None = None, secrets: Path | None = None) -> Settings:
    """Settings from an environment (default: the process's) and a secrets file (default: `.streamlit/secrets.toml`).

    Raises BadSetting, which names the variable and what would be right.
    """
    environ = os.environ if environ is None else environ
    found = {**_read_secrets(secrets or Path(".streamlit/secrets.toml")), **environ}
    home = Path(found.get("XDG_DATA_HOME") or Path.home() / ".local/share")
    values: dict[str, Any] = {"data": home / "wirelane-geo"}
    for setting in SETTINGS:
        text = str(found.get(setting.variable, "")).strip()
        if not text:
            continue
        try:
            values[setting.name] = setting.read(text)
        except ValueError as error:
            shown = "its value" if any(word in setting.variable for word in _SECRETS) else repr(text)
            what = f"{setting.variable}: {shown} can't be used ({error}). It is {setting.meaning}."
            raise BadSetting(what) from None
    environment = values.get("environment", "embedded")
    return _complete(Settings(**{"dialect": DIALECTS[environment], **values}))


def _complete(settings: Settings) -> Settings:
    """The settings of a real account are all there, or BadSetting names what is missing."""
    if settings.embedded:
        return settings
    api_url, token_url = HOSTS[settings.dialect, settings.environment]
    missing = [s.variable for s in SETTINGS
               if s.name in ("organization", "client_id", "client_secret") and not getattr(settings, s.name)]
    if missing:
        raise BadSetting(
            f"WIRELANE_ENVIRONMENT is {settings.environment}, but {', '.join(missing)} is not set. "
            "Set it in the environment or in .streamlit/secrets.toml, or use WIRELANE_ENVIRONMENT=embedded."
        )
    return replace(settings, api_url=settings.api_url or api_url, token_url=settings.token_url or token_url)


def _read_secrets(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(f"{path} can't be read: {error}. Correct it or remove it.") from None
