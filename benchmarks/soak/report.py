"""The figures of a run, for people."""

import os
from collections.abc import Iterator
from datetime import datetime

from benchmarks.soak.run import Memory, Soak

SETTLED_S = 600.0
"""From here on, and since the last restart, memory has to stay where it is."""


def report(soak: Soak, began: datetime) -> str:
    """Markdown."""
    return "\n".join([
        f"# Soak of {soak.seconds / 60:.0f} min, {began:%Y-%m-%d %H:%M} UTC",
        "",
        f"A replay at {soak.speed:g} times real time changed {soak.changes:,} statuses; the wall shows a part of the network.",
        f"{os.cpu_count()} cores, load at the end {os.getloadavg()[0]:.1f}.",
        "", *_changes(soak), "", *_faults(soak), "", *(_memory(soak.memory) if soak.memory else ()),
        *(["", "Errors in the page:", *(f"- {text}" for text in soak.complaints[:20])] if soak.complaints else []),
        "",
    ])


def _changes(soak: Soak) -> Iterator[str]:
    tally = soak.tally
    yield f"- sent to what the wall shows: {tally.sent.total():,}"
    yield (f"- shown: {tally.seen + tally.found.total():,} ({tally.seen:,} one by one in the feed, {tally.found.total():,} found "
           "in the picture when it was compared)")
    yield f"- overtaken by a later change of the same point before anybody asked: {tally.overtaken:,}"
    yield f"- told twice under one number, with another content: {tally.reported_twice:,}"
    yield f"- **lost: {tally.lost}**"
    yield "" if soak.complete else "- the run was not completed"
    yield "| told by | sent | in the feed | p50 s | p95 s | longest s | in the picture only |"
    yield "|---|---|---|---|---|---|---|"
    names = {"webhook": "webhook", "polling": f"polling every {soak.refresh_s:g} s", "fault": "(while something was broken)"}
    for way, name in names.items():
        figures = " | ".join(f"{value:.2f}" for value in tally.spread(way))
        yield f"| {name} | {tally.sent[way]:,} | {len(tally.delays[way]):,} | {figures} | {tally.found[way]:,} |"


def _faults(soak: Soak) -> Iterator[str]:
    yield "| fault | times | true again after, s (longest) | what the wall said of its data (last time) |"
    yield "|---|---|---|---|"
    for name in dict.fromkeys(recovery.fault for recovery in soak.recoveries):
        these = [recovery for recovery in soak.recoveries if recovery.fault == name]
        never = any(recovery.seconds is None for recovery in these)
        longest = "not within the time given" if never else f"{max(recovery.seconds or 0.0 for recovery in these):.0f}"
        yield f"| {name} | {len(these)} | {longest} | {these[-1].said} |"


def _memory(samples: list[Memory]) -> Iterator[str]:
    yield "| memory, MB | min | wall's server | JavaScript heap | page and GPU processes | upstream |"
    yield "|---|---|---|---|---|---|"
    settled = [sample for sample in samples if sample.at >= SETTLED_S and sample.lives == samples[-1].lives]
    chosen = {"start": samples[0], "middle": samples[len(samples) // 2], "end": samples[-1]}
    if settled:
        chosen = {"start": samples[0], "settled": settled[0], "middle": chosen["middle"], "end": samples[-1]}
    for name, one in chosen.items():
        yield (f"| {name} | {one.at / 60:.0f} | {one.server:.0f} | {one.heap:.1f} | {one.page:.0f} | {one.upstream:.0f} |")
    if settled:
        first, last = settled[0], settled[-1]
        yield (f"| growth since settled | | {_growth(first.server, last.server)} | {_growth(first.heap, last.heap)} | "
               f"{_growth(first.page, last.page)} | {_growth(first.upstream, last.upstream)} |")


def _growth(first: float, last: float) -> str:
    return f"{100 * (last / first - 1):+.1f} %"
