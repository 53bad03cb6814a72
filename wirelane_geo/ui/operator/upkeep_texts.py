"""The words of an operator's page about stations, a part of the catalogue."""

from collections.abc import Mapping

UPKEEP_TEXTS: Mapping[str, tuple[str, str]] = {
    "station.read_only": (
        "This account's API has no operation that writes charge points: they are changed at Wirelane. Here you see each station, "
        "its upkeep and its messages, and can reset it.",
        "Die API dieses Kontos hat keine Operation, die Ladepunkte schreibt: Geändert werden sie bei Wirelane. Hier sehen Sie "
        "jede Station, ihre Wartung und ihre Meldungen und können sie neu starten.",
    ),
    "station.label": ("Station", "Station"),
    "station.address": ("Address", "Adresse"),
    "station.connectors": ("Connectors", "Anschlüsse"),
    "station.updated": ("Last change", "Letzte Änderung"),
    "station.open": ("Open station {name}", "Station {name} öffnen"),
    "station.back": ("Back to the list", "Zurück zur Liste"),
    "station.section": ("What to show", "Was zeigen"),
    "station.section.connectors": ("Connectors", "Anschlüsse"),
    "station.section.connection": ("Connection", "Verbindung"),
    "station.section.maintenance": ("Maintenance", "Wartung"),
    "station.section.cases": ("Cases", "Fälle"),
    "station.section.logs": ("Messages", "Meldungen"),
    "station.section.remote": ("Remote control", "Fernsteuerung"),
    "station.none": ("Nothing is known.", "Nichts bekannt."),
    "station.on_map": ("Show on the map", "Auf der Karte zeigen"),
    "station.connector": ("Connector", "Anschluss"),
    "station.power": ("Power", "Leistung"),
    "station.link": ("Link", "Glied"),
    "station.planned_from": ("Planned from", "Geplant ab"),
    "station.planned_until": ("Planned until", "Geplant bis"),
    "station.over": ("Over since", "Beendet"),
    "station.not_over": ("not over yet", "noch nicht beendet"),
    "station.case": ("Case", "Fall"),
    "station.case.title": ("About", "Betreff"),
    "station.case.created": ("Opened", "Eröffnet"),
    "station.case.closed": ("Closed", "Geschlossen"),
    "station.days": ("Days", "Tage"),
    "station.message_types": ("Kinds of messages", "Arten von Meldungen"),
    "station.message": ("Message", "Meldung"),
    "station.when": ("When", "Wann"),
    "station.from": ("From", "Von"),
    "station.content": ("Content", "Inhalt"),
    "station.outcome": ("Outcome", "Ergebnis"),
    "station.more": ("Only the newest {n} of {total} are shown.", "Nur die neuesten {n} von {total} sind gezeigt."),
    "OcppActor.evse": ("station", "Station"),
    "OcppActor.central": ("platform", "Plattform"),
    "ChainItemType.payment_terminal": ("Payment terminal", "Bezahlterminal"),
    "ChainItemType.station": ("Station", "Station"),
    "ChainItemType.router": ("Router", "Router"),
    "ChainItemType.cellular": ("Mobile network", "Mobilfunk"),
    "ChainItemType.wan": ("Internet", "Internet"),
    "ChainItemType.ocpp_server": ("OCPP server", "OCPP-Server"),
    "ChainItemType.roaming": ("Roaming", "Roaming"),
    "ChainItemStatus.connected": ("connected", "verbunden"),
    "ChainItemStatus.disconnected": ("disconnected", "getrennt"),
    "ChainItemStatus.unknown": ("unknown", "unbekannt"),
    # Remote control
    "remote.reset": ("Reset the station", "Station neu starten"),
    "remote.kind": ("How", "Wie"),
    "ResetType.Soft": ("Soft: end sessions first", "Sanft: Vorgänge erst beenden"),
    "ResetType.Hard": ("Hard: at once", "Hart: sofort"),
    "remote.unlock": ("Unlock a connector", "Anschluss entriegeln"),
    "remote.ask": ("Go on …", "Weiter …"),
    "remote.sure": ("Are you sure?", "Sicher?"),
    "remote.cancel": ("Cancel", "Abbrechen"),
    "remote.do.Soft": ("Reset now", "Jetzt neu starten"),
    "remote.do.Hard": ("Reset now, hard", "Jetzt hart neu starten"),
    "remote.do.unlock": ("Unlock now", "Jetzt entriegeln"),
    "remote.will.Soft": (
        "Station {station} ({place}) will be started anew. Charging that goes on there is ended first: {busy} of {all} "
        "connectors are in use. Until it is back nobody can charge there.",
        "Station {station} ({place}) wird neu gestartet. Laufende Ladevorgänge werden vorher beendet: {busy} von {all} "
        "Anschlüssen sind belegt. Bis sie wieder da ist, kann dort niemand laden.",
    ),
    "remote.will.Hard": (
        "Station {station} ({place}) will be started anew at once. Charging that goes on there is cut off: {busy} of {all} "
        "connectors are in use. Until it is back nobody can charge there.",
        "Station {station} ({place}) wird sofort neu gestartet. Laufende Ladevorgänge brechen ab: {busy} von {all} Anschlüssen "
        "sind belegt. Bis sie wieder da ist, kann dort niemand laden.",
    ),
    "remote.will.unlock": (
        "Connector {connector} of station {station} ({place}) will let go of its cable. It is {status}; charging that goes on "
        "there may end.",
        "Anschluss {connector} der Station {station} ({place}) gibt sein Kabel frei. Er ist {status}; ein laufender Ladevorgang "
        "kann enden.",
    ),
    "remote.done": ("The platform has taken it: {answer}.", "Die Plattform hat es angenommen: {answer}."),
    "remote.failed": ("The platform says that it failed: {answer}.", "Die Plattform meldet, dass es misslang: {answer}."),
    "remote.what.Soft": ("Soft reset", "Sanfter Neustart"),
    "remote.what.Hard": ("Hard reset", "Harter Neustart"),
    "remote.what.unlock": ("Unlocking", "Entriegeln"),
    "audit.title": ("What was asked of this station here", "Was von dieser Station hier verlangt wurde"),
    "audit.who": ("Who", "Wer"),
    "audit.what": ("What", "Was"),
    "audit.answer": ("Answer", "Antwort"),
    "audit.open": ("no answer yet", "noch keine Antwort"),
}
