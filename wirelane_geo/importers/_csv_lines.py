"""The lines of a CSV file, as text, and the records in them."""

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator

from wirelane_geo.importers._encoding import INSTEAD, utf8
from wirelane_geo.importers._notes import Note
from wirelane_geo.importers.source import Source

SEPARATORS = ",;\t|"


def delimiter_of(header: str) -> str:
    """What separates the columns of a header."""
    return max(SEPARATORS, key=header.count)


class CsvLines:
    """The lines of a file as text. One that is in Windows-1252 is noted, one that is in nothing keeps its odd bytes."""

    def __init__(self, source: Source) -> None:
        self._lines = source.lines()
        self._odd = 0

    def __iter__(self) -> "CsvLines":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        given = utf8(line)
        if given is None:
            return line.decode("utf-8", "surrogateescape")
        self._odd += not given[1]
        return given[0].decode()

    def noted(self, number: int) -> Iterator[Note]:
        """What was odd in the lines since the last time, said of a row."""
        if self._odd:
            self._odd = 0
            yield Note(number, None, "", INSTEAD)


MOST_LINES = 200
"""Lines that a record may go over. One that doesn't end by then has a quotation mark that nobody closed."""

LONGEST = 1_000
"""Letters that are kept of a line that is no record."""


class CsvRecords:
    """The records of lines, each with the number of its last line. A record that goes over several lines is believed where it is
    closed and `fits` by its number of values; else a quotation mark is missing, and the lines are a record each, so that it costs
    its own line and none of the others.
    A line that no record can have, of a value with more than 128 kB, is one value's.
    """

    def __init__(self, lines: Iterable[str], delimiter: str, fits: Callable[[list[str]], bool], before: int = 0) -> None:
        self._lines, self._delimiter, self._fits = iter(lines), delimiter, fits
        self._again, self._number = deque[str](), before

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Numbers count from `before` + 1."""
        while True:
            taken = list[str]()
            values = self._read(self._some(taken))
            if not taken:
                return
            if len(taken) > 1 and not (values and self._is_one(taken, values)):
                self._again.extendleft(reversed(taken[1:]))
                del taken[1:]
                values = self._read(taken)
            self._number += len(taken)
            yield self._number, [taken[0][:LONGEST]] if values is None else values

    def _read(self, lines: Iterable[str]) -> list[str] | None:
        """Of `="01067"`, by which Excel is told that it is a text, the text."""
        try:
            values = next(csv.reader(lines, delimiter=self._delimiter), [])
        except csv.Error:
            return None
        return [value[2:-1] if value.startswith('="') and value.endswith('"') and len(value) > 2 else value for value in values]

    def _is_one(self, taken: list[str], values: list[str]) -> bool:
        """Whether lines are one record: not where each of them has all of its columns, which are two marks in two records."""
        return (not sum(line.count('"') for line in taken) % 2 and self._fits(values)
                and any(line.count(self._delimiter) < len(values) - 1 for line in taken))

    def _some(self, taken: list[str]) -> Iterator[str]:
        """The next lines, noted down, until there are as many as a record may have."""
        while len(taken) < MOST_LINES:
            line = self._again.popleft() if self._again else next(self._lines, None)
            if line is None:
                return
            taken.append(line)
            yield line
