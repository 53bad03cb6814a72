"""Prices, access and where what is said comes from, in words; how feeds are, on map and wall."""

from datetime import UTC, datetime, timedelta

import pytest

from wirelane_geo.feeds.config import PUSHED
from wirelane_geo.feeds.state import Drop, FeedState
from wirelane_geo.feeds.summary import FeedRow
from wirelane_geo.model import Conditions, Price
from wirelane_geo.sources import Background, Voice
from wirelane_geo.ui.conditions import condition_lines, feed_lines, source_lines, trouble
from wirelane_geo.ui.text import Texts

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ENGLISH, GERMAN = Texts("en"), Texts("de")


def lines(texts: Texts = ENGLISH, **known: object) -> list[str]:
    return condition_lines(Background((Conditions(**known),)), texts)  # type: ignore[arg-type]


def test_unknown_is_told_apart_from_no() -> None:
    assert lines(green=False) == [
        "Price: not known", "Access: not known", "Wheelchair access: not known", "Not only green energy"]
    assert lines(wheelchair=False, free=False, public=False, green=True) == [
        "Charging is paid for", "Not open to everybody", "No wheelchair access", "Green energy"]
    assert lines(GERMAN, free=True, public=True, wheelchair=True) == [
        "Laden ist kostenlos", "Für alle zugänglich", "Mit Rollstuhl nutzbar", "Erneuerbarer Strom: nicht bekannt"]
    assert condition_lines(Background(), ENGLISH) == []


def test_prices_with_what_they_hold_for() -> None:
    prices = (Price(per="kWh", amount=0.66386, currency="EUR", tax=False, adhoc=True),
              Price(per="parking minute", amount=0.1, currency="EUR", limited=True))
    assert lines(prices=prices, vehicles=("lorry", "tank"))[:4] == [
        "0.6639 EUR a kWh (without a contract, without tax)",
        "0.1 EUR a minute of parking (at some times or under some conditions)", "Access: not known", "For: lorries, tank"]
    assert lines(GERMAN, prices=prices)[0] == "0,6639 EUR je kWh (ohne Vertrag, ohne Steuer)"
    assert lines(tariff="<b>see app</b>")[0] == "Tariff: <b>see app</b>"


def test_which_feed_says_what() -> None:
    voices = (Voice("roaming", NOON - timedelta(minutes=9), True, True, NOON),
              Voice("city", NOON - timedelta(hours=3), False, False, NOON - timedelta(hours=2)))
    assert source_lines(Background((), ("city",), voices), ENGLISH, NOON, "UTC") == [
        "Facts from city", "Status from roaming, 11:51", "city: not reported since 10:00"]


def row(name: str, state: FeedState) -> FeedRow:
    return FeedRow(name, state, state.health(NOON), state.age_s(NOON))


@pytest.mark.parametrize(("state", "said"), [
    (FeedState(kind="ocpi", answered_at=NOON), ""),
    (FeedState(kind="ocpi", answered_at=NOON, silent=True), "city: not reported since 12:00"),
    (FeedState(kind="ocpi", answered_at=NOON - timedelta(minutes=9)), "city: late"),
    (FeedState(kind="ocpi", answered_at=NOON, problem="x"), "city: no good answer"),
    (FeedState(kind="ocpi", answered_at=NOON, drop=Drop(what="points", before=9, now=1, since=NOON)),
     "city: held: it dropped many points at once"),
    (FeedState(kind="ocpi", url=PUSHED, answered_at=NOON - timedelta(hours=9)), ""),
    (FeedState(kind="ocpi"), "")])
def test_what_is_not_as_it_should_be(state: FeedState, said: str) -> None:
    assert trouble([row("city", state)], ENGLISH, NOON, "UTC") == said


def test_a_feed_that_pushes_sends_and_does_not_answer() -> None:
    asked, new, sent = (row("city", FeedState(kind="ocpi", url=url, answered_at=at)) for url, at in (
        ("https://example.org", None), (PUSHED, None), (PUSHED, NOON)))
    for texts, said in ((ENGLISH, ("has not answered yet", "has sent nothing yet", "up to date · sent 12:00")),
                        (GERMAN, ("hat noch nicht geantwortet", "hat noch nichts gesendet", "aktuell · gesendet 12:00"))):
        lines = feed_lines([asked, new, sent], texts, NOON, "UTC")
        assert [line.partition(" · 0 ")[0] for line in lines] == [f"city: {words}" for words in said]


def test_a_feed_in_a_line() -> None:
    state = FeedState(kind="ocpi", answered_at=NOON, points=1_234, statuses=1_200, unmatched=3, rejected={"no coordinates": 7})
    assert feed_lines([row("city", state)], ENGLISH, NOON, "UTC") == [
        "city: up to date · answered 12:00 · 1,234 points · 1,200 statuses · 3 statuses of points that aren't here · "
        "7 rejected (no coordinates)"]
    [german] = feed_lines([row("city", state)], Texts("de"), NOON, "UTC")
    assert german.endswith(" · 7 abgelehnt"), "no English in a German line"
