"""The command `wirelane-geo`: one module for commands of one kind. What exit codes mean is in `exits`."""

import errno
import os
import sys
from importlib import import_module

import click

from wirelane_geo import __version__
from wirelane_geo.cli.exits import FAILED, INTERRUPTED, NOT_READ, code_of
from wirelane_geo.errors import WirelaneGeoError

COMMANDS = {
    "run": "running:run",
    "import": "importing:import_files",
    "copy": "copying:copy",
    "feed": "feeds:feed",
    "publish": "publishing:publish",
    "replay": "replaying:replay_file",
    "check": "checking:check",
    "credentials": "credentials:credentials",
    "basemap": "basemap:basemap",
    "stations": "points:stations",
    "points": "points:points",
    "point": "points:point",
    "export": "exporting:export",
    "sessions": "sessions:sessions",
    "session": "sessions:session",
    "members": "members:members",
    "member": "members:member",
}
"""Each command's module and name there: what a command needs is loaded with it, so that the others start at once."""


class _Commands(click.Group):
    """Our own errors are sentences for people: shown as one, without a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(f"wirelane_geo.cli.{module}"), name)
        assert isinstance(command, click.Command)  # noqa: S101 - the table above is ours
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except WirelaneGeoError as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(code_of(error))
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left of the output, at exit
            sys.exit(NOT_READ)
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            click.echo(f"Error: what is printed, or kept, can't be written: {error.strerror}. Make room, and try again.",
                       err=True)
            sys.exit(FAILED)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="wirelane-geo %(version)s")
def main() -> None:
    """Charge points on a map: of a Wirelane account, of files that you import, or of a demo network."""
