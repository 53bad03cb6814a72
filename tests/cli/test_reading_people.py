"""Sessions and members on the command line, who may stop reading, and what nobody may put into a terminal."""

import json
import re
import subprocess
from datetime import UTC, datetime
from urllib.parse import urlsplit

import numpy as np
import pytest

from tests.cli.command import COMMAND, geo, rows
from wirelane_geo.cli.exits import (
    DONE,
    FAILED,
    INCOMPLETE,
    MEANINGS,
    MISUNDERSTOOD,
    NO_UPSTREAM,
    NOT_ALLOWED,
    NOT_READ,
    NOT_THERE,
    code_of,
)
from wirelane_geo.cli.options import SCREEN, view_of
from wirelane_geo.errors import ApiForbidden, ApiNotFound, ApiPaused, ApiServerFault, ApiUnauthorized, BadInput
from wirelane_geo.geo import Bounds
from wirelane_geo.model import ChargePoint
from wirelane_geo.permalink import parse
from wirelane_geo.store import Store

pytestmark = pytest.mark.slow


def test_sessions(store: Store) -> None:
    total = store.sessions.count()
    found = json.loads(geo("sessions", "--json").stdout)
    assert len({session["session_id"] for session in found}) == len(found) == total
    begins = [session["session_begin"] for session in found if "session_begin" in session]
    assert [*begins] == sorted(begins, reverse=True)
    table = geo("sessions", "--limit", "3", "--status", "closed")
    assert len(table.stdout.splitlines()) == 4
    assert re.search(r"3 of [\d,]+ sessions; these took [\d.]+ kWh for [\d.]+ ", table.stderr)
    closed = rows(geo("sessions", "--status", "closed", "--csv"))
    assert {row["status"] for row in closed} == {"closed"}
    assert len(closed) == sum(session["status"] == "closed" for session in found)
    since = datetime(2025, 10, 1, tzinfo=UTC)
    late = rows(geo("sessions", "--since", "2025-10-01", "--csv"))
    assert len(late) == sum(datetime.fromisoformat(session["session_begin"]) >= since for session in found)
    one = found[0]
    assert json.loads(geo("session", one["session_id"], "--json").stdout) == one
    assert one["session_id"] in geo("session", one["session_id"]).stdout
    link = geo("session", one["session_id"], "--url").stdout.strip()
    assert parse(urlsplit(link).query).station == one["charging_point_id"]


@pytest.mark.parametrize(("command", "said"), [
    (("point", "nope"), "There is no charge point whose id, evseid, charging_point_id or charge_point_id is nope."),
    (("point", "nope", "--type", "evseid"), "There is no charge point whose evseid is nope."),
    (("session", "nope"), "There is no session nope."), (("member", "nope"), "There is no member with the account nope.")])
def test_what_is_not_there_is_said_in_a_sentence(store: Store, command: tuple[str, ...], said: str) -> None:
    done = geo(*command)
    assert (done.exit_code, done.stdout) == (NOT_THERE, "")
    assert done.stderr.startswith(f"Error: {said}")
    assert "://" not in done.stderr


@pytest.mark.parametrize("arguments", [["points"], ["points", "--geojson"], ["sessions", "--csv"],
                                       ["export", "-", "--format", "csv"]])
def test_who_reads_may_stop(store: Store, arguments: list[str]) -> None:
    process = subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert (process.wait(), process.stderr.read()) == (NOT_READ, "")
    process.stderr.close()


def test_members(store: Store) -> None:
    found = json.loads(geo("members", "--json").stdout)
    assert len(found) == 30
    active = rows(geo("members", "--status", "active", "--csv"))
    assert [row["account_id"] for row in active] == [m["account"]["account_id"] for m in found if m["status"] == "active"]
    assert all("@" in row["email"] for row in active)
    id = active[0]["account_id"]
    whole = json.loads(geo("member", id, "--json").stdout)
    assert whole["member"]["account"]["account_id"] == id
    assert whole["payment_methods"]
    assert whole["subscription"]["plan_key"] in geo("member", id).stdout
    assert f"{len(active)} of {len(active)} members" in geo("members", "--status", "active").stderr


def test_nothing_that_somebody_wrote_steers_the_terminal_or_a_spreadsheet(store: Store) -> None:
    store.create(ChargePoint(charge_point_id="x", evseid="E\x1b[2J", street="=cmd()", city="\rOslo", longitude=10.0,
                             latitude=60.0))
    shown = geo("points", "--bbox", "9,59,11,61").stdout
    assert "=cmd()" in shown
    assert not re.search(r"[\x1b\r]", shown)
    assert rows(geo("points", "--csv", "--bbox", "9,59,11,61"))[0]["street"] == "'=cmd()"


@pytest.mark.parametrize("box", [(52.3, 13.0, 52.7, 13.8), (-85, -180, 85, 180), (-10, 170, 10, -170), (60, 5, 71, 31),
                                 (50, 10, 50, 10)])
def test_a_links_view_shows_all_of_the_area(box: tuple[float, float, float, float]) -> None:
    bounds = Bounds(*box)
    view = view_of(bounds)
    seen = Bounds.from_viewport(view.lon, view.lat, view.zoom, *SCREEN)
    if bounds.width < 180:
        assert seen.contains(np.array([bounds.west, bounds.east]), np.array([bounds.south, bounds.north])).all()
        closer = Bounds.from_viewport(view.lon, view.lat, min(view.zoom + 0.2, 20.2), *SCREEN)
        assert not closer.contains(bounds.west, bounds.south) or view.zoom == 20
    else:
        assert view.zoom == pytest.approx(0, abs=1)


def test_exit_codes_tell_errors_apart() -> None:
    refused = {"status": 0}
    assert code_of(ApiNotFound("", **refused)) == NOT_THERE
    assert code_of(ApiUnauthorized("", **refused)) == code_of(ApiForbidden("", **refused)) == NOT_ALLOWED
    assert code_of(ApiPaused("")) == code_of(ApiServerFault("", **refused)) == NO_UPSTREAM
    assert code_of(BadInput("")) == FAILED
    assert set(MEANINGS) == {DONE, FAILED, MISUNDERSTOOD, NOT_THERE, NOT_ALLOWED, NO_UPSTREAM, INCOMPLETE, 130, 141}
