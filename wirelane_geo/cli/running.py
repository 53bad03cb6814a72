"""`wirelane-geo run`."""

import os
import sys
from pathlib import Path

import click

ROOT = Path(__file__).parent.parent.parent
"""Of the project: where app.py and .streamlit are, beside the package."""


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

    app = ROOT / "app.py"
    if not app.exists():
        raise click.ClickException(f"{app} isn't there: the map runs from the project's directory, not from the package "
                                   "alone. Install it with `pip install -e .` in a checkout.")
    data = settings.load().data.absolute()
    os.environ["WIRELANE_GEO_DATA"] = str(data)
    if port is not None:
        os.environ["STREAMLIT_SERVER_PORT"] = str(port)
    if host is not None:
        os.environ["STREAMLIT_SERVER_ADDRESS"] = host
    os.chdir(ROOT)  # Streamlit looks for .streamlit/ here
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, str(app)])  # noqa: S606 - the same interpreter, our own file
