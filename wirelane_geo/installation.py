"""What a process serves, put together once: data directory, store, demo network at the first start, live core, and the
services on top."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TextIO

import click

from wirelane_geo import child, logs
from wirelane_geo import settings as reading
from wirelane_geo.api import WirelaneClient
from wirelane_geo.demo import (
    demo_members,
    demo_payment_methods,
    demo_points_ahead,
    demo_sessions,
    demo_subscription,
)
from wirelane_geo.demo.simulator import Simulator
from wirelane_geo.feeds.followers import Followers
from wirelane_geo.feeds.push import Receiver
from wirelane_geo.feeds.summary import FeedRow, rows
from wirelane_geo.live import Live
from wirelane_geo.live.history_place import HistoryPlace, PostgresPlace
from wirelane_geo.live.leader import Leader
from wirelane_geo.live.metrics import Metrics
from wirelane_geo.live.webhook import Webhook, load_or_create_secret
from wirelane_geo.map.service import MapService
from wirelane_geo.map.tiles import TileService
from wirelane_geo.map.wall_service import WallService
from wirelane_geo.model import ChargePoint
from wirelane_geo.publish import Publication, Publisher
from wirelane_geo.server import Lists
from wirelane_geo.server.attempts import Attempts
from wirelane_geo.server.callbacks import Callbacks
from wirelane_geo.server.credentials import Credentials, load_or_create
from wirelane_geo.server.publishing import load_or_create_token
from wirelane_geo.settings import Settings
from wirelane_geo.sources import ApiSource, EmbeddedSource, PointLists, PointSource, SharedAccount
from wirelane_geo.sources.demo_past import DemoPlan, make_past, points_with_sessions
from wirelane_geo.store import Store, open_store
from wirelane_geo.store.event_ids import EventIds
from wirelane_geo.store.import_journal import ImportJournal
from wirelane_geo.store.shared_answers import SharedAnswers
from wirelane_geo.store.shared_records import SharedRecords
from wirelane_geo.store.shared_state import SharedState, open_shared_state
from wirelane_geo.web.worker import worker_of
from wirelane_geo.wire.gc_pause import collector_paused

POINTS_A_STATION = 2.4
"""Of the demo network, about: for the length of a progress bar."""


@dataclass(frozen=True, kw_only=True)
class Installation:
    """What this process serves: settings, the service for the pages, the live core and what the wall asks of it, the map's
    tiles, the webhook, the embedded network, the lists of its API, what is pushed to it and what of it is published (nothing of a
    Wirelane account), the role of this process, who may ask that API, how often somebody tried to, what its processes have in
    common, and what of that for a while."""

    settings: Settings
    service: MapService
    live: Live
    watch: WallService
    tiles: TileService
    webhook: Webhook
    store: Store
    lists: Lists
    leader: Leader
    receiver: Receiver
    publication: Publication | None
    ocpi_token: str
    credentials: Credentials
    attempts: Attempts
    shared: SharedState
    records: SharedRecords

    def feeds(self) -> list[FeedRow]:
        """How each feed is. Raises StoreError."""
        return rows(self.store, self.receiver.feeds())

    @property
    def publisher(self) -> Publisher:
        """Who publishes."""
        return Publisher(self.settings.publisher, self.settings.party)

    def stop(self) -> None:
        """End what runs by itself, and let go of what it stood on."""
        if self.publication is not None:
            self.publication.close()
        self.live.stop()
        self.leader.stop()
        self.shared.close()


class Progress:
    """Writes what is being done: each new thing at once, the same thing no more than once a second, with how far it is."""

    def __init__(self, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._out, self._clock = out, clock
        self._what, self._at = "", 0.0

    def __call__(self, what: str, done: float | None) -> None:
        """See `sources.embedded.ReportProgress`."""
        now = self._clock()
        if what == self._what and now < self._at + 1 and done != 1:
            return
        self._what, self._at = what, now
        print(f"  {what}" if done is None else f"  {what}: {done:.0%}", file=self._out, flush=True)


_starting = threading.Lock()


def installation() -> Installation:
    """The installation of this process, made at the first call. Raises WirelaneGeoError in words for a person."""
    with _starting:
        return _installation()


@cache
def _installation() -> Installation:
    settings = reading.load()
    store = open_store(settings.database, settings.data)
    shared = open_shared_state(settings.database, settings.data)
    credentials = load_or_create(shared)
    if settings.embedded:
        if left := ImportJournal(settings.data).unfinished():
            print(f"  Note: {left}", file=sys.stderr, flush=True)
        make_demo(store, settings.demo_stations, credentials.organization, beside=past_beside)
        _make_past(store, _history_of(settings))  # where an earlier start came to its end before that
    secret = settings.webhook_secret or load_or_create_secret(shared)
    token = settings.ocpi_token or load_or_create_token(shared)
    hidden = (secret, token, settings.callback_secret, settings.client_secret, settings.password, credentials.client_secret,
              credentials.password, credentials.signing_key, settings.database_url)
    logs.configure(settings.log, [text or "" for text in hidden])
    metrics = Metrics()
    leader = Leader(shared.leader_lock(_history_name(settings)), settings.replica)
    source = _source(settings, store, metrics, shared, leader)
    if isinstance(source, EmbeddedSource):
        source.read_ahead()  # beside what `Live` reads of the history
    records = SharedRecords(shared.tables("shared"))
    if leader.look():  # no other process runs: a restart signs everybody out
        records.clear()
    live = Live(source, _history_of(settings), refresh_seconds=settings.refresh_seconds,
                history_days=settings.history_days, metrics=metrics, leader=leader)
    if not (leader.leads or settings.in_postgres or worker_of()):
        print(f"  Another Wirelane Geo works on {settings.data} already. This one shows the same network, and takes over when "
              "the other one ends.\n  For one of its own, set WIRELANE_GEO_DATA.", file=sys.stderr, flush=True)
    if settings.embedded:
        live.refresh()  # loads the table now, so that the first visitor doesn't wait for it
        leader.add(Callbacks(store, settings.callbacks, credentials.organization, settings.callback_secret))
        leader.add(Followers(store, settings.feeds_file, reading.secrets_of_feeds(), settings.data / "feeds"))
        if settings.simulator:
            leader.add(Simulator(store))
    leader.start()
    live.start()
    metrics.gauge("wirelane_geo_replica", "This process, and its role among those that serve the network: leader or standby.",
                  lambda: {(settings.replica, "leader" if leader.leads else "standby"): 1.0}, ("replica", "role"))
    return Installation(
        settings=settings, service=MapService(source), live=live, watch=WallService(source, live), tiles=TileService(source),
        webhook=Webhook(secret, live.enqueue, live.now, source.refusal, EventIds(shared.tables("webhook-events"))),
        store=store, lists=PointLists(source, store) if isinstance(source, EmbeddedSource) else store,
        leader=leader, credentials=credentials,
        receiver=Receiver(store, settings.feeds_file, reading.secrets_of_feeds(), settings.data / "feeds"),
        publication=Publication(source, store) if isinstance(source, EmbeddedSource) else None, ocpi_token=token,
        attempts=Attempts(key=credentials.signing_key.encode(), tables=shared.tables("sign-ins")),
        shared=shared, records=records)


def _history_of(settings: Settings) -> HistoryPlace:
    """Each network has a history of its own."""
    name = _history_name(settings)
    return PostgresPlace(settings.database_url or "", name) if settings.in_postgres else settings.data / f"{name}.sqlite"


def _history_name(settings: Settings) -> str:
    return "history" if settings.embedded else f"history-{settings.environment}-{settings.organization}"


def make_demo(store: Store, stations: int, organization: str, now: datetime | None = None,
              beside: "Callable[[], AbstractContextManager[Callable[[datetime], object]]] | None" = None) -> None:
    """Give an empty store the demo network as of now, and a demo network its members and sessions where it has none.

    Each of the two is there as a whole or not at all, should the process end meanwhile. Of two processes, one does it.
    beside: gives what writes the days before a moment, while members and sessions are made here; both follow from the points and
    the moment at which those were made, so that they agree, whichever is there first.
    """
    if store.holds() and not _lacks_people(store):
        return
    with collector_paused(), beside() if beside else nullcontext(bool) as write_past:
        if not store.holds():
            with store.transaction():
                if not store.holds():
                    _make_points(store, stations, (now or datetime.now(UTC)).replace(microsecond=0))
        if _lacks_people(store):
            with store.transaction():
                if not store.accounts.count() and (planned := DemoPlan.of(store, now)) is not None:
                    write_past(planned.made)
                    _make_people(store, organization, planned)


def _lacks_people(store: Store) -> bool:
    return store.holds("demo") and not store.accounts.count()


@contextmanager
def past_beside() -> Iterator[Callable[[datetime], object]]:
    """Another process, which writes the days before the moment that it is told, since a second core makes the first start
    shorter. It is waited for; what it leaves undone is done by whoever needs it."""
    with child.start(make_past_as_told, bufsize=0) as process:
        def write_past(made: datetime) -> None:
            with suppress(BrokenPipeError):
                process.stdin.write(f"{made.timestamp()!r}\n".encode())  # type: ignore[union-attr]  # it has one
        yield write_past


def make_past_as_told() -> None:
    """What that process does: of one line, seconds since 1970, for the settings of its environment."""
    if told := sys.stdin.readline():
        settings = reading.load()
        with closing(open_store(settings.database, settings.data)) as store, collector_paused():
            _make_past(store, _history_of(settings), DemoPlan.of(store, datetime.fromtimestamp(float(told), UTC)))


def _make_past(store: Store, history: HistoryPlace, planned: DemoPlan | None = None) -> None:
    """The days before, where the demo network was just made."""
    changes = make_past(store, history, lambda: print("  The days before ...", end="\r", file=sys.stderr, flush=True), planned)
    if changes is not None:
        print(f"  {changes:,} status changes of the days before.", file=sys.stderr)


def _make_points(store: Store, stations: int, now: datetime) -> None:
    """Fill the store with the demo network; a bar on stderr says how far it is."""
    say = sys.stderr
    print(f"First start: making a demo network of {stations:,} stations.", file=say)
    length = round(stations * POINTS_A_STATION)
    with click.progressbar(length=length, label="  charge points", file=say, show_pos=True) as bar:
        def counted() -> Iterator[ChargePoint]:
            for number, point in enumerate(demo_points_ahead(stations, now), 1):
                if number % 500 == 0:
                    bar.update(500)
                yield point
        made = store.upsert(counted(), "demo")
    print(f"  {made.inserted:,} charge points. `wirelane-geo import FILE` puts your own in their place.", file=say)


def _make_people(store: Store, organization: str, planned: DemoPlan) -> None:
    """Members, and sessions at the points as they are in the store."""
    now = planned.made
    members = list(demo_members(organization, now=now))
    booked = [(member, demo_payment_methods(member, now), demo_subscription(member, now)) for member in members]
    store.accounts.put(booked, "demo")
    count = store.sessions.put(demo_sessions(points_with_sessions(store), members, until=now), "demo")
    print(f"  {len(members):,} members, {count:,} charging sessions.", file=sys.stderr)


def _source(settings: Settings, store: Store, metrics: Metrics, shared: SharedState, leader: Leader) -> PointSource:
    if settings.embedded:
        return EmbeddedSource(store, report=Progress(sys.stderr))
    together = SharedAccount(SharedAnswers(shared.tables("upstream"), settings.account_digest), lambda: leader.leads)
    return ApiSource(
        WirelaneClient.from_settings(settings, observe=metrics.exchange), network=settings.account,
        cache_bytes=settings.cache_bytes, cache_seconds=settings.cache_seconds, refresh_seconds=settings.refresh_seconds,
        metrics=metrics, shared=together)
