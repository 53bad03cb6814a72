"""`wirelane-geo import`, `credentials` and `run` as people run them, output piped."""

import contextlib
import gzip
import json
import os
import pty
import re
import socket
import sqlite3
import stat
import subprocess
import urllib.request
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.cli.command import COMMAND, geo
from tests.importers.files import EVSE, IRVE, LOCATION, irve_file, ocpi_file, real
from wirelane_geo.cli import main
from wirelane_geo.demo import demo_points
from wirelane_geo.model import ChargePoint, Status
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store


def origins(data: Path) -> dict[str, int]:
    store = open_store(data / DATABASE)
    try:
        return store.origins()
    finally:
        store.close()


def rejects(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("arguments", [("import",), ("imprt",), ("import", "--nope", "x"), ("run", "--port", "0")])
def test_a_command_that_is_not_understood_is_2(data: Path, arguments: tuple[str, ...]) -> None:
    assert geo(*arguments).exit_code == 2


def test_importing_twice_changes_nothing(data: Path, tmp_path: Path) -> None:
    path = irve_file(tmp_path, IRVE, IRVE | {"id_pdc_itinerance": "FRV75E2"}, IRVE | {"coordonneesXY": None})
    first, second = geo("import", path), geo("import", path)
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "2 points in 1 stations: 2 new, 0 updated, 0 unchanged; 1 rejected" in first.stdout
    assert "2 points in 1 stations: 0 new, 0 updated, 2 unchanged; 1 rejected" in second.stdout
    assert "1 rejected: no coordinates" in first.stdout
    assert origins(data) == {"irve": 2}
    [bad] = rejects(data / "rejects" / "irve.jsonl.rejects.jsonl")
    assert bad == {"row": 3, "id": "FRV75E1", "reason": "no coordinates", "detail": "",
                   "original": IRVE | {"coordonneesXY": None}}


def test_what_left_the_files_stays_unless_it_is_replaced(data: Path, tmp_path: Path) -> None:
    two, three = (IRVE | {"id_pdc_itinerance": f"FRV75E{number}"} for number in (2, 3))
    geo("import", irve_file(tmp_path, IRVE, two), ocpi_file(tmp_path, LOCATION))
    others = origins(data)["ocpi"]
    store = open_store(data / DATABASE)
    own = store.create(ChargePoint(charge_point_id="own")).id
    store.close()
    assert geo("import", irve_file(tmp_path, two, three)).exit_code == 0
    assert origins(data) == {"api": 1, "irve": 3, "ocpi": others}
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    kept = geo("import", "--replace", irve_file(tmp_path, two), broken)
    assert "Nothing is removed" in kept.stdout
    assert origins(data)["irve"] == 3
    done = geo("import", "--replace", irve_file(tmp_path, two))
    assert "2 points of earlier imports, which these files don't have, are removed." in done.stdout
    assert origins(data) == {"api": 1, "irve": 1, "ocpi": others}
    store = open_store(data / DATABASE)
    assert (store.get("id", str(own)) or ChargePoint(charge_point_id="")).charge_point_id == "own"
    assert store.get("evseid", "FRV75E2") is not None
    store.close()
    assert json.loads(geo("import", "--json", "--replace", irve_file(tmp_path, three)).stdout)["removed"] == 1


@pytest.mark.parametrize("dated", ["2025-03-28", None])
def test_importing_again_does_not_undo_what_happened_since(data: Path, tmp_path: Path, dated: str | None) -> None:
    path = irve_file(tmp_path, IRVE | {"date_maj": dated}, IRVE | {"id_pdc_itinerance": "FRV75E2", "date_maj": dated})
    geo("import", path)
    [first, second] = points_of(data)
    come_to(data, {first.id: Status.IN_USE})
    assert "0 new, 0 updated, 2 unchanged" in geo("import", path).stdout
    assert [p.status for p in points_of(data)] == [Status.IN_USE, Status.UNKNOWN]
    path = irve_file(tmp_path, IRVE | {"date_maj": dated, "puissance_nominale": "50"})
    assert "0 new, 1 updated, 0 unchanged" in geo("import", path).stdout
    assert [(p.status, p.power) for p in points_of(data)] == [(Status.IN_USE, 50.0), (Status.UNKNOWN, second.power)]


def test_a_status_of_a_file_counts_where_it_is_newer(data: Path, tmp_path: Path) -> None:
    def import_dated(status: str, date: str) -> Status:
        geo("import", ocpi_file(tmp_path, LOCATION | {"evses": [EVSE | {"status": status, "last_updated": date}]}))
        return points_of(data)[0].status

    assert import_dated("AVAILABLE", "2025-06-21T08:00:00Z") is Status.FREE
    assert import_dated("CHARGING", "2025-06-21T09:00:00Z") is Status.IN_USE
    assert import_dated("AVAILABLE", "2025-06-21T08:00:00Z") is Status.IN_USE, "an older file"
    come_to(data, {points_of(data)[0].id: Status.FAULTED})
    assert import_dated("CHARGING", "2025-06-21T09:00:00Z") is Status.FAULTED
    assert import_dated("UNKNOWN", "2099-01-01T00:00:00Z") is Status.FAULTED, "it knows nothing"
    assert import_dated("AVAILABLE", "2099-01-01T00:00:00Z") is Status.FREE


def points_of(data: Path) -> list[ChargePoint]:
    with closing(open_store(data / DATABASE)) as store:
        columns = store.columns()
        return store.records(columns.handle[columns.arrival.argsort()].tolist())


def come_to(data: Path, statuses: dict[str | None, Status]) -> None:
    with closing(open_store(data / DATABASE)) as store:
        store.set_statuses({id or "": status for id, status in statuses.items()})


@pytest.mark.slow
def test_no_bar_and_no_colour_when_piped(data: Path, tmp_path: Path) -> None:
    done = subprocess.run([*COMMAND, "import", str(irve_file(tmp_path, IRVE))], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert not re.search(r"[\x1b\r%#]", done.stdout)


@pytest.mark.slow
def test_a_bar_on_a_terminal(data: Path, tmp_path: Path) -> None:
    """On stderr, up to the end; what is printed stays free of it."""
    terminal, inside = pty.openpty()
    process = subprocess.Popen([*COMMAND, "import", str(irve_file(tmp_path, *[IRVE] * 3_000))], stdout=subprocess.PIPE,
                               stderr=inside, text=True)
    os.close(inside)
    shown = b""
    with contextlib.suppress(OSError):  # the terminal's end
        while part := os.read(terminal, 4_096):
            shown += part
    printed, _ = process.communicate()
    os.close(terminal)
    assert b"irve.jsonl" in shown
    assert b"100%" in shown
    assert "%" not in printed


def test_a_changed_row_is_updated_and_a_mended_file_leaves_no_rejects(data: Path, tmp_path: Path) -> None:
    geo("import", irve_file(tmp_path, IRVE | {"coordonneesXY": None}, IRVE | {"id_pdc_itinerance": "FRV75E2"}))
    kept = data / "rejects" / "irve.jsonl.rejects.jsonl"
    assert kept.exists()
    changed = IRVE | {"id_pdc_itinerance": "FRV75E2", "puissance_nominale": "50"}
    done = geo("import", irve_file(tmp_path, IRVE, changed))
    assert "1 new, 1 updated, 0 unchanged; 0 rejected" in done.stdout
    assert not kept.exists()


def test_a_broken_file_stops_no_other(data: Path, tmp_path: Path) -> None:
    good, cut, missing = ocpi_file(tmp_path, LOCATION), tmp_path / "cut.json", tmp_path / "missing.json"
    cut.write_bytes(good.read_bytes()[:-20])
    done = geo("import", cut, missing, good)
    assert done.exit_code == 1
    assert f"{cut} is not valid JSON" in done.stderr
    assert f"{missing} can't be opened: No such file or directory." in done.stderr
    assert done.stderr.splitlines()[-1].startswith("Error: 2 of 3 files")
    assert "1 points in 1 stations: 1 new" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert origins(data) == {"ocpi": 1}


def test_an_archive_with_several_files_is_read_file_by_file(data: Path, tmp_path: Path) -> None:
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(irve_file(tmp_path, IRVE, IRVE | {"coordonneesXY": None, "id_pdc_itinerance": "X1"}), "fr/irve.jsonl")
        packed.writestr("nl/ocpi.json.gz", gzip.compress(ocpi_file(tmp_path, LOCATION).read_bytes()))
        packed.writestr("README.txt", "What is in here")
        packed.writestr("caf\xe9\n.json", "[]")
    done = geo("import", archive)
    assert done.exit_code == 0, done.output
    for told in (f"{archive}: fr/irve.jsonl (IRVE, JSON lines", f"{archive}: nl/ocpi.json.gz (OCPI 2.2", "nothing in it",
                 f"{archive}: README.txt", "1 noted: no file of charge points, left out", "All 4 files:",
                 "2 points in 2 stations"):
        assert told in done.stdout
    assert origins(data) == {"irve": 1, "ocpi": 1}
    assert [row["row"] for row in rejects(data / "rejects" / "all.zip.irve.jsonl.rejects.jsonl")] == [2]
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("README.txt", "Only this")
    alone = geo("import", archive)
    assert alone.exit_code == 1
    assert "README.txt is neither IRVE" in alone.stderr


@pytest.mark.slow
def test_an_archive_that_holds_too_much_is_not_unpacked(data: Path, tmp_path: Path) -> None:
    archive = tmp_path / "bomb.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(40):
            packed.writestr(f"{number}.json", bytes(2 << 20))
    done = geo("import", archive)
    assert done.exit_code == 1
    assert "unpacks to more than 200 times its size" in done.stderr
    with zipfile.ZipFile(archive, "w") as packed:
        for number in range(10_001):
            packed.writestr(f"{number}.json", b"")
    assert "has 10,001 files in it, more than 10,000" in geo("import", archive).stderr


def test_a_file_without_a_usable_point_is_an_error(data: Path, tmp_path: Path) -> None:
    done = geo("import", irve_file(tmp_path, IRVE | {"coordonneesXY": "?"}))
    assert done.exit_code == 1
    assert "has no charge point that can be used" in done.stderr
    assert "1 rejected: coordinates can't be read" in done.stdout


@pytest.mark.slow
def test_the_demo_goes_with_the_first_real_points(data: Path, tmp_path: Path) -> None:
    data.mkdir()
    store = open_store(data / DATABASE)
    made = store.upsert(demo_points(20), "demo").inserted
    store.close()
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    assert "demo network" not in geo("import", broken).stdout
    assert origins(data) == {"demo": made}
    assert "demo network" not in geo("import", "--keep-demo", irve_file(tmp_path, IRVE)).stdout
    assert origins(data) == {"demo": made, "irve": 1}
    assert f"The demo network ({made} points) is gone" in geo("import", ocpi_file(tmp_path, LOCATION)).stdout
    assert origins(data) == {"irve": 1, "ocpi": 1}


def test_summary_as_json(data: Path, tmp_path: Path) -> None:
    done = geo("import", "--json", irve_file(tmp_path, IRVE), tmp_path / "nope")
    assert done.exit_code == 1
    first, second = json.loads(done.stdout)["files"]
    assert (first["points"], first["stations"], first["inserted"], first["problem"]) == (1, 1, 1, None)
    assert "can't be opened" in second["problem"]


def test_rejects_of_two_files_with_one_name(data: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        bad = IRVE | {"id_pdc_itinerance": name * 2, "coordonneesXY": None}
        irve_file(tmp_path / name, IRVE | {"id_pdc_itinerance": name}, bad)
    geo("import", tmp_path / "a" / "irve.jsonl", tmp_path / "b" / "irve.jsonl")
    found = [rejects(path)[0]["id"] for path in sorted((data / "rejects").iterdir())]
    assert sorted(map(str, found)) == ["aa", "bb"]


def test_a_data_directory_that_cannot_be_used_is_said(
        data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data.write_text("a file")
    for arguments in (("import", irve_file(tmp_path, IRVE)), ("credentials",)):
        done = geo(*arguments)
        assert done.exit_code == 1
        assert done.stderr.startswith("Error: ")
        assert str(data) in done.stderr


def test_a_bad_setting_is_said(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIRELANE_ENVIRONMENT", "mars")
    done = geo("credentials")
    assert done.exit_code == 1
    assert "Error: WIRELANE_ENVIRONMENT: 'mars' can't be used" in done.stderr


def test_credentials_are_made_once_and_kept_private(data: Path) -> None:
    shown = json.loads(geo("credentials", "--json").stdout)
    assert set(shown) == {"client_id", "client_secret", "username", "password", "organization", "webhook_secret"}
    assert all(shown.values())
    assert shown["webhook_secret"] == (data / "webhook-secret").read_text().strip()
    assert json.loads(geo("credentials", "--json").stdout) == shown
    table = dict(line.split() for line in geo("credentials").stdout.splitlines())
    assert table == shown
    [file] = [path for path in data.iterdir() if "credentials" in path.name]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "signing_key" not in geo("credentials", "--json").stdout


@pytest.mark.slow
def test_the_real_file_is_on_the_map(data: Path) -> None:
    path = real("irve-static-2025-07.jsonl.xz")
    done = geo("import", path)
    assert "29,109 points in 5,571 stations: 29,109 new, 0 updated, 0 unchanged; 0 rejected" in done.stdout
    before = sqlite3.connect(data / DATABASE).execute("SELECT seq FROM state").fetchone()
    assert "0 new, 0 updated, 29,109 unchanged" in geo("import", path).stdout
    assert sqlite3.connect(data / DATABASE).execute("SELECT seq FROM state").fetchone() == before
    store = open_store(data / DATABASE)
    assert (store.counts().points, store.counts().stations) == (29_109, 5_571)
    store.close()


@pytest.mark.slow
def test_all_real_ocpi_files_at_once(data: Path) -> None:
    paths = [real(f"ocpi_{name}.json.xz") for name in (
        "2_1_1_locations-fastned", "2_2_locations-chargesini", "2_2_1_locations-punkt")]
    done = geo("import", *paths)
    assert done.exit_code == 0
    assert "2,621 points" in done.stdout
    assert "34 rejected" in done.stdout
    assert origins(data) == {"ocpi": 2_621}
    assert sum(len(rejects(path)) for path in (data / "rejects").iterdir()) == 34
    assert "0 new, 0 updated, 2,621 unchanged" in geo("import", *paths).stdout


@pytest.mark.slow
def test_run_serves_and_says_where(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIRELANE_GEO_DEMO_STATIONS", "30")
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([*COMMAND, "run", "--port", str(port)], stderr=subprocess.PIPE, text=True,
                               stdout=subprocess.DEVNULL)
    try:
        assert process.stderr is not None
        assert any(f":{port}" in line for line in process.stderr), "it ended without saying where the map is"
        with urllib.request.urlopen(f"http://localhost:{port}/healthz", timeout=30) as answer:
            assert answer.status == 200
    finally:
        process.terminate()
        process.communicate()
    assert set(origins(data)) == {"demo"}


@pytest.mark.slow
def test_a_large_file_that_nothing_has_changed_since_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from wirelane_geo import importers

    evses = [EVSE | {"uid": str(number), "evse_id": f"NL*ABC*E{number}", "note": "x" * 400} for number in range(2_000)]
    path = ocpi_file(tmp_path, LOCATION | {"evses": evses})
    monkeypatch.setenv("WIRELANE_GEO_DATA", str(tmp_path / "data"))
    reads: list[object] = []
    read = importers.read
    monkeypatch.setattr(importers, "read", lambda *given, **named: reads.append(given) or read(*given, **named))

    def counts() -> tuple[int, int, int]:
        [found] = json.loads(CliRunner().invoke(main, ["import", "--json", str(path)]).stdout)["files"]
        return found["inserted"], found["updated"], found["unchanged"]

    assert path.stat().st_size > 1 << 20
    assert (counts(), counts(), len(reads)) == ((2_000, 0, 0), (0, 0, 2_000), 1)
    store = open_store(tmp_path / "data" / "points.sqlite")
    point = store.get("evseid", "NL*ABC*E7")
    assert point is not None
    assert point.id is not None
    store.set_statuses({point.id: Status.FAULTED})
    store.close()
    assert (counts(), len(reads)) == ((0, 0, 2_000), 2)
    path.write_text(path.read_text().replace("Arnhem", "Anderswo"))
    assert (counts(), len(reads)) == ((0, 2_000, 0), 3)
