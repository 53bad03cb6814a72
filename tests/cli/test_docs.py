"""The documentation of the command is what the command says."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_and_the_readmes_table_are_current() -> None:
    code = ("import sys; sys.path.insert(0, 'tools'); import make_cli_reference as made; "
            "sys.stdout.write(made.document() + '\\0' + made.summary())")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    page, table = done.stdout.split("\0")
    assert (ROOT / "docs/cli.md").read_text(encoding="utf-8") == page, "run: python tools/make_cli_reference.py"
    assert table in (ROOT / "README.md").read_text(encoding="utf-8"), "run: python tools/make_cli_reference.py"
