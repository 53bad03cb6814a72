"""Where something is, who runs it and when it is open, in DATEX II's words."""

from datetime import UTC, date, datetime

from wirelane_geo.model import ChargePoint
from wirelane_geo.model.evse_ids import cpo_of
from wirelane_geo.model.opening_hours import WEEKDAYS
from wirelane_geo.publish._datex_words import Object, identifier, term, texts
from wirelane_geo.publish._hours import hours

LONGEST = 1_024
"""Characters of what the schemas call a String."""
SINCE = "2000-01-01T00:00:00Z"
"""From when the hours hold, which the profile wants to be said: nobody has said so."""


def location(point: ChargePoint, lang: str) -> Object:
    """A point's position, time zone and address; what isn't known is left out."""
    at = {"latitude": point.latitude, "longitude": point.longitude}
    facility: Object = {}
    if point.timezone:
        facility["timeZone"] = point.timezone
    if found := address(point, lang):
        facility["address"] = found
    place: Object = {"coordinatesForDisplay": at, "pointByCoordinates": {"pointCoordinates": at}}
    if facility:
        place["locLocationExtensionG"] = {"FacilityLocation": facility}
    return {"locPointLocation": place}


def address(point: ChargePoint, lang: str) -> Object:
    """A point's address; empty where nothing of it is known."""
    found: Object = {}
    if point.zip_code:
        found["postcode"] = point.zip_code[:LONGEST]
    if point.city:
        found["city"] = texts(point.city, lang)
    if point.country and len(point.country) == 2:
        found["countryCode"] = point.country
    lines = [(kind, said) for kind, said in (("street", point.street), ("houseNumber", point.house_number)) if said]
    if lines:
        found["addressLine"] = [{"order": order, "type": term(kind), "text": texts(said, lang)}
                                for order, (kind, said) in enumerate(lines)]
    return found


def operator(point: ChargePoint, lang: str) -> Object | None:
    """Who runs a point; None where nobody has said who."""
    if not point.cpo:
        return None
    found: Object = {"name": texts(point.cpo, lang)}
    if code := cpo_of(point.evseid or ""):
        found["externalIdentifier"] = [identifier(f"{code[:2]}*{code[2:]}", "operatorId")]
    return {"afacAnOrganisation": found}


def helpdesk(point: ChargePoint, lang: str) -> Object | None:
    """Whom to call about a point; None where that isn't known."""
    if not point.service_hotline:
        return None
    contact = {"afacContactInformation": {"telephoneNumber": point.service_hotline[:LONGEST]}}
    return {"afacAnOrganisation": {"name": texts(point.cpo or "Helpdesk", lang),
                                   "organisationUnit": [{"contactInformation": [contact]}]}}


def operating_hours(point: ChargePoint, today: date) -> Object | None:
    """When a point is open, on the clock of its place; None where that isn't known for the whole week."""
    found = hours(point, today)
    if found is None:
        return None
    if found.always and not found.closings and not found.openings:
        return {"afacOpenAllHours": {}}
    whole: Object = {"overallStartTime": SINCE, "validPeriod": _periods(found.week)}
    if found.closings:
        whole["exceptionPeriod"] = [{"startOfPeriod": _moment(begin)} | ({} if end is None else {"endOfPeriod": _moment(end)})
                                    for begin, end in found.closings]
    return {"afacOperatingHoursSpecification": {"idG": f"hours:{point.id}", "versionG": "1", "overallPeriod": whole}}


def _periods(week: list[list[list[str]]]) -> list[Object]:
    """A week as periods: days with the same hours are told together. Times are those of the place, with the Z that the profile's
    examples write behind them."""
    same: dict[tuple[tuple[str, ...], ...], list[str]] = {}
    for day, pairs in zip(WEEKDAYS, week, strict=True):
        if pairs:
            same.setdefault(tuple(map(tuple, pairs)), []).append(day)
    return [{"recurringTimePeriodOfDay": [{"startTimeOfPeriod": f"{begin}:00Z", "endTimeOfPeriod": f"{end}:00Z"}
                                          for begin, end in pairs],
             "recurringDayWeekMonthPeriod": [{"comDayWeekMonth": {"applicableDay": [term(day) for day in days]}}]}
            for pairs, days in same.items()]


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
