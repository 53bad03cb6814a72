"""Who may use the embedded service: made once per installation, kept in the data directory for its owner only."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from wirelane_geo.errors import StoreError
from wirelane_geo.store.private_file import make_directory, read_or_create

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


def load_or_create(data_dir: Path) -> Credentials:
    """This installation's credentials, made where there are none yet, in a new directory of mode 0700. Raises StoreError."""
    path = data_dir / FILE
    try:
        make_directory(data_dir)
    except OSError as error:
        raise StoreError(f"The data directory {data_dir} can't be made: {error.strerror}.") from None
    try:
        return msgspec.json.decode(read_or_create(path, _new, "credentials"), type=Credentials)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise StoreError(f"{path} does not hold credentials. Remove it to have new ones made.") from None


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
