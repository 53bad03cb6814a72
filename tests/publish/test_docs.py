"""docs/publish.md: each command of its ten minutes does what is said, and what comes out of it is valid."""

import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.cli.command import COMMAND
from tests.publish.conftest import TOKEN, PublicationService
from tests.publish.networks import point
from tests.publish.schemas import faults
from tests.serving import TRUSTED
from tests.test_app import environment, serving

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/publish.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"(?ms)^```sh\n(.*?)^```$", PAGE.partition("## Addresses")[0])


def done(commands: str, directory: Path, settings: dict[str, str]) -> str:
    """What commands print that are typed in a directory where the project's own command is."""
    found = subprocess.run(["bash", "-eu", "-c", commands], cwd=directory, env=settings, capture_output=True, text=True,
                           check=False)
    assert found.returncode == 0, found.stderr
    return found.stdout


@pytest.mark.slow
def test_a_csv_becomes_a_valid_feed(tmp_path: Path) -> None:
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    command = tmp_path / ".venv" / "bin" / "wirelane-geo"
    command.write_text(f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(ROOT)!r})\n{COMMAND[2]}\n")
    command.chmod(0o700)
    points, check, statuses, run, look = COMMANDS
    settings = environment(tmp_path / "data")
    assert "3 points in 2 stations: 3 new" in done(points, tmp_path, settings)
    assert "3 of 3 points lack it: whether it is free" in done(check, tmp_path, settings)
    done(statuses, tmp_path, settings)
    *named, program, what = run.split()
    settings |= dict(one.split("=") for one in named)
    with (serving(tmp_path, settings, str(tmp_path / program), what) as (url, _),
          httpx.Client(base_url=url, verify=TRUSTED, timeout=60) as client):
        said = done(look.replace("http://localhost:8501", url), tmp_path, settings)
        table, status = (client.get(f"/datex2/{kind}").raise_for_status().json() for kind in ("table", "status"))
    assert "DE-NAP-Musterstadt" in said
    assert "3 points" in said
    assert re.findall(r'"value":"(available|charging|faulted)"', said) == ["faulted"], "the one of 100 kW and more"
    assert sorted(re.findall(r"'value': '(available|charging|faulted)'", str(status))) == ["available", "charging", "faulted"]
    assert not faults("table", table)
    assert not faults("status", status)


def test_every_address_of_the_page_is_served(published: PublicationService) -> None:
    published.put(point(1))
    rows = [line for line in PAGE.partition("## Addresses")[2].partition("## Which")[0].splitlines() if line.startswith("| `")]
    named = re.findall(r"`(/[a-z0-9/.]+)`", "".join(rows))
    assert len(named) == 6
    for path in named:
        assert published.get(path, authorization=f"Token {TOKEN}").json()
