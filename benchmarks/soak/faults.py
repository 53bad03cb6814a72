"""What goes wrong, one after the other."""

import signal
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.soak.processes import Application
from benchmarks.soak.proxy import Proxy
from benchmarks.soak.traffic import Traffic

HOUR_S, AHEAD_S = 3600.0, 600.0


@dataclass(frozen=True)
class Fault:
    """Breaks something, for `seconds`, and mends it."""

    name: str
    seconds: float
    begin: Callable[[], None]
    end: Callable[[], None]


def _nothing() -> None:
    """Mends itself."""


def of_the_wall(server: Application) -> list[Fault]:
    """What happens to the wall's own server; each starts it anew."""

    def with_clock(seconds: float) -> Callable[[], None]:
        def restart() -> None:
            server.end()
            server.clock_s = seconds
            server.start()
        return restart

    return [
        Fault("server killed (kill -9) for 10 s", 10, lambda: server.end(signal.SIGKILL), server.start),
        Fault("server's clock an hour ahead", 20, with_clock(HOUR_S), _nothing),
        Fault("server's clock an hour behind", 20, with_clock(-HOUR_S), _nothing),
        Fault("server's clock set right again", 5, with_clock(0.0), _nothing),
        Fault("server restarted", 5, server.end, server.start),
    ]


def of_the_upstream(upstream: Application, proxy: Proxy, traffic: Traffic) -> list[Fault]:
    """What happens to everything that the wall's server depends on."""

    def answering(fault: str) -> Callable[[], None]:
        return lambda: setattr(proxy, "fault", fault)

    def dating(seconds: float) -> Callable[[], None]:
        return lambda: setattr(traffic, "clock_s", seconds)

    return [
        Fault("upstream answers 503 for 30 s", 30, answering("503"), answering("")),
        Fault("upstream can't be reached for 30 s", 30, proxy.stop, proxy.start),
        Fault("token revoked", 10, proxy.revoke, _nothing),
        Fault("upstream takes 3 s for an answer, for 30 s", 30, answering("slow"), answering("")),
        Fault("upstream killed (kill -9) for 15 s", 15, lambda: upstream.end(signal.SIGKILL), upstream.start),
        Fault("upstream's clock 10 min ahead for 20 s", 20, dating(AHEAD_S), dating(0.0)),
    ]
