"""Streets from a file of our own: its tiles over HTTP, its style, and what is said of a file that is not right."""

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from pmtiles.tile import Compression, TileType
from starlette.applications import Starlette

from tests.serving import serving
from tests.ui.regions import BERLIN, streets, write_region
from wirelane_geo.cli import main
from wirelane_geo.ui import basemap, layers
from wirelane_geo.ui.palette import TONES
from wirelane_geo.ui.streets import region, street_routes, style
from wirelane_geo.web.headers import Policy, basemap_origins
from wirelane_geo.web.packed_files import FOR_EVER
from wirelane_geo.web.region_tiles import BadRegion, RegionTiles

MIDDLE = "10/550/335"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_region(tmp_path_factory.mktemp("region") / "berlin.pmtiles")


@pytest.fixture(scope="module")
def web(file: Path) -> Iterator[httpx.Client]:
    with serving(Starlette(routes=street_routes(str(file)))) as url, httpx.Client(base_url=url) as web:
        yield web


def test_a_tile_is_what_stands_in_the_file_and_is_kept_for_ever(web: httpx.Client, file: Path) -> None:
    path = f"/basemap/{region(str(file)).digest}/{MIDDLE}.mvt"
    for accepted, coding in (("gzip, br", "gzip"), ("identity", None)):
        answer = web.get(path, headers={"Accept-Encoding": accepted})
        assert answer.status_code == 200
        assert answer.headers.get("Content-Encoding") == coding
        assert answer.content == streets(10, 550, 335)
        assert answer.headers["Cache-Control"] == FOR_EVER
    again = web.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(("place", "status"), [
    ("10/0/0", 204), ("14/8800/5360", 204), ("7/68/41", 204), ("10/99999999/1", 204), ("10/999999999/1", 404), ("x/1/1", 404),
    ("10/-1/1", 404), ("10/²/1", 404)])
def test_where_the_file_has_nothing_there_is_nothing(web: httpx.Client, file: Path, place: str, status: int) -> None:
    assert web.get(f"/basemap/{region(str(file)).digest}/{place}.mvt").status_code == status
    assert web.get(f"/basemap/{'0' * 16}/{MIDDLE}.mvt").status_code == 404, "another file's"


def test_the_style_is_in_the_themes_tones_and_has_what_the_file_has(file: Path) -> None:
    for theme, tones in TONES.items():
        found = style(theme, str(file))
        drawn = {layer["id"]: layer for layer in found["layers"]}
        assert drawn["earth"]["paint"]["fill-color"] == tones.land
        assert drawn["water"]["paint"]["fill-color"] == tones.sea
        assert {layer["source-layer"] for layer in found["layers"] if "source-layer" in layer} == {
            "earth", "water", "landuse", "roads", "places"}
        assert found["sources"]["streets"]["attribution"] == "© Nobody Inc"
        assert found["sources"]["streets"]["bounds"] == pytest.approx(BERLIN)
        assert layers.spec(theme, str(file))["mapStyle"] == found
    assert basemap.style_url(str(file)) is None
    assert "https:" not in Policy(basemap=basemap_origins(basemap.style_url(str(file)))).of("/").replace("https://", "")


@pytest.mark.slow
def test_copies_of_a_file_have_the_same_addresses_and_other_files_others(file: Path, tmp_path: Path) -> None:
    copy, other = tmp_path / "copy.pmtiles", write_region(tmp_path / "other.pmtiles", credit="Somebody")
    copy.write_bytes(file.read_bytes())
    assert region(str(copy)).digest == region(str(file)).digest != region(str(other)).digest


def test_a_server_does_not_start_with_a_file_that_is_not_right(tmp_path: Path) -> None:
    path = write_region(tmp_path / "small.pmtiles", kind=TileType.PNG, zooms=(8, 8))
    with pytest.raises(BadRegion, match=r"small\.pmtiles has pictures .*; vector tiles \(MVT\) are needed"):
        street_routes(str(path))
    assert street_routes("embedded") == []


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def head_only(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:90])


def of_version_2(path: Path) -> None:
    path.write_bytes(b"PMTiles\x02" + path.read_bytes()[8:])


def bomb(path: Path) -> None:
    """Metadata that are small and unpack to more than anybody reads."""
    data = bytearray(path.read_bytes())
    packed = gzip.compress(bytes(64 << 20), 9)
    offset = len(data)
    data[24:40] = offset.to_bytes(8, "little") + len(packed).to_bytes(8, "little")
    path.write_bytes(data + packed)


def inside_out(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[102:106], data[110:114] = data[110:114], data[102:106]  # west and east
    path.write_bytes(data)


def scrambled(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[127:160] = b"\xff" * 33  # the root directory
    path.write_bytes(data)


@pytest.mark.slow
@pytest.mark.parametrize(("spoil", "words"), [
    (cut, "cut off"), (head_only, "no PMTiles"), (of_version_2, "version 3"), (scrambled, "damaged"),
    (bomb, "damaged"), (inside_out, "covers 13.6"),
    (Path.unlink, "can't be read"), (lambda path: path.write_text("{}"), "no PMTiles"),
    (lambda path: write_region(path, kind=TileType.PNG), "pictures"),
    (lambda path: write_region(path, compression=Compression.ZSTD), "compressed in a way"),
    (lambda path: write_region(path, layers=["hills"]), "no layer that is drawn")])
def test_a_file_that_is_not_right_gets_a_sentence(tmp_path: Path, spoil: Callable[[Path], object], words: str) -> None:
    path = write_region(tmp_path / "small.pmtiles", zooms=(8, 9))
    spoil(path)
    said = CliRunner().invoke(main, ["basemap", str(path)])
    assert said.exit_code == 1
    assert words in said.stderr
    assert said.stderr.count("\n") == 1, said.stderr


def test_a_file_that_is_right_is_told_and_without_one_where_they_come_from(file: Path) -> None:
    said = CliRunner().invoke(main, ["basemap", str(file)])
    assert said.exit_code == 0, said.stderr
    assert "13.2000,52.4000,13.6000,52.6000" in said.stdout
    assert "tiles at zooms 8, 9, 10, 11, 12, 13" in said.stdout
    assert "© Nobody Inc" in said.stdout
    assert "pmtiles extract" in CliRunner().invoke(main, ["basemap"]).stdout


def test_the_check_of_the_configuration_tells_of_the_file(file: Path, tmp_path: Path) -> None:
    def checked(path: Path) -> dict[str, str]:
        given = {"WIRELANE_GEO_DATA": str(tmp_path), "WIRELANE_GEO_BASEMAP": str(path)}
        done = CliRunner(env=given).invoke(main, ["check", "--json"])
        return next(one for one in json.loads(done.stdout) if one["check"] == "basemap")

    right = checked(file)
    assert (right["result"], "tiles at zooms" in right["text"]) == ("ok", True), right
    missing = checked(tmp_path / "missing.pmtiles")
    assert (missing["result"], "missing.pmtiles" in missing["text"]) == ("failed", True), missing


@pytest.mark.slow
def test_files_without_compression_are_read_too(tmp_path: Path) -> None:
    tiles = RegionTiles(write_region(tmp_path / "plain.pmtiles", compression=Compression.NONE))
    assert tiles.tile(10, 550, 335) == streets(10, 550, 335)
    tiles.close()


@pytest.mark.parametrize("place", [97, 98, 99])
def test_a_kind_of_tiles_or_of_compression_that_nobody_knows_is_said(tmp_path: Path, place: int) -> None:
    path = write_region(tmp_path / "x.pmtiles", zooms=(8, 9))
    whole = bytearray(path.read_bytes())
    whole[place] = 77
    path.write_bytes(whole)
    with pytest.raises(BadRegion, match="damaged, or newer"):
        RegionTiles(path)


@pytest.mark.slow
@settings(max_examples=60)
@given(data=st.data())
def test_whatever_is_wrong_in_a_file_nothing_beyond_it_is_read(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject,
                                                               ) -> None:
    path = write_region(tmp_path_factory.mktemp("spoilt") / "x.pmtiles", zooms=(8, 9))
    whole = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(8, min(400, len(whole) - 1)))] = data.draw(st.integers(0, 255))
    path.write_bytes(whole)
    with suppress(BadRegion):  # and nothing else
        tiles = RegionTiles(path)
        for zoom in range(8, 10):
            with suppress(BadRegion):
                found = tiles.tile(zoom, 137 << (zoom - 8), 83 << (zoom - 8))
                assert found is None or found in bytes(whole)
        tiles.close()
