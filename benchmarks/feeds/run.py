"""Plays feeds to a store that follows them, and measures what came of each change."""

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.feeds.certificates import certificates
from benchmarks.feeds.publishing import Faults, application
from benchmarks.feeds.pushing import Pusher
from benchmarks.feeds.serving import serving
from benchmarks.feeds.showing import Display, painted, told_here
from benchmarks.feeds.world import Operator
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store

KEY = "the-key-of-the-benchmark"
GRACE_S = 30.0
"""After the last change and the last fault, for what is still on its way."""


@dataclass(frozen=True)
class Result:
    """By feed: changes sent, shown one by one, overtaken by the next change of the point (or by others, where the wall has fewer
    lines than came at once), lost; seconds from publishing to showing, p50 and p95. faults: how often each was played; memory:
    the most that our side had, in MB."""

    rows: tuple[tuple[str, int, int, int, int, float, float], ...]
    faults: dict[str, int]
    memory: float

    @property
    def lost(self) -> int:
        """Points that at the end are shown otherwise than they are."""
        return sum(row[4] for row in self.rows)


def told(result: Result) -> str:
    """The result as a table."""
    lines = ["| feed | changes | shown | overtaken | lost | p50 s | p95 s |", "|---|---|---|---|---|---|---|"]
    lines += [f"| {name} | {sent} | {shown} | {overtaken} | {lost} | {p50:.2f} | {p95:.2f} |"
              for name, sent, shown, overtaken, lost, p50, p95 in result.rows]
    played = ", ".join(f"{name} {count}" for name, count in result.faults.items())
    return "\n".join([*lines, "", f"faults: {played}; most memory: {result.memory:,.0f} MB"])


def play(seconds: float, points: int, a_second: float, seed: int = 1, *, browser: bool = False) -> Result:
    """Let operators change for so long, then see what is shown: told to all pages, or with `browser` painted on a wall."""
    operators = {name: Operator(name, points) for name in ("datex", "ocpi", "irve", "push")}
    faults, environ = Faults(seed), {"KEY": KEY}
    with tempfile.TemporaryDirectory() as place:
        directory = Path(place)
        files = certificates(directory)
        with serving(application(operators, faults)) as plain, serving(application(operators, faults), tls=files) as secure:
            (directory / "feeds.toml").write_text(_config(plain, secure, directory))
            with (painted if browser else told_here)(directory, environ) as shown:
                _change(operators, faults, shown, directory, seconds, a_second, seed)
                return _result(operators, faults, directory, shown)


def _config(plain: str, secure: str, directory: Path) -> str:
    return f"""
[feeds.datex]
kind = "datex2"
url = "{secure}/datex/table"
status_url = "{secure}/datex/status"
every = 1
certificate = "{directory}/client.pem"
trust = "{directory}/authority.pem"
[feeds.ocpi]
kind = "ocpi"
url = "{plain}/ocpi/locations"
every = 1
static_every = 360
[feeds.irve]
kind = "irve"
url = "{plain}/irve/table"
status_url = "{plain}/irve/status"
every = 1
[feeds.push]
kind = "ocpi"
push_key_env = "KEY"
"""


def _change(operators: dict[str, Operator], faults: Faults, shown: Display, directory: Path, seconds: float, a_second: float,
            seed: int) -> None:
    """Change points, push what is pushed, and note what is shown."""
    rng = random.Random(seed)
    by_evse = {_key(operator.evse(number)): (operator, number) for operator in operators.values()
               for number in range(operator.count)}

    def look() -> None:
        for evse, status, at in shown.seen():
            if (known := by_evse.get(_key(evse))) is not None:  # of a fault's other ids nobody waits
                known[0].show(known[1], status, at)

    pusher = Pusher(operators["push"], shown.url, KEY, rng)
    try:
        pusher.all()
        _until(lambda: _known(directory) >= len(by_evse), 120)
        shown.seen()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            operator = rng.choice(list(operators.values()))
            if operator is operators["push"]:
                pusher.change()
            else:
                operator.change(rng)
            time.sleep(rng.expovariate(a_second))
            look()
        faults.on = False
        faults.played |= pusher.played
        ends = time.monotonic() + min(GRACE_S, max(10.0, seconds))
        while time.monotonic() < ends:
            time.sleep(0.2)
            look()
    finally:
        pusher.close()


def _known(directory: Path) -> int:
    """How many points have a status."""
    store = open_store(directory / DATABASE)
    try:
        return sum(store.reports(origin)[0] for origin in store.heard() if origin.startswith("feed:"))
    finally:
        store.close()


def _key(evse: str) -> str:
    return evse.replace("*", "")


def _result(operators: dict[str, Operator], faults: Faults, directory: Path, watched: Display) -> Result:
    rows, store = [], open_store(directory / DATABASE)
    for name, operator in operators.items():
        lost = sum((point := store.get("evseid", operator.evse(number))) is None
                   or str(point.status) != operator.statuses[number] for number in range(operator.count))
        waits = sorted(change.shown - change.published for change in operator.changes if change.shown is not None)
        shown = len(waits)
        p95 = waits[int(0.95 * (shown - 1))] if waits else 0.0
        rows.append((name, len(operator.changes), shown, len(operator.changes) - shown, lost,
                     statistics.median(waits) if waits else 0.0, p95))
    store.close()
    return Result(tuple(rows), faults.played, watched.memory_mb())


def _until(holds: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.1)
