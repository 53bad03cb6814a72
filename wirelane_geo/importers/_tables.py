"""The rows of a table, of a CSV file or of a workbook's sheet with a table, with their numbers."""

import re
import zipfile
from collections.abc import Iterator
from typing import Any

from wirelane_geo.errors import BadFile
from wirelane_geo.importers._csv_lines import CsvLines, CsvRecords
from wirelane_geo.importers._notes import Note
from wirelane_geo.importers._reader import Reject
from wirelane_geo.importers.source import MOST_TIMES, Source, is_workbook

MOST_UNPACKED = 2 << 30
"""Bytes of a workbook, unpacked."""
MOST_ROWS = 5_000_000
MOST_AHEAD, MOST_SHEETS = 100, 20
"""Rows that stand above a table's header, of explanations; sheets that are looked at."""
A_TABLE = 10
"""Values of a row that is none of the explanations above a table."""
_COLUMN = re.compile("breitengrad|id_pdc_itinerance", re.I)
"""Of which each table that is read has one."""


def rows(source: Source) -> Iterator[tuple[int, list[Any]] | Reject | Note]:
    """Each row that has anything in it; its number counts from 1. Raises BadFile."""
    yield from _of_workbook(source) if is_workbook(source.path) else _of_csv(source)


def head_of_workbook(source: Source) -> str:
    """The texts of the first rows, for telling what table it is. Raises BadFile."""
    texts: list[str] = []
    for number, values in _of_workbook(source):
        texts += [str(value) for value in values if value]
        if number > MOST_AHEAD:
            break
    return "\n".join(texts)[:65_536]


def _of_workbook(source: Source) -> Iterator[tuple[int, list[Any]]]:
    import openpyxl  # with the first workbook: it takes as long as the rest of an import's start

    try:
        with zipfile.ZipFile(source.path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > min(MOST_UNPACKED, MOST_TIMES * max(source.size, 1 << 20)):
            raise BadFile(f"{source} unpacks to more than {MOST_TIMES} times its size, which no table does.")
        file = source.path.open("rb")  # by its name openpyxl would believe what it is called
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except BadFile:
        raise
    except Exception as error:  # a workbook is many files, and openpyxl has an error of its own for each
        raise BadFile(f"{source} can't be read as a workbook: {error}. Save the table as CSV, and import that.") from None
    try:
        for number, values in enumerate(_sheet(book.worksheets).iter_rows(values_only=True), start=1):
            if number > MOST_ROWS:
                raise BadFile(f"{source} has more than {MOST_ROWS:,} rows. Save the table as CSV, and import that.")
            if any(value is not None for value in values):
                yield number, list(values)
    except BadFile:
        raise
    except Exception as error:
        raise BadFile(f"{source} can't be read to its end: {error}. Save the table as CSV, and import that.") from None
    finally:
        book.close()
        file.close()


def _sheet(sheets: list[Any]) -> Any:
    """The first sheet that has the columns of a table that is read, below some explanations; else one that begins with a table;
    else the first of all."""
    found: dict[bool, Any] = {}
    for sheet in sheets[:MOST_SHEETS]:
        rows = list(sheet.iter_rows(max_row=MOST_AHEAD, values_only=True)) if hasattr(sheet, "iter_rows") else []
        if any(sum(value is not None for value in values) >= A_TABLE for values in rows):
            found.setdefault(any(isinstance(value, str) and _COLUMN.search(value) for values in rows for value in values), sheet)
    return found.get(True) or found.get(False) or sheets[0]


def _of_csv(source: Source) -> Iterator[tuple[int, list[Any]] | Reject | Note]:
    lines = CsvLines(source)
    delimiter = max(";\t,|", key=lambda sign: source.head.count(sign.encode()))
    widest = 0

    def fits(values: list[str]) -> bool:
        return widest < A_TABLE or len(values) == widest

    for number, values in CsvRecords(lines, delimiter, fits):
        yield from lines.noted(number)
        widest = max(widest, len(values))
        shown = [value.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for value in values]
        if shown != values:
            yield Reject(number, None, "not UTF-8", "", shown)
        elif any(values):
            yield number, list(values)
