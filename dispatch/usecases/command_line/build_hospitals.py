"""BV: where a unit brings its patient; BVN, BVM and BVG: what a hospital told of itself.

A hospital is named by any words of its name that stand together, with or without marks.
"""

from datetime import timedelta

from dispatch.domain.codebook import Label
from dispatch.domain.ids import LOCAL_TIME
from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.hospital import ChooseHospital, DivertHospital, Hospital, ReopenHospital, TellBeds
from dispatch.domain.model.unit import Unit
from dispatch.domain.rules.hospital import LONGEST, MOST_BEDS, find_chosen
from dispatch.usecases.command_line.arguments import Arguments
from dispatch.usecases.command_line.context import LineContext
from dispatch.usecases.command_line.echo import name_units
from dispatch.usecases.command_line.faults import LineFault
from dispatch.usecases.command_line.reading import Choice, Reading
from dispatch.usecases.command_line.verbs import Verb
from gis.geocode.fold import fold

NOWHERE = "0"
"""In place of a name: the choice is taken back."""

MOST_CHOICES = 9


def choose_hospital(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    """With a name: that one, whatever is proposed. Without: what is proposed, the best first."""
    units = arguments.pick_units()
    held = [(unit, _get_active(unit, context)) for unit in units]
    if not arguments.text:
        return _offer(verb, held[0][0], held[0][1], context)
    signs = name_units(units)
    if arguments.text.strip() == NOWHERE:
        taken = [ChooseHospital(assignment_id=a.id, hospital_id=None) for _, a in held if find_chosen(a)]
        if not taken:
            raise LineFault("no_hospital_chosen", units[0].call_sign)
        return Reading(
            commands=tuple(taken), echo=Label(vi=f"{signs}: bỏ chọn bệnh viện", en=f"{signs}: no hospital")
        )
    found = find_hospitals(arguments.text, context)
    if len(found) > 1:
        return _doubt(f"{verb.word} {' '.join(unit.call_sign for unit in units)}", found, "")
    hospital = found[0]
    commands, why = [], Label(vi="", en="")
    for _, assignment in held:
        advice = context.hospital_advice.get(assignment.id)
        options = advice.options if advice is not None else ()
        option = next((o for o in options if o.hospital_id == hospital.id), None)
        why = Label(vi=f" · {option.why.vi}", en=f" · {option.why.en}") if option is not None else why
        commands.append(
            ChooseHospital(
                assignment_id=assignment.id,
                hospital_id=hospital.id,
                travel_s=option.travel_s if option is not None else None,
                proposed=tuple(o.hospital_id for o in options),
            )
        )
    return Reading(
        commands=tuple(commands),
        echo=Label(vi=f"{signs} → {hospital.name}{why.vi}", en=f"{signs} → {hospital.name}{why.en}"),
    )


def divert(_verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    """BVN name minutes reason."""
    hospital, minutes, reason = _split(arguments.text, context, int(LONGEST.total_seconds() // 60), 1)
    if not reason:
        raise LineFault("missing_text")
    until = context.now + timedelta(minutes=minutes)
    clock = until.astimezone(LOCAL_TIME).strftime("%H:%M")
    return Reading(
        commands=(DivertHospital(hospital_id=hospital.id, reason=reason, until=until),),
        echo=Label(
            vi=f"{hospital.name} ngừng nhận đến {clock}: {reason}",
            en=f"{hospital.name} takes no patients until {clock}: {reason}",
        ),
    )


def reopen(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    """BVM name."""
    found = find_hospitals(arguments.text, context)
    if len(found) > 1:
        return _doubt(verb.word, found, "")
    (hospital,) = found
    if hospital.diversion is None or hospital.diversion.until <= context.now:
        raise LineFault("hospital_open", hospital.name)
    echo = Label(vi=f"{hospital.name} nhận lại", en=f"{hospital.name} takes patients again")
    return Reading(commands=(ReopenHospital(hospital_id=hospital.id),), echo=echo)


def tell_beds(_verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    """BVG name number."""
    hospital, free, source = _split(arguments.text, context, MOST_BEDS, 0)
    return Reading(
        commands=(TellBeds(hospital_id=hospital.id, free=free, source=source),),
        echo=Label(vi=f"{hospital.name}: còn {free} giường", en=f"{hospital.name}: {free} free beds"),
    )


def find_hospitals(words: str, context: LineContext) -> list[Hospital]:
    """Hospitals whose names hold these words together; one that is called just so stands alone.

    Raises LineFault `missing_hospital`, `unknown_hospital`.
    """
    wanted = fold(words)
    if not wanted:
        raise LineFault("missing_hospital")
    used = [hospital for hospital in context.hospitals.values() if hospital.in_use]
    exact = [h for h in used if fold(h.name) in (wanted, f"benh vien {wanted}") or h.id == words.strip()]
    found = exact or [h for h in used if f" {wanted} " in f" {fold(h.name)} "]
    if not found:
        raise LineFault("unknown_hospital", words.strip())
    return sorted(found, key=lambda hospital: (len(hospital.name), hospital.name, hospital.id))


def _split(text: str, context: LineContext, most: int, least: int) -> tuple[Hospital, int, str]:
    """Name, figure and the words after it. A name may hold a number itself: the last figure counts before
    which the words still name hospitals."""
    words = text.split()
    fault: LineFault | None = None
    for at in range(len(words) - 1, 0, -1):
        if not (words[at].isascii() and words[at].isdigit()):
            continue
        try:
            found = find_hospitals(" ".join(words[:at]), context)
        except LineFault as unknown:
            fault = unknown
            continue
        if len(found) > 1:
            raise LineFault("which_hospital", " ".join(words[:at]), tuple(h.name for h in found[:3]))
        figure = int(words[at]) if len(words[at]) < 6 else most + 1
        if not least <= figure <= most:
            raise LineFault("bad_hospital_figure", words[at])
        return found[0], figure, " ".join(words[at + 1 :])
    raise fault or LineFault("missing_hospital_figure")


def _offer(verb: Verb, unit: Unit, assignment: Assignment, context: LineContext) -> Reading:
    advice = context.hospital_advice.get(assignment.id)
    if advice is None or not advice.options:
        raise LineFault("missing_hospital")
    before = f"{verb.word} {unit.call_sign}"
    return Reading(
        choices=tuple(
            Choice(
                line=f"{before} {name_uniquely(option.hospital_id, option.name, context)}",
                echo=Label(vi=f"{option.name} · {option.why.vi}", en=f"{option.name} · {option.why.en}"),
            )
            for option in advice.options[:MOST_CHOICES]
        )
    )


def _doubt(before: str, found: list[Hospital], after: str) -> Reading:
    return Reading(
        choices=tuple(
            Choice(line=f"{before} {hospital.id}{after}", echo=Label(vi=hospital.name, en=hospital.name))
            for hospital in found[:MOST_CHOICES]
        )
    )


def name_uniquely(hospital_id: str, name: str, context: LineContext) -> str:
    """Its name where that is nobody else's, else its id."""
    same = [h for h in context.hospitals.values() if h.in_use and fold(h.name) == fold(name)]
    return name if len(same) == 1 else hospital_id


def _get_active(unit: Unit, context: LineContext) -> Assignment:
    assignment = context.find_active(unit)
    if assignment is None:
        raise LineFault("no_assignment", unit.call_sign)
    return assignment
