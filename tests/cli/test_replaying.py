"""`wirelane-geo replay`: real sessions on an imported network."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.command import COMMAND, geo
from tests.importers.files import IRVE, irve_file
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store


def session(evseid: str, start: int, end: int) -> dict[str, object]:
    return {"energy": 1.0, "start": start, "end": end, "id_pdc_itinerance": evseid}


def status_of(data: Path, evseid: str) -> str | None:
    store = open_store(data / DATABASE)
    try:
        point = store.get("evseid", evseid)
        return point and point.status
    finally:
        store.close()


@pytest.mark.slow
def test_replay_plays_to_the_end_and_says_what_it_left_out(data: Path, tmp_path: Path) -> None:
    geo("import", irve_file(tmp_path, IRVE, IRVE | {"id_pdc_itinerance": "FRV75E2"}))
    path = tmp_path / "sessions.jsonl"
    rows = [session("FRV75E1", 1_733_000_000_000, 1_733_000_600_000), session("FRNONE", 5, 9), session("FRV75E1", 7, 7)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = geo("replay", "--speed", "1e9", path)
    assert done.exit_code == 0
    assert "1 sessions at 1 points, from 2024-11-30 20:53 UTC to 2024-11-30 21:03 UTC" in done.stdout
    assert "1 changes played, 2 statuses written" in done.stdout
    assert "1 points with 1 sessions are not in the network." in done.stderr
    assert "1 lines left out: ends at or before its start" in done.stderr
    assert "\r" not in done.stdout + done.stderr
    assert status_of(data, "FRV75E1") == "FREE"
    assert status_of(data, "FRV75E2") == "UNKNOWN"


def test_replay_refuses_in_a_sentence(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "sessions.jsonl"
    path.write_text(json.dumps(session("FRNONE", 5, 9)))
    nowhere = geo("replay", path)
    assert nowhere.exit_code == 1
    assert "Import their static data first" in nowhere.stderr
    assert geo("replay", tmp_path / "none").exit_code == 1
    assert geo("replay", path, "--from", "yesterday").exit_code == 2
    assert geo("replay", path, "--speed", "0").exit_code == 2
    for name in ("ENVIRONMENT", "ORGANIZATION", "CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.setenv(f"WIRELANE_{name}", "staging")
    assert "embedded network only" in geo("replay", path).stderr


@pytest.mark.slow
def test_ctrl_c_ends_a_replay(data: Path, tmp_path: Path) -> None:
    geo("import", irve_file(tmp_path, IRVE))
    path = tmp_path / "sessions.jsonl"
    path.write_text(json.dumps(session("FRV75E1", 1_733_000_000_000, 1_733_000_600_000)))
    # A shell that runs the tests behind it has its children ignore Ctrl-C, and theirs would inherit that.
    process = subprocess.Popen([*COMMAND, "replay", "--loop", "--speed", "1", str(path)], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    assert process.stdout is not None
    assert "1 sessions" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    printed, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "statuses written" in printed
    assert "Traceback" not in said
