"""Writes requirements.txt (what the product runs on) and requirements-dev.txt (what tests add) as plain pins.

Resolves pyproject.toml in a clean environment each time, so that nothing installed by hand gets in.
"""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent


def pins(requirement: str) -> set[str]:
    """`name==version` of everything that a requirement brings, without the project itself."""
    with tempfile.TemporaryDirectory() as directory:
        venv.create(directory, with_pip=True)
        python = str(Path(directory) / "bin" / "python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", requirement], check=True, cwd=ROOT)
        freeze = [python, "-m", "pip", "freeze", "--exclude", "wirelane-geo"]
        frozen = subprocess.run(freeze, check=True, capture_output=True, text=True)
        return {line for line in frozen.stdout.splitlines() if "==" in line and "@" not in line}


def write(name: str, comment: str, lines: set[str]) -> None:
    text = "".join(f"{line}\n" for line in sorted(lines, key=str.lower))
    (ROOT / name).write_text(f"# {comment} Made by `make lock`.\n{text}")


if __name__ == "__main__":
    runtime = pins(".[postgres]")
    write("requirements.txt", "What the product runs on.", runtime)
    write("requirements-dev.txt", "What tests and checks add.", pins(".[dev]") - runtime)
    sys.exit(0)
