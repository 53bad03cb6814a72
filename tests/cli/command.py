"""How tests run the command."""

import sys
from pathlib import Path

from click.testing import CliRunner, Result

from wirelane_geo.cli import main

COMMAND = [sys.executable, "-c", "from wirelane_geo.cli import main; main(prog_name='wirelane-geo')"]


def geo(*arguments: str | Path) -> Result:
    """Run the command in this process, neither output a terminal."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="wirelane-geo")
