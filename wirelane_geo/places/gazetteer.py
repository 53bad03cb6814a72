"""Places of the world by name and by position: 54,000 of them, for search, labels, addresses and time zones.

The table is cut from GeoNames (https://www.geonames.org, CC BY 4.0) by `tools/make_gazetteer.py`: places of 1,000
inhabitants or more in Germany, Austria and Switzerland, 5,000 in the rest of Europe, 15,000 elsewhere. It is read once,
when first asked for. Degrees are WGS 84, good to about 10 m; a place is a point, not an area.
"""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo.distance import distance_m_of_one, metres_of, unit_vector_of_one, unit_vectors
from wirelane_geo.geo.mercator import Floats
from wirelane_geo.model.spelling import without_accents
from wirelane_geo.places.similar_names import SimilarNames

FILE = Path(__file__).parent / "cities.txt.gz"


@dataclass(frozen=True)
class City:
    """One place. `country` is ISO 3166-1 alpha-2, `timezone` an IANA name. `spelling` is the name it was found by."""

    name: str
    country: str
    lat: float
    lon: float
    population: int
    timezone: str
    names: dict[str, str]
    spelling: str

    def name_in(self, lang: str) -> str:
        """Its name in a language: "de", "fr", "local" (as people there write it), else GeoNames' name."""
        return self.names.get(lang, self.name)

    def metres_to(self, lon: float, lat: float) -> float:
        """Great-circle distance to a position, in metres."""
        return distance_m_of_one(self.lon, self.lat, lon, lat)


@dataclass(frozen=True, eq=False)
class Cities:
    """The table: columns of one length, by falling population.

    `labels[row]` is GeoNames' name and then "de=...", "fr=...", "local=..." where they differ, joined by "|".
    """

    labels: list[str]
    lat: Floats
    lon: Floats
    population: npt.NDArray[np.int64]
    country: npt.NDArray[np.str_]
    timezone: npt.NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.labels)

    def city(self, row: int, spelling: int = 0) -> City:
        """One row; `spelling` is the number of the name by which it was found."""
        parts = self.labels[row].split("|")
        others = dict(part.split("=", 1) for part in parts[1:])
        return City(
            name=parts[0], country=str(self.country[row]), lat=float(self.lat[row]), lon=float(self.lon[row]),
            population=int(self.population[row]), timezone=str(self.timezone[row]), names=others,
            spelling=[parts[0], *others.values()][spelling],
        )

    def name(self, row: int, lang: str = "en") -> str:
        """The name of a row in a language, as `City.name_in` has it."""
        first, _, rest = self.labels[row].partition("|")
        if rest:
            for part in rest.split("|"):
                if part.startswith(lang + "="):
                    return part[len(lang) + 1:]
        return first


@cache
def cities() -> Cities:
    """The whole table, read from the package on the first call."""
    _, labels, lat, lon, population, country, timezone, zones = gzip.decompress(FILE.read_bytes()).decode().split("\n")
    names = labels.split("\t")
    return Cities(
        labels=names,
        lat=np.fromstring(lat, sep=" ") / 10_000,
        lon=np.fromstring(lon, sep=" ") / 10_000,
        population=np.fromstring(population, np.int64, sep=" "),
        country=np.frombuffer(country.encode("utf-32-le"), "<U2"),
        timezone=np.array(zones.split(" "))[np.fromstring(timezone, np.intp, sep=" ")],
    )


# --- by name ---------------------------------------------------------------------------------------------------------

_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ħ": "h",
                          "ə": "e", "-": " ", "'": " ", "’": " ", "‘": " ", "ʼ": " ", ".": " ", "/": " ", "(": " ",
                          ")": " ", ",": " "})
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_SAINTS = ("st ", "sankt ", "saint ")
_FORMS = (("\n{}\n", "\n{}|", "|{}\n", "|{}|"), ("\n{}", "|{}"), (" {}",))
"""Where a name stands in an index's text: the very name, its beginning, the beginning of a later word."""


def fold(text: str) -> str:
    """Text as it is compared: lower case, no accents, no punctuation ("Saint-Étienne" is "saint etienne")."""
    return re.sub(" +", " ", without_accents(text).translate(_LETTERS))


@dataclass(frozen=True, eq=False)
class _Index:
    """Folded names as one text, a line a place, most populous first, names of one joined by "|": what is searched."""

    text: str
    starts: npt.NDArray[np.intp]
    rows: npt.NDArray[np.intp]

    @classmethod
    def of(cls, lines: list[str], rows: npt.NDArray[np.intp]) -> "_Index":
        text = "\n" + re.sub(" ?([\n|]) ?", r"\1", fold("\n".join(lines))).strip(" ") + "\n"
        starts = np.flatnonzero(np.frombuffer(text.encode("ascii", "replace"), np.uint8) == ord("\n"))
        return cls(text, starts, rows)

    def find(self, literal: str) -> Iterator[tuple[int, int]]:
        """Row, and number of the name in it, of the first matches."""
        at = self.text.find(literal)
        for _ in range(200):
            if at < 0:
                return
            line = int(np.searchsorted(self.starts, at, "right")) - 1
            yield int(self.rows[line]), self.text.count("|", int(self.starts[line]), at + 1)
            at = self.text.find(literal, at + 1)


@cache
def _indexes() -> tuple[_Index, ...]:
    """Names without accents; and those with umlauts once more as "ae", "oe", "ue"."""
    lines = [re.sub(r"\|\w+=", "|", label) if "|" in label else label for label in cities().labels]
    german = re.compile("[äöüåøÄÖÜÅØ]")
    rows = np.array([row for row, line in enumerate(lines) if german.search(line)], np.intp)
    spelled_out = [lines[row].casefold().translate(_GERMAN) for row in rows]
    return _Index.of(lines, np.arange(len(lines))), _Index.of(spelled_out, rows)


def search(text: str, limit: int = 10, near: tuple[float, float] | None = None) -> list[City]:
    """Places whose name begins with the text: the very name first, then by population, then where a later word begins
    with it. Accents, case and punctuation don't count; "munchen", "Muenchen", "Munich" and "München" all find it.

    `near` (lon, lat in degrees) has large and close places before small and far ones, a very name or not. Of
    "10115 Berlin" and "Torstraße 1, Berlin" the place is taken; of a long text, the first 200 characters count.
    """
    text = text[:200]
    parts = [text] if "," not in text else [text, *reversed(text.split(","))]
    queries = {part: fold(re.sub(r"^\s*\d{4,5}\s+", "", part)).strip() for part in parts}
    found = [part for part in parts if queries[part] and _matches(queries[part])]
    if not found:
        return []
    best = min(found, key=lambda part: _matches(queries[part])[0][0])
    return [_as_typed(row, name, best.strip().casefold()) for row, name in _ranked(queries[best], near)[:limit]]


def similar(text: str, limit: int = 3) -> list[City]:
    """Places whose name is nearly the text, a letter or two being wrong, missing or swapped; the nearest names, most populous
    first. For a text that `search` finds nothing for: "Hambrug" is Hamburg."""
    names = _names()
    found = (names.row_of[number] for number in names.similar.find(fold(text[:200]).strip()))
    name_of: dict[int, int] = {}
    for row, name in found:
        name_of.setdefault(row, name)
    return [cities().city(row, name) for row, name in list(name_of.items())[:limit]]


@dataclass(frozen=True)
class _Names:
    """Every name of every place: row and number of the name, most populous first."""

    row_of: list[tuple[int, int]]
    similar: SimilarNames


@cache
def _names() -> _Names:
    said = [(name, (int(row), number)) for index in _indexes()
            for row, line in zip(index.rows, index.text[1:-1].split("\n"), strict=True)
            for number, name in enumerate(line.split("|"))]
    said.sort(key=lambda each: each[1][0])
    return _Names([where for _, where in said], SimilarNames(name for name, _ in said))


@lru_cache(maxsize=512)
def _matches(query: str) -> tuple[tuple[int, int, int], ...]:
    """(rank, row, number of the name) of at most some hundred matches; each row once, at its best rank."""
    best: dict[int, tuple[int, int, int]] = {}
    for rank, forms in enumerate(_FORMS):
        for form, variant, index in product(forms, _variants(query), _indexes()):
            for row, name in index.find(form.format(variant)):
                best.setdefault(row, (rank, row, name))
    return tuple(sorted(best.values()))


def _variants(query: str) -> list[str]:
    for saint in _SAINTS:
        if query.startswith(saint):
            return [other + query[len(saint):] for other in _SAINTS]
    return [query]


def _ranked(query: str, near: tuple[float, float] | None) -> list[tuple[int, int]]:
    """(row, number of the name) of the matches, best first."""
    matches = _matches(query)
    rows = [row for _, row, _ in matches]
    order = range(len(matches))
    if near is not None and matches:
        km = metres_of(_vectors()[rows] @ unit_vectors(*near)) / 1000
        weight = np.log10(cities().population[rows] + 1) - 2 * np.log10(1 + km / 50)
        return [matches[i][1:] for i in sorted(order, key=lambda i: (matches[i][0] > 1, -weight[i]))]
    return [matches[i][1:] for i in order]


def _as_typed(row: int, name: int, typed: str) -> City:
    """The city, spelled as it was typed where it is known by that name too."""
    city = cities().city(row, name)
    for number, spelling in enumerate((city.spelling, city.name, *city.names.values())):
        if spelling.casefold().startswith(typed):
            return city if number == 0 else cities().city(row, number - 1)
    return city


# --- by position -----------------------------------------------------------------------------------------------------

@cache
def _vectors() -> Floats:
    return unit_vectors(cities().lon, cities().lat)


@cache
def _places_in(countries: tuple[str, ...]) -> tuple[npt.NDArray[np.intp], Floats]:
    rows = np.flatnonzero(np.isin(cities().country, countries))
    return rows, _vectors()[rows]


def _check(lon: float, lat: float) -> None:
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(f"no such position: longitude {lon}, latitude {lat}")


def nearest(lon: float, lat: float) -> City:
    """The place closest to a position. Raises ValueError for a position that isn't one."""
    _check(lon, lat)
    return cities().city(int(np.argmax(_vectors() @ unit_vector_of_one(lon, lat))))


def nearest_in(country: str | tuple[str, ...], lon: float, lat: float) -> City | None:
    """The place of a country, or of some (alpha-2), closest to a position; None where the table has none of it."""
    _check(lon, lat)
    rows, vectors = _places_in((country,) if isinstance(country, str) else country)
    if not len(rows):
        return None
    return cities().city(int(rows[np.argmax(vectors @ unit_vector_of_one(lon, lat))]))


@lru_cache(maxsize=100_000)
def timezone_at(lon: float, lat: float, country: str | None = None) -> str:
    """The IANA time zone of the closest place, of the given country where it is known: right except within some
    kilometres of a border between zones inside a country."""
    city = nearest_in(country, lon, lat) if country else None
    return (city or nearest(lon, lat)).timezone
