"""Who follows a store is told of statuses without reading points, where that is all that has changed."""

from collections.abc import Sequence
from contextlib import closing

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import NewUrl
from tests.postgres import Server
from tests.store.points import point
from wirelane_geo.model import ChargePoint, PointId, Seq, Status, StatusReport
from wirelane_geo.store import Store, open_store
from wirelane_geo.store.postgres import connection as _connection

Step = tuple[str, Sequence[int], Status]

steps: st.SearchStrategy[list[Step]] = st.lists(st.tuples(
    st.sampled_from(["statuses", "told", "statuses", "told", "replaced", "removed", "unplaced", "nothing"]),
    st.lists(st.integers(0, 7), min_size=1, max_size=4), st.sampled_from(list(Status))), max_size=6)


def points(*numbers: int) -> list[ChargePoint]:
    return [point(str(n), id=f"id-{n}", evseid=f"DE*ABC*E{n}", **({} if n else {"longitude": None, "latitude": None}))
            for n in numbers]


def take(store: Store, step: Step) -> None:
    what, numbers, status = step
    ids = [PointId(f"id-{n}") for n in numbers]
    if what == "statuses":
        store.set_statuses(dict.fromkeys(ids, status))
    elif what == "told":
        store.tell("feed", [StatusReport(f"DE*ABC*E{n}", status, None) for n in numbers])
    elif what == "replaced":
        store.upsert([msgspec.structs.replace(one, power=float(len(status))) for one in points(*numbers)], "feed")
    elif what == "removed":
        store.remove("feed", but=[PointId(f"id-{n}") for n in range(8) if n not in numbers])
    elif what == "unplaced":
        store.upsert([msgspec.structs.replace(one, longitude=None, latitude=None) for one in points(*numbers)], "feed")
    else:
        store.touch()


def statuses(store: Store) -> dict[int, int]:
    columns = store.columns()
    return dict(zip(columns.handle.tolist(), columns.status.tolist(), strict=True))


@given(steps)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_told_is_all_that_has_changed(new_url: NewUrl, taken: list[Step]) -> None:
    with closing(open_store(url := new_url())) as store:
        store.upsert(points(*range(8)), "feed")
        known = [(store.last_seq(), statuses(store))]
        for step in taken:
            take(store, step)
            known.append((store.last_seq(), statuses(store)))
        now = statuses(store)
        for number, (seq, before) in enumerate(known):
            new = store.new_statuses(seq)
            if new is None:
                assert url.startswith("sqlite") or any(what in ("replaced", "removed", "unplaced")
                                                       for what, *_ in taken[number:]), "nothing else has changed"
                continue
            assert new.seq == store.last_seq()
            assert new.handle.tolist() == sorted(set(new.handle.tolist()))
            told = dict(zip(new.handle.tolist(), new.status.tolist(), strict=True))
            assert before | {handle: status for handle, status in told.items() if handle in before} == now


@pytest.fixture
def store_url(postgres: Server) -> str:
    return postgres.create()


def test_statuses_that_an_earlier_version_wrote_are_read_with_their_points(store_url: str) -> None:
    with closing(open_store(store_url)) as store:
        store.upsert(points(1, 2), "feed")
        seq = store.last_seq()
        store.set_statuses({PointId("id-1"): Status.FREE, PointId("id-2"): Status.IN_USE})
        found = store.new_statuses(seq)
        assert found is not None
        assert len(found.handle) == 2
        with psycopg.connect(store_url) as earlier:
            earlier.execute("UPDATE changed SET handle = NULL, status = NULL WHERE point = 1")
        assert store.new_statuses(seq) is None
        assert store.new_statuses(store.last_seq()) is not None


def test_statuses_that_the_log_has_no_more_are_read_with_their_points(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_connection, "MOST_LOGGED", 2)
    monkeypatch.setattr(_connection, "LOOKED_AT", 1)
    with closing(open_store(store_url)) as store:
        store.upsert(points(*range(1, 7)), "feed")
        seqs = [store.last_seq()]
        for n in range(1, 7):
            store.set_statuses({PointId(f"id-{n}"): Status.FAULTED})
            seqs.append(store.last_seq())
        told = [store.new_statuses(Seq(seq)) for seq in seqs]
        assert [found and len(found.handle) for found in told] == [None, None, None, None, 2, 1, 0]
