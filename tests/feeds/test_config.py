"""`feeds.toml`: what may stand in it, and what is said of the rest."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelane_geo.errors import AlreadyThere, BadSetting
from wirelane_geo.feeds.config import add_feed, read_feeds, remove_feed

WHOLE = """
# ours
[feeds.city]
kind = "datex2"
url = "https://example.org/table"
status_url = "https://example.org/status"
every = 30
token_env = "CITY"
[feeds.country]
kind = "ocpi"
url = "http://localhost:1/locations"
version = "2.1.1"
"""


def test_feeds_in_their_order_with_secrets_from_the_environment(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text(WHOLE)
    city, country = read_feeds(path, {"CITY": "a secret"})
    assert (city.name, city.kind, city.every, city.token, city.origin) == ("city", "datex2", 30.0, "a secret", "feed:city")
    assert (country.name, country.version, country.static_every, country.token) == ("country", "2.1.1", 21_600.0, None)
    assert "a secret" not in repr(city)
    assert read_feeds(tmp_path / "other.toml", {}) == ()


@pytest.mark.parametrize(("text", "words"), [
    ("[feeds.city]\nkind = 'x'", "kind has to be one of datex2, ocpi, irve, oicp"),
    ("[feeds.City]\nkind = 'irve'", "small letters"),
    ("[feeds.a]\nkind = 'irve'", "nothing says where"), ("[feeds.a]\nkind = 'irve'\nurl = 'ftp://x'", "begin with https://"),
    ("[feeds.a]\nkind = 'irve'\nurl = 'https://x'\nevery = 0", "a number of seconds"),
    ("[feeds.a]\nkind = 'irve'\nurl = 'https://x'\nevry = 3", "there is no evry"),
    ("[feeds.a]\nkind = 'irve'\nurl = 'https://x'\ntoken_env = 'NOPE'", "NOPE, which is not set"),
    ("[feeds.a]\nkind = 'irve'\npush_key_env = 'SHORT'", "at least 16"), ("[feeds.a", "can't be read"),
    ("x = 1", "something else")])
def test_what_cannot_be_meant_is_said(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text(text)
    with pytest.raises(BadSetting, match=words) as caught:
        read_feeds(path, {"SHORT": "too-short"})
    assert "too-short" not in str(caught.value)


def test_adding_and_removing_leave_the_rest_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text(WHOLE)
    add_feed(path, "third", {"kind": "irve", "url": "https://x.org/a?b=\"c\\", "every": 5, "deltas": True}, {"CITY": "x"})
    assert path.read_text().startswith(WHOLE.rstrip())
    assert [feed.name for feed in read_feeds(path, {"CITY": "x"})] == ["city", "country", "third"]
    assert remove_feed(path, "country")
    assert [feed.name for feed in read_feeds(path, {"CITY": "x"})] == ["city", "third"]
    assert "# ours" in path.read_text()
    assert not remove_feed(path, "country")
    before = path.read_text()
    for name, values, kind in (("city", {"kind": "irve", "url": "https://x"}, AlreadyThere),
                               ("new", {"kind": "irve"}, BadSetting)):
        with pytest.raises(kind):
            add_feed(path, name, values, {"CITY": "x"})
    assert path.read_text() == before
    assert path.stat().st_mode & 0o077 == 0


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1))
def test_whatever_a_url_has_in_it_is_written_so_that_it_is_read_again(text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "feeds.toml"
        add_feed(path, "a", {"kind": "irve", "url": f"https://x/{text}"}, {})
        assert tomllib.loads(path.read_text(encoding="utf-8"))["feeds"]["a"]["url"] == f"https://x/{text}"
