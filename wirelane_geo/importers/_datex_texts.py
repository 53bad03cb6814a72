"""DATEX II's publications, JSON or XML, read piece by piece: the sites that are in them, and what stands beside those.

A site, or a part of a large one, is in memory at a time, whatever the file's size. XML is read without entities, and without
asking the network.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from lxml import etree

from wirelane_geo.errors import BadFile
from wirelane_geo.importers._datex_identity import OwnNames
from wirelane_geo.importers._datex_names import OURS, Object, kind_of, local_name, name_of, of_element, plain, points_of
from wirelane_geo.importers._json_text import JsonText, walk
from wirelane_geo.importers._xml_text import XmlText
from wirelane_geo.importers.source import Source

_WHOLE = ("publicationcreator", "headerinformation", "exchangeinformation", "tablereference")
"""What stands beside sites, and has none in it."""
_TOGETHER = (*OURS, "publicationcreator")
"""Elements of XML that are read with all that is in them; of what is around them nothing is kept."""
DEEPEST_CONTAINER = 10
NAMES = "names of all parts"
"""Stands for what the points of all parts are called (`OwnNames`), in each part of a value that is read in parts."""
UNDECLARED = "xmlns"
"""Stands for a prefix that is declared nowhere."""
_SITE = re.compile(rb'"\w*nergyInfrastructureSite(?:Status)?"\s*:')
MOST_TOGETHER = 500
"""Stations, or points, of a site that are in memory at a time: some publish a country as one."""


def of_json(source: Source) -> Iterator[tuple[str, Any]]:
    """Names and values of what is in the publications; "" where the file turns out to be in another encoding."""
    text, told, opened = JsonText(source), False, dict[str, None]()
    in_parts = partial(_in_parts, around=_around_parts(source))
    yield from _said_behind(source)

    def opens(path: tuple[str, ...], sign: str) -> bool:
        if path and (name := name_of(path[-1])).endswith("publication"):
            opened[name] = None  # there may be nothing in it
        return _opens(path, sign)

    for _ in text.values():
        for path, value in walk(text, opens, in_parts):
            if text.odd and not told:
                told = True
                yield "", None
            if path:
                yield name_of(path[-1]), plain(value)
    for name in opened:
        yield name, None


def _opens(path: tuple[str, ...], sign: str) -> bool:
    name = name_of(path[-1]) if path else ""
    if name in OURS:
        return sign == "["
    return len(path) < DEEPEST_CONTAINER and name not in _WHOLE


def _in_parts(text: JsonText, path: tuple[str, ...], around: Iterator[Object]) -> Iterator[Any]:
    """A value; one that has very many stations, or points, again and again with some of them, and with all that `around` says of
    it each time."""
    if not _may_have_parts(text, path):
        yield text.value()
        return
    whole: Object | None = None
    for rest, some in _parts(text):
        if whole is None and _is_full(some):
            whole = next(around)
        if whole is None:
            yield rest | some
        elif any(some.values()):
            yield whole | some


def _around_parts(source: Source) -> Iterator[Object]:
    """What stands before and behind the parts of each value that is read in parts, and NAMES: where a site is may be said behind
    its stations. Who asks for none doesn't have the file read twice."""
    with source.again() as first:
        text = JsonText(first)
        for _ in text.values():
            for _, around in walk(text, _opens, _without_parts):
                yield around


def _without_parts(text: JsonText, path: tuple[str, ...]) -> Iterator[Object]:
    """All but the parts of a value that `_in_parts` reads in parts, and NAMES; of any other, nothing."""
    if not _may_have_parts(text, path):
        text.value()
        return
    names: OwnNames | None = None
    around: Object = {}
    for rest, some in _parts(text):
        around = rest
        names = OwnNames() if names is None and _is_full(some) else names
        if names is not None:
            names.add(points_of(plain(some)))
    if names is not None:
        yield around | {NAMES: names}


def _parts(text: JsonText) -> Iterator[tuple[Object, Object]]:
    """What stands around the stations, or points, of an object, as far as it is read, and some of those, again and again; at the
    end all that stands around them, and the last ones."""
    rest, some = dict[str, Any](), dict[str, Any]()
    for key in text.keys():  # noqa: SIM118 - of a text, not of a dictionary
        if name_of(key) not in OURS or text.peek() != "[":
            rest[key] = text.value()
            continue
        some[key] = []
        for _ in text.elements():
            some[key].append(text.value())
            if len(some[key]) == MOST_TOGETHER:
                yield rest, {key: some[key]}
                some[key] = []
    yield rest, some


def _is_full(some: Object) -> bool:
    """Whether more may follow."""
    return any(len(given) == MOST_TOGETHER for given in some.values())


def _said_behind(source: Source) -> Iterator[tuple[str, Any]]:
    """When a publication was made and whose it is, where that stands behind the first site, as in JSON in the alphabet's order;
    nothing of a file that breaks off before."""
    site = _SITE.search(source.head)
    if site is None or b"ublicationTime" in source.head[:site.start()]:
        return
    found = dict[str, Any]()
    with source.again() as first, suppress(BadFile):
        text = JsonText(first)
        for _ in text.values():
            for path, value in walk(text, _opens, _unless_parts):
                found.setdefault(name_of(path[-1]) if path else "", plain(value))
    yield from ((name, found[name]) for name in ("publicationtime", "publicationcreator") if name in found)


def _unless_parts(text: JsonText, path: tuple[str, ...]) -> Iterator[Any]:
    """A value, unless it is a site or a part of one."""
    if _may_have_parts(text, path):
        for _ in _parts(text):
            pass
    else:
        yield text.value()


def _may_have_parts(text: JsonText, path: tuple[str, ...]) -> bool:
    return bool(path) and name_of(path[-1]) in OURS and text.peek() == "{"


def of_xml(source: Source) -> Iterator[tuple[str, Any]]:
    """The same of XML; UNDECLARED where it has a prefix that is declared nowhere."""
    text, around = XmlText(source), _around_elements(source)
    depth = count = 0
    """Of what is being read together, 0 outside of it; how many stations or points it has so far."""
    rest: Object | None = None
    told = False
    for event, element in _elements(source, text):
        if text.odd and not told:
            told = True
            yield "", None
        if element is None:
            yield UNDECLARED, None
            continue
        name = name_of(local_name(element))
        if event == "start":
            if not depth:
                count, rest = 0, None
            depth += bool(depth) or name in _TOGETHER
            if not depth and _kind_of(element).endswith("publication"):
                yield _kind_of(element), None
            continue
        depth -= bool(depth)
        if depth == 1 and name in OURS:
            count += 1
            if count % MOST_TOGETHER == 0 and (parent := element.getparent()) is not None:
                rest = next(around) if rest is None else rest
                yield name_of(local_name(parent)), _bare(parent, last=element) | rest
                _let_go_of_parts(parent, element)
        if depth:
            continue
        if name == "publicationtime":
            yield name, (element.text or "").strip()
        elif name == "latitude" or (name in _TOGETHER and (not count or any(map(_is_part, element)))):
            yield name, of_element(element) if rest is None else _bare(element) | rest
        _let_go(element)


def _elements(source: Source, text: XmlText) -> Iterator[tuple[str, "etree._Element | None"]]:
    """What the parser tells of the elements, and None at the end where a prefix is declared nowhere. Raises BadFile."""
    parser = etree.XMLPullParser(("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
                                 remove_comments=True, remove_pis=True, encoding=text.encoding)
    ended = False
    try:
        for part in text.parts():
            parser.feed(part)
            for event, element in parser.read_events():
                if isinstance(element, etree._Element) and isinstance(element.tag, str):
                    yield event, element
        ended = True
        parser.close()
    except etree.XMLSyntaxError as error:
        if ended and all(entry.type == etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE for entry in parser.feed_error_log):
            yield "", None
            return
        how = "cut off" if ended else "damaged"
        raise BadFile(f"{source} is not valid XML: it is {how} ({error.msg}). Get it again.") from None


def _around_elements(source: Source) -> Iterator[Object]:
    """As `_around_parts`, of XML."""
    with source.again() as first:
        depth = count = 0
        names = OwnNames()
        for event, element in _elements(first, XmlText(first)):
            if element is None:
                continue
            name = name_of(local_name(element))
            if event == "start":
                count = count if depth else 0
                depth += bool(depth) or name in OURS
                continue
            depth -= bool(depth)
            if depth == 1 and name in OURS:
                count += 1
                if count % MOST_TOGETHER == 0 and (parent := element.getparent()) is not None:
                    names = OwnNames() if count == MOST_TOGETHER else names
                    names.add(points_of(_bare(parent, last=element)))
                    _let_go_of_parts(parent, element)
            elif not depth:
                if name in OURS and count >= MOST_TOGETHER:
                    around = _bare(element)
                    names.add(points_of(around))
                    yield {key: value for key, value in around.items() if key not in OURS} | {NAMES: names}
                _let_go(element)


def _bare(element: "etree._Element", last: "etree._Element | None" = None) -> Object:
    """What is made of an element that has parts, without its xsi:type around it; `last` as in `of_element`."""
    found = of_element(element, last=last)
    bare = found[name_of(kind)] if isinstance(found, dict) and (kind := kind_of(element)) else found
    return bare if isinstance(bare, dict) else {}


def _kind_of(element: "etree._Element") -> str:
    return name_of(kind_of(element) or local_name(element))


def _is_part(element: "etree._Element") -> bool:
    """Whether it is a station or a point."""
    return isinstance(element.tag, str) and name_of(local_name(element)) in OURS


def _let_go_of_parts(around: "etree._Element", last: "etree._Element") -> None:
    """Free the stations or points to the last one; what follows may be there in part only."""
    for given in (*filter(_is_part, last.itersiblings(preceding=True)), last):
        around.remove(given)


def _let_go(element: "etree._Element") -> None:
    """Free an element that was read, and what stood before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
