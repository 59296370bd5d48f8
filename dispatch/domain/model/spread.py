"""Spread: the many patients of one incident, by triage class, given to hospitals beforehand (D8)."""

from datetime import datetime
from typing import ClassVar

import msgspec

from dispatch.domain.model.messages import Command, Event
from dispatch.domain.model.values import Why
from routing.hospitals.weighing import HospitalWeighing

TRIAGE = ("red", "yellow", "green")
"""Classes of patients, the most urgent first: who goes first, and gets the nearest that fits."""


class PatientPlace(msgspec.Struct, frozen=True, kw_only=True):
    """So many patients of a triage class are to go to this hospital."""

    triage: str
    hospital_id: str
    name: str
    count: int


class PatientSpread(msgspec.Struct, frozen=True, kw_only=True):
    """Who of an incident is to go where, the most urgent first, and of a class the nearest hospital first.
    Patients for whom a crew or desk has chosen before `at` are not among them."""

    places: tuple[PatientPlace, ...]
    by: str
    at: datetime


class SpreadPatients(Command, frozen=True, kw_only=True, tag="incident.spread_patients"):
    """So many patients of each class are still to be brought: spread them. All zero takes the spread back.
    The centre fills in `places`, what they were made of, and what they come to in words."""

    incident_id: str
    red: int = 0
    yellow: int = 0
    green: int = 0
    places: tuple[PatientPlace, ...] = ()
    weighed: HospitalWeighing | None = None
    why: Why | None = None

    def count(self) -> dict[str, int]:
        """Patients by class."""
        return {"red": self.red, "yellow": self.yellow, "green": self.green}


class PatientsSpread(Event, frozen=True, kw_only=True):
    """`places` empty: the spread was taken back. `weighed` is kept for explanations alone."""

    TYPE: ClassVar[str] = "incident.patients_spread"
    incident_id: str
    places: tuple[PatientPlace, ...]
    weighed: HospitalWeighing | None = None
    why: Why | None = None
