"""The cases that feeds and bug reports brought, and the table that says what is right for them."""

import shutil
from pathlib import Path

import pytest

from benchmarks.cases import __main__ as cases
from benchmarks.cases.outcome import outcome
from benchmarks.cases.table import Case
from tests.importers.files import EVSE, LOCATION, SHARED, ocpi_file

GOOD = Case(imports=(("ocpi.json",),), points=1, fields={"NL*ABC*E7": {"power": 22.0, "status": "FREE", "hours": "24/7"}},
            said=("OCPI 2.2",), asked=("nl-abc-e7",))


@pytest.mark.slow
def test_every_case_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    directory = SHARED.parent / "cases"
    if not directory.exists():
        pytest.skip(f"the cases are not there: {directory}")
    assert cases.main(directory) == 0, capsys.readouterr().out
    assert "WRONG" not in capsys.readouterr().out


def test_what_is_right_and_what_is_not(tmp_path: Path) -> None:
    found = outcome([[ocpi_file(tmp_path, LOCATION)]], GOOD.asked)
    assert list(GOOD.wrong(found)) == []
    odd = LOCATION | {"opening_times": 7, "evses": [EVSE | {"status": "HAPPY"}, EVSE | {"uid": "8", "evse_id": "X*8"}]}
    wrong = "\n".join(GOOD.wrong(outcome([[ocpi_file(tmp_path, odd)]], ("NOBODY", *GOOD.asked))))
    for words in ("2 points", "noted: ", "status: UNKNOWN, expected FREE", "hours: None, expected 24/7"):
        assert words in wrong


def test_a_file_that_nobody_looked_at_is_wrong(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(cases, "CASES", (GOOD,))
    path = ocpi_file(tmp_path, LOCATION)
    assert cases.main(tmp_path) == 0
    assert "| ocpi.json | 1 points; " in capsys.readouterr().out
    shutil.copy(path, tmp_path / "new.json")
    assert cases.main(tmp_path) == 1
    assert "new.json: nobody has said what is right" in capsys.readouterr().out
    (tmp_path / "new.json").unlink()
    ocpi_file(tmp_path, LOCATION | {"evses": []})
    assert cases.main(tmp_path) == 1
    assert "WRONG" in capsys.readouterr().out


def test_cases_that_are_not_there_are_said_to_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cases.main(tmp_path / "nowhere") == 0
    assert "The cases aren't there" in capsys.readouterr().out
