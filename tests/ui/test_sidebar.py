"""The filters as HTML: every row of the table, with what a link says for each of its values."""

import re

import pytest

from wirelane_geo.filters import FILTERS
from wirelane_geo.permalink import KEYS
from wirelane_geo.ui.sidebar import form
from wirelane_geo.ui.text import Texts

ROW = re.compile(r'data-key="(\w+)"(.*?)(?=data-key=|class="wl-button)', re.DOTALL)


@pytest.mark.parametrize("lang", ["en", "de"])
def test_every_filter_has_its_row_in_the_tables_order(lang: str) -> None:
    html = form(Texts(lang))
    assert [key for key, _ in ROW.findall(html)] == [row.key for row in FILTERS]
    assert f'data-keys="{" ".join(KEYS)}"' in html
    for row in FILTERS:
        assert Texts(lang)(f"filter.{row.name}") in html


def test_what_a_switch_says_in_a_link_can_be_read() -> None:
    rows = dict(ROW.findall(form(Texts("en"))))
    for row in FILTERS:
        if row.terms:
            terms = re.findall(r'data-term="(\w+)"', rows[row.key])
            assert terms == list(row.terms), "in the order that a link has them"
            assert row.write(row.read(",".join(terms))) == ",".join(terms)
        elif row.widget in ("flag", "number", "open"):
            said = [row.read(flag) for flag in re.findall(r'data-flag="(\w+)"', rows[row.key])]
            assert said == {"reservable": [True, False], "open": ["now"], "min": [2, 4, 8], "free": [1, 2, 4]}[row.key]
        elif row.widget == "range":
            [stops] = re.findall(r'data-stops="([\d. ]+)"', rows[row.key])
            for stop in stops.split()[1:]:
                assert row.write(row.read(f"{stop}-")) == f"{stop}-"
