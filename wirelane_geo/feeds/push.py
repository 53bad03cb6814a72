"""What is sent to us: whose it is, whether its key is right, and what becomes of it. Knows no HTTP."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hmac import compare_digest
from pathlib import Path

from wirelane_geo.errors import WirelaneGeoError
from wirelane_geo.feeds.config import Feed, read_feeds
from wirelane_geo.feeds.followers import replace_demo
from wirelane_geo.feeds.pulling import Puller
from wirelane_geo.feeds.taking import FeedContents
from wirelane_geo.store import Store, private_file

_NOBODY = "no feed has this key, and none is compared with it in less time"


class Receiver:
    """Takes what feeds of `feeds.toml` push. Thread-safe; what is pushed to one feed is taken one after the other."""

    def __init__(self, store: Store, path: Path, environ: Mapping[str, str], directory: Path) -> None:
        self._store, self._path, self._environ, self._directory = store, path, environ, directory
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._feeds: tuple[Feed, ...] = ()
        self._locks: dict[str, threading.Lock] = {}

    def admits(self, name: str, key: str | None) -> Feed | None:
        """The feed of that name, where this is its key; takes as long for a name that isn't there as for a wrong key."""
        feed = next((feed for feed in self.feeds() if feed.name == name and feed.push_key), None)
        wanted = _NOBODY if feed is None else feed.push_key or _NOBODY
        right = compare_digest((key or "").encode("utf-8", "surrogatepass"), wanted.encode())
        return feed if right and feed is not None else None

    def of_token(self, given: Sequence[bytes]) -> Feed | None:
        """The feed of OCPI that has one of these as its key; takes as long whichever it is, and where it is none."""
        found = None
        for feed in (*(feed for feed in self.feeds() if feed.kind == "ocpi" and feed.push_key), None):
            wanted = (_NOBODY if feed is None else feed.push_key or _NOBODY).encode()
            right = [compare_digest(key, wanted) for key in given]
            found = feed if any(right) and found is None else found
        return found

    def feeds(self) -> tuple[Feed, ...]:
        """All feeds, as the file names them now; as it named them before, where it can't be read."""
        with self._lock:
            try:
                stat = self._path.stat()
                stamp = stat.st_mtime_ns, stat.st_size
            except OSError:
                stamp = None
            if stamp != self._stamp:
                try:
                    self._feeds, self._stamp = read_feeds(self._path, self._environ), stamp
                except WirelaneGeoError:
                    return self._feeds
            return self._feeds

    def directory(self) -> Path:
        """Where what is sent is put while it is read. Raises OSError."""
        private_file.make_directory(self._directory)
        return self._directory

    @contextmanager
    def alone(self, feed: Feed) -> Iterator[tuple[str, ...]]:
        """Within, nothing else is taken of a feed in this process. Gives the origins of all feeds, in their order."""
        with self._lock:
            lock = self._locks.setdefault(feed.name, threading.Lock())
        with lock:
            yield tuple(one.origin for one in self.feeds())

    def take(self, feed: Feed, path: Path) -> FeedContents:
        """Take a file that was sent. Raises BadFile where it can't be read, StoreError."""
        with self.alone(feed) as rank:
            puller = Puller(self._store, feed, self._directory, rank)
            try:
                taken = puller.take_pushed(path)
                replace_demo(self._store)
                return taken
            finally:
                puller.close()
