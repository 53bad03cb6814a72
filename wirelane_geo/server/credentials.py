"""Who may use the embedded service: made once per installation, kept in the data directory for its owner only."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from wirelane_geo.errors import StoreError
from wirelane_geo.store.private_file import make_directory
from wirelane_geo.store.shared_state import DirectoryState, SharedState

FILE = "credentials.json"
ORGANIZATION = "DEMOTENANT"
USERNAME = "demo"


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """What an application (client_id, client_secret) and its user (username, password) sign in with, for one organization.

    `signing_key` signs access tokens and never leaves the server. Secrets stay out of `repr`.
    """

    client_id: str
    client_secret: str = field(repr=False)
    username: str
    password: str = field(repr=False)
    organization: str
    signing_key: str = field(repr=False)

    def shown(self) -> dict[str, str]:
        """What the owner of the installation may see: everything but the signing key."""
        return {name: getattr(self, name)
                for name in ("client_id", "client_secret", "username", "password", "organization")}


def load_or_create(place: Path | SharedState) -> Credentials:
    """An installation's credentials, made where there are none yet, with a directory of mode 0700 where the place is one.
    Raises StoreError."""
    state = DirectoryState(place) if isinstance(place, Path) else place
    try:
        if isinstance(place, Path):
            make_directory(place)
        body = state.secret(FILE, _new, "credentials")
    except OSError as error:
        raise StoreError(f"The data directory {place} can't be made: {error.strerror}.") from None
    try:
        return msgspec.json.decode(body, type=Credentials)
    except (msgspec.DecodeError, UnicodeDecodeError):
        where = place / FILE if isinstance(place, Path) else f"the database's secret {FILE}"
        raise StoreError(f"{where} does not hold credentials. Remove it to have new ones made.") from None


def _new() -> bytes:
    made = Credentials(
        client_id=f"wirelane-geo-{secrets.token_hex(4)}",
        client_secret=secrets.token_urlsafe(32),
        username=USERNAME,
        password=secrets.token_urlsafe(12),
        organization=ORGANIZATION,
        signing_key=secrets.token_urlsafe(48),
    )
    return msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n"
