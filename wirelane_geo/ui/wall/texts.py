"""The words of the wall: key -> (English, German), a part of the catalogue."""

from collections.abc import Mapping

TEXTS: Mapping[str, tuple[str, str]] = {
    "wall.title": ("Live status", "Live-Status"),
    "wall.available": ("available", "verfügbar"),
    "wall.change": ("{change} pts in 1 h", "{change} Pkt. in 1 h"),
    "wall.in_1h": ("{change} in 1 h", "{change} seit 1 h"),
    "wall.recording": ("recording since {time}", "Aufzeichnung seit {time}"),
    "wall.not_recorded": ("not recorded", "nicht aufgezeichnet"),
    "wall.curve": ("Availability over 24 hours", "Verfügbarkeit über 24 Stunden"),
    "wall.not_available": ("Not available", "Nicht verfügbar"),
    "wall.feed": ("Latest changes", "Letzte Änderungen"),
    "wall.feed.none": ("No change seen in 24 h", "Keine Änderung in 24 h gesehen"),
    "wall.gone": ("removed point", "entfernter Punkt"),
    "wall.out": ("Out for the longest", "Am längsten gestört"),
    "wall.out.of": ("{n} out in all", "{n} insgesamt"),
    "wall.out.none": ("Nothing is out", "Nichts ist gestört"),
    "wall.flapping": ("Going out most often", "Am häufigsten gestört"),
    "wall.times": ("{n} times in 24 h", "{n}-mal in 24 h"),
    "wall.at_least": ("over {time}", "über {time}"),
    "wall.new_fault": ("New fault:", "Neue Störung:"),
    "wall.phone": ("On your phone", "Aufs Handy"),
    "wall.d": ("{n} d", "{n} T"),
    # What the page itself says, by the second (wall.js)
    "wall.age": ("Data {age} old", "Daten {age} alt"),
    "wall.never": ("No data yet", "Noch keine Daten"),
    "wall.offline": ("this screen can't reach its server", "dieser Bildschirm erreicht seinen Server nicht"),
    # Why data is old, by the cause that the live core tells
    "wall.cause.http": ("upstream answers {cause}", "Gegenstelle antwortet {cause}"),
    "wall.cause.unreachable": ("upstream can't be reached", "Gegenstelle nicht erreichbar"),
    "wall.cause.unreadable": ("upstream's answer can't be read", "Antwort der Gegenstelle nicht lesbar"),
    "wall.cause.store": ("the store can't be read", "der Speicher ist nicht lesbar"),
    "wall.cause.fault": ("fault on our side, see the log", "Fehler auf unserer Seite, siehe Protokoll"),
}
