"""What can't be meant is a usage error: exit code 2, before anything is read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from wirelane_geo.cli import main


@pytest.mark.parametrize(("command", "says"), [
    ("points --json --csv", "--json and --csv"),
    ("points --csv --geojson", "--csv and --geojson"),
    ("stations --geojson --json", "can't go together"),
    ("sessions --json --csv", "--json and --csv"),
    ("members --csv --json", "can't go together"),
    ("points --bbox 200,0,1,1", "between -180 and 180"),
    ("points --bbox 0,0,-180.5,1", "between -180 and 180"),
    ("points --bbox 0,50,1,40", "west,south,east,north"),
    ("points --bbox 0,0,1", "west,south,east,north"),
    ("points --bbox nan,0,1,1", "west,south,east,north"),
    ("points --status foo", "FREE"),
    ("stations --plug ccs3", "CCS"),
    ("points --kw fast", "--kw"),
    ("points --kw 1_50-", "50-150"), ("points --kw １５０-", "50-150"), ("points --kw nan-", "50-150"),
    ("points --bbox 1_3,52,14,53", "west,south,east,north"), ("points --bbox １３,52,14,53", "west,south,east,north"),
    ("points --limit 1_0", "--limit"), ("stations --limit ١٠", "--limit"), ("run --port 8_501", "--port"),
    ("replay --speed nan x", "--speed"), ("replay --speed 1_0 x", "--speed"),
    ("feed add x --kind ocpi --url https://example.org --every 1_0", "--every"),
    ("feed add x --kind ocpi --url https://example.org --silent-after nan", "--silent-after"),
    ("points --lat 52.5", "--lon: missing"), ("points --lon 13.4 --json", "--lat: missing"),
    ("points --sort-lat 52.5 --order-by distance", "--sort-lon: missing"),
    ("points --south-west-lat 1 --north-east-lat 2 --north-east-lon 3", "--south-west-lon: missing"),
    ("points --south-west-lat 3 --south-west-lon 1 --north-east-lat 2 --north-east-lon 3", "lies north of"),
    ("points --distance 500", "--distance needs --lat and --lon"), ("points --order-by distance", "--order-by distance needs"),
    ("points --lat 52.5 --url", "--lon: missing"), ("points --lat 95 --lon 1", "lat='95'"),
    ("feed add x --kind ocpi", "nothing says where it comes from"),
    ("feed add X_Y --kind ocpi --url https://e.org", "small letters"),
    ("feed add x --kind ocpi --url e.org", "https://"), ("feed add x --kind ocpi --url https://e.org --version 9", "2.2.1"),
    ("feed add x --kind ocpi --url https://e.org --token-env NOT_THERE_AT_ALL", "NOT_THERE_AT_ALL"),
    ("feed test https://e.org --version 9", "2.2.1"), ("feed test https://e.org --certificate-key x", "--certificate"),
    ("feed add x --kind ocpi --url https://e.org --certificate-key x", "--certificate"),
    ("feed test https://e.org --token-env NOT_THERE_AT_ALL", "NOT_THERE_AT_ALL"),
    ("copy x x", "are the same"), ("copy ftp://x y", "postgresql://"), ("copy x mysql://y/z", "postgresql://"),
])
def test_it_ends_with_two_and_says_what_would_be_right(command: str, says: str, tmp_path: object) -> None:
    done = CliRunner(env={"WIRELANE_GEO_DATA": str(tmp_path)}).invoke(main, command.split())
    assert done.exit_code == 2, done.output
    assert says in done.output


@pytest.mark.parametrize("command", [
    "points --json", "points --json --json", "stations --bbox 170,-1,-170,1 --csv", "points", "points --order-by power",
    "points --lat 52.5 --lon 13.4 --distance 500", "points --lat 52.5 --lon 13.4 --order-by distance",
    "points --sort-lat 52.5 --sort-lon 13.4 --order-by distance",
    "points --south-west-lat 1 --south-west-lon 3 --north-east-lat 2 --north-east-lon 1",
])
def test_what_can_be_meant_is_no_usage_error(command: str, tmp_path: object) -> None:
    done = CliRunner(env={"WIRELANE_GEO_DATA": str(tmp_path)}).invoke(main, command.split())
    assert done.exit_code == 1
    assert "There is no network in" in done.output


@pytest.mark.parametrize("command", ["feed remove nope", "feed test nope", "feed run nope"])
def test_a_feed_that_isnt_there_is_named(command: str, tmp_path: object) -> None:
    done = CliRunner(env={"WIRELANE_GEO_DATA": str(tmp_path)}).invoke(main, command.split())
    assert done.exit_code == 3, done.output
    assert "There is no feed nope." in done.output


def test_a_number_that_is_nothing_is_not_passed_over(tmp_path: Path) -> None:
    command = "feed add x --kind ocpi --url https://example.org --every 0"
    done = CliRunner(env={"WIRELANE_GEO_DATA": str(tmp_path)}).invoke(main, command.split())
    assert done.exit_code == 2
    assert "every has to be a number of seconds" in done.output
    assert not (tmp_path / "feeds.toml").exists()


@pytest.mark.parametrize("command", ["import", "replay"])
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path, command: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    done = CliRunner(env={"WIRELANE_GEO_DATA": str(tmp_path / "data")}).invoke(main, [command, str(tmp_path / "pipe")])
    assert done.exit_code == 1
    assert "is a pipe" in done.output


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk here that is always full")
def test_a_full_disk_is_said_in_a_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from wirelane_geo.cli import main; main()", "feed", "list"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
                              env=os.environ | {"WIRELANE_GEO_DATA": str(tmp_path)})
    assert done.returncode == 1
    assert done.stderr.startswith("Error: what is printed, or kept, can't be written")
    assert "Traceback" not in done.stderr
