"""What is right for each case: written by hand, field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.cases.outcome import Outcome


@dataclass(frozen=True, kw_only=True)
class Case:
    """Files, one import after another, and what comes of it.

    `exits`: the exit code of each import. `points`: how many are there. `rejected`, `noted`: how many rows and notes with a
    reason that has these words. `said`: words of the summary or of the error. `fields`: of points, by EVSE ID or label, what
    they have. `asked`: EVSE IDs that are found.
    """

    imports: tuple[tuple[str, ...], ...]
    points: int
    exits: tuple[int, ...] = (0,)
    rejected: Mapping[str, int] = field(default_factory=dict)
    noted: Mapping[str, int] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()
    fields: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    asked: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The files; " then " between imports."""
        return " then ".join(" + ".join(files) for files in self.imports)

    def expected(self) -> str:
        """What is right, in words."""
        return "; ".join(filter(None, (
            f"{self.points} points", _counts("rejected", self.rejected), _counts("noted", self.noted),
            ", ".join(f'"{words}"' for words in self.said), f"{len(self.fields)} points looked at" if self.fields else "",
            f"found as {', '.join(self.asked)}" if self.asked else "", f"exit {', '.join(map(str, self.exits))}")))

    def wrong(self, got: Outcome) -> Iterator[str]:
        """What is otherwise than it should be."""
        exits = self.exits * len(self.imports) if len(self.exits) == 1 else self.exits
        if tuple(got.exits) != exits:
            yield f"exit {got.exits}"
        if len(got.points) != self.points:
            yield f"{len(got.points)} points"
        for what, expected, counted in (("rejected", self.rejected, got.rejected), ("noted", self.noted, got.noted)):
            if counted.total() != sum(expected.values()):
                yield f"{what}: {dict(counted)}"
            for words, count in expected.items():
                if sum(number for reason, number in counted.items() if words in reason) != count:
                    yield f"{what} {words!r}: {dict(counted)}"
        yield from (f"not said: {words}" for words in self.said if words.lower() not in got.said.lower())
        yield from (f"said: {words}" for words in self.unsaid if words.lower() in got.said.lower())
        for key, expected_fields in self.fields.items():
            for name, expected_value in expected_fields.items():
                if (values := got.values(name, key)) != [expected_value]:
                    yield f"{key} {name}: {', '.join(map(str, values))}, expected {expected_value}"
        yield from (f"{id} isn't found" for id in self.asked if got.asked[id] != 0)
        if got.unshown:
            yield f"check: {got.unshown}"


def got(outcome: Outcome) -> str:
    """What came, in words."""
    return "; ".join(filter(None, (
        f"{len(outcome.points)} points", _counts("rejected", outcome.rejected), _counts("noted", outcome.noted),
        f"exit {', '.join(map(str, outcome.exits))}")))


def _counts(what: str, counts: Mapping[str, int]) -> str:
    return f"{sum(counts.values())} {what}" if counts else ""
