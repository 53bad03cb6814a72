"""What takes long goes on beside the page."""

import threading

import pytest

from wirelane_geo.errors import ApiUnreachable
from wirelane_geo.ui.wall.background import MOST_OF_A_PAGE, Background


class Job:
    def __init__(self, answer: object = "answer") -> None:
        self.answer, self.times, self.let = answer, 0, threading.Event()

    def __call__(self) -> object:
        self.times += 1
        assert self.let.wait(60)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_what_is_quick_is_answered_at_once_and_each_time_anew() -> None:
    jobs, answers = Background(), iter(range(3))
    assert [jobs.ask("what", lambda: next(answers), 60) for _ in range(3)] == [0, 1, 2]


def test_what_takes_long_goes_on_and_is_asked_for_once() -> None:
    jobs, slow = Background(), Job()
    assert jobs.ask("slow", slow, 0) is None
    assert jobs.ask("slow", slow, 0) is None
    assert jobs.ask("quick", lambda: "at once", 60) == "at once"
    slow.let.set()
    assert jobs.ask("slow", slow, 60) == "answer"
    assert slow.times == 1


@pytest.mark.parametrize("error", [ApiUnreachable("nobody is there"), TimeoutError("of the job itself"), KeyError("ours")])
def test_what_fails_says_so_once(error: Exception) -> None:
    jobs, slow = Background(), Job(error)
    assert jobs.ask("slow", slow, 0) is None
    slow.let.set()
    with pytest.raises(type(error)):
        jobs.ask("slow", slow, 60)
    assert jobs.ask("slow", lambda: "anew", 60) == "anew"


def test_a_page_has_few_jobs_and_forgets_those_that_nobody_asks_for() -> None:
    jobs, slow = Background(), [Job() for _ in range(MOST_OF_A_PAGE + 1)]
    for number, job in enumerate(slow):
        assert jobs.ask(number, job, 0) is None
    assert slow[-1].times == 0
    for job in slow:
        job.let.set()
    for number in range(MOST_OF_A_PAGE):
        assert jobs.ask(number, slow[number], 60) == "answer"
    assert jobs.ask(MOST_OF_A_PAGE, slow[-1], 60) == "answer"
