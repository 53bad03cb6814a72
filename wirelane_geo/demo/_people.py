"""Names of the demo network's members: common first and family names, put together by chance. Nobody is meant."""

import unicodedata

WOMEN = {
    "de": ("Anna", "Lena", "Katharina", "Sabine", "Julia", "Petra", "Laura", "Monika", "Sophie", "Claudia", "Miriam",
           "Birgit", "Hannah", "Nicole", "Franziska", "Ursula", "Johanna", "Aylin", "Christine", "Verena", "Marlene",
           "Sandra", "Elisabeth", "Theresa", "Lea", "Daniela", "Renate", "Emilia", "Melanie", "Zeynep"),
    "fr": ("Camille", "Céline", "Élodie", "Nathalie", "Chloé", "Isabelle", "Aurélie", "Martine", "Léa", "Sylvie"),
    "it": ("Giulia", "Francesca", "Chiara", "Alessia", "Elena", "Martina", "Paola", "Silvia"),
}
MEN = {
    "de": ("Michael", "Thomas", "Jan", "Lukas", "Stefan", "Andreas", "Felix", "Jonas", "Markus", "Paul", "Mehmet",
           "Tobias", "Christian", "Wolfgang", "Maximilian", "Florian", "Jürgen", "David", "Simon", "Matthias", "Sven",
           "Philipp", "Emre", "Johannes", "Karl", "Dominik", "Günther", "Niklas", "Oliver", "Sebastian"),
    "fr": ("Luc", "Olivier", "Mathieu", "Nicolas", "Étienne", "Julien", "Pascal", "Rémy", "Sébastien", "Alain"),
    "it": ("Marco", "Luca", "Andrea", "Matteo", "Davide", "Fabio", "Stefano", "Giorgio"),
}
FAMILIES = {
    "de": ("Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Wagner", "Becker", "Hoffmann", "Koch", "Bauer",
           "Richter", "Klein", "Wolf", "Schröder", "Neumann", "Schwarz", "Zimmermann", "Braun", "Krüger", "Hofmann",
           "Hartmann", "Lange", "Schmitt", "Werner", "Krause", "Meier", "Lehmann", "Huber", "Mayer", "Gruber", "Steiner",
           "Moser", "Pichler", "Egger", "Brunner", "Keller", "Frei", "Graf", "Roth", "Vogel", "Yılmaz", "Kaya", "Nowak",
           "Jansen", "Petersen", "Böhm", "Winkler", "Lorenz", "Sommer", "Winter", "Seidel", "Haas", "Kuhn", "Voigt"),
    "fr": ("Favre", "Rochat", "Blanc", "Martin", "Bonvin", "Girard", "Meylan", "Perret", "Dubois", "Jaquet"),
    "it": ("Bernasconi", "Ferrari", "Rossi", "Bianchi", "Galli", "Fontana", "Crivelli", "Pedrazzini"),
}
TRADES = {
    "de": ("Elektrotechnik", "Logistik", "Immobilien", "Pflegedienst", "Bau", "Gartenbau", "Bäckerei", "Kurierdienst",
           "Ingenieure", "Hausverwaltung", "Metallbau", "Taxi", "Malerbetrieb", "Planung"),
    "fr": ("Transports", "Électricité", "Immobilier", "Jardins"),
    "it": ("Trasporti", "Elettricità", "Immobiliare", "Giardini"),
}
_LEGAL = {("DE", "de"): "GmbH", ("AT", "de"): "GmbH", ("CH", "de"): "AG", ("CH", "fr"): "SA", ("CH", "it"): "SA"}
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ı": "i"})


def company(family: str, trade: str, country: str, lang: str) -> str:
    """A company's name."""
    return f"{family} {trade} {_LEGAL[country, lang]}"


def mailbox(*names: str) -> str:
    """Names as the part before the @: "Jürgen", "Müller" is juergen.mueller."""
    spelt = ".".join(names).lower().translate(_SPELT)
    return "".join(c for c in unicodedata.normalize("NFKD", spelt) if c.isascii() and (c.isalnum() or c in ".-"))
