"""Lists that are read while they are iterated over: lazily, once each, whatever the upstream does to its pages."""

import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.api.upstream import reply
from wirelane_geo.api._deadline import Deadline
from wirelane_geo.api._paging import Page
from wirelane_geo.api._seen_ids import SeenIds
from wirelane_geo.api.listing import Listing
from wirelane_geo.errors import ApiBadAnswer, ApiNotFound, ApiUnreachable, BadInput


def sessions(ids):
    return [{"session_id": id, "customer_id": "C", "status": "closed"} for id in ids]


class ListUpstream:
    """A list of sessions on an upstream; `moves[n]` is done to it before the n-th request (from 1) is answered."""

    def __init__(self, ids, moves=None, *, count=True, pages=False, cap=10**6, ignore_size=None):
        self.ids = list(ids)
        self.moves = moves or {}
        self.count, self.pages, self.cap, self.ignore_size = count, pages, cap, ignore_size
        self.asked = []

    def part(self, number, size):
        self.asked.append((number, size))
        if move := self.moves.get(len(self.asked)):
            move(self.ids)
        size = self.ignore_size or min(size, self.cap)
        return self.ids[size * (number - 1): size * number], size

    def __call__(self, asked):
        ids, size = self.part(int(asked.query["page"]), int(asked.query["page_size"]))
        said = {"x_total_count": len(self.ids)} if self.count else {}
        if self.pages:
            said["x_total_pages"] = -(-len(self.ids) // size)
        return reply(sessions(ids), **said)


IDS = [f"s{number:03}" for number in range(95)]


def ids_of(listing):
    return [session.session_id for session in listing]


@pytest.mark.parametrize(("count", "pages"), [(True, False), (True, True), (False, True), (False, False)])
@pytest.mark.parametrize("size", [7, 19, 94, 95, 96, 1000])
def test_all_are_read_in_order_whatever_the_headers_say(upstream, connect, size, count, pages):
    upstream.api = ListUpstream(IDS, count=count, pages=pages)
    listing = connect().sessions(page_size=size)
    assert ids_of(listing) == IDS
    assert listing.complete
    assert listing.problem is None
    assert listing.total == (95 if count else None)
    assert listing.received == 95


def test_nothing_is_asked_before_it_is_needed(upstream, connect):
    upstream.api = moving = ListUpstream(IDS)
    listing = connect().sessions(page_size=10)
    assert not upstream.asked
    for _ in range(10):
        next(listing)
    assert moving.asked == [(1, 10)]
    for _ in range(10):
        next(listing)
    assert moving.asked == [(1, 10), (2, 10)]
    assert not listing.complete
    assert "not been read" in listing.problem


def test_closing_asks_for_nothing_more(upstream, connect):
    upstream.api = moving = ListUpstream(IDS)
    client = connect()
    with client.sessions(page_size=10) as listing:
        for session in listing:
            if session.session_id == "s012":
                break
    assert moving.asked == [(1, 10), (2, 10)]
    assert list(listing) == []
    assert not listing.complete
    assert moving.asked == [(1, 10), (2, 10)]
    assert len(list(client.sessions(page_size=100))) == 95


def test_closing_from_another_thread_ends_the_request_that_is_under_way(upstream, connect):
    reading = threading.Event()

    def rule(asked):
        reading.set()
        return upstream.drip(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n[")

    upstream.api = rule
    listing = connect(deadline=3600, timeout=3600).sessions()
    with ThreadPoolExecutor(1) as pool:
        rest = pool.submit(list, listing)
        assert reading.wait(5)
        listing.close()
        assert rest.result(5) == []
    assert len(upstream.asked) == 1


def test_a_limit_reads_no_more_than_it_needs(upstream, connect):
    upstream.api = moving = ListUpstream(IDS)
    listing = connect().sessions(limit=15, page_size=10)
    assert ids_of(listing) == IDS[:15]
    assert not listing.complete
    assert "15" in listing.problem
    assert len(moving.asked) == 2
    upstream.api = small = ListUpstream(IDS)
    assert ids_of(connect().sessions(limit=3)) == IDS[:3]
    assert small.asked == [(1, 3)]
    assert ids_of(connect().sessions(limit=0)) == []
    whole = connect().sessions(limit=95)
    assert ids_of(whole) == IDS
    assert whole.complete


def test_one_page_alone(upstream, connect):
    upstream.api = moving = ListUpstream(IDS)
    listing = connect().sessions(page=2, page_size=10)
    assert ids_of(listing) == IDS[10:20]
    assert (listing.total, listing.complete, moving.asked) == (95, False, [(2, 10)])
    only = connect().sessions(page=1, page_size=100)
    assert ids_of(only) == IDS
    assert only.complete


@pytest.mark.parametrize("options", [{}, {"pages": True}, {"cap": 7}])
@pytest.mark.parametrize(("size", "when"), [(5, 2), (10, 3), (30, 2), (10, 6)])
@pytest.mark.parametrize(("name", "move"), [
    ("one at the front goes", lambda ids: ids.pop(0)),
    ("one at the front goes, one comes at the end", lambda ids: ids.append(ids.pop(0).replace("s", "t"))),
    ("many at the front go", lambda ids: ids.__delitem__(slice(0, 17))),
    ("one comes at the front", lambda ids: ids.insert(0, "new")),
    ("many come at the front", lambda ids: ids.__setitem__(slice(0, 0), [f"new{n}" for n in range(17)])),
    ("one in the middle goes", lambda ids: ids.pop(5)),
    ("one goes to the end", lambda ids: ids.append(ids.pop(0))),
])
def test_a_page_that_shifts_loses_and_doubles_nothing(upstream, connect, name, move, when, size, options):
    upstream.api = moving = ListUpstream(IDS, {when: move}, **options)
    came = ids_of(connect().sessions(page_size=size))
    assert len(set(came)) == len(came)
    assert set(IDS) & set(moving.ids) <= set(came)


def test_without_a_count_shifts_are_found_too(upstream, connect):
    upstream.api = moving = ListUpstream(IDS, {3: lambda ids: ids.pop(0), 7: lambda ids: ids.insert(0, "new")}, count=False)
    came = ids_of(connect().sessions(page_size=10))
    assert sorted(came) == sorted(set(came))
    assert set(IDS) & set(moving.ids) <= set(came)


def test_an_upstream_with_pages_of_its_own_size_is_read_by_its_counts(upstream, connect):
    """It gives ten, whatever is asked for; a changed count is then what tells of a shift."""
    upstream.api = moving = ListUpstream(IDS, {4: lambda ids: ids.pop(0)}, ignore_size=10)
    came = ids_of(connect().sessions(page_size=10))
    assert len(set(came)) == len(came)
    assert set(moving.ids) <= set(came)


STEPS = st.lists(st.tuples(
    st.sampled_from(["add", "remove", "both"]), st.integers(0, 60), st.integers(1, 6)), min_size=1, max_size=3)


@pytest.mark.slow
@given(count=st.integers(0, 60), size=st.integers(1, 12),
       moves=st.dictionaries(st.integers(1, 14).map(lambda n: 3 * n), STEPS, max_size=10))
@example(count=17, size=5, moves={6: [("both", 1, 4), ("remove", 1, 3)]})
@example(count=19, size=1, moves={24: [("remove", 0, 6), ("add", 19, 3)], 27: [("add", 10, 3)],
                                  33: [("both", 2, 6), ("remove", 1, 3)]})
@example(count=30, size=4, moves={3: [("remove", 5, 2), ("add", 16, 2)], 6: [("add", 6, 5)], 9: [("remove", 1, 5)],
                                  12: [("remove", 1, 3)]})
@settings(max_examples=300, deadline=None)
def test_whatever_comes_and_goes_what_stays_is_there_once(count, size, moves):
    """Any changes, with two requests at least from one to the next; the list itself, without HTTP between."""
    new = iter(range(10**6))
    def change(steps):
        def apply(ids):
            for what, place, many in steps:
                if what != "add":
                    del ids[place: place + many]
                if what != "remove":
                    at = place if what == "add" else len(ids)
                    ids[at:at] = [f"new{next(new)}" for _ in range(many)]
        return apply

    first = [f"s{number}" for number in range(count)]
    moving = ListUpstream(first, {when: change(steps) for when, steps in moves.items()})

    def ask(number, size, until):
        records, _ = moving.part(number, size)
        return Page(number, size, records, [], {}, len(moving.ids), None, b"")

    came = list(Listing(ask, lambda: Deadline(60, lambda: 0.0), lambda record: record, size))
    assert len(set(came)) == len(came)
    assert set(first) & set(moving.ids) <= set(came)
    assert len(moving.asked) < 10 * (count + 12 * 6 + 10)


@pytest.mark.slow
def test_a_list_that_never_comes_to_rest_is_not_called_complete(upstream, connect):
    class Restless(dict):
        def get(self, _):
            return lambda ids: ids.append(f"new{len(ids)}-{ids.pop(0)}")

    upstream.api = moving = ListUpstream(IDS, Restless({0: None}))
    listing = connect().sessions(page_size=2, limit=500)
    came = ids_of(listing)
    assert len(set(came)) == len(came)
    assert not listing.complete
    assert len(moving.asked) < 5000


def test_rejected_and_unknown_are_told_of_the_whole_list(upstream, connect):
    def rule(asked):
        records = sessions(IDS[:3] if asked.query["page"] == "1" else IDS[3:6])
        records[0] |= {"currency": "GBP"}
        records[1] = {"session_id": "", "cpo_session_id": "odd"}
        records[2] |= {"kwh": "much"}
        return reply(records, x_total_count=6)

    upstream.api = rule
    client = connect()
    listing = client.sessions(page_size=3)
    assert ids_of(listing) == ["s000", "s002", "s003", "s005"]
    assert [(one.index, one.id) for one in listing.rejected] == [(1, "odd"), (4, "odd")]
    assert listing.rejections == 2
    assert dict(listing.unknown) == {"currency=GBP": 2, "kwh=much": 2}
    assert client.unknown["currency=GBP"] >= 2
    assert listing.complete


@pytest.mark.parametrize("said", [{"x_total_count": 10**8}, {"x_total_pages": 10**8}, {}])
@pytest.mark.parametrize("body", [sessions("ab"), [5, 6], [*sessions("a"), 6], [{}]])
def test_a_page_that_repeats_never_loops_for_ever(upstream, connect, said, body):
    upstream.api = lambda asked: reply(body, **said)
    listing = connect().sessions(page_size=2)
    came = ids_of(listing) if body != [5, 6] else ids_of(connect().sessions(page_size=2, limit=5))
    assert len(set(came)) == len(came) <= 2
    assert len(upstream.asked) < 60


def test_pages_that_are_empty_too_early_end_the_list(upstream, connect):
    upstream.api = lambda asked: reply(sessions("a") if asked.query["page"] == "1" else [], x_total_count=10**8)
    listing = connect().sessions(page_size=1)
    assert ids_of(listing) == ["a"]
    assert "1 records came of 100,000,000" in listing.problem
    assert len(upstream.asked) < 10


def test_a_failure_in_the_middle_is_raised_and_ends_it(upstream, connect):
    moving = ListUpstream(IDS)
    upstream.api = lambda asked: reply({"error_code": "gone"}, 404) if asked.query["page"] == "3" else moving(asked)
    listing = connect().sessions(page_size=10)
    came = []
    with pytest.raises(ApiNotFound, match="gone"):
        came.extend(session.session_id for session in listing)
    assert "gone" in listing.problem
    assert list(listing) == []
    assert not listing.complete


@pytest.mark.slow
def test_each_page_has_the_time_of_a_call_and_no_more(upstream, connect):
    moving = ListUpstream(IDS)
    stalled = b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n["
    upstream.api = lambda asked: upstream.drip(stalled) if asked.query["page"] == "3" else moving(asked)
    listing = connect().sessions(page_size=10, deadline=0.3)
    assert [next(listing).session_id for _ in range(20)] == IDS[:20]
    with pytest.raises(ApiUnreachable, match=r"within the 0\.3 s"):
        next(listing)


def test_a_page_that_is_none_is_named(upstream, connect):
    upstream.api = lambda asked: reply({"sessions": []})
    with pytest.raises(ApiBadAnswer, match="not a list of charging sessions"):
        list(connect().sessions())


@pytest.mark.slow
def test_memory_stays_flat(upstream, connect):
    """Thirty thousand sessions, of which no more is kept than a page and eight bytes each."""
    total, text = 30_000, "x" * 400

    def rule(asked):
        size, number = int(asked.query["page_size"]), int(asked.query["page"])
        ids = range(size * (number - 1), min(total, size * number))
        return reply([{"session_id": str(id), "error_message": text} for id in ids], x_total_count=total)

    upstream.api = rule
    listing = connect().sessions(page_size=1000)
    next(listing)
    tracemalloc.start()
    try:
        count = 1
        for _ in listing:
            count += 1
            if count == 3000:
                tracemalloc.reset_peak()
                early = tracemalloc.get_traced_memory()[0]
        late, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    upstream.asked.clear()
    assert count == total
    assert late - early < 3_000_000


@pytest.mark.slow
@given(st.lists(st.lists(st.none() | st.text(max_size=2), max_size=6), max_size=8))
def test_what_was_seen_is_what_a_set_remembers(batches):
    seen, known = SeenIds(), set()
    for batch in batches:
        expected = []
        for one in batch:
            expected.append(one is None or one not in known)
            known |= {one} - {None}
        assert seen.add(batch) == expected
    assert len(seen) == len(known)


@pytest.mark.parametrize("parameters", [{"colour": "red"}, {"status": "CLOSED"}, {"page": 0}])
def test_what_makes_no_sense_is_refused_at_once(upstream, connect, parameters):
    with pytest.raises(BadInput):
        connect().sessions(**parameters)
    with pytest.raises(BadInput):
        connect().members(**parameters)
    assert not upstream.asked
