"""What will be saved of a charge point: what changes, what others have changed, and the choice where both have."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

import streamlit as st

from wirelane_geo.model import ChargePoint
from wirelane_geo.operator.editing import Change, Conflict, changed_by_both, changes, rebased, yielding
from wirelane_geo.ui import panels
from wirelane_geo.ui.operator.frame import plain
from wirelane_geo.ui.operator.point_form import changes_html, value_text
from wirelane_geo.ui.operator.sessions import moment
from wirelane_geo.ui.text import Texts

DIFF = "points-diff"
MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True)
class Review:
    """A form as it was; the point as it was opened, as it is wanted, and as the record was when it was last looked at.
    refused: it could not be saved, since the record had changed before."""

    said: Mapping[str, Any]
    opened: ChargePoint
    wanted: ChargePoint
    seen: ChargePoint
    refused: bool = False

    @property
    def conflicts(self) -> list[Conflict]:
        """The fields of which a value has to be chosen."""
        return changed_by_both(self.opened, self.wanted, self.seen)

    @property
    def changed(self) -> list[Change]:
        """What is saved without a choice."""
        either = {one.field for one in self.conflicts}
        saved = rebased(self.opened, self.wanted, self.seen)
        return [change for change in changes(self.seen, saved) if change.field not in either]

    @property
    def others(self) -> list[Change]:
        """What others have changed and nobody here has touched."""
        mine = {change.field for change in changes(self.opened, self.wanted)}
        return [change for change in changes(self.opened, self.seen) if change.field not in mine]

    def chosen(self, choices: Mapping[str, str | None]) -> ChargePoint:
        """What is wanted once each field that both have changed is MINE or THEIRS."""
        return yielding(self.wanted, self.seen, [name for name, choice in choices.items() if choice == THEIRS])


def draw(review: Review, texts: Texts, zone: tzinfo) -> dict[str, str | None]:
    """Show it; answers the choices made, by field."""
    if review.refused:
        when = moment(review.seen.update_date, zone) or texts("operator.unknown")
        st.error(texts("point.overtaken", when=when))
    html = changes_html(review.changed, review.others, texts)
    panels.panels({"diff": html}, key=DIFF, lang=texts.lang, on_action=_nothing)
    if not review.conflicts:
        return {}
    with st.container(key="point-conflicts", border=True):
        st.subheader(texts("point.both"), anchor=False)
        st.caption(texts("point.both.meaning"))
        return {one.field: _choice(one, texts) for one in review.conflicts}


def choice_key(field: str) -> str:
    """The session's key for the choice of a field."""
    return f"point-choice-{field}"


def _choice(one: Conflict, texts: Texts) -> str | None:
    def said(value: Any) -> str:
        return plain(value_text(one.field, value, texts) or texts("point.empty"))

    label = f"{texts(f'field.{one.field}')} ({texts('point.both.before', value=said(one.before))})"
    shown = {THEIRS: texts("point.both.theirs", value=said(one.theirs)), MINE: texts("point.both.mine", value=said(one.mine))}
    return st.radio(label, [THEIRS, MINE], index=None, format_func=lambda which: shown[which], key=choice_key(one.field))


def _nothing() -> None:
    """Nothing in the diff can be clicked."""
