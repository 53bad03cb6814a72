"""Who waits in an event loop is told from any thread, once, and nobody else is troubled."""

import asyncio
import threading
from pathlib import Path

from tests.live.networks import embedded
from wirelane_geo.live.notifier import Notifier
from wirelane_geo.model import Status

LONG_S = 3600.0


def test_what_happened_already_is_not_waited_for() -> None:
    notifier = Notifier()
    assert asyncio.run(notifier.wait_until(lambda: True, LONG_S))
    assert not asyncio.run(notifier.wait_until(lambda: False, 0.0))
    assert notifier.waiting == 0


def test_what_happens_between_the_question_and_the_waiting_is_not_missed() -> None:
    notifier, happened = Notifier(), []

    def asked() -> bool:
        told = bool(happened)
        if not told:  # in another thread, just after it was asked
            happened.append(True)
            thread = threading.Thread(target=notifier.notify)
            thread.start()
            thread.join()
        return told

    assert asyncio.run(notifier.wait_until(asked, LONG_S))


def test_each_loop_is_told_and_one_that_was_closed_is_forgotten() -> None:
    notifier, told, barrier = Notifier(), threading.Event(), threading.Barrier(3)
    answers: list[bool] = []

    def wait() -> None:
        async def one() -> bool:
            waiting = asyncio.ensure_future(notifier.wait_until(told.is_set, LONG_S))
            await asyncio.sleep(0)
            barrier.wait(60)
            return await waiting
        answers.append(asyncio.run(one()))

    abandoned = asyncio.new_event_loop()
    left = abandoned.create_task(notifier.wait_until(lambda: False, LONG_S))
    abandoned.run_until_complete(asyncio.sleep(0))
    threads = [threading.Thread(target=wait) for _ in range(2)]
    for thread in threads:
        thread.start()
    barrier.wait(60)
    assert notifier.waiting == 3
    abandoned.close()
    told.set()
    notifier.notify()
    assert not left.done(), "it was left in the middle"
    for thread in threads:
        thread.join()
    assert answers == [True, True]
    assert notifier.waiting == 0


def test_a_change_is_told_once_it_can_be_seen(tmp_path: Path) -> None:
    with embedded(tmp_path) as here:
        seen: list[int] = []

        async def page() -> int:
            known = here.live.status().number

            def changed() -> bool:
                seen.append(here.live.status().number)
                return seen[-1] != known

            waiting = asyncio.ensure_future(here.live.notifier.wait_until(changed, LONG_S))
            await asyncio.sleep(0)
            await asyncio.to_thread(here.after, 1)  # a refresh that brings nothing
            await asyncio.to_thread(here.after, 1, p0=Status.FAULTED, p1=Status.IN_USE)
            assert await waiting
            return known

        known = asyncio.run(page())
        assert seen == [known, known + 2], "asked when it came, and once when two points had changed"
