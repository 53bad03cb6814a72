"""The documentation of the command is what the command says, and its examples do what they say."""

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from wirelane_geo.cli import COMMANDS, main
from wirelane_geo.installation import make_demo
from wirelane_geo.server import load_or_create
from wirelane_geo.settings import DATABASE, Settings
from wirelane_geo.store import open_store

ROOT = Path(__file__).parents[2]
ENDLESS = {"run"}
THEIR_FILES = {"copy", "import", "replay", "feed", "basemap"}
"""Commands whose examples need files, or feeds, that a user brings."""


def examples() -> list[str]:
    """All examples that the help gives, of commands that end and need no files."""
    found = []
    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)
        assert command is not None
        there = re.findall(r"^ *(.*wirelane-geo .*)$", (command.help or "").partition("Examples:")[2], re.MULTILINE)
        assert there, name
        if name not in ENDLESS | THEIR_FILES:
            found += there
    return found


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new data directory, as the first start makes it."""
    data = tmp_path_factory.mktemp("demo")
    store = open_store(data / DATABASE)
    make_demo(store, Settings(data=data).demo_stations, load_or_create(data).organization)
    store.close()
    return data


@pytest.mark.slow
@pytest.mark.parametrize("example", examples())
def test_an_example_of_the_help_finds_something_in_the_demo_network(demo: Path, tmp_path: Path, example: str) -> None:
    """In a shell, as a user types it."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith(("WIRELANE_", "STREAMLIT_"))}
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", example], cwd=tmp_path, capture_output=True, text=True,
        env={**settings, "WIRELANE_GEO_DATA": str(demo), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"})
    assert done.returncode == 0, done.stderr
    written = [file.read_bytes() for file in tmp_path.iterdir()]
    assert len(written) == (" > " in example or " export berlin" in example)
    for output in written or [done.stdout.encode()]:
        assert output.strip() not in (b"", b"[]")
        assert "--csv" not in example or output.count(b"\n") > 1, "more than a header"
    assert not re.search(r"\b0 of ", done.stderr)


@pytest.mark.slow
def test_the_page_and_the_readmes_table_are_current() -> None:
    code = ("import sys; sys.path.insert(0, 'tools'); import make_cli_reference as made; "
            "sys.stdout.write(made.document() + '\\0' + made.summary())")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    page, table = done.stdout.split("\0")
    assert (ROOT / "docs/cli.md").read_text(encoding="utf-8") == page, "run: python tools/make_cli_reference.py"
    assert table in (ROOT / "README.md").read_text(encoding="utf-8"), "run: python tools/make_cli_reference.py"


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))])
def test_what_is_to_be_typed_says_where_the_command_is(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    if "source .venv/bin/activate" not in text.partition("##")[0]:
        for block in re.findall(r"(?ms)^```\w*\n(.*?)^```$", text):
            assert not re.search(r"(?<!\.venv/bin/)wirelane-geo [a-z]", block), block
            assert '["wirelane-geo"' not in block
