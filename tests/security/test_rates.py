"""So many requests of an address, and the others' are none of its business."""

from hypothesis import given
from hypothesis import strategies as st

from wirelane_geo.web import rates
from wirelane_geo.web.rates import Rates


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_bucket_is_emptied_and_filled() -> None:
    clock = Clock()
    bucket = Rates(10, clock)
    assert [bucket.take("192.0.2.1") for _ in range(20)] == [None] * 20
    assert bucket.take("192.0.2.1") == 0.1
    assert bucket.take("192.0.2.2") is None, "another address has its own"
    clock.seconds = 0.1
    assert bucket.take("192.0.2.1") is None
    assert bucket.take("192.0.2.1") is not None


def test_a_network_of_ipv6_is_one_address() -> None:
    bucket = Rates(0.5, Clock())
    assert bucket.take("2001:db8::1") is None
    assert bucket.take("2001:db8::2") is not None
    assert bucket.take("2001:db8:0:1::1") is None
    assert bucket.take("::1") is None
    assert bucket.take("127.0.0.1") is not None, "this machine is one, too"


@given(st.lists(st.floats(0, 2), min_size=1, max_size=60), st.floats(0.5, 20))
def test_never_more_than_it_may(pauses: list[float], a_second: float) -> None:
    clock = Clock()
    bucket, given_away = Rates(a_second, clock), 0
    for pause in pauses:
        clock.seconds += pause
        given_away += bucket.take("192.0.2.1") is None
    assert given_away <= max(rates.AT_ONCE_S * a_second, 1) + clock.seconds * a_second + 1e-6


def test_it_remembers_so_many_addresses_only() -> None:
    bucket = Rates(1, Clock())
    for number in range(rates.ADDRESSES + 10):
        bucket.take(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert len(bucket) == rates.ADDRESSES
