"""Sign-ins that all processes of an installation have in common, so that a browser may come to any of them.

What is kept is sealed with the secret that only the browser has (AES-GCM; the key by HKDF): who can read the records, but has no
cookie, learns neither name nor password, and the key of a record is a digest of the secret.
"""

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from wirelane_geo.store.shared_records import SharedRecords

T = TypeVar("T")
Kind = Literal["ticket", "sign-in"]
_NONCE = 12


@dataclass(frozen=True)
class SealedSignIns(Generic[T]):
    """pack, unpack: what is kept of a person as words, and back. Times are seconds since 1970. May raise StoreError."""

    records: SharedRecords
    pack: Callable[[T], dict[str, str]]
    unpack: Callable[[dict[str, str]], T]

    def put(self, kind: Kind, secret: str, whose: T, began: float, until: float) -> None:
        """Keep what is a person's, for whoever has the secret."""
        body = json.dumps({"began": began, "whose": self.pack(whose)}).encode()
        nonce = secrets.token_bytes(_NONCE)
        self.records.put(kind, digest(secret), nonce + _cipher(kind, secret).encrypt(nonce, body, None), until)

    def take(self, kind: Kind, secret: str) -> T | None:
        """What was kept; no more from then on."""
        found = self._opened(kind, secret, self.records.take(kind, digest(secret)))
        return None if found is None else found[0]

    def get(self, kind: Kind, secret: str) -> tuple[T, float] | None:
        """What is kept, and since when."""
        record = self.records.get(kind, digest(secret))
        return None if record is None else self._opened(kind, secret, record[0])

    def _opened(self, kind: Kind, secret: str, sealed: bytes | None) -> tuple[T, float] | None:
        if sealed is None:
            return None
        try:
            body = json.loads(_cipher(kind, secret).decrypt(sealed[:_NONCE], sealed[_NONCE:], None))
        except InvalidTag:  # nobody's of ours
            return None
        return self.unpack(body["whose"]), float(body["began"])


def _cipher(kind: Kind, secret: str) -> AESGCM:
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"wirelane-geo {kind}".encode())
    return AESGCM(key.derive(secret.encode(errors="surrogatepass")))


def digest(secret: str) -> str:
    """What a secret is known by where it need not be known itself."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
