"""What an agency's policy lets go by itself, and what stands against it.

Read by the rules, which decide, and by the use case that asks them at the right moment.
"""

from collections.abc import Iterable, Mapping

from dispatch.domain.codebook import AutomaticRule, CodeBook
from dispatch.domain.model.assignment import ProposedUnit, Recommendation
from dispatch.domain.model.automatic import DUPLICATE, Countdown
from dispatch.domain.model.incident import Incident, Leg
from dispatch.domain.model.report import Report
from dispatch.domain.model.unit import Unit
from dispatch.domain.model.values import Phase, Place, PlaceState
from dispatch.domain.rules.likeness import find_possible_duplicate
from dispatch.domain.rules.recommendation import PLANNED_FROM

FREE = (Phase.AVAILABLE, Phase.RETURNING)
WAITING = ("requested", "seen", "pending")

STRAIGHT_LINE = "road_unknown_straight_line"
MUTUAL_AID = "mutual_aid"
CARRY = "carry_on_foot"
POSITION_OLD = "position_old"
MINIMUM_BROKEN = "minimum_cover_broken"
CAUTION = "caution"
UNATTENDED = "unattended"

_STATES = tuple(PlaceState)


def find_rule(book: CodeBook, incident: Incident, leg: Leg) -> AutomaticRule | None:
    """The line of the agency's policy for this type and priority; None: never by itself."""
    return next(
        (
            rule
            for rule in book.get_agency(leg.agency_id).automatic
            if incident.type_code in rule.types and incident.priority in rule.priorities
        ),
        None,
    )


def get_countdown(leg: Leg) -> Countdown | None:
    """What counts down on a leg, or did; None where nothing ever has."""
    return leg.automatic if isinstance(leg.automatic, Countdown) else None


def list_proposed(made: Recommendation, leg: Leg) -> list[ProposedUnit]:
    """What a plan sends on one leg."""
    return [p for p in made.proposed if p.leg_id == leg.id]


def find_obstacle(
    book: CodeBook,
    incident: Incident,
    leg: Leg,
    made: Recommendation | None,
    units: Mapping[str, Unit],
    plans: Iterable[tuple[Incident, Recommendation]],
    others: Iterable[Incident],
    reports: Mapping[str, Report],
) -> str | None:
    """The first thing that stands against sending the plan by itself, as a code; None: it may go.

    off (no such policy) · has_units (somebody was sent before: the machine only begins) · closed · held ·
    caution (crews are in danger there: a person decides) · place_unsure · type_unsure · no_plan ·
    straight_line · shortfall · unit_gone · mutual_aid (a person asks a neighbour) ·
    minimum_cover (an area would keep fewer than it must) ·
    position_old · carry (the way does not reach the door) · unit_needed (by one more urgent) ·
    duplicate (it may be the second of an incident that is open).
    `plans` are plans of other open incidents that may want the same units, `others` all that are open.
    """
    rule = find_rule(book, incident, leg)
    if rule is None:
        return "off"
    if leg.assignment_ids:
        return "has_units"
    if incident.state != "open" or leg.state not in WAITING:
        return "closed"
    if incident.hold is not None:
        return "held"
    if any(note.kind == CAUTION for note in incident.notes):
        return "caution"
    if not _is_placed(rule, incident.place):
        return "place_unsure"
    if rule.type_sure == "assessed" and not _is_assessed(book, incident):
        return "type_unsure"
    if made is None or not list_proposed(made, leg) or _is_overtaken(incident, made):
        return "no_plan"
    against = _look_at_plan(rule, incident, leg, made, units) or _find_wanted(incident, leg, made, plans)
    if against is None and find_possible_duplicate(book, incident, others, reports) is not None:
        return DUPLICATE
    return against


def _is_overtaken(incident: Incident, made: Recommendation) -> bool:
    """Whether the plan was made for another place, type, priority or level."""
    changes = (incident.changed.get(field) for field in PLANNED_FROM)
    return any(change is not None and change.at >= made.made_at for change in changes)


def _is_placed(rule: AutomaticRule, place: Place) -> bool:
    """Sure enough where it is: a place that was read back or confirmed is as sure as places are."""
    if place.lon_lat is None or place.radius_m is None or place.radius_m > rule.place_radius_m:
        return False
    if _STATES.index(place.state) < _STATES.index(rule.place_state):
        return False
    by_people = place.state in (PlaceState.READ_BACK, PlaceState.CONFIRMED)
    return by_people or place.confidence >= rule.place_confidence


def _is_assessed(book: CodeBook, incident: Incident) -> bool:
    """Answers to the key questions of this very type gave a determinant."""
    return any(
        incident.type_code in asked.types and incident.determinant == determinant.code
        for asked in book.question_sets.values()
        for determinant in asked.determinants
    )


def _look_at_plan(
    rule: AutomaticRule, incident: Incident, leg: Leg, made: Recommendation, units: Mapping[str, Unit]
) -> str | None:
    if made.degraded and not rule.straight_line:
        return "straight_line"
    if any(missing.leg_id == leg.id for missing in made.missing) and not rule.shortfall:
        return "shortfall"
    for proposed in list_proposed(made, leg):
        unit = units.get(proposed.unit_id)
        if unit is None or not _is_free(unit):
            return "unit_gone"
        if unit.agency_id != leg.agency_id or unit.test != incident.test:
            return "unit_gone"
        for reason in proposed.reasons:
            if reason.code == STRAIGHT_LINE and not rule.straight_line:
                return "straight_line"
            if reason.code == MUTUAL_AID:
                return MUTUAL_AID
            if reason.code == MINIMUM_BROKEN:
                return "minimum_cover"
            if reason.code == POSITION_OLD:
                return "position_old"
            if reason.code == CARRY and not float(reason.params["distance_m"]) <= rule.most_carry_m:
                return "carry"
    return None


def _is_free(unit: Unit) -> bool:
    return unit.phase in FREE and unit.assignment_id is None and not unit.queued and unit.mayday_at is None


def _find_wanted(
    incident: Incident, leg: Leg, made: Recommendation, plans: Iterable[tuple[Incident, Recommendation]]
) -> str | None:
    mine = {p.unit_id for p in list_proposed(made, leg)}
    for other, plan in plans:
        urgent = other.state == "open" and other.id != incident.id and other.priority < incident.priority
        if urgent and any(p.unit_id in mine for p in plan.proposed):
            return "unit_needed"
    return None
