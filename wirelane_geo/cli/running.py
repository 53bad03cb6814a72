"""`wirelane-geo run`."""

import errno
import os
import socket
import sys
from pathlib import Path

import click

PACKAGE = Path(__file__).parent.parent


@click.command(short_help="Serve the map and the embedded API.")
@click.option("--port", type=click.IntRange(1, 65_535), help="Port to listen on (default 8501).")
@click.option("--host", help="Address to listen on (default localhost; 0.0.0.0 for all).")
def run(port: int | None, host: str | None) -> None:
    """Serve the map, and the embedded Wirelane API, until Ctrl-C.

    The first start makes a demo network. The last line says where the map is.

    \b
    Examples:
      wirelane-geo run
      WIRELANE_GEO_DATA=/srv/geo wirelane-geo run --host 0.0.0.0 --port 8080
    """
    from wirelane_geo import settings

    known = settings.load()
    refuse_taken(host or known.host, known.port if port is None else port)
    if port is not None:
        os.environ["STREAMLIT_SERVER_PORT"] = str(port)
    if host is not None:
        os.environ["STREAMLIT_SERVER_ADDRESS"] = host
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, str(program())])  # noqa: S606 - the same interpreter, our own file


def program(package: Path = PACKAGE) -> Path:
    """`app.py`, with `pages/` and `.streamlit/` beside it: inside the package where the wheel is installed, else beside it.

    Raises ClickException where it is in neither place.
    """
    carried, beside = package / "program" / "app.py", package.parent / "app.py"
    for app in (carried, beside):
        if app.exists():
            return app
    raise click.ClickException(f"app.py is neither in {carried.parent} nor in {beside.parent}: the installation is damaged. "
                               "Install the wheel again, or run from a complete checkout.")


def refuse_taken(host: str, port: int) -> None:
    """Raises ClickException where another program listens there; what else can be wrong with an address is said at the start."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise click.ClickException(
                    f"Port {port} of {host} is in use by another program, perhaps by another Wirelane Geo. End that one, or "
                    f"choose another port: STREAMLIT_SERVER_PORT={port % 65_535 + 1}") from None
