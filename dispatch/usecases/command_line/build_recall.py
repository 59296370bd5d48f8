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
    asked = UiAction(kind="cancel", incident_id=incident.id, text=arguments.text)
    return _ask(asked, verb, incident, _name_back(out.back), context)


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
    back = _name_back(out.back)
    if out.aboard:
        signs = name_units(out.aboard)
        back = Label(
            vi=f"{back.vi}; để lại {signs}, đang có người",
            en=f"{back.en}; left: {signs}, somebody in their care",
        )
    asked = UiAction(kind="recall", incident_id=incident.id, text=arguments.text, agency_id=agency_id)
    return _ask(asked, verb, incident, back, context)


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


def _ask(asked: UiAction, verb: Verb, incident: Incident, back: Label, context: LineContext) -> Reading:
    """Who is called off stands before the address: on a narrow screen the end is cut."""
    of = f" {asked.agency_id}" if asked.agency_id is not None else ""
    number, named = incident.number[-4:], name_incident(incident, context)
    vi = f"{verb.label.vi} {number}{of}: {back.vi}", named.vi, asked.text, "hỏi lại trước khi gửi"
    en = f"{verb.label.en} {number}{of}: {back.en}", named.en, asked.text, "asks before it is sent"
    echo = Label(vi=" · ".join(filter(None, vi)), en=" · ".join(filter(None, en)))
    return Reading(ui=asked, echo=echo)
