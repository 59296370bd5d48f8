"""DONG, NGAP, CHAM and MO: what holds on a street, put and lifted without a hand on the map; VUNG: who is
where in minutes.

At an incident the line is enough. Words of a street go to the screen, which finds the place and lets a person
look at it before anything is closed.
"""

from dispatch.domain.codebook import Label
from dispatch.domain.ids import LOCAL_TIME
from dispatch.domain.model.incident import Incident
from dispatch.domain.model.road_condition import LiftRoadCondition, PutRoadCondition
from dispatch.domain.rules.road_condition import CLOSED, FLOOD, REVIEW_IN, SLOW
from dispatch.usecases.command_line.arguments import Arguments
from dispatch.usecases.command_line.context import LineContext
from dispatch.usecases.command_line.echo import name_incident
from dispatch.usecases.command_line.faults import LineFault
from dispatch.usecases.command_line.reading import Reading, UiAction
from dispatch.usecases.command_line.verbs import Verb

KINDS = {"DONG": CLOSED, "NGAP": FLOOD, "CHAM": SLOW}

USUAL_CM = 40
USUAL_FACTOR = 3


def put_on_road(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    """At the incident named; at the one selected when nothing else stands in the line; else by words."""
    incident = arguments.incident
    if incident is None and not arguments.text:
        incident = context.find_incident(context.selected)
    if incident is None:
        action = UiAction(kind=f"road_{KINDS[verb.word]}", text=arguments.text)
        said = f" · {arguments.text}" if arguments.text else ""
        return Reading(ui=action, echo=Label(vi=f"{verb.label.vi}{said}", en=f"{verb.label.en}{said}"))
    return _put_at(incident, verb, arguments.text, context)


def _put_at(incident: Incident, verb: Verb, text: str, context: LineContext) -> Reading:
    if incident.place.lon_lat is None:
        raise LineFault("unplaced_incident", incident.number[-4:])
    kind = KINDS[verb.word]
    figure, reason = _split_figure(text) if kind != CLOSED else (None, text)
    cm = figure if figure is not None else USUAL_CM
    factor = figure if figure is not None else USUAL_FACTOR
    if (kind == FLOOD and not 1 <= cm <= 1000) or (kind == SLOW and not 2 <= factor <= 50):
        raise LineFault("bad_figure", str(figure))
    command = PutRoadCondition(
        condition_id=context.new_id,
        kind=kind,
        form="point",
        lon_lats=(incident.place.lon_lat,),
        reason=reason or f"{verb.label.vi} · {incident.number[-4:]}",
        factor=float(factor) if kind == SLOW else 1.0,
        depth_m=cm / 100 if kind == FLOOD else 0.0,
        where=incident.place.label or incident.place.heard,
    )
    named = name_incident(incident, context)
    clock = (context.now + REVIEW_IN).astimezone(LOCAL_TIME).strftime("%H:%M")
    much = {FLOOD: f" {cm} cm", SLOW: f" ×{factor}"}.get(kind, "")
    return Reading(
        commands=(command,),
        echo=Label(
            vi=f"{verb.label.vi}{much} tại {named.vi}, xem lại lúc {clock}",
            en=f"{verb.label.en}{much} at {named.en}, review at {clock}",
        ),
    )


def lift_road(_verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    """By its number; why it is lifted may follow."""
    number, _, reason = arguments.text.partition(" ")
    if not (number.isascii() and number.isdigit()):
        raise LineFault("missing_road")
    living = (road for road in context.road_conditions.values() if road.state != "ended")
    road = next((road for road in living if road.number == int(number)), None)
    if road is None:
        raise LineFault("unknown_road", number)
    command = LiftRoadCondition(condition_id=road.id, reason=reason.strip() or "đã thông / open again")
    about = " · ".join(filter(None, (road.where, road.reason)))
    return Reading(
        commands=(command,),
        echo=Label(vi=f"gỡ tình trạng đường {number}: {about}", en=f"lift road condition {number}: {about}"),
    )


def show_reach(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    """What one unit reaches, or who sets out at an incident, or all free units of one's own, on the map."""
    if len(arguments.units) > 1:
        raise LineFault("unexpected_word", arguments.units[1].call_sign)
    if arguments.units:
        (unit,) = arguments.units
        named, ui = Label(vi=unit.call_sign, en=unit.call_sign), UiAction(kind="reach", text=unit.id)
    elif arguments.incident is not None:
        named = name_incident(arguments.incident, context)
        ui = UiAction(kind="reach", incident_id=arguments.incident.id)
    else:
        named, ui = Label(vi="mọi xe rỗi", en="all free units"), UiAction(kind="reach")
    return Reading(ui=ui, echo=Label(vi=f"{verb.label.vi}: {named.vi}", en=f"{verb.label.en}: {named.en}"))


def list_roads(verb: Verb, _arguments: Arguments, _context: LineContext) -> Reading:
    """What holds, on the screen."""
    return Reading(ui=UiAction(kind="roads"), echo=verb.label)


def _split_figure(text: str) -> tuple[int | None, str]:
    """The whole number that a text begins with, and the rest."""
    first, _, rest = text.partition(" ")
    if first.isascii() and first.isdigit():
        return int(first), rest.strip()
    return None, text
