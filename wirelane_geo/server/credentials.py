"""Who may use the embedded service: made once per installation, kept in the data directory for its owner only."""

import contextlib
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from wirelane_geo.errors import StoreError

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
    """This installation's credentials, made where there are none yet; of two processes that make them, one wins.

    The file has mode 0600, a new directory 0700. Raises StoreError where the file can't be read or written.
    """
    path = data_dir / FILE
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _write(path, _new())
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
        return msgspec.json.decode(path.read_bytes(), type=Credentials)
    except OSError as error:
        raise StoreError(f"The credentials in {path} can't be read or written: {error.strerror}. "
                         "Check who may write to the data directory.") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise StoreError(f"{path} does not hold credentials. Remove it to have new ones made.") from None


def _new() -> Credentials:
    return Credentials(
        client_id=f"wirelane-geo-{secrets.token_hex(4)}",
        client_secret=secrets.token_urlsafe(32),
        username=USERNAME,
        password=secrets.token_urlsafe(12),
        organization=ORGANIZATION,
        signing_key=secrets.token_urlsafe(48),
    )


def _write(path: Path, credentials: Credentials) -> None:
    """All of the file or nothing: written beside it, then linked to its name, unless somebody else was first."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    body = msgspec.json.format(msgspec.json.encode(credentials), indent=2) + b"\n"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
