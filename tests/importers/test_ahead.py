"""A file that a child process reads says the same as one that is read here."""

import json
import os
import signal
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from tests.children import children
from wirelane_geo.errors import BadFile
from wirelane_geo.importers import Note, Reader, ReaderAhead, Reject, read, read_ahead
from wirelane_geo.model import ChargePoint, OfferedPoint, StatusReport


def location(number: int, **odd: Any) -> dict[str, Any]:
    connector = {"id": "1", "standard": "IEC_62196_T2", "format": "SOCKET", "power_type": "AC_3_PHASE", "max_voltage": 230,
                 "max_amperage": 32}
    evse = {"uid": f"{number}", "evse_id": f"DE*ABC*E{number}", "status": "AVAILABLE", "connectors": [connector],
            "last_updated": "2026-02-03T10:00:00+01:00"}
    return {"id": f"L{number}", "country_code": "DE", "party_id": "ABC", "country": "DEU", "name": f"Ort {number}",
            "coordinates": {"latitude": "52.5", "longitude": "13.4"}, "evses": [evse | odd]}


ODD: tuple[dict[str, Any], ...] = (
    {"parking_restrictions": ["CUSTOMERS"]},
    {"evse_id": None, "uid": None, "note": 2**70},
    {"status": 2**70},
    {"physical_reference": "halb \ud83d", "status": "\ud83d"},
    {"coordinates": {"latitude": "91", "longitude": "13"}},
    {"evse_id": "DE*ABC*E1", "last_updated": "2026-02-04T10:00:00Z"},
    {"evse_id": "DE*ABC*E2", "last_updated": "2026-01-04T10:00:00Z"},
    {"connectors": "none"},
)


def written(path: Path, count: int, end: str = "]") -> Path:
    """Locations, every tenth of them odd."""
    made = (location(number, **(ODD[number // 10 % len(ODD)] if number % 10 == 9 else {})) for number in range(count))
    path.write_text("[" + ",".join(map(json.dumps, made)) + end, encoding="utf-8")
    return path


@pytest.mark.slow
@pytest.mark.parametrize("count", [200, 2_300])
def test_it_gives_the_same_entries_in_the_same_order(tmp_path: Path, count: int) -> None:
    file = written(tmp_path / "country.json", count)
    here = read(file)
    wanted = list(here)
    ahead = ReaderAhead(read(file), None, None)
    assert list(ahead) == wanted
    assert {type(entry) for entry in wanted} == {ChargePoint, OfferedPoint, Reject, Note}
    assert ahead.superseded == here.superseded
    assert here.superseded
    assert (ahead.format, ahead.origin, ahead.size) == (here.format, here.origin, here.size)
    assert ahead.position == ahead.size


@pytest.mark.slow
def test_statuses_come_too(tmp_path: Path) -> None:
    file = tmp_path / "statuses.json"
    file.write_text(json.dumps({"EVSEStatuses": [{"OperatorID": "DE*ABC", "EVSEStatusRecord": [
        {"EvseID": f"DE*ABC*E{number}", "EvseStatus": "Available"} for number in range(50)]}]}), encoding="utf-8")
    found = list(ReaderAhead(read(file), None, None))
    assert found == list(read(file))
    assert {type(entry) for entry in found} == {StatusReport}


@pytest.mark.slow
def test_what_breaks_off_is_said_behind_what_came_before(tmp_path: Path) -> None:
    file = written(tmp_path / "half.json", 1_500, end=',{"id": "L')
    for reader in (read(file), ReaderAhead(read(file), None, None)):
        found = []
        with pytest.raises(BadFile, match="cut off"):
            found.extend(iter(reader))
        assert sum(isinstance(entry, ChargePoint) for entry in found) > 1_000


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to find the child process")
def test_a_child_process_that_is_killed_is_no_end_of_the_file(tmp_path: Path) -> None:
    file, before = written(tmp_path / "country.json", 20_000), children()
    entries = iter(ReaderAhead(read(file), None, None))
    assert len(list(islice(entries, 10))) == 10
    [child] = set(children()) - set(before)
    os.kill(child, signal.SIGKILL)
    with pytest.raises(BadFile, match=r"was gone .*SIGKILL.*Try again"):
        list(entries)


def test_a_small_file_is_read_here(tmp_path: Path) -> None:
    assert isinstance(read_ahead(written(tmp_path / "small.json", 20)), Reader)


@pytest.mark.skipif(hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(0)) < 2, reason="there is one core only")
def test_a_large_file_is_read_by_a_child(tmp_path: Path) -> None:
    file = tmp_path / "large.json"
    file.write_text(json.dumps([location(1)]) + " " * (9 << 20), encoding="utf-8")
    assert isinstance(read_ahead(file), ReaderAhead)
