"""How tests run the command, and what they compare its output with."""

import csv
import io
import sys
from pathlib import Path

from click.testing import CliRunner, Result

from wirelane_geo.cli import main
from wirelane_geo.model import ChargePoint
from wirelane_geo.store import Store

BERLIN = "13.0,52.3,13.8,52.7"
COMMAND = [sys.executable, "-c", "from wirelane_geo.cli import main; main(prog_name='wirelane-geo')"]


def geo(*arguments: str | Path) -> Result:
    """Run the command in this process, neither output a terminal."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="wirelane-geo")


def rows(done: Result) -> list[dict[str, str]]:
    """Lines of CSV that the command printed."""
    assert done.exit_code == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


def all_points(store: Store) -> list[ChargePoint]:
    return store.records(store.columns().handle.tolist())
