"""How a time is given on the command line."""

from datetime import UTC, datetime

import click


def read_moment(ctx: click.Context, parameter: click.Parameter, text: str | None) -> datetime | None:
    """Callback of an option that takes a time: aware, UTC where it says nothing else."""
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no time: write 2024-12-05, 2024-12-05T14:00 or 2024-12-05T14:00+01:00.",
                                 ctx, parameter) from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
