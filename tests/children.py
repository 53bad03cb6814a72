"""Which child processes this one has: by Linux's /proc."""

from pathlib import Path


def children() -> list[int]:
    """Their process ids."""
    return [int(pid) for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()]
