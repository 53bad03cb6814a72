"""Lines as short texts: the encoded polyline that routing services use, five decimals of a degree (about 1 m)."""

from collections.abc import Iterable, Iterator, Sequence

Points = Sequence[tuple[float, float]]
"""(lon, lat) in degrees."""

_SCALE, _FIRST, _MORE = 100_000, 63, 32
_LAST = _FIRST + 2 * _MORE - 1


def encode(points: Iterable[tuple[float, float]]) -> str:
    """The text of a line's points, (lon, lat) in degrees."""
    text, before = [], (0, 0)
    for lon, lat in points:
        here = round(lat * _SCALE), round(lon * _SCALE)
        text += [_written(now - then) for now, then in zip(here, before, strict=True)]
        before = here
    return "".join(text)


def decode(text: str) -> list[tuple[float, float]]:
    """The points of a text, (lon, lat) in degrees. Raises ValueError for what is none, or leaves the Earth."""
    steps = list(_steps(text))
    if len(steps) % 2:
        raise ValueError("a polyline ends with a latitude")
    lat = lon = 0
    points = []
    for north, east in zip(steps[::2], steps[1::2], strict=True):
        lat, lon = lat + north, lon + east
        if abs(lat) > 90 * _SCALE or abs(lon) > 180 * _SCALE:
            raise ValueError("a polyline leaves the Earth")
        points.append((lon / _SCALE, lat / _SCALE))
    return points


def _written(step: int) -> str:
    rest, letters = (~(step << 1) if step < 0 else step << 1), ""
    while rest >= _MORE:
        letters += chr((_MORE | (rest & (_MORE - 1))) + _FIRST)
        rest >>= 5
    return letters + chr(rest + _FIRST)


def _steps(text: str) -> Iterator[int]:
    value = shift = 0
    for letter in text:
        part = ord(letter) - _FIRST
        if not 0 <= part <= _LAST - _FIRST or shift > 30:
            raise ValueError("a polyline is letters from ? to ~")
        value |= (part & (_MORE - 1)) << shift
        shift += 5
        if part < _MORE:
            yield ~(value >> 1) if value & 1 else value >> 1
            value = shift = 0
    if shift:
        raise ValueError("a polyline breaks off")
