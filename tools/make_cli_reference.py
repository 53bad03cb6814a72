"""Write docs/cli.md from the command's own help texts and exit codes.

    python tools/make_cli_reference.py
"""

import inspect
import re
from pathlib import Path

import click

from wirelane_geo.cli import COMMANDS, main
from wirelane_geo.cli.exits import MEANINGS

DOCUMENT = Path(__file__).parent.parent / "docs/cli.md"
README = Path(__file__).parent.parent / "README.md"
WIDTH = 100
INTRODUCTION = """# Command line

Made from the help texts by `tools/make_cli_reference.py`; `wirelane-geo COMMAND --help` prints the same. The command is
`.venv/bin/wirelane-geo` in the project's directory; after `source .venv/bin/activate` it is `wirelane-geo`, as here. The
examples name points, sessions and members of the demo network.

The commands read what the settings name: a Wirelane account, or the embedded network in the data directory, whether the map
is running or not. A filter is called as in the map's URL and takes the same values; `--url` prints the link to the same
view. Without `--json`, `--csv` or `--geojson` a table is printed, of at most 50 rows; how many there are in all is said on
stderr. A bar on stderr shows the progress of what takes long, if stderr is a terminal.

Private fields of charge points (owner, serial number, groups) are printed by `point` only. Members and sessions are personal
data.
"""


def document() -> str:
    """The whole page."""
    parts = [INTRODUCTION, "## Commands\n", summary(), "## Exit codes\n", "| code | meaning |\n|---|---|\n" + "".join(
        f"| {code} | {meaning} |\n" for code, meaning in MEANINGS.items())]
    return "\n".join([*parts, *(f"## {name}\n\n```\n{_help(name)}\n```\n{_parts(name)}" for name in COMMANDS)])


def summary() -> str:
    """The table of commands, for the README too."""
    rows = [f"| `{_usage(name)}` | {_command(name).get_short_help_str(200).removesuffix('.').replace('|', ' ')} |"
            for name in COMMANDS]
    return "\n".join(["| command | what |", "|---|---|", *rows, ""])


def _command(name: str) -> click.Command:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    return command


def _context(name: str) -> click.Context:
    group = click.Context(main, info_name="wirelane-geo", **main.context_settings)
    return click.Context(_command(name), parent=group, info_name=name, terminal_width=WIDTH, max_content_width=WIDTH)


def _help(name: str) -> str:
    return inspect.cleandoc(_command(name).get_help(_context(name)))


def _parts(name: str) -> str:
    """The commands that a command is made of."""
    group = _command(name)
    if not isinstance(group, click.Group):
        return ""
    texts = []
    for part, command in group.commands.items():
        context = click.Context(command, parent=_context(name), info_name=part, terminal_width=WIDTH, max_content_width=WIDTH)
        texts.append(f"\n```\n{inspect.cleandoc(command.get_help(context))}\n```\n")
    return "".join(texts)


def _usage(name: str) -> str:
    """The command and its arguments, without its options."""
    usage = _command(name).get_usage(_context(name)).removeprefix("Usage: ")
    return re.sub(r"\s+", " ", usage.replace("[OPTIONS]", "")).strip()


def _readme() -> str:
    """The README with the table of commands as it is now."""
    text = README.read_text(encoding="utf-8")
    return re.sub(r"\| command \| what \|\n\|---\|---\|\n(\| `wirelane-geo .*\n)+", lambda _: summary(), text)


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
    README.write_text(_readme(), encoding="utf-8")
