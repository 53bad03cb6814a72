"""The words of the API of 2026 that are others than in 2023, in the order of its document."""

from wirelane_geo.model._terms import Term


class ConnectorStatus(Term):
    """State of a connector. CHARGING* is a kind of being in use, MAINTENANCE of not being available."""

    FREE = "FREE"
    IN_USE = "IN_USE"
    CHARGING = "CHARGING"
    CHARGING_SUSPENDED_EV = "CHARGING_SUSPENDED_EV"
    CHARGING_SUSPENDED_EVSE = "CHARGING_SUSPENDED_EVSE"
    UNAVAILABLE = "UNAVAILABLE"
    UNKNOWN = "UNKNOWN"
    FAULTED = "FAULTED"
    RESERVED = "RESERVED"
    CLOSED = "CLOSED"
    MAINTENANCE = "MAINTENANCE"


class AccountStatus(Term):
    """State of an account."""

    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"
    BLOCKED = "BLOCKED"
    PENDING = "PENDING"


class AccountType(Term):
    """Whose account it is."""

    personal = "personal"
    business = "business"


class BlockedReason(Term):
    """Why an account is blocked."""

    NO_ACTIVE_SUBSCRIPTION = "NO_ACTIVE_SUBSCRIPTION"
    UNPAID_INVOICE = "UNPAID_INVOICE"
    MANUALLY_BLOCKED = "MANUALLY_BLOCKED"


class IdentificationType(Term):
    """How the driver of a session made known who pays."""

    access_token = "access_token"  # noqa: S105 - a word of the contract
    admin_remotestart = "admin_remotestart"
    auth_token = "auth_token"  # noqa: S105
    contactless_payment = "contactless_payment"
    contract_id = "contract_id"
    customer_id = "customer_id"
    customer_rfid = "customer_rfid"
    direct_payment = "direct_payment"
    local_authorization = "local_authorization"
    local_payment = "local_payment"
    none_access_token = "none_access_token"  # noqa: S105
    rfid = "rfid"


class SolutionType(Term):
    """What the operator has booked for a station."""

    bmvi = "bmvi"
    business_solution = "business_solution"
    caas_acquired = "caas_acquired"
    caas_enterprise = "caas_enterprise"
    caas_public = "caas_public"
    caas_smb = "caas_smb"
    ghg_only = "ghg_only"
    hardware_only = "hardware_only"
    hardware_software = "hardware_software"
    software_only = "software_only"


class Onboarding(Term):
    """How far a new station has come."""

    pending = "pending"
    details = "details"
    connectors = "connectors"
    ocpp = "ocpp"
    group = "group"
    router = "router"
    payment_terminal = "payment_terminal"
    done = "done"


class Accessibility(Term):
    """Who may drive up to a station."""

    public = "public"
    private = "private"


class LocationType(Term):
    """Where a station stands."""

    on_street = "on-street"
    parking_garage = "parking-garage"
    underground_garage = "underground-garage"
    parking_lot = "parking-lot"
    private = "private"
    other = "other"
    unknown = "unknown"


class EnergyResource(Term):
    """Where the power comes from."""

    mixed = "mixed"
    nonrenewable = "nonrenewable"
    renewable = "renewable"


class ChainItemType(Term):
    """A link in the chain from a payment terminal to roaming."""

    payment_terminal = "payment_terminal"
    station = "station"
    router = "router"
    cellular = "cellular"
    wan = "wan"
    ocpp_server = "ocpp_server"
    roaming = "roaming"


class ChainItemStatus(Term):
    """Whether a link holds."""

    connected = "connected"
    disconnected = "disconnected"
    unknown = "unknown"


class OcppAction(Term):
    """A message of OCPP 1.6."""

    Authorize = "Authorize"
    BootNotification = "BootNotification"
    CancelReservation = "CancelReservation"
    ChangeAvailability = "ChangeAvailability"
    ChangeConfiguration = "ChangeConfiguration"
    ClearCache = "ClearCache"
    ClearChargingProfile = "ClearChargingProfile"
    DataTransfer = "DataTransfer"
    GetCompositeSchedule = "GetCompositeSchedule"
    DiagnosticsStatusNotification = "DiagnosticsStatusNotification"
    FirmwareStatusNotification = "FirmwareStatusNotification"
    GetConfiguration = "GetConfiguration"
    GetDiagnostics = "GetDiagnostics"
    GetLocalListVersion = "GetLocalListVersion"
    Heartbeat = "Heartbeat"
    MeterValues = "MeterValues"
    RemoteStartTransaction = "RemoteStartTransaction"
    RemoteStopTransaction = "RemoteStopTransaction"
    ReserveNow = "ReserveNow"
    Reset = "Reset"
    SendLocalList = "SendLocalList"
    SetChargingProfile = "SetChargingProfile"
    StartTransaction = "StartTransaction"
    StatusNotification = "StatusNotification"
    StopTransaction = "StopTransaction"
    TriggerMessage = "TriggerMessage"
    UnlockConnector = "UnlockConnector"
    UpdateFirmware = "UpdateFirmware"


class OcppActor(Term):
    """Who began: the station or the platform."""

    evse = "evse"
    central = "central"


class OcppPairStatus(Term):
    """What became of a message and its answer."""

    COMPLETE = "COMPLETE"
    ERROR = "ERROR"
    EXCEPTION = "EXCEPTION"
    PENDING = "PENDING"
    SCHEDULED = "SCHEDULED"
    TIMED_OUT = "TIMED_OUT"


class ResetType(Term):
    """Whether a station's charging ends first (Soft), or its power is cut (Hard)."""

    Hard = "Hard"
    Soft = "Soft"


class CaseStatus(Term):
    """Where a case is; a record's own status is a text."""

    New = "New"
    electrician = "In progress - Electrician"
    timeframe = "In progress - Timeframe"
    wirelane = "In progress - Wirelane"
    wirelane_it = "In progress - Wirelane IT"
    waiting = "Waiting for customer"
    Closed = "Closed"


class TariffType(Term):
    """For whom a tariff is."""

    customer = "customer"
    member = "member"
    marketplace = "marketplace"
    cpo_roaming = "cpo_roaming"
    direct_payment = "direct_payment"
    contactless_payment = "contactless_payment"
    direct_charging_cpo = "direct_charging_cpo"


class RoamingPlatform(Term):
    """Over which platform a roaming tariff is offered."""

    none = "none"
    hubject = "hubject"
    eclearing = "eclearing"


class Rounding(Term):
    """How a quantity is rounded before it is priced."""

    UP = "UP"
    EXACT = "EXACT"
    DOWN = "DOWN"


class PriceOf(Term):
    """What a component of a price is for: kWh, time parked without charging, time charging."""

    ENERGY = "ENERGY"
    PARKING_TIME = "PARKING_TIME"
    TIME = "TIME"


class Weekday(Term):
    """A day of the week."""

    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"
