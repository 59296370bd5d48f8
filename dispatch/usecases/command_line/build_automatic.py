"""THOI: what counts down on an incident does not go by itself."""

from dispatch.domain.codebook import Label
from dispatch.domain.model.automatic import StopAutomatic
from dispatch.domain.rules.automatic_limits import get_countdown
from dispatch.usecases.command_line.arguments import Arguments
from dispatch.usecases.command_line.context import LineContext
from dispatch.usecases.command_line.echo import name_incident, name_units
from dispatch.usecases.command_line.faults import LineFault
from dispatch.usecases.command_line.reading import Reading
from dispatch.usecases.command_line.verbs import Verb


def stop_automatic(verb: Verb, arguments: Arguments, context: LineContext) -> Reading:
    """On the legs of the actor's agencies that count down, or on the one that is named."""
    if arguments.units:
        raise LineFault("unexpected_word", arguments.units[0].call_sign)
    incident = arguments.pick_incident(context)
    legs = [
        leg
        for leg in (context.legs.get(leg_id) for leg_id in incident.leg_ids)
        if leg is not None
        and (leg.id == arguments.leg.id if arguments.leg is not None else leg.agency_id in context.agencies)
    ]
    counting = {leg.id: c for leg in legs if (c := get_countdown(leg)) is not None and c.state == "armed"}
    if not counting:
        raise LineFault("nothing_counts_down", incident.number[-4:])
    named = name_incident(incident, context)
    unit_ids = (unit_id for countdown in counting.values() for unit_id in countdown.unit_ids)
    signs = name_units([context.units[unit_id] for unit_id in unit_ids if unit_id in context.units])
    return Reading(
        commands=(StopAutomatic(incident_id=incident.id, leg_ids=tuple(counting)),),
        echo=Label(
            vi=f"{named.vi}: {signs} không tự đi nữa", en=f"{named.en}: {signs} will not go automatically"
        ),
    )
