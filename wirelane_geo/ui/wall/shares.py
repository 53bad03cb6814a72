"""How each part of a network is, as HTML: for lists that have nothing else to say."""

from collections.abc import Sequence
from dataclasses import dataclass

from wirelane_geo.live import OUT
from wirelane_geo.live.curve import available, known
from wirelane_geo.map.shares import StatusShare
from wirelane_geo.model import PlugType
from wirelane_geo.ui.render import render
from wirelane_geo.ui.text import Texts


@dataclass(frozen=True)
class ShareLine:
    """A line of it: an operator or a plug; how many points it has, how many of them are out or unknown; the part available."""

    name: str
    how: str
    available: str


def listed(found: Sequence[StatusShare], texts: Texts) -> str:
    """The part available of each; "" where there is nothing to be told apart."""
    if len(found) < 2:
        return ""
    title = texts("wall.shares.plug" if isinstance(found[0].name, PlugType) else "wall.shares.operator")
    return render("wall_shares", t=texts, title=title, lines=[_line(share, texts) for share in found])


def _line(share: StatusShare, texts: Texts) -> ShareLine:
    name = texts.term(share.name) if isinstance(share.name, PlugType) else share.name or texts("wall.shares.nobody")
    part, told = available(share.counts), known(share.counts)
    out = int(share.counts[[status.number for status in OUT]].sum())
    how = [texts.count("wall.shares.points", share.points), texts("wall.shares.out", n=texts.number(out)) if out else ""]
    if told is not None and told < 1:
        how.append(texts("wall.unknown", part=texts.percentage(1 - told, 0)) if told else texts("wall.known.none"))
    return ShareLine(name, " · ".join(filter(None, how)), "—" if part is None else texts.percentage(part))
