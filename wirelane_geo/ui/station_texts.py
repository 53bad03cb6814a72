"""The words about a station of the API of 2026: the statuses that it has beyond those of 2023, and prices. A part of the
catalogue."""

from collections.abc import Mapping

STATION_TEXTS: Mapping[str, tuple[str, str]] = {
    "ConnectorStatus.CHARGING": ("charging", "lädt"),
    "ConnectorStatus.CHARGING_SUSPENDED_EV": ("charging paused by the car", "Laden vom Fahrzeug angehalten"),
    "ConnectorStatus.CHARGING_SUSPENDED_EVSE": ("charging paused by the station", "Laden von der Station angehalten"),
    "ConnectorStatus.MAINTENANCE": ("maintenance", "Wartung"),
    "price.title": ("Prices", "Preise"),
    "price.free": ("free of charge", "kostenlos"),
    "price.kwh": ("{amount} a kWh", "{amount} je kWh"),
    "price.minute": ("{amount} a minute", "{amount} je Minute"),
    "price.parked": ("{amount} a minute parked without charging", "{amount} je Minute Stehen ohne Laden"),
    "price.session": ("{amount} a session", "{amount} je Ladevorgang"),
    "price.since": ("from {date}", "ab {date}"),
    "price.until": ("until {date}", "bis {date}"),
    "price.after": ("after {amount}", "nach {amount}"),
    "price.up_to": ("up to {amount}", "bis {amount}"),
    "price.pending": ("Prices are being asked for …", "Preise werden gerade erfragt …"),
    "map.other_dialect": (
        "The account's server speaks the Wirelane API of {spoken}, but is asked in that of {asked}. Set "
        "WIRELANE_API_DIALECT={spoken}.",
        "Der Server des Kontos spricht die Wirelane-API von {spoken}, wird aber in der von {asked} gefragt. Bitte "
        "WIRELANE_API_DIALECT={spoken} setzen.",
    ),
    # Why there is no answer, by its cause: an error has its own sentence, in English
    "map.cause_http": ("{reason}", "die Gegenstelle antwortet {cause}"),
    "map.cause_unreachable": ("{reason}", "die Gegenstelle ist nicht erreichbar"),
    "map.cause_unreadable": ("{reason}", "die Antwort der Gegenstelle ist nicht lesbar"),
    "map.cause_incomplete": ("{reason}", "die Antwort der Gegenstelle ist nicht vollständig"),
    "map.cause_store": ("{reason}", "der Speicher ist nicht lesbar"),
}
