"""What the cluster bears: one fault after the other, each with what came of it (issue of the same table: docs/cluster.md)."""

import logging
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import msgspec
import psycopg

from benchmarks.cluster.clocks import Clocks, IssueToken
from benchmarks.cluster.comparison import differences
from benchmarks.cluster.machines import Cluster, Replica, until
from benchmarks.cluster.namespace import possible
from benchmarks.cluster.programs import Missing, faketime_library
from benchmarks.cluster.traffic import TILES, Callback, Changes, Views
from wirelane_geo.api import encode_point
from wirelane_geo.model import PointId, Status
from wirelane_geo.server.credentials import Credentials, load_or_create
from wirelane_geo.store import open_store
from wirelane_geo.store.shared_state import open_shared_state


@dataclass(frozen=True)
class Outcome:
    """What a fault did: figures by name, and what failed, was lost, was told twice, or is not as it should be (0: nothing)."""

    fault: str
    figures: dict[str, float]
    wrong: int


class Chaos:
    """Faults on a cluster, whose callback `told` hears of every change. `requests`: how many tiles are asked for in each."""

    def __init__(self, cluster: Cluster, told: Callback, requests: int = 1000) -> None:
        self.cluster, self.told, self._requests = cluster, told, requests
        self._state = open_shared_state(cluster.database, cluster.directory)
        with closing(open_store(cluster.database)) as store:
            records = store.records(store.columns().handle.tolist())
        self._fresh = [PointId(str(one.id)) for one in records if one.id and one.status is not Status.FAULTED]

    def replica_killed(self) -> Outcome:
        """A replica is killed while people look."""
        victim = next(one for one in self.cluster.replicas if one is not self.cluster.leader())
        with Views(self.cluster.url).looking() as views:
            views.wait_for(self._requests // 2)
            victim.stop(signal.SIGKILL)
            views.wait_for(self._requests)
        victim.start()
        victim.wait()
        return Outcome("a replica killed -9", {"tile requests": views.answered, "longest s": views.longest, **views.failed},
                       views.failed.total())

    def leader_killed(self) -> Outcome:
        """The leader is killed."""
        def fault(leader: Replica) -> Callable[[], None]:
            leader.stop(signal.SIGKILL)

            def again() -> None:
                leader.start()
                leader.wait()

            return again

        return self._leader_lost("the leader killed -9", fault)

    def leader_stopped(self) -> Outcome:
        """The leader is stopped, and goes on later."""
        def fault(leader: Replica) -> Callable[[], None]:
            leader.send(signal.SIGSTOP)
            return lambda: leader.send(signal.SIGCONT)

        return self._leader_lost("the leader stopped by SIGSTOP", fault)

    def leader_cut_off(self) -> Outcome:
        """The leader's link to the database is down, and comes back."""
        def fault(leader: Replica) -> Callable[[], None]:
            leader.cut()
            return leader.mend

        how = "network namespace" if self.cluster.replicas[0].namespace else "a proxy that is silent"
        return self._leader_lost(f"the leader's link down ({how})", fault)

    def _leader_lost(self, name: str, fault: Callable[[Replica], Callable[[], None]]) -> Outcome:
        until(self.cluster.leader)
        leader = self.cluster.leader()
        assert leader is not None
        others = [one for one in self.cluster.replicas if one is not leader]
        with closing(open_store(self.cluster.database)) as store, Changes(store, self._some(300)) as changes:
            changes.wait_for(20)
            undo = fault(leader)
            taken_over = until(lambda: any(one.role() == "leader" for one in others))
            changes.wait_for(40)
            undo()
            until(lambda: leader.role() == "standby")
            changes.wait_for(20)
        wrong = self._lost_or_twice(changes.acknowledged)
        return Outcome(name, {"next leader after s": taken_over, "changes": len(changes.acknowledged), **wrong,
                              "events sent again with their id, so far": len(self.told.again)},
                       sum(wrong.values()))

    def database_away(self, seconds: float = 20.0) -> Outcome:
        """PostgreSQL is killed, and comes back."""
        server = next(one for one in self.cluster.servers if one.leads)
        with Views(self.cluster.url).looking() as views:
            views.wait_for(self._requests // 4)
            server.kill()
            killed = time.monotonic()
            until(lambda: all(_problem(one) for one in self.cluster.replicas))
            said = time.monotonic() - killed
            until(lambda: time.monotonic() - killed > seconds)
            views.wait_for(self._requests // 4)
            silent = sum(not _problem(one) for one in self.cluster.replicas)
            server.start(server.waits_for)
            back = until(self._is_written_and_shown)
        return Outcome(f"PostgreSQL killed, away for {seconds:g} s", {
            "tile requests": views.answered, "longest s": views.longest, "all say so after s": said,
            "back after s": back, **views.failed}, views.failed.total() + silent)

    def primary_lost(self) -> Outcome:
        """The primary is killed, and its synchronous standby promoted."""
        primary, standby = self.cluster.servers
        with closing(open_store(self.cluster.database)) as store, Changes(store, self._some(500), 0.01) as changes:
            changes.wait_for(100)
            primary.kill()
            primary.leads = False
            standby.promote()
            back = until(self._is_written_and_shown)
            changes.wait_for(50)
        wrong = self._lost_or_twice(changes.acknowledged)
        return Outcome("the primary killed, its standby promoted", {
            "acknowledged": len(changes.acknowledged), "back after s": back, **wrong}, wrong["lost"] + wrong["numbered twice"])

    def webhook(self) -> Outcome:
        """A webhook comes to one replica."""
        secret = self._state.secret("webhook-secret", lambda: b"", "webhook's secret").decode().strip()
        [id] = self._some(1)
        with closing(open_store(self.cluster.database)) as store:
            point = store.get("id", id)
        assert point is not None
        told = encode_point(msgspec.structs.replace(point, status=Status.FAULTED, update_date=datetime.now(UTC))).decode()
        before = [_seq(one) for one in self.cluster.replicas]
        event = {"id": f"event {time.time()}", "data": told}
        answer = httpx.post(f"{self.cluster.replicas[-1].url}/webhooks/wirelane/{secret}", json=event, timeout=30)
        took = until(lambda: all(_seq(one) > seq for one, seq in zip(self.cluster.replicas, before, strict=True)))
        again = [httpx.post(f"{one.url}/webhooks/wirelane/{secret}", json=event, timeout=30).json()["result"]
                 for one in self.cluster.replicas]
        return Outcome("a webhook to any replica", {"on all after s": took},
                       (answer.status_code != 200) + sum(one != "duplicate" for one in again))

    def wrong_attempts(self) -> Outcome:
        """Eleven wrong passwords, over all replicas."""
        own = self._credentials()
        form = {"grant_type": "client_credentials", "client_id": "nobody", "client_secret": "wrong"}
        codes = [httpx.post(f"{self.cluster.replicas[number % 3].url}/token", data=form, timeout=30).status_code
                 for number in range(11)]
        right = httpx.post(f"{self.cluster.url}/token", timeout=30, data={
            "grant_type": "client_credentials", "client_id": own.client_id, "client_secret": own.client_secret})
        return Outcome("the 11th wrong sign-in over three replicas", {"401": codes.count(401), "429": codes.count(429)},
                       (codes[-1] != 429) + (right.status_code != 200))

    def clocks_apart(self, seconds: float = 5.0) -> Outcome:
        """One replica's clock is ahead, while it stands by and while it leads: tokens of each hold at the others, and a point
        that is changed at one after the other has those changes in that order."""
        until(self.cluster.leader)
        leader = self.cluster.leader()
        assert leader is not None
        ahead, other = (one for one in self.cluster.replicas if one is not leader)
        ahead.stop()
        ahead.start_ahead(seconds)
        clocks = Clocks(self.cluster.database, self._credentials(), self._some(1)[0])
        clocks.change_at([leader, ahead])
        for one in (leader, other):  # now the one whose clock is ahead leads
            one.stop()
        until(lambda: ahead.role() == "leader")
        for one in (leader, other):
            one.start()
            one.wait()
        clocks.change_at([ahead, other])
        ahead.stop()
        until(self.cluster.leader)  # and one after it whose clock is behind
        ahead.start()
        ahead.wait()
        clocks.change_at([ahead, other])
        return Outcome(f"clocks {seconds:g} s apart", *clocks.outcome())

    def dates_apart(self, issue: IssueToken, seconds: float = 5.0) -> Outcome:
        """The same in short: this process is the machine whose clock is ahead, and then behind."""
        clocks = Clocks(self.cluster.database, self._credentials(), self._some(1)[0])
        for ahead in (seconds, -seconds):
            clocks.change_beside(self.cluster.replicas, ahead, issue)
        return Outcome(f"tokens and changes {seconds:g} s apart", *clocks.outcome())

    def rolling_upgrade(self) -> Outcome:
        """One replica after the other is ended and started again, while people look and points change."""
        with closing(open_store(self.cluster.database)) as store, Changes(store, self._some(2000), 0.1) as changes, \
                Views(self.cluster.url).looking() as views:
            views.wait_for(self._requests // 4)
            for replica in self.cluster.replicas:
                replica.stop()
                views.wait_for(self._requests // 4)
                replica.start()
                replica.wait()
        wrong = self._lost_or_twice(changes.acknowledged)
        return Outcome("rolling upgrade under load", {
            "tile requests": views.answered, "longest s": views.longest, "changes": len(changes.acknowledged), **wrong,
            **views.failed}, views.failed.total() + sum(wrong.values()))

    def afterwards(self) -> Outcome:
        """All replicas have what PostgreSQL has, row by row, and show the same tiles."""
        with closing(open_store(self.cluster.database)) as store:
            until(lambda: {_seq(one) for one in self.cluster.replicas} == {store.last_seq()})
            points = len(store.columns())
        found = Counter[str]()
        for replica in self.cluster.replicas:
            found.update(differences(replica.url, self.cluster.database, self._credentials()))
        tiles = 0
        for tile in TILES:
            path = "/map/tiles/" + "/".join(map(str, tile))
            tiles += len({httpx.get(one.url + path, timeout=60).content for one in self.cluster.replicas}) - 1
        return Outcome("afterwards: all replicas equal PostgreSQL", {
            "rows": points, **{f"{what} that differ": count for what, count in found.items()}, "tiles that differ": tiles},
            found.total() + tiles)

    def _some(self, count: int) -> list[PointId]:
        taken, self._fresh = self._fresh[:count], self._fresh[count:]
        return taken

    def _credentials(self) -> Credentials:
        return load_or_create(self._state)

    def _is_written_and_shown(self) -> bool:
        try:
            with closing(open_store(self.cluster.database)) as store:
                store.touch()
                seq = store.last_seq()
            until(lambda: all(_seq(one) >= seq for one in self.cluster.replicas), 3)
        except Exception:  # not yet
            return False
        return True

    def _lost_or_twice(self, acknowledged: list[PointId]) -> dict[str, int]:
        """What became of changes in the history, and with the callback."""
        known = Counter[str]()

        def all_there() -> bool:
            known.clear()
            with psycopg.connect(self.cluster.database) as connection:
                known.update(dict(connection.execute(
                    "SELECT points.id, count(*) FROM history.changes JOIN points USING (handle) WHERE after = %s "
                    "AND number > 0 AND points.id = ANY(%s) GROUP BY points.id",
                    (Status.FAULTED.number, list(acknowledged))).fetchall()))
            return all(known[id] and self.told.told[id] for id in acknowledged)

        with suppress(TimeoutError):
            until(all_there, 30)
        return {"lost": sum(not known[id] for id in acknowledged), "numbered twice": sum(known[id] > 1 for id in acknowledged),
                "not told": sum(not self.told.told[id] for id in acknowledged),
                "told twice": sum(self.told.told[id] > 1 for id in acknowledged)}


def _problem(replica: Replica) -> str | None:
    """What a replica says is wrong with its data."""
    said: str | None = httpx.get(f"{replica.url}/readyz", timeout=30).json()["problem"]
    return said


def _seq(replica: Replica) -> int:
    return int(httpx.get(f"{replica.url}/live/news?number=-1", timeout=30).json()["seq"])


def all_faults(chaos: Chaos) -> list[Callable[[], Outcome]]:
    """In an order in which one leaves the cluster fit for the next."""
    return [chaos.replica_killed, chaos.leader_killed, chaos.leader_stopped, chaos.leader_cut_off, chaos.webhook,
            chaos.wrong_attempts, chaos.clocks_apart, chaos.rolling_upgrade, chaos.database_away, chaos.primary_lost,
            chaos.afterwards]


def main() -> None:
    """Print what comes of each, or of those that are named; exit code 1 where anything is wrong."""
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)  # that connections are lost is the point
    chosen = sys.argv[1:]
    told = Callback()
    outcomes = []
    try:
        if faketime_library() is None:
            raise Missing("libfaketime isn't installed. On Debian and Ubuntu: apt install libfaketime")
        with Cluster(stations=5_000, namespaces=possible(), WIRELANE_GEO_SIMULATOR="off",
                     WIRELANE_GEO_CALLBACKS=told.url) as cluster:
            for fault in all_faults(Chaos(cluster, told)):
                if chosen and fault.__name__ not in chosen:
                    continue
                try:
                    outcome = fault()
                except (RuntimeError, TimeoutError) as error:  # the others are caused all the same
                    outcome = Outcome(f"{fault.__name__}: {error}", {}, 1)
                outcomes.append(outcome)
                figures = ", ".join(f"{name} {value:,.2f}".removesuffix(".00") for name, value in outcome.figures.items())
                print(f"{'ok  ' if not outcome.wrong else 'BAD '} {outcome.fault}: {outcome.wrong} wrong; {figures}", flush=True)
    except Missing as error:
        raise SystemExit(str(error)) from None
    finally:
        told.close()
    raise SystemExit(any(outcome.wrong for outcome in outcomes))


if __name__ == "__main__":
    main()
