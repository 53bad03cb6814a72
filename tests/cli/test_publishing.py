"""`wirelane-geo publish`: what is missing for a complete feed, and the token of its readers."""

import json
from pathlib import Path

import pytest

from tests.cli.command import geo
from tests.publish.networks import point
from wirelane_geo.model import Conditions, PlugType, Status
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WIRELANE_GEO_DATA", str(tmp_path))
    store = open_store(tmp_path / DATABASE)
    store.upsert([point(1), point(2, cpo=None, power=None, status=Status.UNKNOWN, plug_types=(PlugType.UNKNOWN,),
                                  charging_type=None, availability=None, conditions=Conditions(free=False)),
                  point(3, longitude=None, latitude=None)], "api")
    store.close()
    return tmp_path


def lacking(*arguments: str) -> dict[str, int]:
    found = json.loads(geo("publish", "check", "--json", *arguments).stdout)
    return {row["check"]: row["missing"] for row in found["checks"] if row["missing"]}


@pytest.mark.usefixtures("data")
def test_what_is_missing_is_counted_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    everywhere = {"publisher": 1, "party": 1, "position": 1}
    assert lacking() == everywhere | dict.fromkeys(
        ("operator", "opening hours", "plug", "power", "current", "price", "energy", "access", "status"), 1)
    assert lacking("--plug", "CCS") == everywhere
    monkeypatch.setenv("WIRELANE_GEO_PUBLISHER", "DE-NAP-Test")
    monkeypatch.setenv("WIRELANE_GEO_PARTY", "DE*TST")
    assert lacking("--plug", "CCS") == {"position": 1}
    done = geo("publish", "check")
    assert done.exit_code == 0
    assert "2 points are published." in done.stdout
    assert "1 of 2 points lack it: how many kW: published as 0 W (DE*ABC*E2)" in done.stdout


@pytest.mark.usefixtures("data")
def test_nothing_to_publish_is_a_failure() -> None:
    assert geo("publish", "check", "--plug", "TYPE_3").exit_code == 1


def test_the_token_is_made_once_and_kept_private(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = geo("publish", "token").stdout.strip()
    assert len(first) > 16
    assert geo("publish", "token").stdout.strip() == first == (data / "ocpi-token").read_text().strip()
    assert (data / "ocpi-token").stat().st_mode & 0o077 == 0
    monkeypatch.setenv("WIRELANE_GEO_OCPI_TOKEN", "another-token-of-ours")
    assert geo("publish", "token").stdout.strip() == "another-token-of-ours"


@pytest.mark.usefixtures("data")
def test_a_token_that_is_too_short_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIRELANE_GEO_OCPI_TOKEN", "short")
    done = geo("publish", "token")
    assert (done.exit_code, "short" in done.stderr) == (1, False)
