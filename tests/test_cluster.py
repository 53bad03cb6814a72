"""A cluster on this machine bears what clusters have to: faults of `make chaos` in short, which prints the times."""

import time
from collections.abc import Iterator

import psycopg
import pytest

from benchmarks.cluster.chaos import Chaos, Outcome
from benchmarks.cluster.machines import Cluster
from benchmarks.cluster.namespace import possible
from benchmarks.cluster.programs import Missing, haproxy_program, postgres_programs
from benchmarks.cluster.traffic import Callback
from wirelane_geo.server._tokens import ADMIN, issue

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cluster")]


@pytest.fixture(scope="module")
def chaos() -> Iterator[Chaos]:
    try:
        haproxy_program()
        postgres_programs()
    except Missing as error:
        pytest.skip(str(error))
    told = Callback()
    try:
        with Cluster(stations=600, namespaces=possible(), WIRELANE_GEO_SIMULATOR="off",
                     WIRELANE_GEO_CALLBACKS=told.url) as cluster:
            yield Chaos(cluster, told, requests=200)
    finally:
        told.close()


def right(outcome: Outcome) -> None:
    assert outcome.wrong == 0, outcome


def test_no_view_fails_when_a_replica_is_killed(chaos: Chaos) -> None:
    right(chaos.replica_killed())


def test_another_leads_when_the_leader_hangs_and_nothing_is_lost_or_told_twice(chaos: Chaos) -> None:
    right(chaos.leader_stopped())


def test_another_leads_when_the_link_of_the_leader_is_down(chaos: Chaos) -> None:
    right(chaos.leader_cut_off())


def test_a_webhook_at_one_is_known_to_all(chaos: Chaos) -> None:
    right(chaos.webhook())


def test_wrong_attempts_are_counted_over_all(chaos: Chaos) -> None:
    right(chaos.wrong_attempts())


def test_tokens_hold_and_histories_are_in_order_where_clocks_are_5_s_apart(chaos: Chaos) -> None:
    right(chaos.dates_apart(lambda own, ahead_s: issue(own, ADMIN, time.time() + ahead_s)))


def test_no_view_fails_while_the_database_is_away(chaos: Chaos) -> None:
    right(chaos.database_away(3.0))


def test_what_was_acknowledged_is_there_after_the_primary_is_lost(chaos: Chaos) -> None:
    right(chaos.primary_lost())


def test_afterwards_all_have_what_the_database_has_row_by_row(chaos: Chaos) -> None:
    right(chaos.afterwards())


def test_a_row_that_nobody_told_the_replicas_of_is_found(chaos: Chaos) -> None:
    change = ("UPDATE points SET status = 9 - status WHERE rowid = "
              "(SELECT min(rowid) FROM points WHERE quadkey IS NOT NULL AND status BETWEEN 3 AND 6)")
    with psycopg.connect(chaos.cluster.database, autocommit=True) as connection:
        connection.execute(change)
        try:
            found = chaos.afterwards()
        finally:
            connection.execute(change)
    assert found.figures["statuses that differ"] == 2 * len(chaos.cluster.replicas), found
    assert found.wrong >= found.figures["statuses that differ"]
