"""`wirelane-geo check` reads every record, and says of an import that was killed that it is not finished."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import COMMAND, geo
from tests.importers.files import IRVE, irve_file
from tests.server.serving import Service
from tests.store.locks import ALONE, WRITES, held
from wirelane_geo.cli import records
from wirelane_geo.cli.exits import DONE, FAILED
from wirelane_geo.demo import demo_points
from wirelane_geo.model import ChargePoint
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store, sqlite_file
from wirelane_geo.store.import_journal import ImportJournal


@pytest.fixture
def points(data: Path) -> list[ChargePoint]:
    """Those of a network in the data directory."""
    data.mkdir()
    with closing(open_store(data / DATABASE)) as store:
        store.upsert(demo_points(30), "demo")
        return store.records(store.columns().handle.tolist())


def findings(stdout: str) -> dict[str, dict[str, Any]]:
    return {finding["check"]: finding for finding in json.loads(stdout)}


def spoil(data: Path, id: str | None, change: Callable[[bytes], bytes]) -> None:
    """Do something to the body of a point."""
    with closing(sqlite3.connect(data / DATABASE, isolation_level=None)) as database:
        [rowid, body] = database.execute("SELECT rowid, body FROM points JOIN bodies USING (rowid) WHERE id = ?",
                                         (id,)).fetchone()
        database.execute("UPDATE bodies SET body = ? WHERE rowid = ?", (change(body), rowid))


def more(body: bytes, field: bytes) -> bytes:
    """A body with one more field, before the conditions, which no API's answer has."""
    head, conditions, tail = body.partition(b',"conditions":')
    return b"%b,%b%b%b" % (head, field, conditions, tail) if conditions else b"%b,%b}" % (body[:-1], field)


@pytest.mark.slow
@pytest.mark.parametrize("change", [
    lambda body: b"\xff\xfe" + body, lambda body: more(body, b'"power":"much"'), lambda body: body[:20],
    lambda body: more(body, b'"timezone":17'), lambda body: more(body, b'"plug_types":["STEAM"]')])
@pytest.mark.parametrize("chunk", [7, 1_000])
def test_a_record_that_no_page_could_show_is_named(
        data: Path, points: list[ChargePoint], monkeypatch: pytest.MonkeyPatch, change: Callable[[bytes], bytes],
        chunk: int) -> None:
    monkeypatch.setattr(records, "CHUNK", chunk)
    good = findings(geo("check", "--json").stdout)["records"]
    assert (good["result"], good["records"]) == ("ok", [])
    assert f"all {len(points)} charge points" in good["text"]
    for bad in (points[0], points[-1]):
        spoil(data, bad.id, change)
    done = geo("check", "--json")
    found = findings(done.stdout)["records"]
    assert done.exit_code == FAILED
    assert {record["record"] for record in found["records"]} == {points[0].id, points[-1].id}
    assert all(record["reason"] for record in found["records"])
    assert f"2 of {len(points)} charge points" in found["text"]
    table = geo("check")
    assert table.exit_code == FAILED
    assert f"{points[0].id}: " in table.stdout


def test_a_record_without_a_position_is_named(data: Path, points: list[ChargePoint], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "CHUNK", 7)
    with closing(open_store(data / DATABASE)) as store:
        for number in range(9):
            store.create(ChargePoint(charge_point_id=f"nowhere {number}"))
    done = geo("check", "--json")
    found = findings(done.stdout)
    assert done.exit_code == DONE
    assert found["records"]["result"] == "ok"
    assert f"all {len(points) + 9} charge points" in found["records"]["text"]
    assert found["positions"]["result"] == "warning"
    assert {record["record"] for record in found["positions"]["records"]} == {f"nowhere {number}" for number in range(9)}


@pytest.mark.slow
@pytest.mark.parametrize(("text", "result", "says"), [
    ('[feeds.city]\nkind = "ocpi"\nurl = "https://example.org/"\n', "ok", "city"), ("[feeds.city\n", "failed", "can't be read"),
    ('[feeds.city]\nkind = "ocpi"\nurl = "https://example.org/"\ntoken_env = "NOWHERE_SET"\n', "failed", "NOWHERE_SET"),
    (None, "warning", "isn't there")])
def test_the_file_of_feeds_is_read(points: list[ChargePoint], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None,
                                   result: str, says: str) -> None:
    file = tmp_path / "ours.toml"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    monkeypatch.setenv("WIRELANE_GEO_FEEDS", str(file))
    done = geo("check", "--json")
    found = findings(done.stdout)["feeds"]
    assert found["result"] == result
    assert str(file) in found["text"]
    assert says in found["text"]
    assert done.exit_code == (FAILED if result == "failed" else DONE)


def test_records_of_an_account_are_read_page_by_page(account: Service, tmp_path: Path) -> None:
    ids = [point.id for point in account.store.records(account.store.columns().handle[:2].tolist())]
    spoil(tmp_path / "upstream", ids[0], lambda body: more(body, b'"plug_types":["STEAM"]'))
    spoil(tmp_path / "upstream", ids[1], lambda body: body.replace(b'"charge_point_id":', b'"was_id":'))
    total = account.store.counts().points
    done = geo("check", "--json")
    found = findings(done.stdout)
    assert done.exit_code == FAILED
    assert f"1 of {total} charge points" in found["records"]["text"]
    assert [record["record"] for record in found["records"]["records"]] == [ids[1]]
    assert "plug_types=STEAM (1)" in found["values"]["text"]


@pytest.mark.slow
def test_an_import_that_was_killed_is_unfinished_and_no_demo_is_beside_it(
        data: Path, points: list[ChargePoint], tmp_path: Path) -> None:
    """kill -9 after the first points came in: `check` and the next start say so, until it is imported again."""
    path = irve_file(tmp_path, *(IRVE | {"id_pdc_itinerance": f"FRV75E{number}"} for number in range(60_000)))
    process = subprocess.Popen([*COMMAND, "import", str(path)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    with closing(open_store(data / DATABASE)) as store:
        while not store.holds("irve"):
            assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with closing(open_store(data / DATABASE)) as store:
        origins = store.origins()
    assert set(origins) == {"irve"}
    assert origins["irve"] < 60_000
    done = geo("check", "--json")
    found = findings(done.stdout)
    assert (done.exit_code, found["import"]["result"]) == (DONE, "warning")
    assert f"{path}" in found["import"]["text"]
    assert "was not finished" in geo("check").stdout
    start = "from wirelane_geo.installation import installation as start; start().stop()"
    started = subprocess.run([sys.executable, "-c", start], capture_output=True, text=True, check=True)
    assert f"Note: The import of {path}" in started.stderr
    assert "demo network" not in started.stderr
    again = geo("import", path)
    assert f"Note: The import of {path}" in again.stderr
    with closing(open_store(data / DATABASE)) as store:
        assert store.origins() == {"irve": 60_000}
    assert "import" not in findings(geo("check", "--json").stdout)


ODD = [b"", b"\xff\xfe\x00", b"{", b"[]", b'{"files": 7, "begun": 7}', b'{"files": ["a"], "begun": "soon"}', b"[" * 100_000,
       b'{"files": ["a"], "begun": "0001-01-01T00:00:00+14:00"}', "\ud800".encode("utf-8", "surrogatepass"), bytes(4_096)]


@pytest.mark.slow
@pytest.mark.usefixtures("points")
@pytest.mark.parametrize("note", ODD, ids=range(len(ODD)))
def test_a_damaged_note_of_an_import_is_one(data: Path, tmp_path: Path, note: bytes) -> None:
    (data / "unfinished-import.json").write_bytes(note)
    for arguments in (("check",), ("check", "--json")):
        done = geo(*arguments)
        assert done.exit_code == DONE, done.output
        assert "was not finished" in done.stdout
    done = geo("import", irve_file(tmp_path, IRVE))
    assert done.exit_code == DONE, done.output
    assert "was not finished" in done.stderr


@pytest.mark.usefixtures("points")
def test_files_with_odd_names_are_told_and_told_of(data: Path, tmp_path: Path) -> None:
    """Names in Latin-1, with control characters, as long as names can be."""
    names = [b"caf\xe9.jsonl", b"bell\x07\x1b[2J.jsonl", b"line\nfeed.jsonl", b"n" * 255, "ü".encode() * 127, b"\xff" * 200]
    paths = [Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)) for name in names]
    for number, path in enumerate(paths):
        odd = IRVE | {"id_pdc_itinerance": f"FRV75E{number}1", "puissance_nominale": "viel \x00", "nom_station": "\ud83d"}
        bad = IRVE | {"id_pdc_itinerance": f"FRV75E{number}2", "coordonneesXY": "\udcff", "nom_station": "\x1b[2J"}
        path.write_text(f"{json.dumps(odd)}\n{json.dumps(bad)}\n")
    done = geo("import", *paths)
    assert done.exit_code == DONE, done.output
    assert done.stdout.count("1 rejected: ") == len(names)
    assert not {"\x07", "\x1b", "\udce9"} & set(done.stdout)
    for kind in ("rejects", "notes"):
        files = list((data / kind).iterdir())
        assert len(files) == len(names)
        for file in files:
            assert [json.loads(line)["row"] for line in file.read_text(encoding="utf-8").splitlines()]
    with pytest.raises(RuntimeError), ImportJournal(data).under_way(paths):
        raise RuntimeError
    for arguments in (("check",), ("check", "--json")):
        done = geo(*arguments)
        assert done.exit_code == DONE, done.output
        assert "caf\N{REPLACEMENT CHARACTER}.jsonl" in done.stdout
        assert "and 1 more" in done.stdout


@pytest.mark.slow
@pytest.mark.usefixtures("points")
def test_commands_read_beside_one_who_writes_and_say_busy_of_a_lock(
        data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.2)
    reading = [("check",), ("stations", "--json"), ("points", "--json"), ("export", str(tmp_path / "x.csv")),
               ("members", "--json")]
    before = [geo(*arguments).stdout for arguments in reading]
    with held(data / DATABASE, *WRITES):
        assert [geo(*arguments).stdout for arguments in reading] == before
        done = geo("import", irve_file(tmp_path, IRVE))
    assert done.exit_code == FAILED
    assert "is busy: another program has locked it. Try again" in done.stderr
    with held(data / DATABASE, *ALONE):
        for arguments in reading:
            done = geo(*arguments)
            assert done.exit_code == FAILED
            assert "is busy" in done.output
            assert "remove" not in done.output.lower()
    assert geo(*reading[0]).exit_code == DONE
