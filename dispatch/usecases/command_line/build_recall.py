"""HUY and RUT: everybody of an incident called off. Both only ask: the screen shows who, and has it
confirmed."""

import msgspec

from dispatch.domain.codebook import Label
from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.incident import Incident, Leg
from dispatch.domain.model.unit import Unit
from dispatch.domain.rules.status import ABOARD
from dispatch.usecases.command_line.arguments import Arguments
from dispatch.usecases.command_line.context import LineContext
from dispatch.usecases.command_line.echo import name_incident, name_units
from dispatch.usecases.command_line.faults import LineFault
from dispatch.usecases.command_line.reading import Reading, UiAction
from dispatch.usecases.command_line.verbs import Verb


class _Out(msgspec.Struct, kw_only=True):
    """Units of some legs: who comes back, who has somebody in its care."""

    back: list[Unit] = msgspec.field(default_factory=list)
    aboard: list[Unit] = msgspec.field(default_factory=list)


def ask_to_cancel(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    """The whole incident, with every unit on it or to come."""
    incident = arguments.pick_incident(context)
    if arguments.leg is not None:
        raise LineFault("unexpected_word", arguments.leg.suffix)
    out = _list_out(_list_legs(incident, context), context, again=True)
    if out.aboard:
        raise LineFault("patients_aboard", name_units(out.aboard))
    named, back = name_incident(incident, context), _name_back(out.back)
    return _ask("cancel", incident, arguments.text, None, [verb.label, named], back)


def ask_to_recall(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    """The units of the asker's agencies, or of the one that is named; the incident stays open."""
    incident = arguments.pick_incident(context)
    agency_id = arguments.leg.agency_id if arguments.leg is not None else arguments.agency_id
    if agency_id is not None and agency_id not in context.agencies:
        raise LineFault("other_agency", agency_id)
    wanted = context.agencies if agency_id is None else (agency_id,)
    chosen = [leg for leg in _list_legs(incident, context) if leg.agency_id in wanted]
    out = _list_out(chosen, context, again=False)
    if not out.back:
        raise LineFault("nothing_to_recall")
    named, back = name_incident(incident, context), _name_back(out.back)
    if out.aboard:
        signs = name_units(out.aboard)
        back = Label(
            vi=f"{back.vi}; để lại {signs}, đang có người",
            en=f"{back.en}; left: {signs}, somebody in their care",
        )
    of = Label(vi=agency_id or "", en=agency_id or "")
    return _ask("recall", incident, arguments.text, agency_id, [verb.label, of, named], back)


def _list_legs(incident: Incident, context: LineContext) -> list[Leg]:
    return [leg for leg_id in incident.leg_ids if (leg := context.legs.get(leg_id)) is not None]


def _list_out(legs: list[Leg], context: LineContext, *, again: bool) -> _Out:
    """`again`: with those who are on their way back already."""
    out = _Out()
    for assignment_id in (a for leg in legs for a in leg.assignment_ids):
        assignment = context.assignments.get(assignment_id)
        unit = context.units.get(assignment.unit_id) if assignment is not None else None
        if assignment is None or unit is None or assignment.state == "ended":
            continue
        if _has_somebody(unit, assignment):
            out.aboard.append(unit)
        elif again or assignment.stand_down_reason is None:
            out.back.append(unit)
    return out


def _has_somebody(unit: Unit, assignment: Assignment) -> bool:
    return assignment.state == "active" and unit.phase in ABOARD


def _name_back(units: list[Unit]) -> Label:
    if not units:
        return Label(vi="không có tổ nào phải gọi về", en="there is no unit to call off")
    signs, count = name_units(units), len(units)
    return Label(
        vi=f"{count} tổ được gọi về: {signs}",
        en=f"{count} {'unit' if count == 1 else 'units'} called off: {signs}",
    )


def _ask(
    kind: str, incident: Incident, reason: str, agency_id: str | None, what: list[Label], back: Label
) -> Reading:
    vi = " ".join(filter(None, (label.vi for label in what)))
    en = " ".join(filter(None, (label.en for label in what)))
    echo = Label(
        vi=" · ".join(filter(None, (f"{vi}: {back.vi}", reason, "hỏi lại trước khi gửi"))),
        en=" · ".join(filter(None, (f"{en}: {back.en}", reason, "asks before it is sent"))),
    )
    action = UiAction(kind=kind, incident_id=incident.id, text=reason, agency_id=agency_id)
    return Reading(ui=action, echo=echo)
