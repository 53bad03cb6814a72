"""Remote control of a station: a wish, what it will do and to what, and only then the deed; each is noted in the audit log."""

from dataclasses import dataclass

import streamlit as st

from wirelane_geo.model import Status
from wirelane_geo.model.dialect_2026 import ChargingStation, Connector, RemoteControlUnlockConnector, ResetType
from wirelane_geo.operator.audit import AuditLog
from wirelane_geo.ui import panels
from wirelane_geo.ui.operator import stations as reading
from wirelane_geo.ui.operator.frame import OperatorPage, plain
from wirelane_geo.ui.operator.sessions import zone_of
from wirelane_geo.ui.text import Texts

WISH, SAID = "station-wish", "station-remote-said"
UNLOCK = "unlock"
ENTRIES = 50

session = st.session_state


@dataclass(frozen=True)
class Wish:
    """What is to be done: a kind of reset, or unlocking a connector."""

    kind: str
    connector: Connector | None = None

    @property
    def what(self) -> str:
        """As the audit log has it."""
        return self.kind if self.connector is None else f"{self.kind} {label(self.connector)}"


def label(connector: Connector) -> str:
    """What a connector is called."""
    return connector.label_code or connector.evseid or connector.scm_id or "?"


def remote_control(page: OperatorPage, station: ChargingStation) -> None:
    """The section: what can be wished for, or the confirmation of a wish; beneath it what was asked for before."""
    texts, log = page.texts, AuditLog(page.here.settings.data)
    if (said := session.pop(SAID, None)) is not None:
        (st.error if said[0] else st.success)(plain(said[1]))
    if (wish := session.get(WISH)) is None:
        _choose(texts, station)
    else:
        _confirm(page, station, wish, log)
    st.subheader(texts("audit.title"), anchor=False)
    entries = log.last(ENTRIES, reading.label_of(station))
    html = reading.audit_html(entries, texts, zone_of(st.context.timezone))
    panels.panels({"list": html}, key="station-audit", lang=texts.lang, on_action=_nothing)


def _choose(texts: Texts, station: ChargingStation) -> None:
    left, right = st.columns(2, gap="large")
    with left, st.container(key="station-reset", border=True):
        st.subheader(texts("remote.reset"), anchor=False)
        kind = st.radio(texts("remote.kind"), list(ResetType)[::-1], format_func=texts.term, key="station-reset-kind")
        st.button(texts("remote.ask"), key="station-reset-ask", on_click=_wish, args=(Wish(str(kind)),))
    unlockable = [connector for connector in station.connectors if connector.scm_id]
    if unlockable:
        with right, st.container(key="station-unlock", border=True):
            st.subheader(texts("remote.unlock"), anchor=False)
            place = st.selectbox(texts("station.connector"), range(len(unlockable)), key="station-unlock-which",
                                 format_func=lambda number: label(unlockable[number]))
            st.button(texts("remote.ask"), key="station-unlock-ask", on_click=_wish, args=(Wish(UNLOCK, unlockable[place]),))


def _confirm(page: OperatorPage, station: ChargingStation, wish: Wish, log: AuditLog) -> None:
    texts = page.texts
    with st.container(key="station-confirm", border=True):
        st.subheader(texts("remote.sure"), anchor=False)
        st.warning(plain(consequence(station, wish, texts)))
        do, cancel = st.columns(2)
        cancel.button(texts("remote.cancel"), key="station-cancel", on_click=_cancel, width="stretch")
        if do.button(texts(f"remote.do.{wish.kind}"), key="station-do", type="primary", width="stretch"):
            _cancel()
            session[SAID] = carry_out(page, station, wish, log)
            st.rerun()


def consequence(station: ChargingStation, wish: Wish, texts: Texts) -> str:
    """What will happen, and to what."""
    busy = sum(reading.status_of(connector) is Status.IN_USE for connector in station.connectors)
    connector = wish.connector
    return texts(
        f"remote.will.{wish.kind}", station=reading.label_of(station), place=reading.place_of(station), busy=texts.number(busy),
        all=texts.number(len(station.connectors)), connector=label(connector) if connector else "",
        status=reading.status_text(connector, texts) if connector else "")


def carry_out(page: OperatorPage, station: ChargingStation, wish: Wish, log: AuditLog) -> tuple[bool, str]:
    """Ask for it once, and note it. Whether it failed, and what is to be said. Raises ApiError, StoreError."""
    client, number = page.account.client, station.id or 0
    done: RemoteControlUnlockConnector
    with log.noted(page.account.username, wish.what, reading.label_of(station)) as outcome:
        if wish.connector is None:
            done = client.reset_station(number, ResetType(wish.kind))
        else:
            done = client.unlock_connector(number, wish.connector.scm_id or "")
        outcome.failed = bool(done.error_status)
        outcome.answer = " ".join(filter(None, (done.action, done.id or done.message_id))) or "200"
    return outcome.failed, page.texts("remote.failed" if outcome.failed else "remote.done", answer=outcome.answer)


def _wish(wish: Wish) -> None:
    session[WISH] = wish


def _cancel() -> None:
    session.pop(WISH, None)


def _nothing() -> None:
    """Nothing there can be clicked."""
