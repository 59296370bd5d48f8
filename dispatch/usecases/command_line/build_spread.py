"""CHIA: the many patients of one incident, by triage class, spread over hospitals."""

from dispatch.domain.codebook import Label
from dispatch.domain.model.spread import TRIAGE, PatientPlace, SpreadPatients
from dispatch.domain.rules.spread import MOST_PATIENTS, allot, find_spread
from dispatch.usecases.command_line.arguments import Arguments
from dispatch.usecases.command_line.build_hospitals import MOST_CHOICES, name_uniquely
from dispatch.usecases.command_line.context import LineContext
from dispatch.usecases.command_line.echo import name_incident
from dispatch.usecases.command_line.faults import LineFault
from dispatch.usecases.command_line.reading import Choice, Reading
from dispatch.usecases.command_line.verbs import Verb
from dispatch.usecases.hospitals.choose_hospital import AMBULANCE
from dispatch.usecases.hospitals.spread_patients import SpreadAdvice

WORDS = {"red": Label("đỏ", "red"), "yellow": Label("vàng", "yellow"), "green": Label("xanh", "green")}

UNITS_SAID = 6


def spread_patients(_verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    """CHIA 0457 3 5 10: three red, five yellow, ten green; a lone 0 takes it back. Without figures: what the
    crews are proposed now, each a line that chooses it."""
    incident = arguments.pick_incident(context)
    words = arguments.text.split()
    spread = find_spread(incident)
    if not words:
        if spread is None:
            raise LineFault("missing_patients")
        return _offer(incident.id, context)
    if len(words) > len(TRIAGE) or not all(word.isascii() and word.isdigit() for word in words):
        raise LineFault("bad_patients", arguments.text)
    counts = [int(word) if len(word) <= len(str(MOST_PATIENTS)) else MOST_PATIENTS + 1 for word in words]
    if sum(counts) > MOST_PATIENTS:
        raise LineFault("bad_patients", arguments.text)
    named = name_incident(incident, context)
    red, yellow, green = [*counts, 0, 0][: len(TRIAGE)]
    command = SpreadPatients(incident_id=incident.id, red=red, yellow=yellow, green=green)
    if not sum(counts):
        if spread is None:
            raise LineFault("nothing_spread", incident.number[-4:])
        return Reading(
            commands=(command,),
            echo=Label(vi=f"{named.vi}: bỏ phân bổ nạn nhân", en=f"{named.en}: patients are spread no more"),
        )
    told = _say_counts(command.count())
    return Reading(
        commands=(command,), echo=Label(vi=f"{named.vi}: chia {told.vi}", en=f"{named.en}: spread {told.en}")
    )


def say_advice(echo: Label, advice: SpreadAdvice) -> Label:
    """A line's echo with where everybody would go, and what each crew would be proposed."""
    vi, en = f"{echo.vi} → {advice.why.vi}", f"{echo.en} → {advice.why.en}"
    if advice.units:
        said, more = advice.units[:UNITS_SAID], " …" if len(advice.units) > UNITS_SAID else ""
        vi += " ▸ " + ", ".join(f"{u.call_sign} {_say_place(u.place).vi}" for u in said) + more
        en += " ▸ " + ", ".join(f"{u.call_sign} {_say_place(u.place).en}" for u in said) + more
    return Label(vi=vi, en=en)


def _offer(incident_id: str, context: LineContext) -> Reading:
    incident = context.incidents[incident_id]
    spread = find_spread(incident)
    bringing = [
        assignment
        for assignment in context.assignments.values()
        if assignment.incident_id == incident_id
        and (unit := context.units.get(assignment.unit_id)) is not None
        and unit.vehicle_class == AMBULANCE
    ]
    given = allot(spread, bringing).given if spread is not None else {}
    if not given:
        raise LineFault("nobody_to_bring", incident.number[-4:])
    choices = []
    for assignment_id, place in list(given.items())[:MOST_CHOICES]:
        sign = context.units[context.assignments[assignment_id].unit_id].call_sign
        name, said = name_uniquely(place.hospital_id, place.name, context), _say_place(place)
        echo = Label(vi=f"{sign} · {said.vi}", en=f"{sign} · {said.en}")
        choices.append(Choice(line=f"BV {sign} {name}", echo=echo))
    return Reading(choices=tuple(choices))


def _say_place(place: PatientPlace) -> Label:
    word = WORDS[place.triage]
    return Label(vi=f"{word.vi} → {place.name}", en=f"{word.en} → {place.name}")


def _say_counts(counts: dict[str, int]) -> Label:
    told = [(n, WORDS[triage]) for triage, n in counts.items() if n]
    return Label(
        vi=", ".join(f"{n} {word.vi}" for n, word in told), en=", ".join(f"{n} {word.en}" for n, word in told)
    )
