"""Sessions, members and stations as the operator's pages read them, of an account of either dialect, over real HTTP."""

from collections.abc import Iterator
from datetime import UTC, date, timedelta
from itertools import islice

import pytest

from tests.server.fuzz import populate
from tests.server.serving import Service, serving
from wirelane_geo.api import WirelaneClient
from wirelane_geo.errors import ApiUnauthorized
from wirelane_geo.model import SessionStatus
from wirelane_geo.model.dialect_2026 import ConnectorStatus
from wirelane_geo.operator.audit import AuditLog
from wirelane_geo.operator.usage import Usage
from wirelane_geo.server import API_PATHS
from wirelane_geo.ui.operator import stations as reading
from wirelane_geo.ui.operator.account import refusal
from wirelane_geo.ui.operator.members import details_of, member_html, members_html
from wirelane_geo.ui.operator.paging import PAGE_SIZE, ListPage, read_page
from wirelane_geo.ui.operator.session_table import table
from wirelane_geo.ui.operator.sessions import SORTS, SessionFilters, as_csv, facts
from wirelane_geo.ui.text import Texts

LANGUAGES = [Texts("en"), Texts("de")]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("dialects")) as service:
        populate(service)
        yield service


@pytest.fixture(scope="module")
def clients(service: Service) -> Iterator[dict[str, WirelaneClient]]:
    own = service.credentials
    made = {name: WirelaneClient(f"{service.url}{path}", f"{service.url}/token", own.organization, own.client_id,
                                 own.client_secret, own.username, own.password, dialect=name)
            for name, path in API_PATHS.items()}
    yield made
    for client in made.values():
        client.close()


def wanted(clients: dict[str, WirelaneClient], **changes: object) -> SessionFilters:
    [newest] = clients["2023"].sessions(limit=1, order_by="sessionBegin", order_direction="desc")
    assert newest.session_begin
    day: date = newest.session_begin.date()
    return SessionFilters(day - timedelta(days=30), day, **changes)  # type: ignore[arg-type]


def test_a_wrong_password_is_told_in_one_language(service: Service) -> None:
    own = service.credentials
    with WirelaneClient(f"{service.url}/apis/emc", f"{service.url}/token", own.organization, own.client_id, own.client_secret,
                        own.username, "wrong") as client, pytest.raises(ApiUnauthorized) as wrong:
        client.points(page=1, page_size=1)
    told = [refusal(wrong.value, texts, own.organization) for texts in LANGUAGES]
    assert told == ["User name or password is not right. Check both and try again.",
                    "Benutzername oder Passwort stimmt nicht. Bitte beides prüfen."]


@pytest.mark.slow
def test_the_sums_over_sessions_are_the_same_in_both(clients: dict[str, WirelaneClient]) -> None:
    for statuses in ((), (SessionStatus.closed,), (SessionStatus.closed, SessionStatus.error)):
        sums = []
        for client in clients.values():
            usage = Usage(UTC)
            with client.sessions(page_size=200, **wanted(clients, statuses=statuses).parameters(UTC)) as listing:
                for session in listing:
                    usage.take(session)
            assert listing.problem is None
            sums.append(usage)
        assert sums[0] == sums[1]
        assert sums[0].sessions


@pytest.mark.parametrize("by", SORTS)
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_a_page_of_sessions_is_the_same_in_both(clients: dict[str, WirelaneClient], by: str, direction: str) -> None:
    """Also with several statuses, which 2026 is asked for one by one: places that tie may be in another order."""
    asked = wanted(clients, statuses=(SessionStatus.closed, SessionStatus.stopped, SessionStatus.error)).parameters(UTC)
    attribute = {"sessionBegin": "session_begin"}.get(by, by)
    asked |= {"page_size": PAGE_SIZE, "order_by": by, "order_direction": direction}
    pages = [[read_page(client.sessions(page=number, **asked), number) for number in (1, 2)] for client in clients.values()]
    for before, after in zip(*pages, strict=True):
        assert before.total == after.total
        assert [getattr(one, attribute) for one in before.records] == [getattr(one, attribute) for one in after.records]
        for texts in LANGUAGES:
            assert table(after, texts, UTC, by=by, down=direction == "desc", opened=after.records[0].session_id)


@pytest.mark.slow
def test_a_session_has_the_same_facts_and_columns_in_both(clients: dict[str, WirelaneClient]) -> None:
    ids = [session.session_id for session in islice(clients["2023"].sessions(), 40)]
    lost = {"transaction_begin", "transaction_end", "transaction_duration", "charging_session_type", "charging_state"}
    for id in ids:
        before, after = (client.session(id) for client in clients.values())
        assert dict(facts(before, LANGUAGES[0], UTC)) == dict(facts(after, LANGUAGES[0], UTC))
        for name in before.__struct_fields__:
            if name not in lost:
                assert getattr(before, name) == getattr(after, name), name
    assert as_csv(clients["2026"].sessions(limit=5)).count("\n") == 6


@pytest.mark.slow
def test_members_are_read_in_both(clients: dict[str, WirelaneClient]) -> None:
    found = {name: read_page(client.members(page=1, page_size=PAGE_SIZE, order_by="email", order_direction="asc"), 1)
             for name, client in clients.items()}
    emails = {name: [member.email for member in shown.records] for name, shown in found.items()}
    assert sorted(filter(None, emails["2023"])) == sorted(filter(None, emails["2026"]))
    for name, shown in found.items():
        for texts in LANGUAGES:
            for member in shown.records[:12]:
                details = details_of(clients[name], member)
                html = members_html(shown, texts, opened=None, details=member_html(details, texts, UTC))
                assert member.email is None or member.email in html
    assert any(details_of(clients["2026"], member).payment_methods for member in found["2026"].records)


@pytest.mark.slow
def test_a_station_is_told_in_both_languages_and_nothing_of_it_is_markup(clients: dict[str, WirelaneClient], tmp_path) -> None:
    client = clients["2026"]
    stations = client.stations()
    shown = ListPage(list(stations)[:PAGE_SIZE], 1, len(stations))
    log = AuditLog(tmp_path)
    with log.noted("<b>ada", "unlock <L1>", "S1") as outcome:
        outcome.answer = "<i>done"
    for texts in LANGUAGES:
        html = reading.stations_html(shown, texts, UTC)
        assert all(reading.label_of(station) in html for station in shown.records)
        for station in shown.records[:8]:
            number = station.id or 0
            assert texts("station.connector") in reading.connectors_html(station, texts)
            assert "OCPP" in reading.connection_html(client.connection(number), texts)
            assert texts("station.planned_until") in reading.maintenance_html(list(client.maintenance(number)), texts, UTC)
            reading.cases_html(list(client.cases(number)), texts, UTC)
        audit = reading.audit_html(log.last(9), texts, UTC)
        assert "&lt;b&gt;ada" in audit
        assert "<i>done" not in audit
    connector = shown.records[0].connectors[0]
    assert reading.status_of(connector).value == (connector.status or ConnectorStatus.UNKNOWN).value
