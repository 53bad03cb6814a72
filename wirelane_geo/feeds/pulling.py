"""One question to a feed: what its addresses answer, page by page, and what that means for what is known of it."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from wirelane_geo.errors import ApiBadAnswer, ApiError, BadFile
from wirelane_geo.feeds import pages, taking
from wirelane_geo.feeds.config import Feed
from wirelane_geo.feeds.fetching import Answer, Client
from wirelane_geo.feeds.known_records import Known, KnownRecords
from wirelane_geo.feeds.listed_records import take_list
from wirelane_geo.feeds.state import Drop, FeedState, fresh, keep, now, states
from wirelane_geo.feeds.taking import FeedContents
from wirelane_geo.importers import ends_of, members, read_tariffs
from wirelane_geo.store import Store

MOST_PAGES = 20_000
PAGE = 1_000
"""Locations of OCPI that are asked for at a time; a server may give fewer."""
MOST_DELTAS = 4_000
"""Deltas that are read in a row: a broker has a snapshot again after 3,500."""
OVERLAP = timedelta(minutes=2)
"""So much is asked for twice, as clocks differ."""


class Puller:
    """Asks one feed, and takes what it answers into the store. `rank`: the origins of all feeds, in their order."""

    def __init__(self, store: Store, feed: Feed, directory: Path, rank: Sequence[str]) -> None:
        self._store, self.feed, self._rank, self._directory = store, feed, rank, directory
        self._asking: Client | None = None
        self._known = KnownRecords() if feed.kind == "ocpi" else None
        self._there: int | None = None
        self._tariffs: taking.Tariffs | None = None
        self.problems: dict[str, str] = {}
        """Of the last questions, by what was asked for: "points" (of OCPI with statuses), "statuses", "tariffs"."""
        self.state = fresh(feed, states(store).get(feed.name))

    def close(self) -> None:
        """Hang up."""
        if self._asking is not None:
            self._asking.close()

    @property
    def _client(self) -> Client:
        self._asking = self._asking or Client(self.feed, self._directory)
        return self._asking

    def take_pushed(self, path: Path) -> FeedContents:
        """Take what was sent to us: statuses or points; a snapshot as all that there are, anything else as what changed. Raises
        StoreError, and BadFile where it breaks off or can't be read; what came before that is taken."""
        self.state = fresh(self.feed, states(self._store).get(self.feed.name))
        looked = taking.look(self.feed, [path])
        if looked.problem is not None:
            raise BadFile(looked.problem)
        if looked.records and is_delta(path, True):
            self._note_taken(take_list(self._store, self.feed, path, self._rank, looked, again=self._waking()))
        elif looked.points and not is_delta(path, True):
            self._take_points([path], {}, accept=False)
        elif looked.points:
            self._note_taken(taking.take(self._store, self.feed, [path], self._rank, again=self._waking(), looked=looked))
        else:
            self._take_statuses(Answer(path), delta=is_delta(path, True), accept=False)
        self._note(problem=None, problem_since=None)
        return looked

    def pull(self, *, static: bool, live: bool, accept: bool = False) -> FeedState:
        """Ask for points, for statuses, or for both; what is known of the feed then. What goes wrong is its `problem`. Raises
        StoreError. `accept`: take what it says though it dropped much."""
        known = states(self._store).get(self.feed.name)
        self.state = msgspec.structs.replace(fresh(self.feed, known), asked_at=now())
        if self.feed.kind == "ocpi":
            if self.feed.url and (static or live):
                self._try("tariffs", lambda: self._pull_tariffs(whole=static))
                self._try("points", lambda: self._pull_locations(whole=static, accept=accept))
        else:
            if static and (url := self.feed.url):
                self._try("points", lambda: self._pull_points(url, accept=accept))
            if live and (status_url := self.feed.status_url):
                self._try("statuses", lambda: self._pull_statuses(status_url, accept=accept))
        problem = " ".join(self.problems.values()) or None
        self._note(problem=problem, problem_since=None if problem is None else self.state.problem_since or now())
        return self.state

    def _try(self, what: str, ask: Callable[[], None]) -> None:
        """Ask for something: what goes wrong is its problem until it is asked for again, and keeps nothing else from being
        asked for."""
        self.problems.pop(what, None)
        try:
            ask()
        except (ApiError, BadFile) as error:
            self.problems[what] = f"Its tariffs: {error}" if what == "tariffs" else str(error)

    def _pull_points(self, url: str, *, accept: bool) -> None:
        with self._client.get(url, marks=self.state.marks.get(url)) as answer:
            if answer.path is None:
                self._store.tell(self.feed.origin, ())
                self._note(answered_at=now(), read_at=now())
                return
            self._take_points([answer.path], {url: answer.marks}, accept=accept)

    def _take_points(self, paths: Sequence[Path], marks: dict[str, dict[str, str]], *, accept: bool) -> None:
        """Take all points of a feed: new and changed ones, and that others are gone. One that drops many is held first."""
        if self._known is not None and (self.state.drop or self._count() != self._there):  # others took or removed points
            self._known.read_again()
        looked = None if accept or not self._store.holds(self.feed.origin) else taking.look(self.feed, paths, self._known)
        if looked is not None and (held := self._dropped(looked)) is not None:
            self._hold(held, looked)
            return
        taken = taking.take(self._store, self.feed, paths, self._rank, again=self._waking(), looked=looked, known=self._known,
                            tariffs=self._tariffs)
        if taken.problem is None:
            complete = self._known is not None and not taken.passed_over
            self._store.drop(self.feed.origin, taken.ids, taken.refs if complete else None)
            if self._known is not None:
                self._know(self._known, taken.records, taken)
                self._there = self._count()
            self._note(marks=self.state.marks | marks, drop=None if self.state.drop and self.state.drop.what == "points"
                       else self.state.drop)
        self._note_taken(taken, points=taken.points)

    def _hold(self, drop: Drop, looked: FeedContents) -> None:
        """Take nothing away of a feed that has only these points. Of OCPI, what it lacks is unknown where that lasts, and what is
        lacking of locations that change meanwhile."""
        lasts = (now() - drop.since).total_seconds() > self.state.silent_after
        if self._known is not None:
            self._known.add_untaken(looked.records)
            if lasts and not looked.passed_over:
                self._store.retract_but(self.feed.origin, looked.refs)
        self._note(drop=drop, answered_at=now(), read_at=now())

    def _dropped(self, looked: FeedContents) -> Drop | None:
        """Whether the feed would lose much of what it has, were it obeyed. Also where all points have other ids at once. What
        breaks off drops nothing: nothing goes, then."""
        there, gone = self._store.missing(self.feed.origin, looked.ids)
        if looked.problem is not None or gone < taking.DROPPED * there:
            return None
        before = self.state.drop
        return Drop(what="points", before=there, now=there - gone, since=before.since if before else now())

    def _pull_statuses(self, url: str, *, accept: bool) -> None:
        """Ask for statuses; of a broker that has deltas, again and again until there are no more."""
        marks = self.state.marks.get(url)
        for _ in range(MOST_DELTAS):
            with self._client.get(url, marks=marks) as answer:
                if answer.path is None:
                    self._store.tell(self.feed.origin, (), again=self._waking())
                    self._note(answered_at=now())
                    return
                delta = is_delta(answer.path, self.feed.deltas)
                self._take_statuses(answer, delta=delta, accept=accept)
            more = delta and bool(answer.marks) and answer.marks != marks
            marks = answer.marks
            self._note(marks=self.state.marks | {url: marks})
            if not more:
                return

    def _take_statuses(self, answer: Answer, *, delta: bool, accept: bool) -> None:
        if answer.path is None:
            return
        complete, again, drop = not delta, self._waking(), self.state.drop
        if complete:
            looked = taking.look(self.feed, [answer.path])
            if self.feed.kind == "datex2" and looked.problem is None and not (looked.statuses or looked.published):
                self._note(answered_at=now())  # an exchange without a publication says that it is alive, and nothing else
                return
            held = self._dropped_statuses(looked) if not accept else None
            drop = held or (drop if drop and drop.what == "points" else None)
            overdue = held is not None and (now() - held.since).total_seconds() > self.state.silent_after
            complete = (held is None or overdue) and looked.problem is None
        taken = taking.take(self._store, self.feed, [answer.path], self._rank, complete=complete, again=again)
        self._note(drop=drop)
        self._note_taken(taken)

    def _dropped_statuses(self, looked: FeedContents) -> Drop | None:
        before = self._store.reports(self.feed.origin)[0]
        found = before - self._store.unreported(self.feed.origin, looked.refs)
        if looked.problem is not None or not before or before - found < taking.DROPPED * before:
            return None
        earlier = self.state.drop
        since = earlier.since if earlier and earlier.what == "statuses" else now()
        return Drop(what="statuses", before=before, now=found, since=since)

    def _pull_locations(self, *, whole: bool, accept: bool) -> None:
        """OCPI: all locations, or those that changed since the last time that they were asked for and taken."""
        asked, known_since = now(), self.state.pulled_at or self.state.answered_at
        since = known_since if not whole and self.state.read_at is not None else None
        url = self.feed.url or ""
        query = {} if since is None else {"date_from": f"{since - OVERLAP:%Y-%m-%dT%H:%M:%SZ}"}
        with self._pages(pages.with_query(url, {**query, "offset": "0", "limit": str(PAGE)})) as paths:
            if since is None:
                self._take_points(paths, {}, accept=accept)
                if self.state.drop is not None:
                    return
            else:
                taken = taking.take(self._store, self.feed, paths, self._rank, again=self._waking(), changes=True,
                                    known=self._known, tariffs=self._tariffs)
                if self._known is not None:
                    # What a location has no more would be REMOVED by the book. It may be back: only all locations take it away.
                    if left := self._known.left_by(taken.records) - taken.ids:
                        self._store.retract(self.feed.origin, left)
                    self._know(self._known, self._known.records | taken.records, taken)
                if self._there is not None:
                    self._there += taken.added
                self._note_taken(taken)
        self._note(pulled_at=asked)

    def _know(self, known: KnownRecords, records: Known, taken: FeedContents) -> None:
        """Keep which records there are. What is pushed as well changes without our being asked, and of what another feed has the
        facts it may have them no more: then all are read again."""
        known.records = records
        if taken.elsewhere or self.feed.push_key is not None:
            known.read_again()

    def _pull_tariffs(self, *, whole: bool) -> None:
        """OCPI: all tariffs, where they aren't known yet or locations are read anew. Raises ApiError, BadFile: the locations are
        taken all the same, with the tariffs that are known."""
        url = self.feed.tariffs_url
        if url is None or (self._tariffs is not None and not whole):
            return
        with self._pages(pages.with_query(url, {"offset": "0", "limit": str(PAGE)})) as paths:
            found = {key: tariff for path in paths for key, tariff in read_tariffs(path).items()}
        if self._known is not None and found != self._tariffs:
            self._known.read_again()  # what the same location means has changed
        self._tariffs = found

    def _count(self) -> int:
        """How many points have their facts from the feed."""
        return self._store.origins().get(self.feed.origin, 0)

    @contextmanager
    def _pages(self, url: str) -> Iterator[list[Path]]:
        """The files of all pages; as `Link` says, else by X-Total-Count. They are there within."""
        headers = {} if self.feed.token is None else {"Authorization": pages.authorization(self.feed)}
        seen: set[str] = set()
        with ExitStack() as files:
            paths: list[Path] = []
            at: str | None = url
            while at is not None:
                if at in seen or len(seen) == MOST_PAGES:
                    raise ApiBadAnswer("Its pages go round in circles, or have no end.")
                seen.add(at)
                answer = files.enter_context(self._client.get(at, headers=headers))
                if answer.path is not None:
                    paths.append(answer.path)
                at = answer.next or pages.following(at, answer)
            yield paths

    def _note_taken(self, taken: FeedContents, **counts: int) -> None:
        """Keep what came of an answer. One that has the same bytes, or the same time of making, as the last is no news."""
        at, (statuses, unmatched) = now(), self._store.reports(self.feed.origin)
        if taken.problem is not None:
            self._note(rejected=dict(taken.rejected))
            raise BadFile(taken.problem)
        news = taken.published is None or taken.published != self.state.published
        self._note(answered_at=at, published=taken.published, unmatched=unmatched, statuses=statuses,
                   published_at=at if news else self.state.published_at or at,
                   rejected=dict(taken.rejected), **counts)
        if "points" in counts:
            self._note(read_at=at, elsewhere=taken.elsewhere)

    def _waking(self) -> bool:
        """Whether it was silent until now: then it is believed again from here on."""
        if self.state.silent:
            self._note(silent=False)
            return True
        return False

    def _note(self, **values: object) -> None:
        self.state = msgspec.structs.replace(self.state, **values)
        keep(self._store, self.feed, self.state)

    def silence_if_due(self, at: datetime) -> bool:
        """Believe nothing any more that it said, where its limit has passed. Whether that is so now for the first time."""
        self.state = fresh(self.feed, states(self._store).get(self.feed.name))
        until = self.state.believed_until()
        told = self.feed.status_url or self.feed.kind == "ocpi" or self.feed.push_key or self.state.statuses
        if self.state.silent or until is None or at < until or not told:
            return False
        self._store.silence(self.feed.origin)
        self._note(silent=True)
        return True


def is_delta(path: Path, usual: bool) -> bool:
    """Whether an answer has only what changed: as its exchange information says, at the beginning or the end; else as usual."""
    try:
        texts = [ends_of(path, member) for member in members(path) or (None,)]
    except BadFile:  # which is said where it is read
        return usual
    for text in texts:
        at = text.find(b"codedExchangeProtocol")
        match = re.search(rb"(snapshot|delta)", text[at:at + 200], re.I) if at >= 0 else None
        if match is not None:
            return match[1].lower() == b"delta"
    return usual
