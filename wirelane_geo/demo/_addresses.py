"""Streets and postcodes of the demo network.

Street names are the most common ones of the region. A postcode has the leading digits of its region; the rest is made
up, the same for a quarter of a town each time.
"""

import zlib

STREETS = {
    "de": ("Hauptstraße", "Bahnhofstraße", "Schulstraße", "Gartenstraße", "Dorfstraße", "Bergstraße", "Kirchstraße",
           "Lindenstraße", "Birkenweg", "Waldstraße", "Ringstraße", "Schillerstraße", "Goethestraße", "Jahnstraße",
           "Am Bahnhof", "Marktplatz", "Rathausplatz", "Industriestraße", "Gewerbering", "Mühlenweg", "Feldstraße",
           "Blumenstraße", "Mozartstraße", "Beethovenstraße", "Friedhofstraße", "Burgstraße", "Poststraße",
           "Rosenstraße", "Wiesenweg", "Parkstraße", "Am Stadtpark", "Kaiserstraße", "Berliner Straße",
           "Breite Straße", "Lange Straße", "Neue Straße", "Mittelstraße", "Bismarckstraße", "Friedrichstraße",
           "Wilhelmstraße", "Sonnenallee", "Uferstraße", "Hafenstraße", "Am Sportplatz", "Im Gewerbepark"),
    "fr": ("Rue de la Gare", "Rue du Lac", "Avenue de la Gare", "Route Cantonale", "Rue du Marché", "Grand-Rue",
           "Chemin des Vignes", "Place du Marché", "Rue de l'Industrie", "Rue des Alpes", "Avenue des Sports"),
    "it": ("Via Cantonale", "Via Stazione", "Via San Gottardo", "Via Lugano", "Piazza Grande", "Via delle Scuole",
           "Via al Lago", "Via Industria"),
}
SITES = {"de": ("Autohof {}", "Raststätte {} Ost", "Raststätte {} West", "Raststätte {} Nord", "Raststätte {} Süd"),
         "fr": ("Relais {}", "Aire de {}"), "it": ("Area di servizio {}",)}

ZONES = {
    "DE": """01 13.74 51.05;02 14.63 51.18;03 14.33 51.76;04 12.37 51.34;06 11.97 51.48;07 11.9 50.9;08 12.49 50.72
        09 12.92 50.83;10 13.39 52.52;12 13.45 52.45;13 13.36 52.57;14 13.06 52.4;15 14.2 52.35;16 13.4 52.9
        17 13.26 53.56;18 12.13 54.09;19 11.41 53.63;20 9.99 53.55;21 9.98 53.35;22 10.05 53.62;23 10.69 53.87
        24 10.13 54.32;25 9.2 54.2;26 8.21 53.14;27 8.6 53.4;28 8.81 53.08;29 10.4 52.9;30 9.73 52.37;31 9.9 52.15
        32 8.7 52.1;33 8.53 52.02;34 9.48 51.32;35 8.68 50.58;36 9.68 50.55;37 9.93 51.53;38 10.53 52.26
        39 11.63 52.12;40 6.78 51.23;41 6.44 51.19;42 7.18 51.26;44 7.47 51.51;45 7.01 51.46;46 6.85 51.6
        47 6.76 51.43;48 7.63 51.96;49 8.05 52.28;50 6.96 50.94;52 6.08 50.78;53 7.1 50.73;54 6.64 49.76
        55 8.27 49.99;56 7.59 50.36;57 8.02 50.88;58 7.47 51.36;59 8.0 51.65;60 8.68 50.11;61 8.6 50.25
        63 8.98 50.08;64 8.65 49.87;65 8.24 50.08;66 7.0 49.24;67 8.44 49.48;68 8.47 49.49;69 8.69 49.4
        70 9.18 48.78;71 9.1 48.75;72 9.05 48.5;73 9.65 48.7;74 9.22 49.14;75 8.7 48.89;76 8.4 49.01;77 7.95 48.47
        78 8.46 48.06;79 7.85 47.99;80 11.57 48.14;82 11.2 48.0;83 12.1 47.85;84 12.2 48.5;85 11.6 48.4
        86 10.9 48.37;87 10.3 47.75;88 9.6 47.85;89 10.0 48.4;90 11.08 49.45;91 10.8 49.4;92 12.0 49.5
        93 12.1 49.02;94 13.0 48.75;95 11.6 50.1;96 10.9 50.0;97 9.95 49.8;98 10.7 50.6;99 11.03 50.98""",
    "AT": """1 16.37 48.21;2 16.3 47.95;3 15.6 48.25;4 14.29 48.3;5 13.04 47.8;6 11.2 47.25;7 16.5 47.6;8 15.44 47.07
        9 14.0 46.7""",
    "CH": """10 6.63 46.52;12 6.15 46.2;17 7.15 46.8;19 7.36 46.23;20 6.93 46.99;25 7.25 47.14;30 7.44 46.95
        36 7.63 46.75;39 7.98 46.3;40 7.59 47.56;45 7.53 47.21;50 8.05 47.39;60 8.31 47.05;65 9.02 46.19
        69 8.95 46.0;70 9.53 46.85;80 8.54 47.38;82 8.63 47.7;84 8.72 47.5;90 9.38 47.42;95 9.05 47.46""",
}
_LENGTH = {"DE": 5, "AT": 4, "CH": 4}
_CENTRES = {
    country: [(digits, float(lon), float(lat)) for digits, lon, lat in
              (zone.split() for zone in text.replace("\n", ";").split(";") if zone.strip())]
    for country, text in ZONES.items()
}


def postcode(country: str, town: str, lon: float, lat: float) -> str:
    """A postcode for a place in a town: the leading digits of the nearest zone; the others differ by quarter of the town."""
    zone = min(_CENTRES[country], key=lambda z: (z[1] - lon) ** 2 + (2.2 * (z[2] - lat) ** 2))[0]
    quarter = zlib.crc32(f"{town} {lon * 30:.0f} {lat * 45:.0f}".encode())
    if town == "Wien":
        return f"1{1 + quarter % 23:02}0"
    rest = _LENGTH[country] - len(zone)
    return zone + f"{quarter % 10**rest:0{rest}}"


def language(country: str, lon: float, lat: float) -> str:
    """The language of the street signs, roughly: "de", or in Switzerland's west and south "fr" or "it"."""
    if country != "CH":
        return "de"
    if lat < 46.55 and 8.4 < lon < 9.35:
        return "it"
    return "fr" if lon < 7.05 or (lat < 46.36 and lon < 7.5) else "de"


def street(number: int, country: str, lang: str) -> str:
    """A street name; Switzerland writes ss for ß."""
    name = STREETS[lang][number % len(STREETS[lang])]
    return name.replace("ß", "ss") if country == "CH" else name


def site(number: int, town: str, lang: str) -> str:
    """The name of a motorway site near a town."""
    return SITES[lang][number % len(SITES[lang])].format(town)
