"""Numbers on the command line, as people write them: Python's own readers take "1_0", "١٠" and "nan" as well."""

from typing import Any

import click

from wirelane_geo.numbers import read_number


class _Plain(click.ParamType[Any]):
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuses a text that is no number in plain digits."""
        if isinstance(value, str):
            try:
                read_number(value.strip())
            except ValueError:
                self.fail(f"{value!r} is not a valid {self.name}.", param, ctx)
        return super().convert(value, param, ctx)


class Whole(_Plain, click.IntRange):
    """A whole number within bounds."""


class Decimal(_Plain, click.FloatRange):
    """A number within bounds."""


class Seconds(_Plain, click.types.FloatParamType):
    """A number of seconds."""
