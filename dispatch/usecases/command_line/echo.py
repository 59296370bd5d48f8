"""What a line was understood as, said back before it is sent."""

from datetime import datetime

from dispatch.domain.codebook import Label
from dispatch.domain.ids import LOCAL_TIME
from dispatch.domain.model.incident import Incident
from dispatch.domain.model.unit import Unit
from dispatch.usecases.command_line.context import LineContext


def name_incident(incident: Incident, context: LineContext) -> Label:
    """For example "0457 CHÁY NHÀ 654/3 Lạc Long Quân, P1"."""
    kind = context.book.types.get(incident.type_code)
    label = kind.label if kind is not None else Label(vi=incident.type_code, en=incident.type_code)
    place = incident.place.label or incident.place.heard
    vi, en = (
        f"{' '.join(filter(None, (incident.number[-4:], text.upper(), place)))}, P{incident.priority}"
        for text in (label.vi, label.en)
    )
    return Label(vi=vi, en=en)


def name_units(units: list[Unit]) -> str:
    """Call signs in the order typed."""
    return ", ".join(unit.call_sign for unit in units)


def name_busy(units: list[Unit], incident: Incident, context: LineContext) -> Label:
    """Who of them is on another incident, as an addition to the echo; empty when nobody is."""
    busy = []
    for unit in units:
        active = context.find_active(unit)
        other = context.find_incident(active.incident_id) if active is not None else None
        if other is not None and other.id != incident.id:
            busy.append((unit.call_sign, other.number[-4:]))
    if not busy:
        return Label(vi="", en="")
    return Label(
        vi=" (" + ", ".join(f"{sign} đang ở {number}" for sign, number in busy) + ")",
        en=" (" + ", ".join(f"{sign} is on {number}" for sign, number in busy) + ")",
    )


def with_time(echo: Label, at: datetime | None, now: datetime) -> Label:
    """The echo with the time of a backdated line, local, with its date when that is not today's."""
    if at is None:
        return echo
    local, today = at.astimezone(LOCAL_TIME), now.astimezone(LOCAL_TIME).date()
    clock = local.strftime("%H:%M" if local.date() == today else "%H:%M %d/%m")
    return Label(vi=f"{echo.vi} · lúc {clock}", en=f"{echo.en} · at {clock}")
