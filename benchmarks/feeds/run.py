"""Plays feeds to a store that follows them, and measures what came of each change."""

import random
import resource
import statistics
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.feeds.certificates import certificates
from benchmarks.feeds.publishing import Faults, application, datex_statuses, datex_table
from benchmarks.feeds.serving import serving
from benchmarks.feeds.world import Operator
from wirelane_geo.feeds.followers import Followers
from wirelane_geo.feeds.push import Receiver
from wirelane_geo.live import Live
from wirelane_geo.server.feeds import feed_routes
from wirelane_geo.sources import EmbeddedSource
from wirelane_geo.store import open_store

KEY = "the-key-of-the-benchmark"
GRACE_S = 30.0
"""After the last change and the last fault, for what is still on its way."""


@dataclass(frozen=True)
class Result:
    """By feed: changes sent, shown, overtaken by the next change of the point, lost; seconds from publishing to showing, p50 and
    p95. faults: how often each was played; memory: the most, in MB."""

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


def play(seconds: float, points: int, a_second: float, seed: int = 1) -> Result:
    """Let operators change for so long, then see what is shown."""
    operators = {name: Operator(name, points) for name in ("datex", "ocpi", "irve", "push")}
    faults = Faults(seed)
    with tempfile.TemporaryDirectory() as place:
        directory = Path(place)
        files = certificates(directory)
        store = open_store(directory / "points.sqlite")
        config = directory / "feeds.toml"
        receiver = Receiver(store, config, {"KEY": KEY}, directory / "feeds")
        with (serving(application(operators, faults)) as plain, serving(application(operators, faults), tls=files) as secure,
              serving(feed_routes(receiver)) as ours):
            config.write_text(_config(plain, secure, directory))
            following = Followers(store, config, {"KEY": KEY}, directory / "feeds")
            live = Live(EmbeddedSource(store), directory / "history.sqlite", refresh_seconds=1.0)
            live.start()
            following.begin(None)
            try:
                _change(operators, faults, live, ours, seconds, a_second, seed)
            finally:
                following.end()
                live.stop()
        return _result(operators, faults, store)


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
kind = "datex2"
push_key_env = "KEY"
"""


def _change(operators: dict[str, Operator], faults: Faults, live: Live, ours: str, seconds: float, a_second: float,
            seed: int) -> None:
    """Change points, push what is pushed (now and then an older message after a newer one, or one twice), watch what is shown."""
    rng, ended = random.Random(seed), threading.Event()
    watching = threading.Thread(target=_watch, args=(operators, live, ended), daemon=True)
    pushed = operators["push"]
    with httpx.Client(base_url=ours, timeout=30) as client:
        def push(body: bytes) -> None:
            client.post(f"/feeds/push?key={KEY}", content=body).raise_for_status()

        push(datex_table(pushed))
        push(datex_statuses(pushed, list(pushed.statuses), delta=False))
        _until(lambda: len(live.by_status()) > 0 and int(live.by_status().sum()) == sum(o.count for o in operators.values()), 120)
        watching.start()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            operator = rng.choice(list(operators.values()))
            before = {}
            if operator is pushed:
                number = rng.randrange(pushed.count)
                before = {number: (pushed.statuses[number], pushed.since[number])}
            change = operator.change(rng)
            if operator is pushed:
                body = datex_statuses(pushed, [change.number], delta=True)
                push(body)
                if rng.random() < 0.1 and (older := before.get(change.number)):
                    push(datex_statuses(pushed, [change.number], delta=True, at={change.number: older}))
                if rng.random() < 0.1:
                    push(body)
            time.sleep(rng.expovariate(a_second))
        faults.on = False
        time.sleep(min(GRACE_S, max(10.0, seconds)))
        ended.set()
        watching.join()


def _watch(operators: dict[str, Operator], live: Live, ended: threading.Event) -> None:
    """Note when each change is shown to all pages."""
    by_evse = {operator.evse(number).replace("*", ""): (operator, number) for operator in operators.values()
               for number in range(operator.count)}
    names: dict[str, tuple[Operator, int] | None] = {}
    number = live.status().number
    while not ended.is_set():
        if not live.wait(number, 0.5):
            continue
        at = time.monotonic()
        for change in reversed(live.changes(since=number, limit=10_000)):
            number = max(number, change.number)
            if change.point_id not in names:
                found = live._source.records([change.handle])  # type: ignore[attr-defined]
                names[change.point_id] = by_evse.get((found[0].evseid or "").replace("*", "")) if found else None
            if (known := names[change.point_id]) is not None:  # of a fault's other ids nobody waits
                known[0].show(known[1], str(change.after), at)


def _result(operators: dict[str, Operator], faults: Faults, store: object) -> Result:
    rows = []
    for name, operator in operators.items():
        lost = sum(str(point.status) != operator.statuses[number] for number in range(operator.count)
                   if (point := store.get("evseid", operator.evse(number))) is not None)  # type: ignore[attr-defined]
        waits = sorted(change.shown - change.published for change in operator.changes if change.shown is not None)
        shown = len(waits)
        p95 = waits[int(0.95 * (shown - 1))] if waits else 0.0
        rows.append((name, len(operator.changes), shown, len(operator.changes) - shown, lost,
                     statistics.median(waits) if waits else 0.0, p95))
    return Result(tuple(rows), faults.played, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _until(holds: object, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:  # type: ignore[operator]
        time.sleep(0.1)

