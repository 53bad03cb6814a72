"""Two who edit one point at once, over the embedded service: the second is told, and nothing of either is lost."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.server.serving import serving
from wirelane_geo.api import WirelaneClient
from wirelane_geo.errors import ApiNotFound
from wirelane_geo.model import ChargePoint, Status
from wirelane_geo.operator.saving import Overtaken, save


@pytest.fixture
def client(tmp_path: Path) -> Iterator[WirelaneClient]:
    with serving(tmp_path) as service:
        own = service.credentials
        with WirelaneClient(f"{service.url}/apis/emc", f"{service.url}/token", own.organization, own.client_id,
                            own.client_secret, own.username, own.password) as client:
            yield client


def test_the_second_save_is_refused_and_goes_through_once_it_was_looked_at(client: WirelaneClient) -> None:
    opened = client.create_point(ChargePoint(charge_point_id="P-1", power=150.0, city="Berlin", owner="O", model="M"))
    first, second = replace(opened, power=11.0, street="Theirs"), replace(opened, power=50.0, city="Mine")
    saved = save(client, opened, first, opened)
    with pytest.raises(Overtaken) as refused:
        save(client, opened, second, opened)
    assert refused.value.now == saved
    assert refused.value.now.update_date > opened.update_date
    assert client.point(str(opened.id)) == saved, "nothing was written"
    both = save(client, opened, second, refused.value.now)
    assert (both.power, both.city, both.street, both.owner, both.model) == (50.0, "Mine", "Theirs", "O", "M")


def test_a_station_that_tells_its_status_stands_in_nobodys_way(client: WirelaneClient) -> None:
    opened = client.create_point(ChargePoint(charge_point_id="P-1", power=150.0, status=Status.FREE))
    client.update_point(str(opened.id), replace(opened, status=Status.IN_USE))
    saved = save(client, opened, replace(opened, power=50.0), opened)
    assert (saved.power, saved.status) == (50.0, Status.IN_USE)


def test_of_many_who_save_at_once_one_is_first_and_all_others_are_told(client: WirelaneClient) -> None:
    opened = client.create_point(ChargePoint(charge_point_id="P-1", power=150.0))

    def one(number: int) -> bool:
        try:
            save(client, opened, replace(opened, power=float(number)), opened)
        except Overtaken:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(1, 9))) == 1


def test_a_point_that_is_gone_is_told(client: WirelaneClient) -> None:
    gone = ChargePoint(charge_point_id="P-1", id="0" * 32)
    with pytest.raises(ApiNotFound):
        save(client, gone, replace(gone, power=50.0), gone)
