"""What the project says of itself in several places is the same everywhere."""

import ast
import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from subprocess import run

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from wirelane_geo import __version__

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ASKED_FOR = (*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["postgres"])
DEPENDENCIES = {canonicalize_name(asked.name): asked for asked in map(Requirement, ASKED_FOR)}
"""What the product stands on, the extra's included."""
DEVELOPMENT = {canonicalize_name(asked.name): asked for asked in map(Requirement, PROJECT["optional-dependencies"]["dev"])}
UNIMPORTED = {"httptools", "tzdata", "uvicorn"}
"""Dependencies that are used without being imported: data, the server that Streamlit starts, and its parser."""


def pins(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    found = [re.fullmatch(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.!+]+)", line) for line in lines if not line.startswith("#")]
    assert all(found), f"{name} has a line that is no plain pin"
    return {str(canonicalize_name(pin[1])): pin[2] for pin in found if pin}


def imported() -> set[str]:
    """Distributions that the product imports by name."""
    tops: set[str] = set()
    for path in (ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "wirelane_geo").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                tops |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                tops.add(str(node.module).partition(".")[0])
    owners = packages_distributions()
    return {str(canonicalize_name(owner)) for top in tops for owner in owners.get(top, ())} - {"wirelane-geo"}


@pytest.mark.slow
def test_what_is_imported_is_asked_for_and_the_other_way_round() -> None:
    assert imported() | UNIMPORTED == set(DEPENDENCIES)


def test_the_architecture_says_what_each_library_is_for() -> None:
    table = (ROOT / "docs/architecture.md").read_text(encoding="utf-8").partition("## What it stands on")[2]
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|", table, re.MULTILINE)
    said = [name for names, use in rows if not use.startswith("for developers") for name in names.split(", ")]
    assert {str(canonicalize_name(name)) for name in said} - {"library"} == set(DEPENDENCIES)


@pytest.mark.parametrize(("name", "asked"), [("requirements.txt", DEPENDENCIES), ("requirements-dev.txt", DEVELOPMENT)])
def test_the_pins_are_what_the_project_asks_for(name: str, asked: dict[str, Requirement]) -> None:
    pinned = pins(name)
    for package, requirement in asked.items():
        assert package in pinned, f"{package} is not pinned in {name}: make lock"
        assert requirement.specifier.contains(pinned[package]), f"{package} {pinned[package]} is not {requirement}"


def test_nothing_is_pinned_twice() -> None:
    assert not pins("requirements.txt").keys() & pins("requirements-dev.txt").keys()


def test_the_version_is_said_in_one_place() -> None:
    assert PROJECT["dynamic"] == ["version"]
    assert __version__ not in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)


def test_a_streamlit_that_we_do_not_know_is_not_taken() -> None:
    assert str(DEPENDENCIES["streamlit"].specifier) == "<1.68,>=1.67"


def test_make_lists_every_command_that_it_explains() -> None:
    make = ["make", "--no-print-directory", "help"]
    listed = run(make, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout
    explained = re.findall(r"^([\w-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert [line.split()[0] for line in listed.splitlines()] == explained
    assert {"run", "test", "test-quick", "lint"} <= set(explained)


def test_the_workflow_does_what_the_project_does_itself() -> None:
    workflow = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    assert "- run: .ci/run" in workflow
    assert "schedule:" in workflow
    assert "pip install --upgrade streamlit" in workflow
