"""Locations of OCPI that imported files have in several versions: the newest one says which EVSEs there are."""

import json
from itertools import permutations
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.importers.files import EVSE, LOCATION
from tests.importers.test_never_falsely_free import imported
from wirelane_geo.importers import Note, Reader, ReaderAhead, newest_in_files, read

Object = dict[str, Any]
OLDER = "an older version of a location that is there twice, left out"


def version(hour: int, **evses: str) -> Object:
    """The location L9 with EVSEs "e1", "e2", ..., all of an hour."""
    at = f"2025-06-21T{hour:02}:00:00Z"
    return LOCATION | {"last_updated": at, "evses": [
        EVSE | {"uid": name, "evse_id": f"NL*ABC*{name.upper()}", "status": word, "last_updated": at}
        for name, word in evses.items()]}


OLD, NEW = version(8, e1="AVAILABLE", e2="AVAILABLE"), version(9, e1="CHARGING", e3="AVAILABLE")
OTHER = version(8, e7="AVAILABLE") | {"id": "L7"}


def files(tmp_path: Path, *contents: list[Object]) -> list[Path]:
    """A file of each."""
    paths = [tmp_path / f"locations-{number}.json" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_text(json.dumps(content), encoding="utf-8")
    return paths


@pytest.mark.parametrize("order", list(permutations((OLD, NEW, OTHER))))
@pytest.mark.parametrize("how", ["one file", "a file each", "an archive"])
def test_what_only_an_older_version_has_is_not_there(tmp_path: Path, order: tuple[Object, ...], how: str) -> None:
    paths = files(tmp_path, *([list(order)] if how == "one file" else [[one] for one in order]))
    if how == "an archive":
        with ZipFile(archive := tmp_path / "locations.zip", "w") as packed:
            for path in paths:
                packed.write(path, path.name)
        paths = [archive]
    for _ in range(2):
        assert imported(tmp_path, *paths) == {"e1": "IN_USE", "e3": "FREE", "e7": "FREE"}


@pytest.mark.parametrize("order", [1, -1])
def test_a_location_that_has_none_any_more(tmp_path: Path, order: int) -> None:
    assert imported(tmp_path, *files(tmp_path, [OLD, version(9)][::order], [OTHER])) == {"e7": "FREE"}


@pytest.mark.parametrize("codes", [{"country_code": None, "party_id": None}, {"party_id": None}])
@pytest.mark.parametrize("order", [1, -1])
def test_versions_that_do_not_say_whose_they_are(tmp_path: Path, codes: Object, order: int) -> None:
    """As those of OCPI 2.1.1, by the operator's name, and within a file without one."""
    old, new = OLD | codes, NEW | codes
    assert imported(tmp_path, *files(tmp_path, *[[old], [new]][::order])) == {"e1": "IN_USE", "e3": "FREE"}
    (nameless := tmp_path / "nameless").mkdir()
    given = [one | {"operator": None} for one in (old, new)][::order]
    assert imported(nameless, *files(nameless, given)) == {"e1": "IN_USE", "e3": "FREE"}


@pytest.mark.parametrize("theirs", [
    {"party_id": "XYZ"}, {"country_code": "DE"}, {"id": "L8"}, {"country_code": None, "party_id": None},
    {"country_code": None, "party_id": None, "operator": None}])
@pytest.mark.parametrize("whose", [{}, {"country_code": None, "party_id": None, "operator": {"name": "Somebody"}}])
@pytest.mark.parametrize("how", ["one file", "a file each"])
def test_other_locations_with_the_same_ids_stay(tmp_path: Path, theirs: Object, whose: Object, how: str) -> None:
    """Of two parties, or of one: an operator's ids are no other's."""
    new = version(9, e1="CHARGING") | theirs
    new["evses"] = [evse | {"evse_id": "DE*XYZ*E1", "uid": "e1"} for evse in new["evses"]]
    given = [OLD | whose, new]
    paths = files(tmp_path, *([given] if how == "one file" else [[one] for one in given]))
    store = imported(tmp_path, *paths)
    assert store["e2"] == "FREE"
    assert store["e1"] in ("FREE", "IN_USE")


@pytest.mark.parametrize("order", [1, -1])
def test_versions_of_one_time_and_parts_of_a_location_count_together(tmp_path: Path, order: int) -> None:
    given = [version(8, e1="AVAILABLE", e2="AVAILABLE"), version(8, e1="CHARGING", e3="AVAILABLE")][::order]
    assert imported(tmp_path, *files(tmp_path, given)) == {"e1": "IN_USE", "e2": "FREE", "e3": "FREE"}
    (parts := tmp_path / "parts").mkdir()
    given = [version(8, e1="AVAILABLE"), version(9, e2="AVAILABLE")][::order]
    assert imported(parts, *files(parts, given)) == {"e1": "FREE", "e2": "FREE"}


@pytest.mark.parametrize("kind", [Reader, ReaderAhead])
@pytest.mark.parametrize("order", [1, -1])
def test_what_is_left_out_is_noted(tmp_path: Path, kind: type, order: int) -> None:
    """Whichever process reads."""
    [path] = files(tmp_path, [OLD, NEW, OTHER][::order])
    newest = newest_in_files([tmp_path / "not-there.json", path])
    reader = read(path, newest=newest)
    found = list(reader if kind is Reader else ReaderAhead(reader, None, None, newest))
    assert [(one.id, one.reason) for one in found if isinstance(one, Note)] == [("L9", OLDER)]


def test_files_that_break_off_or_are_something_else_hinder_nothing(tmp_path: Path) -> None:
    whole, broken = files(tmp_path, [NEW], [OLD, OTHER])
    broken.write_text(broken.read_text(encoding="utf-8")[:-5], encoding="utf-8")
    (strange := tmp_path / "strange.json").write_text("<html>", encoding="utf-8")
    assert set(newest_in_files([strange, broken, tmp_path, whole])) == {"NL*ABC*L9"}
