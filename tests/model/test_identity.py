"""Handles: one number for a network and a point id, the same everywhere."""

from hypothesis import given
from hypothesis import strategies as st

from wirelane_geo.model.identity import free_handle, handle_of, handles_of, network_bits

TWINS = ("6450714979256652", "6690736821678167")
"""Two point ids that have one handle in every network."""

ids = st.text(max_size=40)
networks = st.text(max_size=20)


def test_a_handle_is_the_same_in_every_process_and_version() -> None:
    assert handle_of("a-network", "DE*ABC*E1") == 285955582253011
    assert handle_of("another-network", "DE*ABC*E1") == 6053857350694776
    assert handle_of("a-network", "DE*ABC*E1", attempt=1) == 2914563283425437


@given(networks, st.lists(ids, max_size=20))
def test_javascript_holds_each_exactly_and_many_are_made_as_one_is(network: str, point_ids: list[str]) -> None:
    handles = handles_of(network, point_ids).tolist()
    assert handles == [handle_of(network, point_id) for point_id in point_ids]
    assert all(0 <= handle < 2**53 and int(float(handle)) == handle for handle in handles)


@given(networks, networks, ids, st.integers(0, 3))
def test_another_network_exchanges_the_same_bits_of_all_handles(one: str, other: str, point_id: str, attempt: int) -> None:
    between = network_bits(one) ^ network_bits(other)
    assert handle_of(one, point_id, attempt) ^ between == handle_of(other, point_id, attempt)
    assert (between == 0) == (one == other)


@given(networks, ids, st.integers(0, 4))
def test_the_next_handle_is_taken_where_the_first_ones_are_others(network: str, point_id: str, taken: int) -> None:
    others = {handle_of(network, point_id, attempt) for attempt in range(taken)}
    assert free_handle(network, point_id, others) == handle_of(network, point_id, taken)


@given(networks)
def test_two_ids_that_have_one_handle_have_other_next_ones(network: str) -> None:
    one, other = TWINS
    assert handle_of(network, one) == handle_of(network, other)
    assert handle_of(network, one, 1) != handle_of(network, other, 1)
