"""The text of an XML file, for a parser: without what stands before it, and in Windows-1252 where it says UTF-8 and isn't."""

import codecs
import re
from collections.abc import Iterator

from wirelane_geo.importers._encoding import NO_TEXT
from wirelane_geo.importers.source import Source

PART = 1 << 18
_DECLARED = re.compile(rb"""<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)""")
_UTF8 = frozenset((b"", b"utf-8", b"utf8", b"us-ascii", b"ascii"))


class XmlText:
    """The parts of a file. `encoding`: what the parser is to take them for, None where the file's first line says it; `odd`:
    whether it turned out to be in Windows-1252."""

    def __init__(self, source: Source) -> None:
        self._source = source
        match = _DECLARED.match(source.head.lstrip())
        plain = source.recoded or (match[1].lower() if match else b"") in _UTF8
        self.encoding = "utf-8" if plain else None
        self.odd = False
        self._utf8 = codecs.getincrementaldecoder("utf-8")()

    def parts(self) -> Iterator[bytes]:
        """In the order of the file. Bytes that are no text in either encoding are as they are: the parser says so."""
        begun = False
        for part in self._source.parts(PART):
            given = part if begun else part.lstrip()
            begun = begun or bool(given)
            if given:
                yield self._decoded(given) if self.encoding else given

    def _decoded(self, part: bytes) -> bytes:
        if not self.odd:
            pending = self._utf8.getstate()[0]
            try:
                return self._utf8.decode(part).encode()
            except UnicodeDecodeError:
                part, self.odd = pending + part, True
        return part if NO_TEXT.search(part) else part.decode("cp1252").encode()
