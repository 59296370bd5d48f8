"""Which hospital can treat what, and which patients need it: `hospitals.toml` in an agency's folder."""

from math import isfinite
from pathlib import Path

import msgspec

from dispatch.agencies.checks import CODE
from dispatch.agencies.errors import CodeTableError
from dispatch.agencies.loader import AGENCIES
from dispatch.agencies.tables import Text, read
from dispatch.domain.codebook import Label
from dispatch.domain.model.spread import TRIAGE
from gis.geocode.fold import fold
from routing.hospitals.choice import ChoicePrices, Patients

ALWAYS = "emergency"
"""What every patient needs of a hospital, but for those whose line stands alone."""

MOST_WEIGHT = 100.0


class NeedLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Patients of these types need this; with `when` (question → choices), where one of the choices was the
    answer to each. `alone`: and nothing that other lines ask for, nor the emergency department for adults."""

    types: tuple[str, ...]
    capabilities: tuple[str, ...]
    alone: bool = False
    when: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)


class HospitalLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hospitals whose names hold one of these words."""

    names: tuple[str, ...]
    capabilities: tuple[str, ...] = ()
    leave_out: bool = False


class TriageLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A class of patients where there are many: its words, what its way counts against that of the others,
    and whether such a patient needs what the incident's type asks for, or an emergency department alone."""

    vi: str
    en: str
    weight: float = 1.0
    special: bool = True


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """hospitals.toml"""

    capabilities: dict[str, Text]
    prices: dict[str, float] = msgspec.field(default_factory=dict)
    need: tuple[NeedLine, ...] = ()
    hospital: tuple[HospitalLine, ...] = ()
    triage: dict[str, TriageLine] = msgspec.field(default_factory=dict)


class HospitalRules(msgspec.Struct, frozen=True, kw_only=True):
    """One agency's table."""

    labels: dict[str, Label]
    prices: ChoicePrices
    needs: tuple[NeedLine, ...]
    lines: tuple[HospitalLine, ...]
    triage: dict[str, TriageLine] = msgspec.field(default_factory=dict)

    def list_needs(self, type_code: str, answers: dict[str, str]) -> tuple[str, ...]:
        """What a patient of an incident of this type needs; `answers` is question → choice."""
        fitting = [
            line
            for line in self.needs
            if type_code in line.types and all(answers.get(q) in fit for q, fit in line.when.items())
        ]
        alone = [line for line in fitting if line.alone]
        found = [] if alone else [ALWAYS]
        return tuple(dict.fromkeys(found + [code for line in alone or fitting for code in line.capabilities]))

    def group(self, triage: str, needs: tuple[str, ...], count: int = 1) -> Patients:
        """Patients of a triage class, of an incident whose patients need `needs`."""
        line = self.triage.get(triage) or TriageLine(vi=triage, en=triage)
        plain = (ALWAYS,) if ALWAYS in needs else needs
        return Patients(name=triage, needs=needs if line.special else plain, count=count, weight=line.weight)

    def name_triage(self, triage: str) -> Label:
        """A class of patients in words."""
        line = self.triage.get(triage)
        return Label(line.vi, line.en) if line is not None else Label(triage, triage)

    def find_capabilities(self, name: str) -> tuple[str, ...] | None:
        """What a hospital of that name can treat; None for one to which no patient is brought."""
        plain = f" {fold(name)} "
        for line in self.lines:
            if any(f" {fold(words)} " in plain for words in line.names):
                return None if line.leave_out else line.capabilities
        return (ALWAYS,) if " benh vien " in plain or " hospital " in plain else None


def load_hospital_rules(agencies: Path = AGENCIES) -> dict[str, HospitalRules]:
    """Agency → its table, of those that bring patients to hospitals.

    Raises CodeTableError naming the file and what is wrong in it.
    """
    found = {}
    for path in sorted(agencies.glob("*/hospitals.toml")):
        where = f"{path.parent.name}/hospitals.toml"
        file = read(path, _File)
        _check(where, file)
        try:
            prices = msgspec.convert(file.prices, ChoicePrices)
        except msgspec.ValidationError as error:
            raise CodeTableError(where, f"prices: {error}") from error
        found[path.parent.name] = HospitalRules(
            labels={code: Label(vi=text.vi, en=text.en) for code, text in file.capabilities.items()},
            prices=prices,
            needs=file.need,
            lines=file.hospital,
            triage=file.triage,
        )
    return found


def _check(where: str, file: _File) -> None:
    for code in file.capabilities:
        if not CODE.fullmatch(code):
            raise CodeTableError(where, f"capability {code!r} is no code")
    if ALWAYS not in file.capabilities:
        raise CodeTableError(where, f"the capability {ALWAYS!r} is missing")
    for name, price in file.prices.items():
        if not (isfinite(price) and price >= 0):
            raise CodeTableError(where, f"prices: {name} is a number of seconds from 0 on")
    _check_triage(where, file)
    named = [code for need in file.need for code in need.capabilities]
    named += [code for hospital in file.hospital for code in hospital.capabilities]
    unknown = [code for code in named if code not in file.capabilities]
    if unknown:
        raise CodeTableError(where, f"unknown capability {unknown[0]!r}")
    for hospital in file.hospital:
        if not hospital.names or not all(fold(words) for words in hospital.names):
            raise CodeTableError(where, "a hospital's line needs words of its name")
        if hospital.leave_out == bool(hospital.capabilities):
            raise CodeTableError(where, f"{hospital.names[0]!r} has capabilities or is left out, one of them")


def _check_triage(where: str, file: _File) -> None:
    for triage, line in file.triage.items():
        if triage not in TRIAGE:
            raise CodeTableError(where, f"triage: {triage!r} is none of {', '.join(TRIAGE)}")
        if not (isfinite(line.weight) and 0 < line.weight <= MOST_WEIGHT):
            raise CodeTableError(where, f"triage.{triage}: a weight above 0, at most {MOST_WEIGHT:.0f}")
