"""Text of whoever wrote it, on a terminal."""


def printable(text: str) -> str:
    """The text with a sign in place of each control character, half a character and the like: it steers no terminal, and can be
    written in UTF-8."""
    return text if text.isprintable() else "".join(
        char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
