"""Plain values shared by every noun."""

from datetime import datetime
from enum import StrEnum

import msgspec


class LonLat(msgspec.Struct, frozen=True, array_like=True):
    """A position, degrees WGS84 (EPSG:4326), longitude first."""

    lon: float
    lat: float


class Sealed(msgspec.Struct, frozen=True):
    """A personal value as it stands in events: ciphertext under the key of one subject.

    `subject` names the row of `subject_keys`; two values of one telephone number share their subject.
    `box` is base64 of nonce and AES-256-GCM ciphertext. Without the key it can no longer be read.
    """

    subject: str
    box: str


class PlaceState(StrEnum):
    """How sure the centre is of a place, in the order in which it grows."""

    HEARD = "heard"
    MATCHED = "matched"
    READ_BACK = "read_back"
    CONFIRMED = "confirmed_by_crew"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where something is. `heard` keeps the words used and is never overwritten by a match.

    `lon_lat` is None while the place is unknown; `radius_m` is the circle of uncertainty. `mouth` is where
    the alley that it is in leaves its street, `mouth_m` how far that is as the crow flies; None if not known.
    """

    heard: str = ""
    lon_lat: LonLat | None = None
    radius_m: float | None = None
    level: str = "unknown"
    label: str = ""
    ward_code: str = ""
    ward: str = ""
    confidence: float = 0.0
    state: PlaceState = PlaceState.HEARD
    mouth: LonLat | None = None
    mouth_m: float | None = None


class PlaceCandidate(msgspec.Struct, frozen=True, kw_only=True):
    """One place the words may mean, best first in every list; `mouth` and `mouth_m` as in a place, `zone`
    what the agencies' zones there are called, "" where none is known."""

    lon_lat: LonLat
    radius_m: float
    level: str
    label: str
    ward_code: str
    ward: str
    confidence: float
    distinguishing: str = ""
    mouth: LonLat | None = None
    mouth_m: float | None = None
    zone: str = ""


class HandsetFix(msgspec.Struct, frozen=True, kw_only=True):
    """Where a telephone says it is: within `radius_m` of `lon_lat` nine times in ten, `at` that moment.

    `method` is how it knows (gps, wifi, cell, unknown), `floor` as the house writes it.
    """

    lon_lat: LonLat
    radius_m: float
    at: datetime
    method: str = "unknown"
    floor: str = ""


class Phase(StrEnum):
    """The closed set every agency's status code maps to (dictionary: phase)."""

    # An enumeration's own hash is a function in Python, called for every look into a dictionary of phases.
    __hash__ = str.__hash__

    AVAILABLE = "available"
    DISPATCHED = "dispatched"
    RECEIVED = "received"
    EN_ROUTE = "en_route"
    STAGED = "staged"
    ON_SCENE = "on_scene"
    AT_PATIENT = "at_patient"
    TRANSPORTING = "transporting"
    AT_HOSPITAL = "at_hospital"
    CLEARING = "clearing"
    RETURNING = "returning"
    OUT_OF_SERVICE = "out_of_service"


class Why(msgspec.Struct, frozen=True):
    """What an event says of its reasons, a line in each language."""

    vi: str
    en: str


class TimeSource(StrEnum):
    """Who says that something happened at that time."""

    CREW = "crew"
    RADIO = "dispatcher_by_radio"
    GEOFENCE = "geofence"
    IMPORT = "import"
    SYSTEM = "system"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Who changed a field last, when, and in which event: what a stale command is answered with."""

    seq: int
    actor: str
    at: datetime


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a response plan for one leg: so many units that can do this.

    `minimum` is the number below which the start is a shortfall said aloud; `level` the alarm level
    that added the line; substitutes are (capability, price in seconds). Needs of one leg and `package` come
    in full, all of them, or not at all.
    """

    need_id: str
    capability: str
    count: int
    minimum: int
    level: int = 1
    substitutes: tuple[tuple[str, float], ...] = ()
    package: str | msgspec.UnsetType = msgspec.UNSET


class PhaseTime(msgspec.Struct, frozen=True, kw_only=True):
    """When a phase began. `occurred_at` is corrected and clamped; `moved` says by more than 2 s."""

    occurred_at: datetime
    recorded_at: datetime
    source: TimeSource
    moved: bool = False
