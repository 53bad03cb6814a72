"""Files that are no text: named by the bytes that they begin with."""

UNPACK, AS_CSV = "Unpack it, and import what is in it.", "Save the table as CSV, and import that."

_KINDS = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a document of an old office program (.xls)", AS_CSV),
    (b"%PDF", "a PDF document", "It shows data, but has none to read."),
    (b"PAR1", "Parquet", AS_CSV),
    (b"ARROW1", "Arrow", AS_CSV),
    (b"SQLite format 3\x00", "an SQLite database", AS_CSV),
    (b"(\xb5/\xfd", "packed with zstd", UNPACK),
    (b"\x04\x22\x4d\x18", "packed with lz4", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK),
    (b"Rar!", "a RAR archive", UNPACK),
    (b"PK\x03\x04", "an archive in an archive", UNPACK),
    (b"\x1f\x8b", "packed again and again", UNPACK),
    (b"\xfd7zXZ\x00", "packed again and again", UNPACK),
)
_TAR_AT, _TAR = 257, b"ustar"


def named(head: bytes) -> tuple[str, str] | None:
    """What a file is that begins so, and what to do about it; None where it may be a text."""
    if head[_TAR_AT:_TAR_AT + len(_TAR)] == _TAR:
        return "a tar archive", UNPACK
    return next(((name, advice) for begin, name, advice in _KINDS if head.startswith(begin)), None)
