"""A machine of its own as far as its network goes: a Linux network namespace that one link leads to, which can go down.

The addresses are of 198.18.0.0/15, which is for measurements between machines and used by nobody.
"""

import os
import subprocess
from contextlib import suppress
from itertools import count

_numbers = count()


class Namespace:
    """`here`: this machine's end of the link; `there`: the namespace's. Raises OSError where this user makes none."""

    def __init__(self) -> None:
        number, machine = next(_numbers), os.getpid()
        self._name, self._end = f"wirelane-geo-{machine}-{number}", f"geo{machine % 100_000}x{number}"
        self.here, self.there = _address(4 * number + 1), _address(4 * number + 2)
        inside = ["netns", "exec", self._name, "ip"]
        try:
            _ip("netns", "add", self._name)
            _ip("link", "add", self._end, "type", "veth", "peer", "name", "geo0", "netns", self._name)
            _ip("addr", "add", f"{self.here}/30", "dev", self._end)
            _ip("link", "set", self._end, "up")
            _ip(*inside, "addr", "add", f"{self.there}/30", "dev", "geo0")
            for device in ("lo", "geo0"):
                _ip(*inside, "link", "set", device, "up")
            _ip(*inside, "route", "add", "default", "via", self.here)
        except OSError:
            self.close()
            raise

    def command(self, words: list[str]) -> list[str]:
        """What runs a command in it."""
        return ["ip", "netns", "exec", self._name, *words]

    def cut(self) -> None:
        """The link is down: nothing comes through, and nobody is told."""
        _ip("link", "set", self._end, "down")

    def mend(self) -> None:
        """The link is up again."""
        _ip("link", "set", self._end, "up")

    def close(self) -> None:
        """Let go of it; with its last process it is gone."""
        with suppress(OSError):
            _ip("link", "del", self._end)
        with suppress(OSError):
            _ip("netns", "del", self._name)


class Address:
    """An address of this machine that all its namespaces reach, each over its own link: `text`."""

    def __init__(self) -> None:
        self.text = _address(254)
        _ip("addr", "add", f"{self.text}/32", "dev", "lo")

    def close(self) -> None:
        """Let go of it."""
        with suppress(OSError):
            _ip("addr", "del", f"{self.text}/32", "dev", "lo")


def possible() -> bool:
    """Whether this machine makes namespaces for this user."""
    try:
        Namespace().close()
    except OSError:
        return False
    return True


def _address(number: int) -> str:
    """One of this process's own."""
    machine = os.getpid()
    return f"198.{18 + machine // 250 % 2}.{machine % 250}.{number}"


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if done.returncode:
        raise OSError(f"ip {' '.join(words)}: {done.stderr.strip()}")
