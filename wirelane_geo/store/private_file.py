"""Files of the data directory, for their owner only from the first moment: mode 0600, in directories of mode 0700."""

import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from wirelane_geo.errors import StoreError


def make_directory(path: Path) -> None:
    """Make a directory where it isn't there. Raises OSError."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)


def touch(path: Path) -> None:
    """Make an empty file where it isn't there. Raises OSError."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def why_unwritable(directory: Path) -> str | None:
    """Why nothing can be written to a directory now ("No space left on device"), None where it can."""
    probe = directory / f".writable.{os.getpid()}"
    try:
        descriptor = os.open(probe, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        try:
            os.write(descriptor, bytes(4096))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
            probe.unlink()
    except OSError as error:
        return error.strerror or str(error)
    return None


def read_or_create(path: Path, make: Callable[[], bytes], name: str) -> bytes:
    """What a file holds; where it isn't there, what `make` says, which it holds from then on.

    It is there as a whole or not at all; of several processes that make it at once one wins, and all answer the same. A
    file that others may read is closed to them. `name`: what it holds, for a StoreError where it can't be read or written.
    """
    try:
        if not path.exists():
            _create(path, make())
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
        return path.read_bytes()
    except OSError as error:
        raise StoreError(f"The {name} in {path} can't be read or written: {error.strerror}. "
                         "Check who may write to the data directory.") from None


def _create(path: Path, body: bytes) -> None:
    """Written beside it, then linked to its name, unless somebody else was first."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
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
