"""Prices and access of a station, and which feeds what is said of it comes from, in words."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from wirelane_geo.feeds.summary import FeedRow
from wirelane_geo.model import Conditions, Price
from wirelane_geo.sources import Background
from wirelane_geo.ui.feed_texts import FEED_TEXTS
from wirelane_geo.ui.text import Texts

MOST_LINES = 30
MOST_REASONS = 3
REASONS_LANG = "en"
"""What readers of files and feeds say of a record in; a visitor of another language is told how many."""


def condition_lines(background: Background, texts: Texts) -> list[str]:
    """What is known of prices and access at a station's points, each thing once; what isn't known is said to be so, as long as
    anything is known."""
    lines = [line for conditions in background.conditions for line in _lines(conditions, texts)]
    return list(dict.fromkeys(lines))[:MOST_LINES]


def _lines(conditions: Conditions, texts: Texts) -> Iterator[str]:
    yield from (_price(price, texts) for price in conditions.prices)
    if conditions.tariff:
        yield texts("conditions.tariff", words=conditions.tariff)
    if conditions.free is not None or not (conditions.prices or conditions.tariff):
        yield texts({True: "conditions.free", False: "conditions.paid", None: "conditions.price_unknown"}[conditions.free])
    if conditions.adhoc is not None and not conditions.free:
        yield texts("conditions.adhoc_possible" if conditions.adhoc else "conditions.adhoc_impossible")
    if conditions.access:
        yield texts("conditions.access", words=conditions.access)
    else:
        yield texts({True: "conditions.public", False: "conditions.not_public",
                     None: "conditions.access_unknown"}[conditions.public])
    if conditions.vehicles:
        words = [texts(key) if (key := f"vehicle.{kind}") in FEED_TEXTS else kind for kind in conditions.vehicles]
        yield texts("conditions.vehicles", words=", ".join(words))
    yield texts({True: "conditions.wheelchair", False: "conditions.no_wheelchair",
                 None: "conditions.wheelchair_unknown"}[conditions.wheelchair])
    yield texts({True: "conditions.green", False: "conditions.not_green", None: "conditions.green_unknown"}[conditions.green])


def _price(price: Price, texts: Texts) -> str:
    number = texts.number(price.amount, 2 if round(price.amount, 2) == round(price.amount, 4) else 4)
    said = texts(f"conditions.price.{price.per.replace(' ', '_')}", amount=f"{number} {price.currency or ''}".rstrip())
    more = [texts(key) for key, holds in (
        ("conditions.adhoc", price.adhoc is True), ("conditions.contract", price.adhoc is False),
        ("conditions.taxed", price.tax is True), ("conditions.untaxed", price.tax is False),
        ("conditions.limited", price.limited)) if holds]
    return f"{said} ({', '.join(more)})" if more else said


def source_lines(background: Background, texts: Texts, now: datetime, zone: str | None) -> list[str]:
    """Which feed gives the facts, which one the status and since when; which one has been silent, and since when."""
    lines = [texts("feeds.facts", name=name) for name in background.facts]
    for voice in background.voices:
        if not voice.believed:
            at = voice.answered_at or voice.since
            lines.append(texts("feeds.not_reported", name=voice.name, time=texts.past(at, now, zone)))
        elif voice.shown:
            lines.append(texts("feeds.status", name=voice.name, time=texts.past(voice.since, now, zone)))
    return list(dict.fromkeys(lines))[:MOST_LINES]


def feed_lines(feeds: Sequence[FeedRow], texts: Texts, now: datetime, zone: str | None) -> list[str]:
    """How each feed is: its health, its age, its counts, what was rejected of it and why."""
    return [" · ".join([f"{row.name}: {_health(row, texts, now, zone)}", *_counts(row, texts, now, zone)]) for row in feeds]


def trouble(feeds: Sequence[FeedRow], texts: Texts, now: datetime, zone: str | None) -> str:
    """Which feeds are not as they should be; "" where all are."""
    return " · ".join(f"{row.name}: {_health(row, texts, now, zone)}" for row in feeds if row.health not in ("good", "new"))


def _health(row: FeedRow, texts: Texts, now: datetime, zone: str | None) -> str:
    at = row.state.answered_at
    if at is None and row.health in ("new", "silent"):
        return texts("feeds.new_pushed" if row.state.pushed else "feeds.new")
    return texts(f"feeds.{row.health}", time=texts.past(at, now, zone) if at else "")


def _counts(row: FeedRow, texts: Texts, now: datetime, zone: str | None) -> Iterator[str]:
    state = row.state
    if state.answered_at is not None and row.health != "silent":
        yield texts("feeds.sent" if state.pushed else "feeds.answered", time=texts.past(state.answered_at, now, zone))
    yield texts("feeds.points", n=texts.number(state.points))
    yield texts("feeds.statuses", n=texts.number(state.statuses))
    if state.unmatched:
        yield texts("feeds.unmatched", n=texts.number(state.unmatched))
    if state.rejected:
        reasons = sorted(state.rejected, key=lambda reason: -state.rejected[reason])[:MOST_REASONS]
        said = texts("feeds.rejected", n=texts.number(sum(state.rejected.values())))
        yield f"{said} ({', '.join(reasons)})" if texts.lang == REASONS_LANG else said
