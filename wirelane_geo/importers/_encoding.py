"""Bytes of a file to UTF-8: what a file, or a line of it, is written in is told from its bytes."""

import codecs
import re

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
         (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x81\x8d\x8f\x90\x9d\xff]")
"""Bytes that no text in Windows-1252 has: what it doesn't define, control characters, and ÿ, which is damage more often
than a letter."""

INSTEAD = "not UTF-8, read as Windows-1252"


def wide(head: bytes) -> tuple[str | None, int]:
    """The encoding of a file of two or four bytes a letter, None where it isn't one; and the length of its byte order mark."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return (None if name == "utf-8" else name), len(mark)
    if len(head) >= 4 and b"\x00" in head[:4] and head[:4].strip(b"\x00"):
        if head[1] == head[3] == 0:
            return "utf-16-le", 0
        if head[0] == head[2] == 0:
            return "utf-16-be", 0
    return None, 0


def utf8(line: bytes) -> tuple[bytes, bool] | None:
    """A line in UTF-8, and whether it is as it was; None for one that is neither UTF-8 nor, as Excel writes it,
    Windows-1252."""
    if line.isascii():
        return line, True
    try:
        line.decode()
    except UnicodeDecodeError:
        return None if NO_TEXT.search(line) else (line.decode("cp1252").encode(), False)
    return line, True
