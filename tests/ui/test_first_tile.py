"""The tile that comes with the page is the one that the map will ask for."""

import pytest

from wirelane_geo.ui.first_tile import first_tile


@pytest.mark.parametrize(("link", "path"), [
    ("lat=52.5&lon=13.4&zoom=9", "map/tiles/7/68/41"),
    ("lat=52.5&lon=13.4&zoom=9&plug=CCS,type_2&station=x&lang=de", "map/tiles/7/68/41?plug=TYPE_2,CCS"),
    ("lat=52.5&lon=13.4&zoom=20", "map/tiles/18/140829/85995"),
    ("lat=52.5&lon=13.4&zoom=0.5", "map/tiles/0/0/0?at=0"),
    ("lat=52.5&lon=13.4&zoom=1.2&status=FREE", "map/tiles/0/0/0?at=1&status=FREE"),
    ("lat=-85&lon=180&zoom=4", "map/tiles/2/3/3"),
    ("plug=CCS", None), ("", None), ("lat=x&lon=13.4&zoom=9", None),
])
def test_it_is_in_the_middle_with_the_links_filters(link: str, path: str | None) -> None:
    assert first_tile(link) == path
