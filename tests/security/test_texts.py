"""Texts from outside: links that lead where they say, and no longer than a text is."""

import pytest

from wirelane_geo.server._bodies import LONGEST_TEXT, read_point
from wirelane_geo.server._errors import Refusal
from wirelane_geo.ui.details import web_address


@pytest.mark.parametrize("text", [
    "https://bank.example@evil.example/pay", "https://user:password@pay.example/", "https://@pay.example", "javascript:alert(1)",
    "//pay.example", "https://", "data:text/html,x", "https://pay.example/\nx", "ftp://pay.example", None, "",
])
def test_what_hides_where_it_leads_is_no_link(text: str | None) -> None:
    assert web_address(text) is None


@pytest.mark.parametrize("text", ["https://pay.example/a?b=c@d", "http://pay.example:8080/"])
def test_a_plain_address_is_a_link(text: str) -> None:
    assert web_address(text) == text


def test_a_text_has_a_length() -> None:
    longest = f'{{"charge_point_id": "A", "city": "{"x" * LONGEST_TEXT}"}}'
    read_point(longest.encode())
    with pytest.raises(Refusal, match="longer than"):
        read_point(longest.replace("xx", "xxx", 1).encode())
