"""Events in memory: what was appended is there in order, what was read stays as it was."""

from hypothesis import given
from hypothesis import strategies as st

from wirelane_geo.live._recent import Events, Recent


def events(numbers: list[int]) -> Events:
    return Events.of(numbers, [7] * len(numbers), [10 * n for n in numbers], [0] * len(numbers), [1] * len(numbers),
                     [2] * len(numbers))


@given(st.lists(st.one_of(st.integers(0, 40), st.integers(0, 4000).map(lambda at: -at)), max_size=30))
def test_it_is_a_list_with_an_end_to_add_to_and_a_beginning_to_cut(steps: list[int]) -> None:
    recent, known, number, read = Recent(Events.of()), [], 0, []
    for step in steps:
        if step > 0:
            added = list(range(number, number + step))
            recent.append(events(added))
            known += added
            number += step
        else:
            recent.trim(-step)
            known = [n for n in known if 10 * n >= -step]
        now = recent.read()
        assert now.number.tolist() == known
        assert now.at.tolist() == [10 * n for n in known]
        assert len(recent) == len(known)
        read.append((now, known[:]))
    for then, numbers in read:
        assert then.number.tolist() == numbers, "what was handed out is never written to"
