"""A generator that runs in a child process: where there is a second core, what is made there costs no time here.

Its items come in their order, a few of them ahead of whoever takes them. They are pickled: the child is this program, with
arguments of our own.
"""

import importlib
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, Queue
from typing import IO, Any

MOST_AHEAD = 8
"""Items that wait for whoever takes them; then the child waits."""

_END = ("end", None)


class ChildEnded(Exception):
    """The child came to its end before the generator did: it was killed, or couldn't be started."""


def second_core() -> bool:
    """Whether this process may use more than one core."""
    return (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1) > 1


def start(function: Callable[[], object], **options: Any) -> "subprocess.Popen[bytes]":
    """A process that calls a function of a module of ours, and reads what is written to it; options are those of Popen. Ctrl-C
    ends it without a word from its first moment on: one that comes while Python itself starts waits until it is told so."""
    quiet = ("import signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); "
             "signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT}); sys.path[:] = sys.argv[1:]")
    call = f"from {function.__module__} import {function.__name__}; {function.__name__}()"
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return subprocess.Popen([sys.executable, "-P", "-c", f"{quiet}; {call}", *sys.path],  # noqa: S603 - our own words
                                stdin=subprocess.PIPE, **options)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def items_of(generator: Callable[..., Iterator[Any]], *arguments: object) -> Iterator[Iterator[Any]]:
    """The items of a generator function of a module, which is called with these arguments in a child process. At the end of the
    `with` the child ends, whether all items were taken or not.

    Taking an item raises what the generator raises, and ChildEnded.
    """
    with start(answer, stdout=subprocess.PIPE) as process:
        waiting: Queue[tuple[str, Any]] = Queue(MOST_AHEAD)
        taking = threading.Thread(target=_receive, args=(process, waiting), name="child's items", daemon=True)
        taking.start()
        try:
            with suppress(BrokenPipeError), process.stdin as stdin:  # type: ignore[union-attr]  # it has one
                pickle.dump((generator.__module__, generator.__name__, arguments), stdin)
            yield _items(process, waiting)
        finally:
            process.kill()
            while taking.is_alive():
                with suppress(Empty):
                    waiting.get(timeout=0.02)


def _receive(process: "subprocess.Popen[bytes]", waiting: "Queue[tuple[str, Any]]") -> None:
    """Put what the child says into the queue; at last that it has ended."""
    with suppress(EOFError, pickle.UnpicklingError, OSError, ValueError):
        while True:
            said = pickle.load(process.stdout)  # type: ignore[arg-type]  # noqa: S301 - of our own child
            waiting.put(said)
            if said[0] != "item":
                return
    waiting.put(("gone", None))


def _items(process: "subprocess.Popen[bytes]", waiting: "Queue[tuple[str, Any]]") -> Iterator[Any]:
    while True:
        kind, said = waiting.get()
        if kind == "item":
            yield said
        elif kind == "error":
            raise said
        elif kind == "gone":
            code = process.wait()
            raise ChildEnded(f"ended by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}")
        else:
            return


def answer() -> None:
    """What the child does: run the generator that its standard input names, and write its items to what was its standard output.
    """
    out = os.fdopen(os.dup(1), "wb", buffering=1 << 20)
    os.dup2(2, 1)  # what else is printed goes to people
    module, name, arguments = pickle.load(sys.stdin.buffer)  # noqa: S301 - of our own parent
    with suppress(BrokenPipeError):
        _say(out, getattr(importlib.import_module(module), name)(*arguments))
        out.close()


def _say(out: IO[bytes], items: Iterator[Any]) -> None:
    try:
        for item in items:
            pickle.dump(("item", item), out, protocol=pickle.HIGHEST_PROTOCOL)
            out.flush()
    except BrokenPipeError:
        raise
    except Exception as error:
        pickle.dump(("error", error), out)
    else:
        pickle.dump(_END, out)
