"""No text becomes a formula in a spreadsheet that opens a file of ours."""

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelane_geo.map.export import as_csv, cell
from wirelane_geo.model import ChargePoint

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", [
    "=1+1", "-2+3+cmd|' /C calc'!A0", "\n=1+1", "\r\n=1+1", " =1+1", "\t=1+1", "＝1+1", "＋1+cmd", "－1+cmd", "＠SUM(A1)",
    "@SUM(A1)", "+49 30 1234/5",
    "-1;=1+1", "\u200b=1+1", "\ufeff=1+1", "\u00a0@a", "+", "-", "--1", "+1e5", "-A1", "\x00=1",
])
def test_what_could_be_a_formula_is_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-12", "+49", "-1,234.5", "+49 30 123456", "12-14",
                                  "a=b", "", "DE*ABC*E1", "'=1", "-0.5"])
def test_a_number_and_a_plain_text_stay(text: str) -> None:
    assert cell(text) == text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_file_reads_back_and_has_no_formula(text: str) -> None:
    [row] = csv.DictReader(io.StringIO("".join(as_csv([ChargePoint(charge_point_id=text)], NOW)), newline=""))
    found = row["charge_point_id"]
    assert found in (text, f"'{text}")
    assert found.lstrip()[:1] not in ("=", "@")
    if found.lstrip()[:1] in ("+", "-"):
        assert not any(sign.isalpha() or sign in "|!()" for sign in found)
