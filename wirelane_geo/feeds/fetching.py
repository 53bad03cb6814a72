"""Asking a feed over HTTP: to a file, within a size and a time, and never where its address doesn't lead."""

import contextlib
import ipaddress
import socket
import ssl
import tempfile
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

from wirelane_geo.api.network import trusted
from wirelane_geo.errors import ApiBadAnswer, ApiUnreachable, BadSetting
from wirelane_geo.feeds.config import Feed, without_secrets

MOST_BYTES = 2 << 30
"""Of an answer, as it comes over the wire."""
LONGEST_S = 900.0
"""Seconds that an answer may take as a whole."""
WAIT_S = 60.0
"""Seconds that may pass without a byte."""
MOST_REDIRECTS = 3
_GZIP = 31
"""What zlib calls its format with the head of a gzip."""
SAID = 300
"""Characters of an error's body that are told."""


@dataclass(frozen=True)
class Answer:
    """What came: the file with the body, None where nothing is new (304); what is worth keeping of the headers; where the next
    page is."""

    path: Path | None
    marks: dict[str, str] = field(default_factory=dict)
    next: str | None = None
    total: int | None = None
    size: int = 0


class Client:
    """Asks one feed. `directory`: where answers are put, for as long as they are read."""

    def __init__(self, feed: Feed, directory: Path) -> None:
        self._feed, self._directory = feed, directory
        self._client = httpx.Client(verify=_tls(feed), timeout=WAIT_S, follow_redirects=False,
                                    headers={"Accept-Encoding": "gzip", "User-Agent": "wirelane-geo"})

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    @contextmanager
    def get(self, url: str, *, marks: Mapping[str, str] | None = None,
            headers: Mapping[str, str] | None = None) -> Iterator[Answer]:
        """The answer of a URL; its file is there within. `marks` are those of an earlier answer: what hasn't changed since is not
        sent again. Raises ApiError in words for a person, without anything secret."""
        asked = {**(headers or {}), **_conditions(marks or {})}
        start, path = time.monotonic(), None
        try:
            response = self._follow(url, asked)
            with contextlib.closing(response):
                if response.status_code == 304 and _conditions(marks or {}):
                    yield Answer(None, dict(marks or {}))
                    return
                self._check(url, response)
                path = self._save(url, response, start)
            yield Answer(path, _marks(response), _next(str(response.url), response), _number(response, "x-total-count"),
                         path.stat().st_size)
        except (httpx.DecodingError, zlib.error) as error:
            shown = without_secrets(url)
            raise ApiBadAnswer(f"{shown} answers with something else than its Content-Encoding says: {_said(error)}.",
                               request=shown) from None
        except (httpx.RemoteProtocolError, httpx.ReadError) as error:
            shown = without_secrets(url)
            raise ApiUnreachable(f"{shown} breaks off: {_said(error)}.", request=shown) from None
        except httpx.HTTPError as error:
            shown = without_secrets(url)
            raise ApiUnreachable(f"{shown} can't be reached: {_said(error)}.", request=shown) from None
        finally:
            if path is not None:
                path.unlink(missing_ok=True)

    def _follow(self, url: str, headers: Mapping[str, str]) -> httpx.Response:
        """The first answer that is no redirect. Credentials go to the feed's own host only."""
        home, at = _host(url), url
        for _ in range(MOST_REDIRECTS + 1):
            own = _host(at) == home
            if not own:
                refuse_private(at)
            given = headers if own else {name: value for name, value in headers.items() if name.lower() != "authorization"}
            response = self._client.send(self._client.build_request("GET", at, headers=dict(given)), stream=True)
            if not response.has_redirect_location:
                return response
            response.close()
            at = urljoin(at, response.headers.get("location", ""))
            if urlsplit(url).scheme == "https" and urlsplit(at).scheme != "https":
                raise ApiBadAnswer(f"{without_secrets(url)} leads to an address without encryption, {without_secrets(at)}.",
                                   request=without_secrets(url))
        raise ApiBadAnswer(f"{without_secrets(url)} leads from address to address.", request=without_secrets(url))

    def _check(self, url: str, response: httpx.Response) -> None:
        if response.status_code == 200:
            return
        text = b""
        with contextlib.suppress(httpx.HTTPError):
            for part in response.iter_bytes():
                text += part
                if len(text) > 4 * SAID:
                    break
        said = " ".join(text.decode("utf-8", "replace").split())[:SAID]
        said = "" if said.startswith("<") else said
        advice = {204: " It has nothing to give yet.", 304: " That is for who has an earlier answer, and there is none.",
                  401: " Check its token.", 403: " Check its token or certificate.", 404: " Check its address."}
        raise ApiBadAnswer(f"{without_secrets(url)} answers {response.status_code}{f': {said}' if said else ''}."
                           + advice.get(response.status_code, ""), request=without_secrets(url))

    def _save(self, url: str, response: httpx.Response, start: float) -> Path:
        descriptor, name = tempfile.mkstemp(prefix=f"{self._feed.name}.", dir=self._directory)
        size = 0
        try:
            with open(descriptor, "wb") as file:  # noqa: PTH123 - of a descriptor
                for part in _unpacked(response):  # as it comes: what drips would fill a larger part in days
                    size += len(part)
                    if size > MOST_BYTES:
                        raise ApiBadAnswer(f"{without_secrets(url)} answers with more than {MOST_BYTES >> 30} GiB.")
                    if time.monotonic() - start > LONGEST_S:
                        raise ApiUnreachable(f"{without_secrets(url)} takes longer than {LONGEST_S:g} s.")
                    file.write(part)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return Path(name)


def _unpacked(response: httpx.Response) -> Iterator[bytes]:
    """The body. httpx takes a gzip that isn't there to its end for a whole one. Raises zlib.error, httpx.HTTPError."""
    if response.headers.get("content-encoding", "").strip().lower() not in ("gzip", "x-gzip"):
        yield from response.iter_bytes()
        return
    unpack = None
    for part in response.iter_raw():
        while part:
            unpack = unpack or zlib.decompressobj(_GZIP)
            yield unpack.decompress(part)
            part = unpack.unused_data
            unpack = None if unpack.eof else unpack
    if unpack is not None:
        raise httpx.ReadError("its gzip is not there to its end")


def refuse_private(url: str) -> None:
    """Raises ApiBadAnswer where an address that a feed leads to is not a public one: of this machine, or of a network inside."""
    host = urlsplit(url).hostname or ""
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, None)}
    except OSError:
        raise ApiUnreachable(f"{without_secrets(url)} can't be reached: there is no {host}.") from None
    if urlsplit(url).scheme not in ("http", "https") or not all(ipaddress.ip_address(str(one)).is_global for one in found):
        raise ApiBadAnswer(f"It leads to {without_secrets(url)}, which is not a public address, and is not followed.")


def _host(url: str) -> tuple[str | None, int | None]:
    parts = urlsplit(url)
    return parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def _tls(feed: Feed) -> ssl.SSLContext:
    """Whom a feed trusts, and by which certificate it is known. Raises BadSetting."""
    if feed.trust is None and feed.certificate is None:
        return trusted()
    try:
        context = httpx.create_ssl_context() if feed.trust is None else ssl.create_default_context(cafile=feed.trust)
        if feed.certificate is not None:
            # without a password OpenSSL would ask for one at the terminal, and wait
            context.load_cert_chain(feed.certificate, feed.certificate_key, feed.certificate_password or "")
    except (OSError, ssl.SSLError) as error:
        files = ", ".join(str(file) for file in (feed.certificate, feed.certificate_key, feed.trust) if file)
        password = "" if feed.certificate_password else (
            " Where its key has a password, certificate_password_env names the environment variable with it.")
        raise BadSetting(f"The certificate of the feed {feed.name} can't be used ({files}): {error}.{password}") from None
    return context


def _conditions(marks: Mapping[str, str]) -> dict[str, str]:
    names = {"last-modified": "If-Modified-Since", "etag": "If-None-Match"}
    return {names[name]: value for name, value in marks.items() if name in names}


def _marks(response: httpx.Response) -> dict[str, str]:
    return {name: response.headers[name] for name in ("last-modified", "etag") if name in response.headers}


def _next(url: str, response: httpx.Response) -> str | None:
    found = response.links.get("next", {}).get("url")
    return urljoin(url, found) if found else None


def _number(response: httpx.Response, name: str) -> int | None:
    given = response.headers.get(name, "")
    return int(given) if given.isdigit() and len(given) < 12 else None


def _said(error: Exception) -> str:
    text = str(error).strip().rstrip(".")
    return text[:SAID] if text else type(error).__name__


