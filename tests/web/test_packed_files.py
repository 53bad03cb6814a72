"""Files travel compressed, are compressed once, and their copies do no harm."""

import gzip
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.serving import serving
from wirelane_geo.web import packed_files
from wirelane_geo.web.packed_files import FOR_EVER, Body, PackedFiles

TEXT = b"export const x = 'the same, again and again';\n" * 200


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "x.js"
    path.write_bytes(TEXT)
    return path


@pytest.fixture
def web(file: Path) -> Iterator[httpx.Client]:
    packed = PackedFiles(file.with_name("packed"))

    async def answer(request: Request) -> Response:
        return await packed.answer(request, file.with_name(request.path_params["name"]), FOR_EVER)

    with serving(Starlette(routes=[Route("/{name}", answer)])) as url, httpx.Client(base_url=url) as client:
        yield client


def raw(web: httpx.Client, path: str, accepts: str) -> tuple[httpx.Headers, bytes]:
    with web.stream("GET", path, headers={"Accept-Encoding": accepts}) as answer:
        return answer.headers, b"".join(answer.iter_raw())


@pytest.mark.parametrize(("accepts", "coding", "unpack"), [
    ("gzip, deflate, br, zstd", "br", brotli.decompress), ("gzip, deflate", "gzip", gzip.decompress),
    ("br;q=0, gzip", "gzip", gzip.decompress), ("identity", None, bytes), ("", None, bytes),
])
def test_a_browser_gets_what_it_takes(web: httpx.Client, accepts: str, coding: str | None,
                                      unpack: Callable[[bytes], bytes]) -> None:
    headers, body = raw(web, "/x.js", accepts)
    assert headers.get("content-encoding") == coding
    assert unpack(body) == TEXT
    assert (len(body) < len(TEXT) / 10) is (coding is not None)
    assert headers["content-type"].startswith("text/javascript")
    assert (headers["cache-control"], headers["vary"]) == (FOR_EVER, "Accept-Encoding")


def test_what_is_there_already_is_not_sent_again(web: httpx.Client) -> None:
    etag = web.get("/x.js").headers["etag"]
    again = web.get("/x.js", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


def test_another_file_is_another_answer(web: httpx.Client, file: Path) -> None:
    before = web.get("/x.js")
    file.write_bytes(TEXT[:-1] + b" ")
    os.utime(file, ns=(1, 1))
    after = web.get("/x.js", headers={"If-None-Match": before.headers["etag"]})
    assert (after.status_code, after.content) == (200, TEXT[:-1] + b" ")


def test_what_is_small_or_packed_already_is_sent_as_it_is(web: httpx.Client, file: Path) -> None:
    for name, content in (("a.js", b"1;"), ("b.woff2", TEXT), ("c.json.gz", TEXT)):
        file.with_name(name).write_bytes(content)
        headers, body = raw(web, f"/{name}", "br, gzip")
        assert "content-encoding" not in headers, name
        assert body == content


def test_it_is_compressed_once_for_all_processes_and_for_its_owner_only(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = file.with_name("packed")
    first = PackedFiles(directory).packed(Body.read(file), "br")
    [copy] = directory.iterdir()
    assert (copy.stat().st_mode & 0o777, directory.stat().st_mode & 0o777) == (0o600, 0o700)
    monkeypatch.setattr(packed_files, "_CODINGS", {})
    assert PackedFiles(directory).packed(Body.read(file), "br") == first == copy.read_bytes()


def test_where_nothing_can_be_written_it_is_kept_in_memory(file: Path) -> None:
    packed = PackedFiles(file / "no directory")
    once = packed.packed(Body.read(file), "br")
    assert brotli.decompress(once) == TEXT
    assert packed.packed(Body.read(file), "br") is once


def test_copies_of_what_was_before_updates_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed_files, "MOST_COPIES", 3)
    packed = PackedFiles(tmp_path / "packed")
    for number in range(4):
        packed.packed(Body.of(b"%d" % number), "br")
    assert len(list((tmp_path / "packed").iterdir())) == 4
    thread = PackedFiles(tmp_path / "packed").prepare([lambda: Body.of(b"new")], best_after_s=0)
    thread.join(60)
    assert {brotli.decompress(copy.read_bytes()) for copy in (tmp_path / "packed").iterdir()} == {b"new"}


@pytest.mark.slow
def test_once_there_is_time_they_are_compressed_as_well_as_can_be(file: Path) -> None:
    file.write_text("".join(f"export const x{n} = {n * n % 997};\n" for n in range(3_000)))
    directory, body = file.with_name("packed"), Body.read(file)
    packed = PackedFiles(directory)
    soon = packed.packed(body, "br")
    packed.prepare([lambda: body], best_after_s=0).join(60)
    best = packed.packed(body, "br")
    assert len(best) < len(soon)
    assert brotli.decompress(best) == brotli.decompress(soon) == file.read_bytes()
    assert PackedFiles(directory).packed(body, "br") == best, "the next process has it from the beginning"
    assert packed.packed(body, "gzip") == gzip.compress(file.read_bytes(), 9, mtime=0)
