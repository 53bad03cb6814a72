"""What the processes that show one account have in common, so that its upstream is asked by one of them.

A tile is asked for by whoever looks at it first. What changed where anybody looks is asked for by the leader, and told to all;
so a tile that was asked for some minutes ago is as new as what was told last. Where nothing can be kept in common, each process
asks for itself.
"""

import logging
import uuid
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

from wirelane_geo.cache import Tile
from wirelane_geo.errors import StoreError, WirelaneGeoError
from wirelane_geo.live.clock import Clock, SystemClock
from wirelane_geo.live.interface import Mode
from wirelane_geo.sources._told_errors import ToldError, error_of, told_error
from wirelane_geo.sources._told_points import Announcement, TilePoints, ToldPoints
from wirelane_geo.store.shared_answers import FAILED, Answer, Outcome, SharedAnswers

log = logging.getLogger(__name__)
T = TypeVar("T")

REFRESH, NEWS, TILE, LOOK = "refresh", "news ", "tile ", "look "
"""Questions, and what they begin with."""
APART_S = 10.0
"""For so long a process asks for itself once nothing could be kept in common."""
SAID_AGAIN_S = 15.0
"""So much longer a tile has to be looked at before that is said again."""


@dataclass(frozen=True)
class SharedValue(Generic[T]):
    """What was answered, when by the common clock, and how many seconds ago that is."""

    value: T
    asked: float
    age: float


@dataclass(frozen=True)
class News:
    """What others told since the last time, with ages in seconds; and when tiles were asked for, by the common clock."""

    told: list[tuple[Announcement, float]]
    tiles: dict[Tile, float]


@dataclass(frozen=True)
class LeaderRefresh:
    """How the leader's last question was answered, `age` seconds ago: how it asks, or why not."""

    mode: Mode
    age: float
    error: WirelaneGeoError | None


class SharedAccount:
    """`leads`: whether this process asks what changed. All but `ask` and `tell` may raise StoreError. `hear` and `refreshed` are
    called by one thread at a time."""

    def __init__(self, answers: SharedAnswers, leads: Callable[[], bool], clock: Clock | None = None) -> None:
        self._answers, self.leads, self.told = answers, leads, ToldPoints()
        self._clock = clock or SystemClock()
        self._name, self._told_by_us = uuid.uuid4().hex, 0
        self._seen, self._apart_until = 0, self._clock.monotonic()
        self._said: dict[Tile, float] = {}
        self._last: tuple[Mode, float, WirelaneGeoError | None] | None = None

    def tile(self, tile: Tile, seconds: float, after: float, ask: Callable[[], TilePoints]
             ) -> SharedValue[TilePoints]:
        """A tile as it was asked for later than `after`, if it is true no longer ago than so many seconds with what was told
        since; else as it is asked for now."""
        def good(kept: Answer, points: TilePoints) -> bool:
            true_at, _ = self.told.true_at(tile, points.known_to, kept.asked)
            return kept.asked > after and kept.age - (true_at - kept.asked) <= seconds

        return self._ask(f"{TILE}{tile.level} {tile.prefix}", TilePoints, good, ask)

    def ask(self, question: str, seconds: float, kind: type[T], ask: Callable[[], T]) -> T:
        """What was answered to a question no longer ago than so many seconds, else what is answered now."""
        return self._ask(question, kind, lambda kept, _: kept.age <= seconds, ask).value

    def _ask(self, question: str, kind: type[T], good: Callable[[Answer, T], bool], ask: Callable[[], T]
             ) -> SharedValue[T]:
        own: list[T] = []
        errors: list[WirelaneGeoError] = []

        def fetch() -> Outcome:
            try:
                own.append(ask())
            except WirelaneGeoError as error:
                errors.append(error)
                return Outcome(_packed(told_error(error)), failed=True)
            return Outcome(_packed(own[0]))

        def is_good(kept: Answer) -> bool:
            found = _unpacked(kept.body, kind)
            return found is not None and good(kept, found)

        begun = self._clock.monotonic()
        if begun < self._apart_until:
            return SharedValue(ask(), self._clock.now().timestamp(), self._clock.monotonic() - begun)
        try:
            answer = self._answers.ask(question, is_good, fetch)
        except StoreError as error:
            log.warning("what the upstream answers can't be shared: each process asks for itself", extra={"reason": str(error)})
            self.stay_apart()
            return SharedValue(own[0] if own else ask(), self._clock.now().timestamp(), self._clock.monotonic() - begun)
        if errors:
            raise errors[0]
        if answer.failed:
            told = _unpacked(answer.body, ToldError)
            raise error_of(told) if told else WirelaneGeoError("Another process could not ask the upstream.")
        found = own[0] if own else _unpacked(answer.body, kind)
        return SharedValue(ask() if found is None else found, answer.asked, answer.age)

    def stay_apart(self) -> None:
        """Nothing can be kept in common now: nobody is to wait for finding that out again."""
        self._apart_until = self._clock.monotonic() + APART_S

    def tell(self, told: Announcement, age: float) -> None:
        """Tell all processes of points that were asked for so many seconds ago; what was told just so before isn't repeated."""
        told = Announcement(told.origin, self.told.new(told.points), told.tiles, told.since, told.to)
        self._told_by_us += 1
        try:
            asked = self._answers.keep(f"{NEWS}{self._name} {self._told_by_us}", _packed(told), age)
        except StoreError as error:
            log.warning("what has changed can't be told to the other processes", extra={"reason": str(error)})
        else:
            self.told.add(told, asked)

    def look(self, tiles: Mapping[Tile, float]) -> None:
        """Say which tiles are looked at here, for how many seconds from now on."""
        now = self._clock.monotonic()
        new = {tile: seconds for tile, seconds in tiles.items() if now + seconds > self._said.get(tile, 0.0) + SAID_AGAIN_S}
        if new:
            self._answers.hold({f"{LOOK}{tile.level} {tile.prefix}": seconds for tile, seconds in new.items()})
            self._said = {tile: until for tile, until in self._said.items() if until > now}
            self._said.update((tile, now + seconds) for tile, seconds in new.items())

    def looked_at(self) -> list[Tile]:
        """The tiles that are looked at anywhere."""
        return [_tile_of(name) for name in self._answers.held() if name.startswith(LOOK)]

    def hear(self) -> News:
        """What other processes have told and asked for since this was asked before."""
        new = self._answers.since(self._seen)
        ours = f"{NEWS}{self._name} "
        told = [one for one in new if one.question.startswith(NEWS) and not one.question.startswith(ours)]
        refreshed = [one for one in new if one.question in (REFRESH, FAILED + REFRESH)]
        bodies = self._answers.bodies([one.question for one in (*told, *refreshed)]) if told or refreshed else {}
        heard = [(one, known) for one in told if (known := _unpacked(bodies.get(one.question), Announcement)) is not None]
        for one, known in heard:
            self.told.add(known, one.asked)
        for one in sorted(refreshed, key=lambda one: one.asked):
            self._note_refreshed(one, bodies.get(one.question))
        if new:
            self._seen = new[-1].number
        return News([(known, one.age) for one, known in heard],
                     {_tile_of(one.question): one.asked for one in new if one.question.startswith(TILE)})

    def refreshed(self) -> LeaderRefresh | None:
        """How the leader's last question was answered, as far as that was heard."""
        if self._last is None:
            return None
        mode, at, error = self._last
        return LeaderRefresh(mode, self._clock.monotonic() - at, error)

    def say_refreshed(self, mode: Mode, age: float, error: WirelaneGeoError | None = None) -> None:
        """Tell all processes how the last question was answered, so many seconds ago."""
        self._answers.keep(REFRESH if error is None else FAILED + REFRESH,
                           _packed(mode if error is None else told_error(error)), age)

    def _note_refreshed(self, answer: Answer, body: bytes | None) -> None:
        at = self._clock.monotonic() - answer.age
        if answer.failed:
            error = _unpacked(body, ToldError)
            self._last = ("idle", at, error_of(error)) if error else self._last
        elif (mode := _unpacked(body, str)) is not None:
            self._last = mode, at, None  # type: ignore[assignment]


def _tile_of(question: str) -> Tile:
    level, prefix = question.split()[1:]
    return Tile(int(level), int(prefix))


def _packed(value: object) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(value), 1)


def _unpacked(body: bytes | None, kind: type[T]) -> T | None:
    """None where a process of another version has written something else."""
    try:
        return None if body is None else msgspec.msgpack.decode(zlib.decompress(body), type=kind)
    except (msgspec.MsgspecError, zlib.error):
        return None
