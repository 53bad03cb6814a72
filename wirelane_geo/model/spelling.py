"""What the spellings of one name have in common."""

import unicodedata


def without_accents(text: str) -> str:
    """In small letters without accents: "München" and "MUNCHEN" are "munchen", "Straße" is "strasse". Spaces and signs stay."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", text.casefold()).translate(_marks)


class _Marks(dict[int, int | None]):
    """For `str.translate`: drops combining marks, found out letter by letter as they come."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


_marks = _Marks()
