"""The leader's duty: follow every feed of `feeds.toml`, each in a thread of its own, so that one's failure touches no other."""

import logging
import math
import threading
import time
from collections.abc import Collection, Mapping
from pathlib import Path

import msgspec

from wirelane_geo.errors import NotLeading, WirelaneGeoError
from wirelane_geo.feeds.config import Feed, read_feeds
from wirelane_geo.feeds.pulling import Puller
from wirelane_geo.feeds.state import FeedState, fresh, keep, now, states
from wirelane_geo.store import Store, private_file
from wirelane_geo.store.fence import Fence, fenced

log = logging.getLogger(__name__)

LOOK_S = 2.0
"""So often the file is looked at for other feeds, and a feed whether it has been silent for too long."""
LONGEST_PAUSE = 8
"""Intervals that a feed which fails again and again is left alone, at most."""


class Followers:
    """All feeds of an installation: a duty of the leader (`live.leader.Duty`). `path`: the file that names them; `environ`: where
    their secrets are; `directory`: where answers are put while they are read."""

    def __init__(self, store: Store, path: Path, environ: Mapping[str, str], directory: Path) -> None:
        self._store, self._path, self._environ, self._directory = store, path, environ, directory
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, fence: Fence | None) -> None:
        """Follow them, and whatever the file names from now on."""
        self.end()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(fence,), name="feeds", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """End. An answer that is being waited for is not waited for any longer."""
        self._stopping.set()

    def _run(self, fence: Fence | None) -> None:
        stopping, followed, stamp = self._stopping, dict[str, Follower](), ""
        clean(self._directory)
        while True:
            if (found := self._stamp()) != stamp:
                stamp = found
                self._renew(followed, fence)
            if stopping.wait(LOOK_S):
                break
        for follower in followed.values():
            follower.stop()

    def _stamp(self) -> str:
        try:
            stat = self._path.stat()
            return f"{stat.st_mtime_ns} {stat.st_size}"
        except OSError:
            return "none"

    def _renew(self, followed: "dict[str, Follower]", fence: Fence | None) -> None:
        """Follow what the file names now; what stays as it is goes on."""
        try:
            feeds = read_feeds(self._path, self._environ)
        except WirelaneGeoError as error:
            log.error("The feeds can't be read, those before go on: %s", error)
            return
        rank = tuple(feed.origin for feed in feeds)
        for name in [name for name, follower in followed.items() if follower.feed not in feeds or follower.rank != rank]:
            followed.pop(name).stop()
        for feed in feeds:
            if feed.name not in followed:
                followed[feed.name] = Follower(self._store, feed, rank, self._directory, fence)


class Follower:
    """Follows one feed, in a thread."""

    def __init__(self, store: Store, feed: Feed, rank: tuple[str, ...], directory: Path, fence: Fence | None) -> None:
        self.feed, self.rank = feed, rank
        self._together = feed.kind == "ocpi"  # points and statuses are in one answer
        self._store, self._directory, self._fence = store, directory, fence
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"feed-{feed.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, after what it is doing."""
        self._stopping.set()

    def _run(self) -> None:
        puller: Puller | None = None
        static_at = live_at = 0.0
        points_failed = failed = 0  # how many times in a row points, and statuses, could not be asked for
        with fenced(self._fence):
            while not self._stopping.is_set():
                try:
                    puller = puller or Puller(self._store, self.feed, self._directory, self.rank)
                    at = time.monotonic()
                    static, live = at >= static_at, at >= live_at
                    if static or live:
                        wrong = self._ask(puller, static=static, live=live)
                        if static or self._together:
                            points_failed = points_failed + 1 if "points" in wrong else 0
                        if live:
                            failed = points_failed if self._together else failed + 1 if "statuses" in wrong else 0
                        live_at = at + self._pause(failed)
                        if static:
                            static_at = at + self._pause(points_failed) if points_failed else self._all_at(at, puller.state)
                    if puller.silence_if_due(now()):
                        log.warning("The feed %s has been silent for too long: its statuses are unknown", self.feed.name)
                except NotLeading:
                    return
                except WirelaneGeoError as error:  # the store, or a certificate
                    self._tell(str(error))
                except Exception:  # a mistake of ours must not end it
                    log.exception("the feed %s could not be followed", self.feed.name)
                    self._tell("What it answers could not be taken; the reason is in the log.")
                self._stopping.wait(min(LOOK_S, self.feed.every))
        if puller is not None:
            puller.close()

    def _pause(self, failed: int) -> float:
        """Seconds until it is asked again that has failed so many times in a row."""
        return self.feed.every * min(2.0 ** max(0, failed - 1), LONGEST_PAUSE)

    def _all_at(self, asked: float, state: FeedState) -> float:
        """When all points are asked for again: of OCPI that is held, as soon as it may be told what lasts."""
        held = self._together and state.drop is not None
        return min(asked + self.feed.static_every, time.monotonic() + state.silent_after if held else math.inf)

    def _ask(self, puller: Puller, *, static: bool, live: bool) -> Collection[str]:
        """What of it went wrong: "points", "statuses"."""
        before = puller.state.problem
        state = puller.pull(static=static, live=live)
        if self._stopping.is_set():
            return ()
        replace_demo(self._store)
        if (state.problem is None) != (before is None):
            log.log(logging.WARNING if state.problem else logging.INFO, "feed %s: %s", self.feed.name,
                    state.problem or "answers again")
        return puller.problems.keys()

    def _tell(self, problem: str) -> None:
        try:
            state = fresh(self.feed, states(self._store).get(self.feed.name))
            state = msgspec.structs.replace(state, problem=problem, problem_since=state.problem_since or now())
            keep(self._store, self.feed, state)
        except WirelaneGeoError as error:
            log.warning("feed %s: %s; and that can't be kept: %s", self.feed.name, problem, error)


def replace_demo(store: Store) -> int:
    """The demo network leaves where a feed has brought points. Returns how many points went."""
    if not store.holds("demo") or not any(store.holds(origin) for origin in store.heard() if origin.startswith("feed:")):
        return 0
    return store.remove("demo")


def clean(directory: Path) -> None:
    """Make the directory for answers; what a process that was killed left there goes."""
    try:
        private_file.make_directory(directory)
        for left in directory.iterdir():
            left.unlink(missing_ok=True)
    except OSError as error:
        log.warning("%s can't be used: %s", directory, error.strerror)
