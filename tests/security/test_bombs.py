"""A small file that is a large one inside, lines without end, lists in lists: refused with a sentence, in bounded memory."""

import gzip
import io
import lzma
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelane_geo.errors import BadFile
from wirelane_geo.importers import read
from wirelane_geo.importers import source as sources
from wirelane_geo.importers.source import HARMLESS, Source
from wirelane_geo.model import ChargePoint

POINT = (b'{"id_pdc_itinerance":"FRABCE1","id_station_itinerance":"FRABCP1","coordonneesXY":"[2.35, 48.85]",'
         b'"puissance_nominale":"22","prise_type_2":"True"}\n')



def packed(kind: str, size: int) -> bytes:
    """`size` bytes of blanks in one line, packed."""
    out = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.jsonl", "w", force_zip64=True) as file:
            for _ in range(size >> 20):
                file.write(b" " * (1 << 20))
    else:
        with (lzma.open(out, "w", preset=0) if kind == "xz" else gzip.open(out, "w")) as file:
            for _ in range(size >> 20):
                file.write(b" " * (1 << 20))
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xz", "gz", "zip"])
def test_a_bomb_is_refused_before_it_fills_memory(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"bomb.{kind}"
    path.write_bytes(packed(kind, 3 * HARMLESS))
    tracemalloc.start()
    try:
        with pytest.raises(BadFile, match="times its size"), Source(path) as source:
            for _ in source.lines():
                pass
        assert tracemalloc.get_traced_memory()[1] < 2.5 * HARMLESS
    finally:
        tracemalloc.stop()


def test_what_is_packed_well_is_read(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl.xz"
    path.write_bytes(lzma.compress(POINT * 20_000))
    with Source(path) as source:
        assert sum(1 for _ in source.lines()) == 20_000


def test_a_line_has_a_length_and_what_came_before_it_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MOST_LINE", 1 << 20)
    path = tmp_path / "rows.jsonl"
    path.write_bytes(POINT * 3 + b"x" * (3 << 20))
    lines = []
    with pytest.raises(BadFile, match="a line of more than 1 MiB"), Source(path) as source:
        for line in source.lines():
            lines.append(line)  # noqa: PERF402 - one by one, until it fails
    assert lines == [POINT] * 3


@pytest.mark.slow
def test_an_endless_line_is_joined_once(tmp_path: Path) -> None:
    """Time is no measure here; what is copied is: every byte a few times, not once for each piece of the file."""
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"x" * (64 << 20))
    tracemalloc.start()
    try:
        with Source(path) as source:
            [line] = source.lines()
        assert len(line) == 64 << 20
        assert tracemalloc.get_traced_memory()[1] < 3 * (64 << 20)
    finally:
        tracemalloc.stop()


@given(st.lists(st.sampled_from([b"a", b"\n", b"\r\n", b"bc", b"\xc3\xa4"]), max_size=60), st.integers(1, 7))
def test_lines_are_those_of_the_whole(tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes], size: int) -> None:
    content = b"".join(pieces)
    path = tmp_path_factory.mktemp("lines") / "a.jsonl"
    path.write_bytes(content)
    with Source(path) as source:
        source._head = source.head[:size]
        rest = [content[at:at + size] for at in range(size, len(content), size)]
        source._part = lambda _: rest.pop(0) if rest else b""  # type: ignore[method-assign]
        assert list(source.lines()) == io.BytesIO(content).readlines()


@pytest.mark.parametrize("nested", [b"[" * 200_000, b'{"a":' * 100_000, b"[" * 5_000 + b"]" * 5_000])
def test_lists_in_lists_are_told_and_the_rest_is_read(tmp_path: Path, nested: bytes) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(POINT + nested + b"\n" + POINT.replace(b"CE1", b"CE2"))
    found = list(read(path))
    assert {point.evseid for point in found if isinstance(point, ChargePoint)} == {"FRABCE1", "FRABCE2"}
    assert sum(not isinstance(each, ChargePoint) for each in found) == 1


def test_a_number_of_a_thousand_digits_costs_itself(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    first = POINT.strip()
    rows = [first, first.replace(b'"22"', b"9" * 5_000).replace(b"CE1", b"CE2"), first.replace(b"CE1", b"CE3")]
    path.write_bytes(b"[" + b",".join(rows) + b"]")
    points = [point for point in read(path) if isinstance(point, ChargePoint)]
    assert [(point.evseid, point.power) for point in points] == [("FRABCE1", 22.0), ("FRABCE2", None), ("FRABCE3", 22.0)]
