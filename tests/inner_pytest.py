"""A pytest of its own on some files, with what tests/conftest.py says of all tests: for the tests of just that."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def judged(directory: Path, *options: str, ci: str | None = None) -> str:
    """What it prints of all test files of a directory; with the environment's CI as said."""
    inherited = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-c", os.devnull, f"--rootdir={directory}",
         "--import-mode=importlib", *options, directory],
        cwd=ROOT, env=inherited | ({} if ci is None else {"CI": ci}), text=True, capture_output=True, timeout=300).stdout
