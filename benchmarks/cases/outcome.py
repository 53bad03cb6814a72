"""Imports files into a new data directory, by the command that people use, and looks at what is there then."""

import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from wirelane_geo.cli import main
from wirelane_geo.map.open_state import open_state
from wirelane_geo.model import ChargePoint, opening_hours
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store

LOOK = datetime(2026, 11, 28, 12, tzinfo=UTC)
"""When it is looked whether a point is open."""


@dataclass
class Outcome:
    """Of one import after another: exit codes, what was counted and said, the points that are there, and what `check` and asking
    for a point answered."""

    exits: list[int] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)
    noted: Counter[str] = field(default_factory=Counter)
    said: str = ""
    points: list[ChargePoint] = field(default_factory=list)
    unshown: str | None = None
    asked: dict[str, int] = field(default_factory=dict)

    def values(self, name: str, key: str) -> list[Any]:
        """A field of the points that are called so."""
        return [value(point, name) for point in self.points if key in (point.evseid, point.charge_point_id)]


def value(point: ChargePoint, name: str) -> Any:
    """A field of a point; "hours" are the known ones in words, "opens" is how it is at LOOK."""
    if name == "hours":
        return opening_hours.text(point.availability) if point.availability else point.opening_hours and "only text"
    if name == "opens":
        state = open_state(point, LOOK)
        if state.is_open is not False:
            return "open" if state.is_open else "not known"
        return "until further notice" if state.no_end else f"{state.changes_at:%Y-%m-%d %H:%M}" if state.changes_at else "closed"
    found = getattr(point, name)
    if isinstance(found, datetime):
        return str(found)
    return found[0] if isinstance(found, tuple) and len(found) == 1 else found


def outcome(imports: Sequence[Sequence[Path]], asked: Sequence[str]) -> Outcome:
    """Import files, one import after another; then ask for points by EVSE IDs."""
    found = Outcome()
    with tempfile.TemporaryDirectory() as directory:
        for files in imports:
            exit_code, text, problem = _run(directory, "import", "--json", *map(str, files))
            found.exits.append(exit_code)
            for summary in json.loads(text)["files"]:
                found.rejected.update(summary["rejected"])
                found.noted.update(summary["notes"])
                found.said += " ".join(filter(None, (summary["format"], summary["problem"], "nothing in it" * summary["empty"])))
            found.said += problem
        with closing(open_store(Path(directory) / DATABASE)) as store:
            columns = store.columns()
            found.points = store.records(columns.handle[columns.arrival.argsort()].tolist())
        for id in asked:
            found.asked[id], _, _ = _run(directory, "point", id, "--type", "evseid", "--json")
        exit_code, text, problem = _run(directory, "check", "--json")
        if exit_code:
            found.unshown = problem or text
    return found


def _run(directory: str, *arguments: str) -> tuple[int, str, str]:
    done = CliRunner(env={"WIRELANE_GEO_DATA": directory}).invoke(main, list(arguments))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        return 1, done.stdout, repr(done.exception)
    return done.exit_code, done.stdout, done.stderr
