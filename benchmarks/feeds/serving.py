"""A server on a free port of this machine, for as long as it is needed."""

import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute


@contextmanager
def serving(app: Starlette | Sequence[BaseRoute], tls: Path | None = None) -> Iterator[str]:
    """Its address. `tls`: where authority.pem and server.pem are; clients need a certificate then."""
    options: dict[str, Any] = {} if tls is None else {
        "ssl_certfile": tls / "server.pem", "ssl_ca_certs": str(tls / "authority.pem"), "ssl_cert_reqs": ssl.CERT_REQUIRED}
    application = app if isinstance(app, Starlette) else Starlette(routes=app)
    server = uvicorn.Server(uvicorn.Config(application, port=0, log_level="error", **options))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"{'http' if tls is None else 'https'}://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()
