"""`make attack`: attacks a server of this machine, and prints how it bore each of them."""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.attack.attacks import ATTACKS
from benchmarks.attack.server import Server, running, watched

AIM_S = 0.3
"""Seconds that `/healthz` may take at the most, whatever else is asked."""
BACK_S, SPARE = 200.0, 12
"""Seconds that descriptors may take to come back, and how many more than before there may be then: connections that are kept."""


def attacked(server: Server, name: str) -> tuple[list[str], float]:
    """A row of the table, and the worst time of `/healthz`, for one attack."""
    memory, descriptors = server.memory_mb(), server.descriptors()
    with watched(server) as health:
        answers = asyncio.run(ATTACKS[name](server))
        time.sleep(1)  # what is still being done counts
    worst = max(health.took)
    back = came_back(server, descriptors)
    row = [name, ", ".join(f"{count:,} x {what}" for what, count in sorted(answers.items())),
           f"{worst:.3f} s" + (f", {health.failed} failed" if health.failed else ""),
           f"{memory:.0f} / {health.memory_mb:.0f} / {server.memory_mb():.0f}",
           f"{descriptors} / {health.descriptors} / {server.descriptors()} {back}"]
    return row, worst if not health.failed else float("inf")


def came_back(server: Server, before: int) -> str:
    """Wait until the descriptors of an attack are free again; says after how long. (A closed page is kept for two minutes, so
    that a browser that comes back finds it as it was.)"""
    ended = time.monotonic()
    while (seconds := time.monotonic() - ended) < BACK_S:
        if server.descriptors() <= before + SPARE:
            return f"after {seconds:.0f} s" if seconds >= 1 else "at once"
        time.sleep(1)
    return f"still, {BACK_S:.0f} s after"


def main(stations: int = 25_000) -> int:
    """Run all attacks; 1 where one of them kept `/healthz` waiting for longer than the aim."""
    print("| attack | requests and answers | worst /healthz | memory MB: before / peak / after "
          "| descriptors: before / peak / after |")
    print("|---|---|---|---|---|")
    worst = 0.0
    with tempfile.TemporaryDirectory() as directory, running(Path(directory), stations) as server:
        for name in ATTACKS:
            row, took = attacked(server, name)
            print("| " + " | ".join(row) + " |", flush=True)
            worst = max(worst, took)
    print(f"\nWorst /healthz: {worst:.3f} s, aim {AIM_S} s.")
    return int(worst > AIM_S)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
