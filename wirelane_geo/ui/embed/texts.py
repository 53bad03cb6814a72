"""The words of the embedded map and of the way to it: key -> (English, German), a part of the catalogue."""

from collections.abc import Mapping

EMBED_TEXTS: Mapping[str, tuple[str, str]] = {
    "embed.full": ("Open the full map", "Ganze Karte öffnen"),
    "embed.no_script": ("The map needs JavaScript.", "Die Karte braucht JavaScript."),
    "map.wheel": ("Ctrl and the wheel zoom the map", "Strg und Mausrad zoomen die Karte"),
    "share.embed": ("On your own page", "Auf der eigenen Seite"),
    "share.embed.meaning": (
        "This HTML shows the view in your page, and stays live.", "Dieses HTML zeigt die Ansicht auf Ihrer Seite, stets aktuell.",
    ),
    "share.embed.copy": ("Copy HTML", "HTML kopieren"),
    "share.embed.station": ("Copy HTML for a page", "HTML für Webseiten kopieren"),
    "share.embed.origins": (
        "Pages of this site and of {origins} may show it.", "Seiten von hier und von {origins} dürfen sie zeigen.",
    ),
    "share.embed.own": (
        "Only pages of this site may show it; who runs it can allow others (WIRELANE_GEO_FRAMES).",
        "Nur Seiten von hier dürfen sie zeigen; der Betreiber kann andere zulassen (WIRELANE_GEO_FRAMES).",
    ),
}
