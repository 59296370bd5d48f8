"""Whether an agency's policy of automatic dispatch can be meant: a mistake there sends somebody."""

from math import isfinite
from pathlib import Path

import msgspec

from dispatch.agencies.errors import CodeTableError
from dispatch.agencies.tables import AgencyFile, AutomaticLine, read
from dispatch.domain.codebook import Agency, AutomaticRule, CodeBook
from dispatch.domain.model.values import PlaceState

COUNTDOWNS_S = (5.0, 600.0)
"""Shorter, nobody could stop it; longer, nobody would wait for it."""

SURE_OF_TYPE = ("chosen", "assessed")
UNATTENDED = ("stop", "send")


def replace_automatic(files: list[tuple[Path, AgencyFile]], path: Path) -> list[tuple[Path, AgencyFile]]:
    """Every agency's tables with the policy of that file, agency → lines; who is left out sends nothing.

    Raises `CodeTableError` for a file that is missing or names an agency that is not there.
    """
    policies = read(path, dict[str, tuple[AutomaticLine, ...]])
    unknown = sorted(policies.keys() - {file.id for _, file in files})
    if unknown:
        raise CodeTableError(str(path), f"unknown agency {unknown[0]!r}")
    return [
        (folder, msgspec.structs.replace(file, automatic=policies.get(file.id, ()))) for folder, file in files
    ]


def check_automatic(book: CodeBook, agency: Agency) -> None:
    """Raises `CodeTableError` for the first line that is unclear, unknown or stands twice."""
    where = f"{agency.id}/agency.toml: automatic"
    seen: set[tuple[str, int]] = set()
    for rule in agency.automatic:
        _check_rule(where, rule)
        for type_code in rule.types:
            if type_code not in book.types:
                raise CodeTableError(where, f"unknown type {type_code!r}")
            for priority in rule.priorities:
                if (type_code, priority) in seen:
                    raise CodeTableError(where, f"{type_code!r} at priority {priority} stands twice")
                seen.add((type_code, priority))
                _check_sent(book, agency, where, type_code, priority)
        _check_asked(book, where, rule)


def _check_rule(where: str, rule: AutomaticRule) -> None:
    least, most = COUNTDOWNS_S
    if not rule.types or not rule.priorities or not set(rule.priorities) <= {1, 2, 3, 4}:
        raise CodeTableError(where, "needs types, and priorities from 1 to 4")
    if not least <= rule.countdown_s <= most:
        raise CodeTableError(where, f"countdown_s is a number from {least:g} to {most:g}")
    if rule.place_state is PlaceState.HEARD:
        raise CodeTableError(where, "place_state is matched, read_back or confirmed_by_crew")
    if not 0 <= rule.place_confidence <= 1:
        raise CodeTableError(where, "place_confidence is a number from 0 to 1")
    if not (rule.place_radius_m > 0 and isfinite(rule.place_radius_m)):
        raise CodeTableError(where, "place_radius_m is a number above 0")
    if not (rule.most_carry_m >= 0 and isfinite(rule.most_carry_m)):
        raise CodeTableError(where, "most_carry_m is a number from 0 on")
    if rule.type_sure not in SURE_OF_TYPE:
        raise CodeTableError(where, f"type_sure is {' or '.join(SURE_OF_TYPE)}")
    if rule.unattended not in UNATTENDED:
        raise CodeTableError(where, f"unattended is {' or '.join(UNATTENDED)}")


def _check_sent(book: CodeBook, agency: Agency, where: str, type_code: str, priority: int) -> None:
    plan = book.find_plan(type_code, priority)
    if plan is None or all(leg.agency_id != agency.id for leg in plan.levels[0]):
        raise CodeTableError(
            where, f"the plan of {type_code!r} at priority {priority} sends nobody of {agency.id}"
        )


def _check_asked(book: CodeBook, where: str, rule: AutomaticRule) -> None:
    """Without key questions nothing of such a type would ever go, and nobody would know why."""
    asked = {type_code for questions in book.question_sets.values() for type_code in questions.types}
    for type_code in rule.types:
        if rule.type_sure == "assessed" and type_code not in asked:
            raise CodeTableError(where, f"{type_code!r} has no key questions: type_sure must be chosen")
