"""Whether a proposal stays on the screens when a new plan chose other units.

A dispatcher reads a proposal and presses a key for the version that was read. So the standing proposal is
rated by the facts of the new plan, and gives way only to one that is better by more than a threshold, or
when it is possible no longer. It is always the standing one that is compared: however many small
improvements follow one another, it is never worse than the plan of the moment by more than the threshold.
"""

from collections import defaultdict
from collections.abc import Sequence
from math import inf

import msgspec

from dispatch.domain.model.assignment import ProposedUnit, Recommendation, RecordRecommendation
from dispatch.usecases.picture import Picture
from routing.plans.reasons import STRAIGHT_LINE
from routing.terms.messages import PlanAnswer, PlanRequest
from routing.terms.policy import Choice, Rules, Worth, rate
from routing.terms.weighing import WeighedNeed, Weighing, to_demands, to_rules

BETTER_BY_S = 15
"""By so many seconds of all that is weighed a plan must be better to take the place of one on the screens. A
key pressed for a proposal that has just changed is refused, and reading anew takes as long; no arrival is
known so exactly."""


def ask_again(known: Recommendation, request: PlanRequest) -> PlanRequest | None:
    """The same question with the standing units as the only ones, whose answer tells what they are worth now;
    None where one of them can be sent no longer."""
    standing = {proposed.unit_id for proposed in known.proposed}
    units = [unit for unit in request.units if unit.unit_id in standing]
    if not standing or len(units) < len(standing):
        return None
    return msgspec.structs.replace(request, units=units)


def stays(
    known: Recommendation, record: RecordRecommendation, again: PlanAnswer, *, dearer_s: int = 0
) -> bool:
    """Whether the standing proposal is possible, and as good as the new one within the threshold; `again` is
    the answer to `ask_again`, and `dearer_s` what speaks against the new one beyond what it weighed. Without
    a weighing nothing stays."""
    if not known.degraded == record.degraded == again.degraded or _has_lost_its_way(known, again):
        return False
    if _list_replaced(known) != _list_replaced(record):
        return False
    if record.weighed is None or again.weighed is None or not _is_one_question(record.weighed, again.weighed):
        return False
    standing, new = find_worth(known, again.weighed), find_worth(record, record.weighed)
    return (
        standing is not None and new is not None and not is_better((*new[:-1], new[-1] + dearer_s), standing)
    )


def _list_replaced(told: Recommendation | RecordRecommendation) -> set[str]:
    """Queued assignments whose place somebody would take."""
    return {assignment_id for p in told.proposed for assignment_id in p.instead_of or ()}


def list_shared(known: Recommendation, record: RecordRecommendation, picture: Picture) -> set[str]:
    """Units that the new plan would take although they stand on the screens for an incident that comes before
    this one. However long ago these were offered, nobody's proposal changes into somebody else's."""
    incident = picture.incidents.get(known.incident_id)
    if incident is None:
        return set()
    rank = (incident.priority, incident.opened_at, incident.id)
    new = {p.unit_id for p in record.proposed} - {p.unit_id for p in known.proposed}
    others = {id_: picture.incidents.get(id_) for u in new for id_ in picture.plans_with_unit.get(u, ())}
    before = {
        id_
        for id_, other in others.items()
        if other is not None and other.state == "open" and (other.priority, other.opened_at, id_) < rank
    }
    return {unit_id for unit_id in new if before & picture.plans_with_unit.get(unit_id, set())}


def find_etas(known: Recommendation, weighed: Weighing) -> list[float]:
    """Seconds until each standing unit would come now, in their order; infinite for one that was not
    weighed."""
    numbers = {unit_id: number for number, unit_id in enumerate(weighed.units)}
    by_need = {need.need_id: {o.unit: o.eta_s for o in need.options} for need in weighed.needs}
    return [by_need.get(p.need_id, {}).get(numbers.get(p.unit_id, -1), inf) for p in known.proposed]


def is_better(new: Worth, standing: Worth) -> bool:
    """Whether a plan is so much better that it is shown: any unit that is missing less in the first tier that
    differs, or any that need not go of those that must stay; else seconds beyond the threshold."""
    if new[:-1] != standing[:-1]:
        return new[:-1] < standing[:-1]
    return standing[-1] - new[-1] > BETTER_BY_S


def find_worth(told: Recommendation | RecordRecommendation, weighed: Weighing) -> Worth | None:
    """What a proposal is worth by what was weighed; None where it is none of the choices there."""
    choice = _find_choice(told.proposed, weighed)
    if choice is None:
        return None
    missing = {m.need_id: (m.missing, m.below_minimum) for m in told.missing}
    lacking = {
        need.need_id: (need.count - len(units), len(units) < need.minimum)
        for need, units in zip(weighed.needs, choice, strict=True)
        if len(units) != need.count
    }
    demands, rules = to_demands(weighed.needs), to_rules(weighed)
    if missing != lacking or not rules.are_kept(demands, choice) or not _is_able(choice, rules):
        return None
    return rate(demands, rules, choice)


def _find_choice(proposed: Sequence[ProposedUnit], weighed: Weighing) -> Choice | None:
    """Units by need, both as the weighing counts them; None where one is no option, or as something else."""
    numbers = {unit_id: number for number, unit_id in enumerate(weighed.units)}
    rows = {need.need_id: row for row, need in enumerate(weighed.needs)}
    choice: Choice = [[] for _ in weighed.needs]
    for told in proposed:
        unit = numbers.get(told.unit_id)
        for need_id in told.need_ids:
            row = rows.get(need_id)
            if unit is None or row is None or unit in choice[row]:
                return None
            capability = _find_capability(weighed.needs[row], unit)
            if capability is None or (need_id == told.need_id and capability != told.capability):
                return None
            choice[row].append(unit)
    return choice


def _find_capability(need: WeighedNeed, unit: int) -> str | None:
    return next((option.capability for option in need.options if option.unit == unit), None)


def _is_able(choice: Choice, rules: Rules) -> bool:
    """Whether every unit that serves several needs can do these at once."""
    serves: defaultdict[int, list[int]] = defaultdict(list)
    for row, units in enumerate(choice):
        for unit in units:
            serves[unit].append(row)
    at_once = {(bundle.unit, bundle.demands) for bundle in rules.bundles}
    return all(len(rows) == 1 or (unit, tuple(rows)) in at_once for unit, rows in serves.items())


def _is_one_question(one: Weighing, other: Weighing) -> bool:
    """Whether both weigh the same needs in the same way, so that their worths may be compared."""

    def ask(weighed: Weighing) -> tuple[object, ...]:
        needs = [(n.need_id, n.priority, n.count, n.minimum, n.package) for n in weighed.needs]
        return weighed.version, weighed.policy, needs

    return ask(one) == ask(other)


def _has_lost_its_way(known: Recommendation, again: PlanAnswer) -> bool:
    """Whether no road is known any more for a unit that had one."""
    lost = {p.unit_id for p in again.proposals if any(r.code == STRAIGHT_LINE for r in p.reasons)}
    return any(p.unit_id in lost and all(r.code != STRAIGHT_LINE for r in p.reasons) for p in known.proposed)
