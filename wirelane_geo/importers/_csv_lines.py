"""The lines of a CSV file, as text."""

from collections.abc import Iterator

from wirelane_geo.importers._encoding import INSTEAD, utf8
from wirelane_geo.importers._notes import Noted
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

    def noted(self, number: int) -> Iterator[Noted]:
        """What was odd in the lines since the last time, said of a row."""
        if self._odd:
            self._odd = 0
            yield Noted(number, None, "", INSTEAD)
