"""Our words in DATEX II's, AFIR profile 01-00-00, and the shapes in which its JSON has words and texts."""

from typing import Any

from wirelane_geo.model import AuthenticationType, Per, PlugType, Status

Object = dict[str, Any]

STATUS = {Status.FREE: "available", Status.IN_USE: "charging", Status.RESERVED: "reserved", Status.FAULTED: "faulted",
          Status.UNAVAILABLE: "unavailable", Status.CLOSED: "removed", Status.UNKNOWN: "unknown"}

CONNECTOR = {
    PlugType.TYPE_1: ("iec62196T1", "socket"), PlugType.TYPE_1_ATCH: ("iec62196T1", "cableMode3"),
    PlugType.TYPE_2: ("iec62196T2", "socket"), PlugType.TYPE_2_ATCH: ("iec62196T2", "cableMode3"),
    PlugType.TYPE_3: ("iec62196T3C", "socket"), PlugType.TYPE_3_ATCH: ("iec62196T3C", "cableMode3"),
    PlugType.CHADEMO: ("chademo", "otherCable"), PlugType.CCS: ("iec62196T2COMBO", "otherCable"),
    PlugType.SCHUKO: ("domesticF", "socket"), PlugType.UNKNOWN: ("other", None),
}
"""Type and form."""
DIRECT = frozenset((PlugType.CHADEMO, PlugType.CCS))

AUTHENTICATION = {AuthenticationType.card: "rfid", AuthenticationType.remote: "apps", AuthenticationType.nfc_terminal: "nfc",
                  AuthenticationType.direct: "unlimitedAccess"}

PRICE: dict[Per, str] = {"kWh": "pricePerKWh", "minute": "pricePerMinute", "hour": "pricePerMinute", "session": "basePrice"}

USERS = frozenset((
    "commuters", "customers", "elderlyUsers", "employees", "families", "personsWithDisabilities", "hearingImpaired",
    "hotelGuests", "longTermParkers", "members", "men", "overnightParkers", "parkAndCycleUser", "parkAndRideUsers",
    "parkAndWalkUser", "pensioners", "pregnantPerson", "registeredDisabledUsers", "reservationHolders", "residents",
    "seasonTicketHolders", "shoppers", "shortTermParkers", "sportEventAwaySupporters", "sportEventHomeSupporters", "students",
    "staff", "subscribers", "visitors", "visuallyImpaired", "wheelchairUsers", "women", "unknown", "other",
))
VEHICLES = frozenset((
    "agriculturalVehicle", "anyVehicle", "articulatedBus", "articulatedTrolleyBus", "articulatedVehicle", "bicycle", "bus",
    "car", "caravan", "carOrLightVehicle", "carWithCaravan", "carWithTrailer", "constructionOrMaintenanceVehicle",
    "fourWheelDrive", "heavyGoodsVehicle", "heavyGoodsVehicleWithTrailer", "heavyDutyTransporter", "heavyVehicle",
    "highSidedVehicle", "lightCommercialVehicle", "largeCar", "largeGoodsVehicle", "lightCommercialVehicleWithTrailer",
    "longHeavyLorry", "lorry", "metro", "minibus", "moped", "motorcycle", "motorcycleWithSideCar", "motorhome", "motorscooter",
    "passengerCar", "smallCar", "tanker", "threeWheeledVehicle", "trailer", "tram", "trolleyBus", "twoWheeledVehicle", "van",
    "vehicleWithCaravan", "vehicleWithTrailer", "unknown", "other",
))
"""The words of these vocabularies that we may have read somewhere; any other is told as an extension."""


def term(word: str, known: frozenset[str] | None = None) -> Object:
    """A word of a vocabulary; with `known`, one that isn't among these as the extension that the profile allows."""
    return {"value": word} if known is None or word in known else {"value": "extendedG", "extendedValueG": word}


def texts(text: str, lang: str) -> Object:
    """A text in one language (ISO 639-1)."""
    return {"values": [{"lang": lang, "value": text}]}


def identifier(given: str, kind: str) -> Object:
    """An id that others know something by, and what kind of id that is."""
    return {"identifier": given, "typeOfIdentifier": {"value": "extendedG", "extendedValueG": kind}}
