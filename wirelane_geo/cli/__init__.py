"""The command `wirelane-geo`: one module for commands of one kind. What exit codes mean is in `exits`."""

import sys

import click

from wirelane_geo.cli.credentials import credentials
from wirelane_geo.cli.exits import INTERRUPTED, code_of
from wirelane_geo.cli.importing import import_files
from wirelane_geo.cli.replaying import replay_file
from wirelane_geo.cli.running import run
from wirelane_geo.errors import WirelaneGeoError


class _Commands(click.Group):
    """Our own errors are sentences for people: shown as one, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except WirelaneGeoError as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(code_of(error))
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="wirelane-geo", message="wirelane-geo %(version)s")
def main() -> None:
    """Charge points on a map: of a Wirelane account, of files that you import, or of a demo network."""


main.add_command(run)
main.add_command(import_files)
main.add_command(credentials)
main.add_command(replay_file)
