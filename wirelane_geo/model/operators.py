"""Operators of charge points (CPOs): by name, and by the part of their EVSE IDs that is theirs."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from wirelane_geo.model import ChargePoint
from wirelane_geo.model.evse_ids import cpo_of
from wirelane_geo.model.spelling import without_accents

NOT = "!"
"""What stands before the name of an operator that is left out."""

_APART = re.compile(r"[\W_]+")
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})


class Operator(NamedTuple):
    """Who runs a point. name: as the data has it; code: country and party as in its EVSE ID, "DEABC". None: not known."""

    name: str | None = None
    code: str | None = None

    @property
    def text(self) -> str | None:
        """Both as a line each; None: nothing is known."""
        return f"{self.code or ''}\n{self.name or ''}" if any(self) else None

    @classmethod
    def of_text(cls, text: str) -> "Operator":
        """The inverse of `text`."""
        code, _, name = text.partition("\n")
        return cls(name or None, code or None)


NOBODY = Operator()
"""Nothing is known of who runs it."""


def operator_of(point: ChargePoint) -> Operator:
    """Who runs a point."""
    return Operator(point.cpo or None, cpo_of(point.evseid) if point.evseid else None)


@lru_cache(4096)
def folded(name: str) -> str:
    """What all spellings of a name have in common: its words in small letters without accents, a space between them."""
    return _APART.sub(" ", without_accents(name).translate(_STROKES)).strip()


def is_named(operator: Operator, word: str) -> bool:
    """Whether a folded word is its name, begins its name (as a whole word or several: "aral" means "Aral pulse"), or is the code
    of its EVSE IDs."""
    name = folded(operator.name or "")
    return f"{name} ".startswith(f"{word} ") or (operator.code or "").lower() == word.replace(" ", "")


def is_chosen(operator: Operator, words: Iterable[str]) -> bool:
    """Whether an operator is one of those named by folded words, and none of those with `NOT` before them. With nothing but the
    latter all others are, those of whom nothing is known too."""
    given = list(words)
    wanted = [word for word in given if not word.startswith(NOT)]
    return (not wanted or any(is_named(operator, word) for word in wanted)) and not any(
        is_named(operator, word.removeprefix(NOT)) for word in given if word.startswith(NOT))
