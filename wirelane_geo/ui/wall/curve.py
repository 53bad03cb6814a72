"""The availability of a day as a small curve, gaps drawn as gaps."""

from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup

WIDTH, HEIGHT, EDGE = 288, 60, 3
LEAST_SPAN = 0.04
"""Parts of 1: a quieter day than this is not blown up to look like trouble."""


def sparkline(parts: Sequence[float | None], label: str) -> Markup:
    """SVG of a part (0 to 1) for each stretch of equal length, oldest first; None is a gap and nothing is drawn there."""
    known = [part for part in parts if part is not None]
    low, high = span(known)
    step = WIDTH / max(len(parts), 1)
    drawn = Markup("")
    for gap, run in groupby(enumerate(parts), key=lambda one: one[1] is None):
        places = list(run)
        left, right = places[0][0] * step, (places[-1][0] + 1) * step
        if gap:
            drawn += Markup('<rect class="wl-gap" x="{:.1f}" y="0" width="{:.1f}" height="{}"/>').format(
                left, right - left, HEIGHT)
            continue
        line = [(left, _y(places[0][1], low, high)), *(((i + 1) * step, _y(part, low, high)) for i, part in places)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in line)
        drawn += Markup('<polyline points="{}"/>').format(path)
    return Markup('<svg class="wl-full wl-spark" role="img" aria-label="{}" viewBox="0 0 {} {}" preserveAspectRatio="none">'
                  "{}</svg>").format(label, WIDTH, HEIGHT, drawn)


def span(parts: Sequence[float]) -> tuple[float, float]:
    """The lowest and the highest part that the curve has room for."""
    low, high = min(parts, default=0.0), max(parts, default=1.0)
    missing = max(0.0, LEAST_SPAN - (high - low)) / 2
    low, high = low - missing, high + missing
    return (low - (high - 1.0), 1.0) if high > 1.0 else (max(low, 0.0), high + max(0.0, -low))


def _y(part: float | None, low: float, high: float) -> float:
    return EDGE + (HEIGHT - 2 * EDGE) * (1 - ((part or 0.0) - low) / (high - low))
