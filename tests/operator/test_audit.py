"""The audit log: who, when, what, of which station, and the answer; nothing is carried out that could not be noted."""

import stat
import threading
from pathlib import Path

import pytest

from wirelane_geo.errors import ApiUnreachable, StoreError
from wirelane_geo.operator import audit
from wirelane_geo.operator.audit import FILE, AuditLog


def test_a_wish_is_noted_with_its_answer(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    with log.noted("ada", "Soft", "S1") as outcome:
        [open_] = log.last(9)
        assert (open_.who, open_.what, open_.station, open_.answer) == ("ada", "Soft", "S1", "")
        outcome.answer = "Reset 4711"
    [entry] = log.last(9)
    assert (entry.id, entry.answer, entry.failed) == (open_.id, "Reset 4711", False)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_an_error_is_an_answer_too_and_goes_on(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    with pytest.raises(ApiUnreachable), log.noted("ada", "unlock L1", "S1"):
        raise ApiUnreachable("no answer")
    [entry] = AuditLog(tmp_path).last(9)
    assert (entry.answer, entry.failed) == ("no answer", True)


def test_the_newest_come_first_of_one_station_or_of_all(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    for number in range(6):
        with log.noted("ada", "Soft", f"S{number % 2}") as outcome:
            outcome.answer = str(number)
    assert [entry.answer for entry in log.last(4)] == ["5", "4", "3", "2"]
    assert [entry.answer for entry in log.last(9, "S1")] == ["5", "3", "1"]


def test_what_can_not_be_noted_is_not_done(tmp_path: Path) -> None:
    done = []
    with pytest.raises(StoreError, match="audit log"), AuditLog(tmp_path / "nowhere").noted("ada", "Hard", "S1"):
        done.append(1)
    assert not done


def test_a_line_that_was_cut_off_costs_itself_only(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    with log.noted("ada", "Soft", "S1") as outcome:
        outcome.answer = "1"
    with (tmp_path / FILE).open("ab") as file:
        file.write(b'{"id": "half\n')
    with log.noted("ada", "Soft", "S1") as outcome:
        outcome.answer = "2"
    assert [entry.answer for entry in log.last(9)] == ["2", "1"]


def test_it_is_bounded_and_its_last_entries_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "LARGEST", 2_000)
    log = AuditLog(tmp_path)
    for number in range(100):
        with log.noted("ada", "Soft", "S1") as outcome:
            outcome.answer = f"{number} {'x' * 1_000}"
    sizes = [path.stat().st_size for path in tmp_path.iterdir()]
    assert len(sizes) == 2
    assert max(sizes) < 4_000
    assert log.last(1)[0].answer.startswith("99 ")


def test_several_at_once_lose_nothing(tmp_path: Path) -> None:
    def ask(name: str) -> None:
        for number in range(20):
            with AuditLog(tmp_path).noted(name, "Soft", "S1") as outcome:
                outcome.answer = str(number)

    threads = [threading.Thread(target=ask, args=(f"user-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = AuditLog(tmp_path).last(1_000)
    assert len(entries) == 80
    assert all(entry.answer for entry in entries)
