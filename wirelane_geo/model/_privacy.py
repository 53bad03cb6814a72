"""What is said about people, and that it stays out of whatever prints a record.

Each record names its personal fields in `PERSONAL`, beside the fields themselves: e-mail, names, addresses, cards,
accounts, and what else is nobody's business but the operator's. `repr`, and so `str`, f-strings, logs, tracebacks and
debuggers, show `***` for them. Encoding a record is not redacted: who sends it on decides that, with `personal_fields`.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec

REDACTED = "***"


class Record(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A schema of the contract: all fields by name, unchangeable, left out on the wire where they hold the default."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    """The fields that `repr` does not show and no public page, link, log or public cache may carry."""

    def __repr__(self) -> str:
        """The fields that are set, personal ones as `***`."""
        return f"{type(self).__name__}({', '.join(f'{name}={text}' for name, text in self._shown())})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """The same for consoles that print structures their own way."""
        return [(name, _Plain(text)) for name, text in self._shown()]

    def _shown(self) -> Iterator[tuple[str, str]]:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if value is not None and value != ():
                yield name, REDACTED if name in self.PERSONAL else repr(value)


class _Plain(str):
    """A text whose repr is itself."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def personal_fields(cls: type[Record]) -> frozenset[str]:
    """Names of a record's fields that are about a person, or private to the operator."""
    return cls.PERSONAL
