"""What an answer tells a browser that it may do with it: Content-Security-Policy, no sniffing, no address told to others.

https://www.w3.org/TR/CSP3/, https://www.w3.org/TR/referrer-policy/.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FRAMED = ("", "wall", "embed")
"""Pages that another site may show in a frame where the setting allows it, as the last part of their paths."""


@dataclass(frozen=True)
class Policy:
    """What pages load, and from where. frames: origins that may show the map, plain or embedded, and the wall in a frame, beside
    their own; scripts: hashes of the scripts that stand in a page itself; basemap: origins that the map's streets come from."""

    frames: Sequence[str] = ()
    scripts: Sequence[str] = ()
    basemap: Sequence[str] = ()

    def of(self, path: str) -> str:
        """The policy of a path. Operator pages are in nobody's frame."""
        framed = path.rstrip("/").rpartition("/")[2] in FRAMED
        ancestors = " ".join(("'self'", *self.frames)) if framed else "'none'"
        basemap = "".join(f" {origin}" for origin in self.basemap)
        # Streamlit's charts compile their expressions, and so does whoever drives a browser through a test; what a page may
        # load, and that no script stands in its text, is all that keeps others' scripts out.
        scripts = "".join(f" '{script}'" for script in self.scripts)
        return "; ".join((
            "default-src 'self'", f"script-src 'self' blob: 'unsafe-eval'{scripts}", "style-src 'self' 'unsafe-inline'",
            f"img-src 'self' data: blob:{basemap}", f"connect-src 'self' data: blob:{basemap}", "font-src 'self' data:",
            "worker-src 'self' blob:", "object-src 'none'", "base-uri 'self'", "form-action 'self'",
            f"frame-ancestors {ancestors}"))


class SecurityHeaders:
    """Middleware that adds the headers to every answer over HTTP."""

    def __init__(self, app: ASGIApp, policy: Policy) -> None:
        self._app, self._policy = app, policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with the headers more."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        policy = self._policy.of(scope["path"])

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = policy
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
            await send(message)

        await self._app(scope, receive, guarded)


def script_hashes(html: str) -> list[str]:
    """The CSP hashes of the scripts that stand in a page itself."""
    scripts = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", html, re.DOTALL)
    return ["sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]


def basemap_origins(style: str | None) -> list[str]:
    """Where the streets of a map's style come from: Carto's hosts, OpenFreeMap's, or for a style of one's own, whose sources its
    file names, any host over TLS beside its own. None: from nobody."""
    if style is None:
        return []
    parts = urlsplit(style)
    if parts.hostname and parts.hostname.endswith("cartocdn.com"):
        return ["https://*.cartocdn.com"]
    if parts.hostname == "tiles.openfreemap.org":
        return ["https://tiles.openfreemap.org"]
    return ["https:", f"{parts.scheme}://{parts.netloc}"]
