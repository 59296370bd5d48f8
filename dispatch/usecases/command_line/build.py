"""A verb and its arguments → commands of the domain, or what the screen is to do."""

from collections.abc import Callable
from datetime import timedelta

from dispatch.domain.codebook import Label
from dispatch.domain.ids import LOCAL_TIME
from dispatch.domain.model.assignment import AcceptRecommendation, DispatchUnits
from dispatch.domain.model.hold import EndHold, HoldIncident
from dispatch.domain.model.incident import ChangePriority, Incident, RaiseLevel
from dispatch.domain.model.messages import Command
from dispatch.domain.model.unit import CallMayday, SignOffCrew, SignOnCrew
from dispatch.usecases.command_line.arguments import Arguments
from dispatch.usecases.command_line.build_automatic import stop_automatic
from dispatch.usecases.command_line.build_hospitals import choose_hospital, divert, reopen, tell_beds
from dispatch.usecases.command_line.build_recall import ask_to_cancel, ask_to_recall
from dispatch.usecases.command_line.build_roads import lift_road, list_roads, put_on_road, show_reach
from dispatch.usecases.command_line.build_spread import spread_patients
from dispatch.usecases.command_line.build_types import change_type
from dispatch.usecases.command_line.build_units import (
    accept_by_radio,
    queue,
    reassign,
    report_status,
    stand_down,
    swap,
    wait_elsewhere,
)
from dispatch.usecases.command_line.context import LineContext
from dispatch.usecases.command_line.echo import name_busy, name_incident, name_units
from dispatch.usecases.command_line.faults import LineFault
from dispatch.usecases.command_line.nearest import by_fold, list_nearest
from dispatch.usecases.command_line.reading import NoteText, Reading, Seen, UiAction
from dispatch.usecases.command_line.undo import UNDO_WITHIN, compensate
from dispatch.usecases.command_line.verbs import VERBS, Verb

LONGEST_HOLD = timedelta(hours=12)
"""What the rules allow at most."""

Builder = Callable[[Verb, Arguments, LineContext], Reading]


def _dispatch(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    """With units named: these. Without: the recommendation, in the version seen."""
    incident = arguments.pick_incident(context)
    if not arguments.units:
        return _accept(arguments, incident, context)
    command = DispatchUnits(
        incident_id=incident.id,
        unit_ids=tuple(unit.id for unit in arguments.units),
        leg_id=arguments.leg.id if arguments.leg is not None else None,
    )
    named, busy = name_incident(incident, context), name_busy(arguments.units, incident, context)
    signs = name_units(arguments.units)
    echo = Label(vi=f"{signs} → {named.vi}{busy.vi}", en=f"{signs} → {named.en}{busy.en}")
    return Reading(commands=(command,), echo=echo, seen=_seen(incident, context))


def _accept(arguments: Arguments, incident: Incident, context: LineContext) -> Reading:
    plan = context.recommendations.get(incident.id)
    if plan is None or not plan.proposed:
        raise LineFault("no_recommendation")
    seen = _seen(incident, context)
    command = AcceptRecommendation(
        incident_id=incident.id,
        version=seen.recommendation_version or plan.version,
        leg_ids=(arguments.leg.id,) if arguments.leg is not None else (),
    )
    proposed = (p for p in plan.proposed if not command.leg_ids or p.leg_id in command.leg_ids)
    signs = name_units([context.units[p.unit_id] for p in proposed if p.unit_id in context.units])
    named = name_incident(incident, context)
    echo = Label(
        vi=f"{signs} → {named.vi} (đề xuất {command.version})",
        en=f"{signs} → {named.en} (recommendation {command.version})",
    )
    return Reading(commands=(command,), echo=echo, seen=seen)


def _priority(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    incident = _only_incident(arguments, context)
    seen = _seen(incident, context)
    command = ChangePriority(incident_id=incident.id, priority=int(verb.word[1]), seen=seen.version)
    return _about(verb, incident, context, command, seen)


def _level(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    incident = _only_incident(arguments, context)
    command = RaiseLevel(incident_id=incident.id, level=int(verb.word[1]))
    return _about(verb, incident, context, command, _seen(incident, context))


def _type(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    return change_type(arguments, context, lambda incident: _seen(incident, context))


def _note(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    incident = arguments.pick_incident(context)
    if not arguments.text:
        raise LineFault("missing_text")
    kind, prefix = _NOTE_KINDS.get(arguments.text[0], ("note", Label(vi="", en="")))
    text = arguments.text if kind == "note" else arguments.text[1:].strip()
    if not text:
        raise LineFault("missing_text")
    named = name_incident(incident, context)
    echo = Label(vi=f"{named.vi}: {prefix.vi}«{text}»", en=f"{named.en}: {prefix.en}“{text}”")
    return Reading(note=NoteText(incident_id=incident.id, text=text, kind=kind), echo=echo)


_NOTE_KINDS = {
    "!": ("caution", Label(vi="AN TOÀN ", en="CAUTION ")),
    "#": ("trapped", Label(vi="KẸT ", en="TRAPPED ")),
    ">": ("access", Label(vi="LỐI VÀO ", en="ACCESS ")),
}
"""What a note begins with → its kind: `. 0457 ! gas` is a caution that every crew acknowledges apart."""


def _hold(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    """For so many minutes, with a reason; no minutes at all end it."""
    incident = arguments.pick_incident(context)
    minutes, _, reason = arguments.text.partition(" ")
    if not (minutes.isascii() and minutes.isdigit()):
        raise LineFault("missing_minutes")
    named = name_incident(incident, context)
    if int(minutes) == 0:
        echo = Label(vi=f"{named.vi}: thôi giữ", en=f"{named.en}: held no longer")
        return Reading(commands=(EndHold(incident_id=incident.id),), echo=echo)
    if timedelta(minutes=int(minutes)) > LONGEST_HOLD:
        raise LineFault("too_long_held")
    if incident.priority == 1:
        raise LineFault("never_held")
    if not reason.strip():
        raise LineFault("missing_text")
    until = context.now + timedelta(minutes=int(minutes))
    command = HoldIncident(incident_id=incident.id, until=until, reason=reason.strip())
    clock = until.astimezone(LOCAL_TIME).strftime("%H:%M")
    return Reading(
        commands=(command,),
        echo=Label(
            vi=f"{named.vi}: giữ lại, xem lại lúc {clock} · {command.reason}",
            en=f"{named.en}: hold, review at {clock} · {command.reason}",
        ),
    )


def _crew(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    """Signs off the crew that mans these units, or a new one on."""
    units = arguments.pick_units()
    if arguments.incident is not None:
        raise LineFault("unexpected_word", arguments.incident.number[-4:])
    crews = {unit.crew_id for unit in units}
    if len(crews) > 1:
        raise LineFault("crew_mixed")
    crew_id = crews.pop()
    signs = name_units(units)
    if crew_id is not None:
        echo = Label(vi=f"{signs}: xuống ca", en=f"{signs}: sign off")
        return Reading(commands=(SignOffCrew(crew_id=crew_id),), echo=echo)
    names = tuple(name.strip() for name in arguments.text.replace(";", ",").split(",") if name.strip())
    command = SignOnCrew(crew_id=context.new_id, unit_ids=tuple(unit.id for unit in units), names=names)
    said = f" ({', '.join(names)})" if names else ""
    echo = Label(vi=f"{signs}: lên ca{said}", en=f"{signs}: sign on{said}")
    return Reading(commands=(command,), echo=echo)


def _mayday(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    units = arguments.pick_units()
    commands = tuple(CallMayday(unit_id=unit.id) for unit in units)
    signs = name_units(units)
    return Reading(commands=commands, echo=Label(vi=f"{signs}: KHẨN CẤP", en=f"{signs}: MAYDAY"))


def _undo(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    act = context.last_act
    if act is None:
        raise LineFault("nothing_to_undo")
    if context.now - act.at > UNDO_WITHIN:
        raise LineFault("undo_expired", about=act.echo)
    commands = compensate(act, context)
    if commands is None:
        raise LineFault("cannot_undo", about=act.echo)
    if not commands:
        raise LineFault("nothing_to_undo")
    echo = Label(vi=f"hoàn tác: {act.echo.vi}", en=f"undo: {act.echo.en}")
    return Reading(commands=commands, echo=echo)


def _call_back(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    return _on_screen("call_back", verb, _only_incident(arguments, context), "", context)


def _move(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    return _on_screen("move_place", verb, arguments.pick_incident(context), arguments.text, context)


def _new_report(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    return _on_screen("new_report", verb, None, arguments.text, context)


def _who(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    if not arguments.text:
        raise LineFault("missing_text")
    return _on_screen("who", verb, None, arguments.text, context)


def _help(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    asked = arguments.text.upper()
    if asked and asked not in VERBS:
        raise LineFault("unknown_verb", arguments.text, list_nearest(asked, by_fold(VERBS)))
    return _on_screen("help", verb, None, asked, context)


def _only_incident(arguments: Arguments, context: LineContext) -> Incident:
    if arguments.units:
        raise LineFault("unexpected_word", arguments.units[0].call_sign)
    return arguments.pick_incident(context)


def _about(verb: Verb, incident: Incident, context: LineContext, command: Command, seen: Seen) -> Reading:
    named = name_incident(incident, context)
    echo = Label(vi=f"{named.vi} → {verb.label.vi}", en=f"{named.en} → {verb.label.en}")
    return Reading(commands=(command,), echo=echo, seen=seen)


def _on_screen(kind: str, verb: Verb, incident: Incident | None, text: str, context: LineContext) -> Reading:
    named = name_incident(incident, context) if incident is not None else Label(vi="", en="")
    vi = " · ".join(filter(None, (verb.label.vi, named.vi, text)))
    en = " · ".join(filter(None, (verb.label.en, named.en, text)))
    action = UiAction(kind=kind, incident_id=incident.id if incident is not None else None, text=text)
    return Reading(ui=action, echo=Label(vi=vi, en=en))


def _seen(incident: Incident, context: LineContext) -> Seen:
    """What the screen says it showed of this incident, else what stands now."""
    if context.seen is not None and context.seen.incident_id == incident.id:
        return context.seen
    plan = context.recommendations.get(incident.id)
    return Seen(
        incident_id=incident.id,
        version=incident.version,
        recommendation_version=plan.version if plan is not None else None,
    )


BUILDERS: dict[str, Builder] = {
    "D": _dispatch,
    "K": accept_by_radio,
    "Q": queue,
    "RP": reassign,
    "X": stand_down,
    "RUT": ask_to_recall,
    "HUY": ask_to_cancel,
    "W": swap,
    "CHO": wait_elsewhere,
    "THOI": stop_automatic,
    "TY": _type,
    "M": _move,
    "C": _call_back,
    "HO": _hold,
    "N": _new_report,
    "LK": _crew,
    ".": _note,
    "?": _help,
    "!": _mayday,
    "U": _undo,
    "WHO": _who,
    **dict.fromkeys(("DONG", "NGAP", "CHAM"), put_on_road),
    "MO": lift_road,
    "DUONG": list_roads,
    "VUNG": show_reach,
    "BV": choose_hospital,
    "BVN": divert,
    "BVM": reopen,
    "BVG": tell_beds,
    "CHIA": spread_patients,
    **dict.fromkeys((f"P{n}" for n in range(1, 5)), _priority),
    **dict.fromkeys((f"L{n}" for n in range(2, 10)), _level),
    **dict.fromkeys((word for word, verb in VERBS.items() if verb.phase is not None), report_status),
}
"""By verb."""
