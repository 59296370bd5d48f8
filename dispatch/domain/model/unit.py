"""Unit: a dispatchable team with a call sign; its station; the crew that mans one or more units."""

from datetime import datetime
from typing import ClassVar

import msgspec

from dispatch.domain.model.messages import Command, Event
from dispatch.domain.model.values import LonLat, Phase, PhaseTime


class Station(msgspec.Struct, kw_only=True):
    """Where units belong. `synthetic` stations are shown as such: no public list of them exists."""

    id: str
    agency_id: str
    name: str
    lon_lat: LonLat
    synthetic: bool
    version: int = 0


class Unit(msgspec.Struct, kw_only=True):
    """`assignment_id` is the one active assignment, `queued` the ones it goes to next, in order;
    `delivery_n` numbers the last thing put into its outbox; `mayday_at` stands until a person ends it.

    Positions are not here: they are the lossy plane. `in_quarters` = available at its station.
    """

    id: str
    call_sign: str
    agency_id: str
    station_id: str
    type_code: str
    capabilities: tuple[str, ...]
    vehicle_class: str
    turnout_s: float
    phase: Phase
    status_code: str
    phase_since: datetime
    in_quarters: bool = True
    crew_id: str | None = None
    assignment_id: str | None = None
    queued: list[str] = msgspec.field(default_factory=list)
    delivery_n: int = 0
    mayday_at: datetime | None = None
    synthetic: bool = False
    test: bool = False
    version: int = 0


class Crew(msgspec.Struct, kw_only=True):
    """People on one or more vehicles; committing one vehicle empties the others (F8)."""

    id: str
    agency_id: str
    unit_ids: list[str]
    names: list[str]
    phone: str = ""
    radio: str = ""
    signed_on_at: datetime
    ends_at: datetime | None = None
    committed_assignment_id: str | None = None
    version: int = 0


class RegisterStation(Command, frozen=True, kw_only=True, tag="station.register"):
    station_id: str
    agency_id: str
    name: str
    lon_lat: LonLat
    synthetic: bool = False


class RegisterUnit(Command, frozen=True, kw_only=True, tag="unit.register"):
    unit_id: str
    call_sign: str
    agency_id: str
    station_id: str
    type_code: str
    synthetic: bool = False
    test: bool = False


class SetUnitStatus(Command, frozen=True, kw_only=True, tag="unit.status"):
    """A status without an assignment: free, returning, clearing, out of service."""

    unit_id: str
    status_code: str
    reason: str = ""


class SignOnCrew(Command, frozen=True, kw_only=True, tag="crew.sign_on"):
    crew_id: str
    unit_ids: tuple[str, ...]
    names: tuple[str, ...] = ()
    phone: str = ""
    radio: str = ""
    ends_at: datetime | None = None


class SignOffCrew(Command, frozen=True, kw_only=True, tag="crew.sign_off"):
    crew_id: str


class CallMayday(Command, frozen=True, kw_only=True, tag="unit.mayday"):
    """Mayday / officer emergency: every desk concerned flashes until a person claims it."""

    unit_id: str
    lon_lat: LonLat | None = None


class EndMayday(Command, frozen=True, kw_only=True, tag="unit.mayday_end"):
    """A person has made sure that the crew is safe, and says how."""

    unit_id: str
    reason: str


class StationRegistered(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "station.registered"
    station_id: str
    agency_id: str
    name: str
    lon_lat: LonLat
    synthetic: bool


class UnitRegistered(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "unit.registered"
    unit_id: str
    call_sign: str
    agency_id: str
    station_id: str
    type_code: str
    capabilities: tuple[str, ...]
    vehicle_class: str
    turnout_s: float
    status_code: str
    synthetic: bool
    test: bool


class UnitStatusSet(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "unit.status_set"
    unit_id: str
    phase: Phase
    status_code: str
    in_quarters: bool
    time: PhaseTime
    reason: str


class CrewSignedOn(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "crew.signed_on"
    crew_id: str
    agency_id: str
    unit_ids: tuple[str, ...]
    names: tuple[str, ...]
    phone: str
    radio: str
    ends_at: datetime | None


class CrewSignedOff(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "crew.signed_off"
    crew_id: str


class MaydayCalled(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "unit.mayday_called"
    unit_id: str
    lon_lat: LonLat | None


class MaydayEnded(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "unit.mayday_ended"
    unit_id: str
    reason: str
