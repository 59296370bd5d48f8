"""Hospital: where patients are taken, what it can treat, and what it told last about itself (D8).

What was told holds until its own end, `until`, and is no news after it: nobody has to take it back.
"""

from datetime import datetime
from typing import ClassVar

import msgspec

from dispatch.domain.model.messages import Command, Event
from dispatch.domain.model.values import LonLat, Why
from routing.hospitals.weighing import HospitalWeighing


class Diversion(msgspec.Struct, frozen=True, kw_only=True):
    """It takes no more patients until then: none at all, or none who need one of `capabilities`. `source` is
    who at the hospital said so, in words; `by` who entered it."""

    reason: str
    until: datetime
    at: datetime
    by: str
    capabilities: tuple[str, ...] = ()
    source: str = ""


class BedsTold(msgspec.Struct, frozen=True, kw_only=True):
    """So many more patients it could take at `at`; nobody reckons with it after `until`."""

    free: int
    at: datetime
    until: datetime
    by: str
    source: str = ""


class Hospital(msgspec.Struct, kw_only=True):
    """`capabilities` are what it treats, `emergency` first of all; one that is not `in_use` is proposed to
    nobody. `synthetic` ones are made up with their city."""

    id: str
    name: str
    lon_lat: LonLat
    capabilities: tuple[str, ...]
    synthetic: bool = False
    in_use: bool = True
    diversion: Diversion | None = None
    beds: BedsTold | None = None
    version: int = 0


class ChosenHospital(msgspec.Struct, frozen=True, kw_only=True):
    """Where an assignment's patients are taken, by whose word. `travel_s` is what the way was to take from
    where the choice was made; `diverted`: it took no such patients then, as far as was known; `proposed` the
    hospitals that the chooser saw, best first (empty: none were shown)."""

    hospital_id: str
    name: str
    lon_lat: LonLat
    by: str
    at: datetime
    travel_s: float | None = None
    diverted: bool = False
    proposed: tuple[str, ...] = ()


# ── commands ──


class RegisterHospital(Command, frozen=True, kw_only=True, tag="hospital.register"):
    """A hospital as map and table know it; again with other values, it has those from now on."""

    hospital_id: str
    name: str
    lon_lat: LonLat
    capabilities: tuple[str, ...] = ()
    synthetic: bool = False
    in_use: bool = True


class DivertHospital(Command, frozen=True, kw_only=True, tag="hospital.divert"):
    """It takes nobody (or nobody who needs one of `capabilities`) until `until`, at most a day ahead."""

    hospital_id: str
    reason: str
    until: datetime
    capabilities: tuple[str, ...] = ()
    source: str = ""


class ReopenHospital(Command, frozen=True, kw_only=True, tag="hospital.reopen"):
    """It takes patients again."""

    hospital_id: str


class TellBeds(Command, frozen=True, kw_only=True, tag="hospital.tell_beds"):
    """How many more it can take, as it told; good for four hours unless `until` says otherwise."""

    hospital_id: str
    free: int
    until: datetime | None = None
    source: str = ""


class ChooseHospital(Command, frozen=True, kw_only=True, tag="assignment.choose_hospital"):
    """Crew or desk: the patients of this assignment go there; None takes a choice back. `travel_s` and
    `proposed` are what the chooser had before their eyes; `weighed` what that was made of and `why` what it
    comes to in words, both filled in by the centre alone."""

    assignment_id: str
    hospital_id: str | None
    travel_s: float | None = None
    proposed: tuple[str, ...] = ()
    weighed: HospitalWeighing | None = None
    why: Why | None = None


# ── events ──


class HospitalRegistered(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "hospital.registered"
    hospital_id: str
    name: str
    lon_lat: LonLat
    capabilities: tuple[str, ...]
    synthetic: bool
    in_use: bool


class HospitalDiverted(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "hospital.diverted"
    hospital_id: str
    reason: str
    until: datetime
    capabilities: tuple[str, ...]
    source: str


class HospitalReopened(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "hospital.reopened"
    hospital_id: str


class HospitalBedsTold(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "hospital.beds_told"
    hospital_id: str
    free: int
    until: datetime
    source: str


class HospitalChosen(Event, frozen=True, kw_only=True):
    """`hospital_id` None: the choice was taken back. `weighed` is kept for explanations alone, and in no
    state; None in logs from before it was kept."""

    TYPE: ClassVar[str] = "assignment.hospital_chosen"
    assignment_id: str
    hospital_id: str | None
    name: str = ""
    lon_lat: LonLat | None = None
    travel_s: float | None = None
    diverted: bool = False
    proposed: tuple[str, ...] = ()
    weighed: HospitalWeighing | None = None
    why: Why | None = None
