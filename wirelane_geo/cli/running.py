"""`wirelane-geo run`."""

import errno
import os
import socket
import sys
from pathlib import Path

import click

from wirelane_geo.cli.numbers import Whole
from wirelane_geo.settings import Settings

PACKAGE = Path(__file__).parent.parent


@click.command(short_help="Serve the map and the embedded API.")
@click.option("--port", type=Whole(1, 65_535), help="Port to listen on (default 8501).")
@click.option("--host", help="Address to listen on (default localhost; 0.0.0.0 for all).")
@click.option("--workers", type=Whole(1, 64), default=1, show_default=True,
              help="Processes that answer at this port. One for each core serves most people; one that ends is started again.")
def run(port: int | None, host: str | None, workers: int) -> None:
    """Serve the map, and the embedded Wirelane API, until Ctrl-C.

    The first start makes a demo network. The last line says where the map is. Answers under way come to their end on SIGTERM and
    Ctrl-C.

    \b
    Examples:
      wirelane-geo run
      WIRELANE_GEO_DATA=/srv/geo wirelane-geo run --host 0.0.0.0 --port 8080
      wirelane-geo run --workers 4
    """
    from wirelane_geo import settings

    known = settings.load()
    refuse_taken(host or known.host, known.port if port is None else port)
    if port is not None:
        os.environ["STREAMLIT_SERVER_PORT"] = str(port)
    if host is not None:
        os.environ["STREAMLIT_SERVER_ADDRESS"] = host
    sys.stdout.flush()
    if workers > 1:
        sys.exit(_run_workers(host or known.host, known.port if port is None else port, workers, known))
    os.execv(sys.executable, [sys.executable, str(program())])  # noqa: S606 - the same interpreter, our own file


def _run_workers(host: str, port: int, count: int, known: Settings) -> int:
    from wirelane_geo.cli.workers import Workers
    from wirelane_geo.web.listening import bind

    try:
        listening = bind(host, port)
    except OSError as error:
        raise click.ClickException(f"Nothing can listen on port {port} of {host}: {error.strerror}. Choose others: "
                                   "--port, --host.") from None
    where = f"http://{host}:{listening.getsockname()[1]}"

    def say(text: str) -> None:
        print(f"  {text}" if text else f"\n  Wirelane Geo is at {where}\n", file=sys.stderr, flush=True)

    with listening:
        return Workers(program(), listening, count, known.replica, say).run()


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
